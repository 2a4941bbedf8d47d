"""Benches: each measures the portal against a peer, a floor or a smaller size of itself, within one run, and ends in one line."""
