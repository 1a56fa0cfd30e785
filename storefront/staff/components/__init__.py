"""The living page that shows each component of the shop in all its states."""
