"""Verbs of the cart. Stock bounds what it takes; only a hold at checkout sets units aside."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, or_, select, update

from .. import catalog, inventory, offers
from ..database import now, require_transaction, was_changed
from ..errors import NotFound, Refusal
from .models import Cart, CartLine

MOST_LINES = 80  # a payment page takes 100
MOST_OF_ONE = 99


class UnknownProduct(NotFound):
    """No article of sale under this SKU."""

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__("We do not sell this article, or not any more.")


class OnlySomeLeft(Refusal):
    """Stock does not allow this many."""

    def __init__(self, sku: str, left: int, in_cart: int = 0, *, is_shared: bool = False) -> None:
        self.sku, self.left, self.in_cart = sku, left, in_cart
        sentence = "Sold out." if left <= 0 else f"Only {left} left."
        if left <= 0 and is_shared:
            sentence = "What is left of this is in your cart already, by itself or in a set."
        if left > 0 and in_cart:
            sentence = f"Only {left} left, and {in_cart} of them already in your cart."
        self.is_sold_out = left <= 0 and not in_cart and not is_shared
        super().__init__(sentence)


class CartFull(Refusal):
    """More lines, or more of one article, than one parcel takes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class NotAll(Refusal):
    """One of several articles does not go into the cart, so none of them did; cause says why."""

    def __init__(self, name: str, cause: Refusal) -> None:
        self.cause = cause
        super().__init__(f"{name}: {cause.sentence} So nothing was put into your cart.")


class CodeRefused(Refusal):
    """A code that takes nothing off, whatever is in the cart; the sentence says why."""


class CartClosed(Refusal):
    """Its time is over, or staff took it back; a shopper's own cart never closes."""

    def __init__(self) -> None:
        super().__init__("This can not be ordered any more. Nothing was charged.")


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the site's writing a line came from; odd values count as nowhere."""

    guide_slug: str = ""
    block: str = ""

    @classmethod
    def read(cls, guide_slug: str, block: str) -> "Source":
        """A source from form fields."""
        slug = guide_slug if _is_slug(guide_slug, catalog.LONGEST_SLUG) else ""
        known = block if slug and _is_slug(block, 40) else ""
        return cls(slug, known)


def _is_slug(text: str, most: int) -> bool:
    return len(text) <= most and catalog.SLUG.fullmatch(text) is not None


def hash_token(token: str) -> str:
    """What a cart is kept under."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_cart() -> tuple[Cart, str]:
    """A fresh cart and the token that alone opens it."""
    session = require_transaction()
    token = secrets.token_urlsafe(24)
    cart = Cart(token_hash=hash_token(token))
    session.add(cart)
    session.flush()
    return cart, token


def add(cart_id: int, sku: str, quantity: int, *, source: Source | None = None) -> None:
    """Puts units of a SKU into a cart, on top of those there.

    Raises UnknownProduct, OnlySomeLeft or CartFull, and then nothing has changed.
    """
    variant = _variant(sku)
    lines = lock(cart_id)
    there = lines.get(sku, 0)
    _check_bounds(cart_id, lines, sku, there + quantity, there=there)
    if not there:
        _check_lines(cart_id)
    source = source or Source()
    _put(cart_id, sku, there + quantity, price_cents=variant.price_cents, source=source)


def add_all(
    cart_id: int, skus: Collection[str], quantity: int, *, source: Source | None = None
) -> None:
    """Puts units of each of these SKUs into a cart, as add() does.

    Raises what add() raises, of several SKUs NotAll; the caller's transaction then rolls back.
    """
    for sku in skus:
        try:
            add(cart_id, sku, quantity, source=source)
        except Refusal as refusal:
            if len(skus) == 1:
                raise
            raise NotAll(_name_of(sku), refusal) from refusal


def change(cart_id: int, sku: str, quantity: int) -> None:
    """Sets how many of a SKU the cart holds; 0 takes it out.

    Raises OnlySomeLeft, CartFull, or UnknownProduct when it is not in the cart.
    """
    session = require_transaction()
    lines = lock(cart_id)
    if sku not in lines:
        raise UnknownProduct(sku)
    if quantity == 0:
        session.execute(delete(CartLine).where(CartLine.cart_id == cart_id, CartLine.sku == sku))
        return
    price = _variant(sku).price_cents
    _check_bounds(cart_id, lines, sku, quantity)
    _put(cart_id, sku, quantity, price_cents=price, source=Source())


def fill(cart_id: int, wanted: Mapping[str, int]) -> None:
    """Puts these units in the place of all that a cart holds, at the prices of now.

    Raises UnknownProduct, OnlySomeLeft or CartFull; the caller's transaction then rolls back.
    """
    there = lock(cart_id)
    for sku in there:
        change(cart_id, sku, 0)
    for sku in wanted:
        add(cart_id, sku, wanted[sku])


def use_code(cart_id: int, text: str, *, email: str = "", currency: str) -> None:
    """Keeps the code of an offer with a cart, in the place of any other; '' takes it out.

    A code that counts only for other goods, or for more of them, is kept too: the cart says so.
    Raises CodeRefused, and then nothing has changed.
    """
    code = offers.read_code(text)
    if text.strip():
        found = offers.offered(
            code=code or "?", email=email, owner=owner_of(cart_id), currency=currency
        )
        if found.refusal:
            raise CodeRefused(found.refusal)
    require_transaction().execute(
        update(Cart)
        .where(Cart.id == cart_id)
        .values(code=code, code_email=email if code else "", changed_at=now())
    )


def keep_open(cart_id: int, *, until: datetime) -> None:
    """Lets a cart be ordered until a moment; one that is over closes it."""
    session = require_transaction()
    session.execute(update(Cart).where(Cart.id == cart_id).values(open_until=until))


def require_open(cart_id: int) -> None:
    """Raises CartClosed; whoever is closing the cart at this moment is waited for.

    The last thing that an order's transaction does: it holds the stock before the cart, as a
    payment does that empties the cart, so that the two never wait for each other.
    """
    is_open = or_(Cart.open_until.is_(None), Cart.open_until > now())
    found = require_transaction().execute(
        update(Cart).where(Cart.id == cart_id, is_open).values(open_until=Cart.open_until)
    )
    if not was_changed(found):
        raise CartClosed


def empty(cart_id: int, bought: Mapping[str, int], *, gift_note: str = "") -> None:
    """Takes what was bought out of a cart, its code, and the gift note that went with it.

    What was added since stays, another note too.
    """
    session = require_transaction()
    there = lock(cart_id)
    note = case((Cart.gift_note == gift_note, ""), else_=Cart.gift_note)
    values = {"code": "", "code_email": "", "gift_note": note}
    session.execute(update(Cart).where(Cart.id == cart_id).values(**values))
    for sku in sorted(bought.keys() & there.keys()):
        line = (CartLine.cart_id == cart_id) & (CartLine.sku == sku)
        left = there[sku] - bought[sku]
        if left > 0:
            session.execute(update(CartLine).where(line).values(quantity=left))
        else:
            session.execute(delete(CartLine).where(line))


def refill(cart_id: int, wanted: Mapping[str, int], *, gift_note: str = "") -> None:
    """Puts back what was bought but not paid, as far as it is still sold; what is there stays."""
    session = require_transaction()
    there = lock(cart_id)
    has_none = (Cart.id == cart_id) & (Cart.gift_note == "")
    session.execute(update(Cart).where(has_none).values(gift_note=gift_note))
    for sku in sorted(wanted.keys() - there.keys()):
        with suppress(Refusal), session.begin_nested():
            add(cart_id, sku, wanted[sku])


def lock(cart_id: int) -> dict[str, int]:
    """SKU → quantity, with the cart locked: two tabs add one after the other.

    Whatever is about to change, nothing that was before can be brought back by undo() then.
    """
    session = require_transaction()
    session.execute(update(Cart).where(Cart.id == cart_id).values(changed_at=now(), before=""))
    rows = session.execute(
        select(CartLine.sku, CartLine.quantity).where(CartLine.cart_id == cart_id)
    )
    return {row.sku: row.quantity for row in rows}


def _variant(sku: str) -> catalog.VariantView:
    found = catalog.variants_by_sku([sku]).get(sku)
    if found is None or not found.is_sold:
        raise UnknownProduct(sku)
    return found


def _name_of(sku: str) -> str:
    found = catalog.variants_by_sku([sku]).get(sku)
    return f"{found.product_name}, {found.name}" if found else "One article"


def _check_bounds(
    cart_id: int, lines: Mapping[str, int], sku: str, wanted: int, *, there: int = 0
) -> None:
    """Raises what keeps a cart from holding so many of a SKU beside its other lines."""
    shelf = inventory.shelf({sku, *lines}, owner=owner_of(cart_id))
    alone = shelf.left(sku)
    for other in lines.keys() - {sku}:
        shelf.take(other, lines[other])
    left = max(shelf.left(sku), 0)
    if wanted > left:
        raise OnlySomeLeft(sku, left, there, is_shared=left < min(alone, wanted))
    if wanted > MOST_OF_ONE:
        raise CartFull(
            f"One parcel takes at most {MOST_OF_ONE} of one article. Write to us for more."
        )


def _check_lines(cart_id: int) -> None:
    count = (
        require_transaction()
        .execute(select(func.count()).select_from(CartLine).where(CartLine.cart_id == cart_id))
        .scalar_one()
    )
    if count >= MOST_LINES:
        raise CartFull(f"A cart takes at most {MOST_LINES} different articles.")


def _put(cart_id: int, sku: str, quantity: int, *, price_cents: int, source: Source) -> None:
    session = require_transaction()
    values: dict[str, object] = {"quantity": quantity, "seen_price_cents": price_cents}
    if source.guide_slug:
        values |= {"guide_slug": source.guide_slug, "block": source.block}
    line = (CartLine.cart_id == cart_id) & (CartLine.sku == sku)
    changed = session.execute(update(CartLine).where(line).values(**values))
    if not was_changed(changed):
        session.add(CartLine(cart_id=cart_id, sku=sku, **values))
        session.flush()


def owner_of(cart_id: int) -> str:
    """The name under which this cart's holds are kept."""
    return f"cart-{cart_id}"
