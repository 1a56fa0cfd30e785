"""An order and all that can be done with it."""
