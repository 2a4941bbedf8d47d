"""Sessions, events and courses by day, on a page and as a feed."""
