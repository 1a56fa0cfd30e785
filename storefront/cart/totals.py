"""What a cart costs in the end: goods, offers, delivery and the tax inside, before paying."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from .. import delivery, offers
from ..pages import settings
from .destination import Destination, destination, without_distant_code
from .operations import owner_of
from .queries import Basket, BasketLine, Reduction
from .reducing import CartCode, cart_code, reckoned, reduced_lines, reductions


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with its whole price; all money in minor units of one currency.

    goods_cents and full_delivery_cents are before what offers take off (cuts, and reductions in
    words), subtotal_cents and delivery_cents after it.
    """

    lines: tuple[BasketLine, ...]
    item_count: int
    goods_cents: int
    subtotal_cents: int
    delivery_name: str
    full_delivery_cents: int
    delivery_cents: int
    delivery_days: tuple[int, int]
    free_delivery_missing_cents: int
    free_delivery_from_cents: int
    cuts: tuple[offers.Cut, ...]
    reductions: tuple[Reduction, ...]
    vat_cents: int
    total_cents: int
    currency: str
    key: str
    goes: Destination = Destination("", (), "")
    code: CartCode | None = None
    notices: tuple[str, ...] = ()
    gift_note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, not even a sold-out line."""
        return not self.lines

    @property
    def is_buyable(self) -> bool:
        """Whether an order could be placed."""
        return self.item_count > 0 and not self.no_delivery

    @property
    def country(self) -> str:
        """The country that the shopper has chosen; '' for none yet."""
        return self.goes.country

    @property
    def countries(self) -> tuple[str, ...]:
        """Where an address may be: all that cost the same, or those of them that a code is for."""
        return _takes(self.code, self.goes)

    @property
    def no_delivery(self) -> str:
        """Why it cannot be sent there; '' where it can."""
        return self.goes.refusal

    @property
    def email(self) -> str:
        """The address that a code has asked for, and that the order goes to; '' if none has."""
        return self.code.email if self.code and self.code.is_used else ""


def price_cart(basket: Basket, *, currency: str) -> PricedCart:
    """The basket with offers, delivery and tax; key changes with anything that changes the price.

    The sum from which delivery is free counts goods at their prices, so that an offer never takes a
    free delivery away.
    """
    goes = destination(basket.country)
    chosen = delivery.delivery_for(basket.subtotal_cents, goes.country)
    full_delivery = chosen.price_cents if basket.item_count else 0
    found = without_distant_code(_offered(basket, currency), goes)
    cuts = reckoned(basket, found, delivery_cents=full_delivery, currency=currency)
    code = cart_code(
        basket, found, cuts, delivery_cents=full_delivery, currency=currency, served=goes.countries
    )
    lines = reduced_lines(basket.lines, cuts)
    delivery_cents = full_delivery - sum(cut.delivery_cents for cut in cuts)
    subtotal = sum(line.line_cents for line in lines)
    missing = 0 if full_delivery and not delivery_cents else chosen.missing_for_free_cents
    return PricedCart(
        lines=lines,
        item_count=basket.item_count,
        goods_cents=basket.subtotal_cents,
        subtotal_cents=subtotal,
        delivery_name=chosen.name,
        full_delivery_cents=full_delivery,
        delivery_cents=delivery_cents,
        delivery_days=chosen.days,
        free_delivery_missing_cents=missing,
        free_delivery_from_cents=basket.subtotal_cents + chosen.missing_for_free_cents,
        cuts=cuts,
        reductions=reductions(cuts),
        vat_cents=_vat(lines, delivery_cents, goes.country),
        total_cents=subtotal + delivery_cents,
        currency=currency,
        key=_key(basket, delivery_cents, cuts, code, goes),
        goes=goes,
        code=code,
        notices=_notices(basket),
        gift_note=basket.gift_note,
    )


def _offered(basket: Basket, currency: str) -> offers.Offered:
    if not basket.lines:
        return offers.Offered()
    owner = owner_of(basket.cart_id)
    return offers.offered(code=basket.code, email=basket.code_email, owner=owner, currency=currency)


def _takes(code: CartCode | None, goes: Destination) -> tuple[str, ...]:
    return (code.countries if code and code.is_used else ()) or goes.countries


def _vat(lines: Sequence[BasketLine], delivery_cents: int, country: str) -> int:
    taxed = [
        (line.line_cents, delivery.tax_basis_points(line.tax_class, country))
        for line in lines
        if line.quantity
    ]
    return delivery.vat_of(taxed, delivery_cents)


def _key(
    basket: Basket,
    delivery_cents: int,
    cuts: Sequence[offers.Cut],
    code: CartCode | None,
    goes: Destination,
) -> str:
    """Also of who said they are, and where it may go: the payment page is made for them."""
    facts = [f"{cut.terms.id}:{cut.line_cents}:{cut.delivery_cents}" for cut in cuts]
    if code is not None and code.is_used:
        facts.append(code.email)
    if _takes(code, goes) != settings().countries:
        facts += _takes(code, goes)
    plain = f"{basket.key}-{delivery_cents}"
    if not facts:
        return plain
    return f"{plain}-{hashlib.sha256('/'.join(facts).encode()).hexdigest()[:12]}"


def _notices(basket: Basket) -> tuple[str, ...]:
    return tuple(
        f"{line.name}, {line.variant}: {line.notice}" for line in basket.lines if line.notice
    )
