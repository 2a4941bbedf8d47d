"""Shops, intake, the sales ledger, attribution and the figures."""
