"""The health of the data: what is missing or does not agree, and who mends it where."""
