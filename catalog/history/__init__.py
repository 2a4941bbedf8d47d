"""Who changed what of a product or a producer, and when: read from the events that the database keeps."""
