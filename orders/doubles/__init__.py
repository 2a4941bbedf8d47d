"""Two entries that are one product: the page, and what the floors above the catalogue move."""
