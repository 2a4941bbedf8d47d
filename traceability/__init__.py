"""Lots, their events, the codes on their packaging, and what a scan of one is answered."""
