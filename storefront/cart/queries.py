"""Reads of the cart: its lines at today's prices and stock, and what changed since last time."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from .. import catalog, inventory
from ..database import db
from ..money import UnitPrice, format_money
from .models import Cart, CartLine
from .operations import MOST_OF_ONE, hash_token, owner_of


@dataclass(frozen=True, slots=True)
class Reduction:
    """What an offer takes off, in minor units, and its name, with its code if it has one."""

    words: str
    cents: int


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line at today's price; quantity is what can really be bought, wanted what was asked for."""

    sku: str
    product_id: int
    name: str
    variant: str
    slug: str
    picture: catalog.PictureView | None
    quantity: int
    wanted: int
    max_quantity: int
    unit_price_cents: int
    prior_cents: int | None  # of an announced reduction: the lowest price of 30 days before it
    line_cents: int
    currency: str
    unit_price: UnitPrice | None
    tax_class: str
    guide_slug: str
    block: str
    notice: str
    category_id: int = 0
    full_cents: int = 0  # before what offers take off
    reductions: tuple["Reduction", ...] = ()

    @property
    def is_beside_guide(self) -> bool:
        """Whether it was added here, because it goes with an article that came from the guide."""
        return self.block == catalog.IN_CART


@dataclass(frozen=True, slots=True)
class Basket:
    """A cart as it can be bought now; key changes with anything the shopper would pay for."""

    cart_id: int
    lines: tuple[BasketLine, ...]
    subtotal_cents: int
    item_count: int
    key: str
    code: str = ""
    code_email: str = ""
    country: str = ""
    gift_note: str = ""

    @property
    def buyable(self) -> tuple[BasketLine, ...]:
        """The lines that an order would have."""
        return tuple(line for line in self.lines if line.quantity)


EMPTY = Basket(cart_id=0, lines=(), subtotal_cents=0, item_count=0, key="")


def find_cart(token: str | None) -> Cart | None:
    """The cart that a cookie opens; a forged or forgotten token opens none."""
    if not token or len(token) > 100:
        return None
    return db.session.execute(
        select(Cart).where(Cart.token_hash == hash_token(token))
    ).scalar_one_or_none()


def basket(cart_id: int | None) -> Basket:
    """What a cart holds, at today's prices and stock, in three statements."""
    if cart_id is None:
        return EMPTY
    found = db.session.execute(
        select(CartLine, Cart.code, Cart.code_email, Cart.country, Cart.gift_note)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(CartLine.cart_id == cart_id)
        .order_by(CartLine.id)
    ).all()
    if not found:
        return Basket(cart_id, (), 0, 0, _key([]))
    rows = [row for row, *_ in found]
    _, code, email, country, gift_note = found[0]
    skus = [row.sku for row in rows]
    variants = catalog.variants_by_sku(skus)
    shelf = inventory.shelf(skus, owner=owner_of(cart_id))
    lines = tuple(_take(row, variants[row.sku], shelf) for row in rows if row.sku in variants)
    return Basket(
        cart_id=cart_id,
        lines=lines,
        subtotal_cents=sum(line.line_cents for line in lines),
        item_count=sum(line.quantity for line in lines),
        key=_key([f"{line.sku}*{line.quantity}@{line.unit_price_cents}" for line in lines]),
        code=code,
        code_email=email,
        country=country,
        gift_note=gift_note,
    )


def _take(row: CartLine, variant: catalog.VariantView, shelf: inventory.Shelf) -> BasketLine:
    """A line of what the lines before it left: a kit and its part share their units."""
    line = _line(row, variant, shelf.left(row.sku))
    shelf.take(row.sku, line.quantity)
    return line


def _line(row: CartLine, variant: catalog.VariantView, free: int) -> BasketLine:
    left = min(max(free, 0), MOST_OF_ONE) if variant.is_sold else 0
    quantity = min(row.quantity, left)
    return BasketLine(
        sku=row.sku,
        product_id=variant.product_id,
        name=variant.product_name,
        variant=variant.name,
        slug=variant.slug,
        picture=variant.picture,
        quantity=quantity,
        wanted=row.quantity,
        max_quantity=left,
        unit_price_cents=variant.price_cents,
        prior_cents=variant.prior_cents,
        line_cents=quantity * variant.price_cents,
        currency=variant.currency,
        unit_price=variant.unit_price,
        tax_class=variant.tax_class,
        guide_slug=row.guide_slug,
        block=row.block,
        notice=_notice(row, variant, quantity),
        category_id=variant.category_id,
        full_cents=quantity * variant.price_cents,
    )


def _notice(row: CartLine, variant: catalog.VariantView, quantity: int) -> str:
    sentences = []
    if not variant.is_sold:
        sentences.append("We do not sell this any more, so it is not part of your order.")
    elif quantity == 0:
        sentences.append("Sold out since it was put here, so it is not part of your order.")
    elif quantity < row.quantity:
        sentences.append(f"Only {quantity} left, so your order holds {quantity} of {row.quantity}.")
    if quantity and variant.price_cents != row.seen_price_cents:
        before = format_money(row.seen_price_cents, variant.currency)
        now = format_money(variant.price_cents, variant.currency)
        sentences.append(f"The price changed from {before} to {now} since it was put here.")
    return " ".join(sentences)


def _key(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
