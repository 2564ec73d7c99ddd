"""Customer service measured: the retail tasks, adversarial talk, every operation."""
