"""The demonstration: true where the province told us a fact, marked `is_demo` where something is made up.

`load.load(today)` fills an empty database; everything is deterministic: the same day gives the same rows. What depends on the
day of loading (validity of stars, the sales of the last weeks, planned sessions) is counted from that day, so that the counts hold
on it; a star that expires later does expire.
"""
