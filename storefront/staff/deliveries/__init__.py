"""What is expected, and what came."""
