"""A cart as a link: SKUs and quantities, nothing else; opened, shown, and taken only when asked."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from .. import catalog, inventory
from ..database import now, require_transaction
from ..errors import Refusal
from ..money import UnitPrice
from ..pages import public_url
from .models import Cart, CartLine
from .operations import MOST_LINES, MOST_OF_ONE, OnlySomeLeft, add, change, lock, owner_of
from .queries import BasketLine

LONGEST = 6000  # characters: the longest SKUs in the fullest cart
_PART = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63}):([1-9][0-9]?)")


class LinkBroken(Refusal):
    """What came with a link names no goods, or more of them than a cart takes."""

    def __init__(self) -> None:
        super().__init__(
            "This link is not whole, so we cannot tell what it holds. Please ask for it once more."
        )


class NothingToUndo(Refusal):
    """The cart has changed since, or the link was undone already."""

    def __init__(self) -> None:
        super().__init__("Your cart has changed since then, so there is nothing to undo.")


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A line of a link at today's price and stock; quantity is what can be had of those wanted."""

    sku: str
    wanted: int
    quantity: int = 0
    name: str = ""  # '' of what we do not sell
    variant: str = ""
    slug: str = ""
    picture: catalog.PictureView | None = None
    unit_price: UnitPrice | None = None
    line_cents: int = 0
    note: str = ""


def link_to(lines: Iterable[BasketLine]) -> str:
    """The address that shows these lines to whoever opens it: …/cart/shared?goods=OIL-100:2,SALT:1.

    The query stays outside public_url, which remembers every address that it has built.
    """
    goods = ",".join(f"{line.sku}:{min(line.wanted, MOST_OF_ONE)}" for line in lines)
    return f"{public_url('cart_shared')}?goods={goods}"


def read_link(text: str) -> dict[str, int]:
    """SKU → units that a link names. Raises LinkBroken."""
    parts = text.split(",") if 0 < len(text) <= LONGEST else []
    found: dict[str, int] = {}
    for part in parts[: MOST_LINES + 1]:
        match = _PART.fullmatch(part)
        if match is None:
            raise LinkBroken
        found[match[1]] = min(found.get(match[1], 0) + int(match[2]), MOST_OF_ONE)
    if not 0 < len(parts) <= MOST_LINES:
        raise LinkBroken
    return found


def look_into(wanted: Mapping[str, int], *, cart_id: int | None) -> tuple[SharedLine, ...]:
    """What a link holds, for whoever has this cart, in two statements; changes nothing."""
    variants = catalog.variants_by_sku(wanted)
    shelf = inventory.shelf(wanted, owner=owner_of(cart_id) if cart_id else "")
    found = []
    for sku, units in wanted.items():
        variant = variants.get(sku)
        if variant is None or not variant.is_sold:
            note = "We do not sell this, or not any more, so it stays out."
            found.append(SharedLine(sku, units, note=note))
            continue
        line = _line(variant, units, max(shelf.left(sku), 0))
        shelf.take(sku, line.quantity)
        found.append(line)
    return tuple(found)


def _line(variant: catalog.VariantView, wanted: int, left: int) -> SharedLine:
    quantity = min(wanted, left)
    note = "" if left >= wanted else f"Only {left} left, so it would be {left} of {wanted}."
    return SharedLine(
        sku=variant.sku,
        wanted=wanted,
        quantity=quantity,
        name=variant.product_name,
        variant=variant.name,
        slug=variant.slug,
        picture=variant.picture,
        unit_price=variant.unit_price,
        line_cents=quantity * variant.price_cents,
        note=note if quantity else "Sold out at the moment, so it stays out.",
    )


def take_in(cart_id: int, wanted: Mapping[str, int], *, in_place: bool) -> None:
    """Puts what a link holds into a cart, as far as it can be had: beside its lines or in place.

    What the cart held is kept until its next change, for undo(). The lines that were there keep the
    guide they came from; those of a link come from nowhere.
    """
    there = lock(cart_id)
    before = _snapshot(cart_id)
    for sku in there if in_place else ():
        change(cart_id, sku, 0)
    for sku, units in wanted.items():
        room = MOST_OF_ONE - (0 if in_place else there.get(sku, 0))
        with suppress(Refusal), require_transaction().begin_nested():
            _add_what_can_be(cart_id, sku, min(units, room))
    _set(cart_id, before=before)


def undo(cart_id: int) -> None:
    """Gives a cart the lines that it had before a link. Raises NothingToUndo."""
    session = require_transaction()
    _set(cart_id, changed_at=now())  # locks it: what is read now is what was kept last
    before = session.scalar(select(Cart.before).where(Cart.id == cart_id))
    if not before:
        raise NothingToUndo
    _set(cart_id, before="")
    session.execute(delete(CartLine).where(CartLine.cart_id == cart_id))
    session.add_all(CartLine(cart_id=cart_id, **line) for line in json.loads(before))


def _add_what_can_be(cart_id: int, sku: str, units: int) -> None:
    if units <= 0:
        return
    try:
        add(cart_id, sku, units)
    except OnlySomeLeft as few:
        if few.left > few.in_cart:
            add(cart_id, sku, few.left - few.in_cart)


def _snapshot(cart_id: int) -> str:
    fields = (
        CartLine.sku, CartLine.quantity, CartLine.seen_price_cents, CartLine.guide_slug,
        CartLine.block,
    )  # fmt: skip
    found = select(*fields).where(CartLine.cart_id == cart_id).order_by(CartLine.id)
    return json.dumps([dict(row) for row in require_transaction().execute(found).mappings()])


def _set(cart_id: int, **values: object) -> None:
    require_transaction().execute(update(Cart).where(Cart.id == cart_id).values(**values))
