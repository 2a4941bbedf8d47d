"""Orders that somebody types: sold by Zalo, by phone, at a fair's booth. They go through the checker and the merge as files do."""
