"""In which livestreams a lot was sold: a fact that a floor above hands down, and that this floor only keeps and shows."""
