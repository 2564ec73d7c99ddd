"""Learning from use: what was read unsurely, without personal data, for staff to label."""
