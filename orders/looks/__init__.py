"""Who looked at order lines by virtue of a post, for those whose lines they are."""
