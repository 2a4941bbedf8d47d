"""What the ledger adds up to: contributions, figures, the fold, its check and its rebuilding."""
