"""Stars: applications, decisions, what ends when, and who is told. The star of a day is derived from ratings (`catalog.models.stars`)."""
