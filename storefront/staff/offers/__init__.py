"""Offers and codes in the back office."""
