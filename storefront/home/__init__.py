"""The front page: leads to what we sell and to what we write."""
