"""Experiments: who sees which arm, what the log says of an arm, and of one that never ran."""
