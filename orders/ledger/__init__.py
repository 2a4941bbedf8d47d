"""Orders, their lines and the append-only sales ledger."""
