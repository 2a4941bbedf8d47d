"""The overview on a wall, for a meeting or a mega live: read from afar, renewed by itself."""
