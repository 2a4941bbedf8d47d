"""Producers, products, their dated facts and star ratings."""
