"""What the public is told: statistics as a page and as open data, with small numbers hidden."""
