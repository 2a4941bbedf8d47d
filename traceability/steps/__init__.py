"""What happened to a lot: told in plain words, kept as EPCIS 2.0 events."""
