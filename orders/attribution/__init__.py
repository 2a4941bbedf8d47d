"""Which session an order belongs to, by dated rules."""
