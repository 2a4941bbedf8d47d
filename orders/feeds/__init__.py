"""Orders that a shop's own program sends: keys, batches over the API, signed webhooks."""
