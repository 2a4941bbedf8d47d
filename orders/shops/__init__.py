"""Shops on platforms and at booths, the sessions they are linked to, and what their SKUs are."""
