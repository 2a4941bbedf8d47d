"""Files of the platforms: read, checked, staged, merged into orders and ledger."""
