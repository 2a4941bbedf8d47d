"""Boards as files: the same rows, under the same reading."""
