"""How many we have and why that changed: an append-only ledger, and holds for open payments."""

from .models import Hold, Stock, StockMovement
from .operations import (
    OutOfStock,
    StillHeld,
    UnknownStock,
    adjust,
    count,
    hold,
    keep_holding,
    open_stock,
    put_back,
    release,
    sell,
    take_again,
)
from .queries import available, disagreements, opening_counts, overdue_holds, units_out

__all__ = [
    "Hold",
    "OutOfStock",
    "StillHeld",
    "Stock",
    "StockMovement",
    "UnknownStock",
    "adjust",
    "available",
    "count",
    "disagreements",
    "hold",
    "keep_holding",
    "open_stock",
    "opening_counts",
    "overdue_holds",
    "put_back",
    "release",
    "sell",
    "take_again",
    "units_out",
]
