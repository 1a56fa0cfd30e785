"""Telling the shop: events, signed and delivered until they are heard."""
