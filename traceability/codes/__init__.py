"""The codes on packaging: random serials of units, short codes of lots and products, and the paths they stand in."""
