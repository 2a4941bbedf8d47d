"""The control room: a session while it is on air, for those who run it, and on the wall."""
