"""Money that needs somebody."""
