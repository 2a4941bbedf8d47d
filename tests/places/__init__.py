"""Tests of places: names, reference data, old and new addresses."""
