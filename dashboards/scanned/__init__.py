"""Scans and feedback beside sales: what buyers do with the codes on packs, and what they write."""
