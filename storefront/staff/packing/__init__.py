"""Packing and shipping many orders at once, with pick lists and slips."""
