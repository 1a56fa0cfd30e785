"""A guide's text as it is written: front matter, Markdown and blocks, read without the shop."""
