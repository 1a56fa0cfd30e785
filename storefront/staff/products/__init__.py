"""What we sell: texts, sizes, pictures, prices, categories."""
