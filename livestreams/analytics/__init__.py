"""What the platform tells of a broadcast afterwards: its LIVE analytics file, row by row beside our sessions."""
