"""What a consumer sees after a scan: the verdict, then who made it and the way it took."""
