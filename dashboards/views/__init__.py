"""Pages: parse, check access, call one thing, render."""
