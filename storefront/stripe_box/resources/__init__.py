"""The endpoints, a file for each kind of object, and the rules of what may be asked."""
