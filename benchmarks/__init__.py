"""Measurements; each module is a command that prints its protocol, data and figures."""
