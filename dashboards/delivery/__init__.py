"""Shipping partners: how long they take, and how much comes back."""
