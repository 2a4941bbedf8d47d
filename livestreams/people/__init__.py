"""Hosts (KOLs) and guests: who they are, what they agreed to, and for how long we keep it."""
