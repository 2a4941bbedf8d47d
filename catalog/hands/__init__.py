"""What changes hands in the catalogue: a producer under another name, and two entries that are one product."""
