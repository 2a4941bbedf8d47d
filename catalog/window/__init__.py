"""The shop window: what everybody sees of the catalogue, and how it is found."""
