"""What is written down while a session is on air."""
