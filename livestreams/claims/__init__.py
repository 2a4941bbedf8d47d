"""Figures that somebody reported."""
