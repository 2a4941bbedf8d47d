"""Boards and reports by e-mail: schedules, what is due by them, and a record of each sending."""
