"""What the addresses of lists ask for, checked, and the fields that ask for it."""
