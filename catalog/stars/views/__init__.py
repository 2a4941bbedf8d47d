"""Pages of stars."""
