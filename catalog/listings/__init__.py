"""Listings and profiles on their way from a phone to the public page: draft, review, publication."""
