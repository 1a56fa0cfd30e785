"""What is to be said about a guide's text while somebody writes it, a finder in each file."""
