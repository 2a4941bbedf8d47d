"""Scans: counted, and nothing kept of who scanned."""
