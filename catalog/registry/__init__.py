"""The registry of OCOP products: its template, reading and checking a filled-in file, applying it in one transaction."""
