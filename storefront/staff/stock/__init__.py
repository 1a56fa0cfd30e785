"""How many there are: the table, ledgers, stock-takes and files."""
