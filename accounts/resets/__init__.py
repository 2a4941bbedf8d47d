"""A new password face to face: an official makes a one-time code, its bearer chooses a password with it."""
