"""Fairs, conferences, booths."""
