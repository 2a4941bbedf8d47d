"""Training in online selling."""
