"""What staff read about the stock: why it changed, which part of it is shown, in what order."""

#: Why a line stands in the ledger.
STOCK_REASONS = {
    "opening": "Opening stock",
    "received": "Received",
    "counted": "Counted",
    "found": "Found",
    "damaged": "Damaged",
    "sample": "Given as a sample",
    "expired": "Past its date",
    "missing": "Missing",
    "sold": "Sold",
    "returned": "Came back",
    "undone": "Undone",
}

#: Which part of the stock is shown, by the word in the address.
STOCK_SHOWN = {
    "": "Everything",
    "low": "Low",
    "sold-out": "Sold out",
    "held": "Held for open payments",
    "archived": "Archived",
}

#: The columns of the table, by the word in the address.
STOCK_SORTS = {
    "name": "Product",
    "sku": "SKU",
    "on-hand": "On hand",
    "held": "Held",
    "available": "Available",
    "cover": "Days of cover",
    "low-at": "Low at",
}


def stock_reason(reason: str) -> str:
    """Why a number changed; a reason that somebody wrote at the command line stays as it is."""
    return STOCK_REASONS.get(reason) or reason.replace("_", " ").capitalize()
