"""Broadcasts and their run-of-show."""
