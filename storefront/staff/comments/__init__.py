"""Comments in the back office: read, shown or refused, many at once, and all of it undone."""
