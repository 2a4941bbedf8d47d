"""Recalls: declared for lots or spans of packs, public for ever, ended at most by a note."""
