"""Provinces, communes and the names they had before July 2025."""
