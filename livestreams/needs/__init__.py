"""What producers ask for."""
