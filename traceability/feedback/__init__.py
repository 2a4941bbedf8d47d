"""Feedback of whoever scanned a code: without account, name or number, answered to a ticket code."""
