"""Reads of deliveries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, or_, select

from ..database import db, one_page
from .delivery_models import Delivery, DeliveryLine, Receipt, ReceiptLine
from .lot_models import Lot

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class LineView:
    """What is expected of a SKU and what came of it."""

    sku: str
    units: int
    received: int
    cost_cents: int | None

    @property
    def lacking(self) -> int:
        """Units that have not come yet."""
        return max(self.units - self.received, 0)


@dataclass(frozen=True, slots=True)
class ArrivedView:
    """Units that were taken in, and the lot that they are in."""

    sku: str
    units: int
    lot_id: int | None
    lot: str
    expires_on: date | None
    cost_cents: int | None


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One time that goods were taken in."""

    id: int
    actor: str
    received_at: datetime
    undone_at: datetime | None
    undone_by: str
    lines: tuple[ArrivedView, ...]


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery with its lines; seen is how far it has come, for the form that takes goods in."""

    id: int
    reference: str
    supplier: str
    expected_on: date | None
    note: str
    created_at: datetime
    closed_at: datetime | None
    lines: tuple[LineView, ...]
    receipts: tuple[ReceiptView, ...] = ()

    @property
    def seen(self) -> int:
        """How often something was taken in or back."""
        return len(self.receipts) + sum(one.undone_at is not None for one in self.receipts)

    @property
    def is_open(self) -> bool:
        """Whether more of it is expected."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class FoundDeliveries:
    """One page of a list; total counts the deliveries on all of its pages."""

    deliveries: tuple[DeliveryView, ...]
    total: int
    page: int
    pages: int


def incoming(skus: Iterable[str]) -> dict[str, int]:
    """SKU → units that open deliveries are still to bring; one without any is left out."""
    rows = db.session.execute(
        select(DeliveryLine.sku, func.sum(DeliveryLine.units - DeliveryLine.received))
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(
            DeliveryLine.sku.in_(list(skus)),
            Delivery.closed_at.is_(None),
            DeliveryLine.received < DeliveryLine.units,
        )
        .group_by(DeliveryLine.sku)
    )
    return {sku: int(units) for sku, units in rows}


def deliveries(text: str = "", *, shown: str = "", page: int = 1) -> FoundDeliveries:
    """Deliveries by number, supplier or SKU, open ones first and the next to come on top.

    shown: 'open', 'closed' or ''. Four statements; a page past the end becomes the last.
    """
    wanted = select(Delivery)
    if shown in ("open", "closed"):
        is_open = Delivery.closed_at.is_(None)
        wanted = wanted.where(is_open if shown == "open" else ~is_open)
    if text.strip():
        wanted = wanted.where(or_(*_mentions(text.strip())))
    day = case((Delivery.closed_at.is_(None), Delivery.expected_on))  # closed ones have none
    order = (Delivery.closed_at.is_not(None), day.is_(None), day, Delivery.id.desc())
    rows, total, page, pages = one_page(wanted.order_by(*order), page, per_page=PER_PAGE)
    return FoundDeliveries(_views(db.session.scalars(rows).all()), total, page, pages)


def delivery(delivery_id: int) -> DeliveryView | None:
    """One delivery with all that was taken in."""
    found = db.session.get(Delivery, delivery_id, populate_existing=True)
    return _views([found])[0] if found else None


def _mentions(text: str) -> list[ColumnElement[bool]]:
    lines = select(DeliveryLine.delivery_id).where(
        DeliveryLine.sku.icontains(text, autoescape=True)
    )
    came = (
        select(Receipt.delivery_id)
        .join(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
        .where(ReceiptLine.sku.icontains(text, autoescape=True))
    )
    found = [
        Delivery.supplier.icontains(text, autoescape=True),
        Delivery.id.in_(lines),
        Delivery.id.in_(came),
    ]
    digits = text.upper().removeprefix("D-")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        found.append(Delivery.id == int(digits))
    return found


def _views(found: Sequence[Delivery]) -> tuple[DeliveryView, ...]:
    ids = [one.id for one in found]
    lines: dict[int, list[LineView]] = {}
    for line in db.session.scalars(
        select(DeliveryLine)
        .where(DeliveryLine.delivery_id.in_(ids))
        .order_by(DeliveryLine.id)
        .execution_options(populate_existing=True)
    ):
        view = LineView(line.sku, line.units, line.received, line.cost_cents)
        lines.setdefault(line.delivery_id, []).append(view)
    receipts = _receipts(ids)
    return tuple(
        DeliveryView(
            one.id, one.reference, one.supplier, one.expected_on, one.note, one.created_at,
            one.closed_at, tuple(lines.get(one.id, ())), tuple(receipts.get(one.id, ())),
        )
        for one in found
    )  # fmt: skip


def _receipts(delivery_ids: Sequence[int]) -> dict[int, list[ReceiptView]]:
    """Delivery → what was taken in, the latest first, in one statement."""
    rows = db.session.execute(
        select(Receipt, ReceiptLine, Lot.code, Lot.expires_on)
        .join(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
        .outerjoin(Lot, Lot.id == ReceiptLine.lot_id)
        .where(Receipt.delivery_id.in_(delivery_ids))
        .order_by(Receipt.id.desc(), ReceiptLine.id)
        .execution_options(populate_existing=True)
    )
    receipts: dict[int, Receipt] = {}
    lines: dict[int, list[ArrivedView]] = {}
    for receipt, line, code, expires_on in rows:
        receipts[receipt.id] = receipt
        view = ArrivedView(
            line.sku, line.units, line.lot_id, code or "", expires_on, line.cost_cents
        )
        lines.setdefault(receipt.id, []).append(view)
    found: dict[int, list[ReceiptView]] = {}
    for id_, one in receipts.items():
        view_ = ReceiptView(
            id_, one.actor, one.received_at, one.undone_at, one.undone_by, tuple(lines[id_])
        )
        found.setdefault(one.delivery_id, []).append(view_)
    return found
