"""On which floors the products of a territory are sold."""
