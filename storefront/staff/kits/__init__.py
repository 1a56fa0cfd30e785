"""What a kit is made of."""
