"""What guides sell, in the back office: as a table, as a chart, and as a file."""
