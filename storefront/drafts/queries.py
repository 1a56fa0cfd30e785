"""Reads of orders taken by phone: what became of each, what it costs now, and what could go in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from .. import cart, catalog, orders
from ..database import db, one_page
from ..pages import settings
from .models import Draft

PER_PAGE = 50
MOST_NAMED = 6  # articles that a name may mean before it is too short to help

#: What became of one, in the words of staff.
STATES = {
    "written": "Being written",
    "waiting": "Waiting to be paid",
    "paying": "Paying now",
    "paid": "Paid",
    "ended": "Not paid in time",
    "cancelled": "Cancelled",
}
_CAME_TO_NOTHING = ("expired", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class FoundDraft:
    """An order taken by phone, what became of it (STATES), and the order that it has become."""

    draft: Draft
    state: str
    order: orders.Order | None

    @property
    def is_payable(self) -> bool:
        """Whether its shopper can go to pay: nobody has paid, and it is neither over nor off."""
        is_open = self.order is None or self.order.state == "pending"
        return is_open and self.state not in ("ended", "cancelled")

    @property
    def is_paid(self) -> bool:
        """Whether money is here or under way, so that nothing can be changed any more."""
        return self.order is not None and self.order.state != "pending"


@dataclass(frozen=True, slots=True)
class FoundDrafts:
    """One page of the list; total counts those on all of its pages."""

    drafts: tuple[FoundDraft, ...]
    total: int
    page: int
    pages: int


def by_reference(reference: str) -> FoundDraft | None:
    """The one with this unguessable reference, fresh from the database."""
    found = _found().where(Draft.reference == reference)
    row = db.session.execute(found, execution_options={"populate_existing": True}).first()
    return FoundDraft(*row) if row else None


def search(text: str = "", *, state: str = "", page: int = 1) -> FoundDrafts:
    """Orders taken by phone, newest first, by number, name, e-mail or what became of them.

    Two statements; a page past the end becomes the last.
    """
    found = _found()
    if state:
        found = found.where(_state() == state)
    if text:
        found = found.where(_mentions(text))
    found = found.order_by(Draft.id.desc())
    rows, total, page, pages = one_page(found, page, per_page=PER_PAGE)
    return FoundDrafts(
        tuple(FoundDraft(*row) for row in db.session.execute(rows)), total, page, pages
    )


def price(draft: Draft) -> cart.PricedCart:
    """What is in it, at the prices and with the stock of now."""
    return cart.price_cart(cart.basket(draft.cart_id), currency=settings().STOREFRONT_CURRENCY)


def articles_named(text: str) -> list[tuple[str, str]]:
    """SKU and words of the articles on sale that somebody may mean: by SKU alone, else by name.

    Each word has to be in the name; MOST_NAMED + 1 at most, so that more can be told from many.
    """
    variant, product = catalog.Variant, catalog.Product
    on_sale = (
        select(variant.sku, product.name, variant.name)
        .join(product, product.id == variant.product_id)
        .where(product.state == "published")
    )
    exact = on_sale.where(func.lower(variant.sku) == text.lower())
    words = (product.name + " " + variant.name + " " + variant.sku).icontains
    named = on_sale.where(*(words(word, autoescape=True) for word in text.split()))
    rows = (
        db.session.execute(exact).all()
        or db.session.execute(named.order_by(variant.sku).limit(MOST_NAMED + 1)).all()
    )
    return [(sku, f"{name}, {size}") for sku, name, size in rows]


def names_of(skus: Iterable[str]) -> dict[str, str]:
    """SKU → name and size of the articles that there are."""
    found = catalog.variants_by_sku(skus)
    return {sku: f"{one.product_name}, {one.name}" for sku, one in found.items()}


def _found() -> Select[Draft, str, orders.Order]:
    return select(Draft, _state(), orders.Order).outerjoin(orders.Order, orders.Order.id == _last())


def _last() -> ColumnElement[int]:
    """Number of the latest order from a draft that is open, paid or was paid."""
    order = orders.Order.__table__.alias("placed")
    return (
        select(func.max(order.c.id))
        .where(order.c.draft_reference == Draft.reference)
        .where(order.c.state.not_in(_CAME_TO_NOTHING))
        .scalar_subquery()
    )


def _state() -> ColumnElement[str]:
    return case(
        (orders.Order.state.in_(("pending", "processing")), "paying"),
        (orders.Order.id.is_not(None), "paid"),
        (Draft.is_cancelled, "cancelled"),
        (Draft.valid_until <= datetime.now(UTC), "ended"),
        (Draft.times_sent > 0, "waiting"),
        else_="written",
    )


def _mentions(text: str) -> ColumnElement[bool]:
    digits = text.upper().removeprefix("P-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return or_(
        Draft.email.icontains(text, autoescape=True),
        Draft.name.icontains(text, autoescape=True),
        Draft.reference == text,
        Draft.id == (int(digits) if is_number else 0),
    )
