"""The overview: what needs somebody today, and what is wanted in vain."""
