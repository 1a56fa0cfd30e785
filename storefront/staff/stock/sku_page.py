"""The page of one SKU: its numbers and its ledger."""

import re
from functools import partial

from flask import Response, request

from ... import catalog, inventory, orders
from ...pages import settings, shop_url
from ..addresses import with_query
from ..desk import render_desk
from ..lots.views import delivery_number
from .forms import RowEdit
from .words import stock_reason


def sku_page(
    row: catalog.StockRow,
    *,
    edit: RowEdit | None = None,
    low_at: str | None = None,
    low_error: str = "",
    status: int = 200,
) -> Response:
    """A SKU with a page of its ledger, for one reason or all."""
    reason = request.args.get("reason", "")
    page = request.args.get("page", 1, type=int)
    known = inventory.reasons_of(row.sku)
    reason = reason if reason in known else ""
    found = inventory.history(row.sku, reason=reason, page=page)
    changed = request.args.get("changed", 0, type=int)
    return render_desk(
        "stock/sku.html",
        status=status,
        said=request.args.get("said", ""),
        row=row,
        edit=edit,
        low_at=low_at if low_at is not None else "" if row.low_at is None else str(row.low_at),
        low_error=low_error,
        shop_mark=settings().STOREFRONT_LOW_STOCK,
        found=found,
        line=next((line for line in found.lines if line.id == changed), None),
        links=links_of(found.lines),
        reason=reason,
        known_reasons=known,
        reasons=[(word, stock_reason(word)) for word in inventory.EDIT_REASONS],
        reason_words=stock_reason,
        page_url=partial(_page_url, row.sku, reason),
    )


def links_of(lines: tuple[inventory.LedgerLine, ...]) -> dict[str, tuple[str, str]]:
    """Reference → the words and the address of what a line of the ledger belongs to."""
    references = {line.reference for line in lines if line.reference}
    known = orders.by_references(references) if references else {}
    counts = [one for one in references if re.fullmatch(r"count-[0-9]{1,9}", one)]
    files = [one for one in references if re.fullmatch(r"file-[0-9]{1,9}", one)]
    return (
        {one: (f"File {one[5:]}", shop_url("staff_stock_plan", id=int(one[5:]))) for one in files}
        | {
            one: (f"Stock-take {one[6:]}", shop_url("staff_count", id=int(one[6:])))
            for one in counts
        }
        | {
            reference: (f"Order {order.number}", shop_url("staff_order", reference=reference))
            for reference, order in known.items()
        }
        | {
            reference: (f"Delivery {reference}", shop_url("staff_delivery", id=number))
            for reference in references
            if (number := delivery_number(reference))
        }
    )


def _page_url(sku: str, reason: str, page: int) -> str:
    return with_query(shop_url("staff_sku", sku=sku), reason=reason, page=page)
