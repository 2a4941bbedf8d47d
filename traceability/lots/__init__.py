"""Lots of a product: opened, filled from other lots, followed step by step, closed."""
