"""Reports of a period: what a department hands in each month, quarter or year."""
