"""Guides in the back office: written, checked, published."""
