"""Marks: orders whose contribution may be stale, and the triggers that set them."""
