"""Books a whole table of stock: all of it or nothing, under one reference."""

from ... import audit, catalog, inventory
from ...errors import Refusal


class CannotBook(Refusal):
    """One row of a file does not fit the stock any more; nothing was booked."""

    status = 409

    def __init__(self, sku: str, why: str) -> None:
        self.sku = sku
        super().__init__(f"{sku}: {why} Nothing was booked.")


def book_stock(reading: catalog.StockReading, *, reference: str, name: str, actor: str) -> None:
    """Writes what a file says into the ledger and the marks; raises CannotBook."""
    for sku in sorted(inventory.without_stock([one.sku for one in reading.changes])):
        inventory.open_stock(sku)
    for one in reading.changes:
        try:
            _book(one, reference, actor)
        except Refusal as refusal:
            raise CannotBook(one.sku, refusal.sentence) from None
    audit.record(
        actor,
        "stock file booked",
        f"file {name}"[:400],
        after={"SKUs": len(reading.changes), "reference": reference},
    )


def _book(one: catalog.StockChange, reference: str, actor: str) -> None:
    who, why = actor[:120], one.reason
    if one.counted is not None:
        inventory.count(one.sku, one.counted, reason=why, reference=reference, actor=who)
    elif one.change:
        inventory.adjust(one.sku, one.change, reason=why, reference=reference, actor=who)
    if one.has_mark:
        inventory.set_low_mark(one.sku, one.low_at)
