"""Lots beside the orders that took of them: what is left, what was sold beyond what was made, and choosing a lot for a line."""
