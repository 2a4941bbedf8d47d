"""Tests of the catalogue: registry, stars, front page."""
