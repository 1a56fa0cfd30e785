"""Orders taken by phone, as staff put them together and send their letters."""
