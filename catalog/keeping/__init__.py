"""What a producer keeps of a listing besides its texts: photos, papers, and where to buy. Pages for a phone."""
