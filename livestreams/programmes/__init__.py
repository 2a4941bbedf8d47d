"""Plans of a province over a period."""
