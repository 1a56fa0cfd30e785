"""What a cart costs in the end: goods, offers, delivery and the tax inside, before paying."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from .. import delivery, offers
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
    code: CartCode | None = None
    notices: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, not even a sold-out line."""
        return not self.lines

    @property
    def is_buyable(self) -> bool:
        """Whether an order could be placed."""
        return self.item_count > 0

    @property
    def email(self) -> str:
        """The address that a code has asked for, and that the order goes to; '' if none has."""
        return self.code.email if self.code and self.code.is_used else ""

    @property
    def countries(self) -> tuple[str, ...]:
        """Where a code lets the parcel go; () for wherever the shop sends."""
        return self.code.countries if self.code and self.code.is_used else ()


def price_cart(basket: Basket, *, currency: str) -> PricedCart:
    """The basket with offers, delivery and tax; key changes with anything that changes the price.

    The sum from which delivery is free counts goods at their prices, so that an offer never takes a
    free delivery away.
    """
    chosen = delivery.delivery_for(basket.subtotal_cents)
    full_delivery = chosen.price_cents if basket.item_count else 0
    found = _offered(basket, currency)
    cuts = reckoned(basket, found, delivery_cents=full_delivery, currency=currency)
    code = cart_code(basket, found, cuts, delivery_cents=full_delivery, currency=currency)
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
        vat_cents=_vat(lines, delivery_cents),
        total_cents=subtotal + delivery_cents,
        currency=currency,
        key=_key(basket, delivery_cents, cuts, code),
        code=code,
        notices=_notices(basket),
    )


def _offered(basket: Basket, currency: str) -> offers.Offered:
    if not basket.lines:
        return offers.Offered()
    owner = owner_of(basket.cart_id)
    return offers.offered(code=basket.code, email=basket.code_email, owner=owner, currency=currency)


def _vat(lines: Sequence[BasketLine], delivery_cents: int) -> int:
    taxed = [(x.line_cents, delivery.tax_basis_points(x.tax_class)) for x in lines if x.quantity]
    return delivery.vat_of(taxed, delivery_cents)


def _key(
    basket: Basket, delivery_cents: int, cuts: Sequence[offers.Cut], code: CartCode | None
) -> str:
    """Also of who said they are, and where it may go: the payment page is made for them."""
    plain = f"{basket.key}-{delivery_cents}"
    if not cuts:
        return plain
    facts = [f"{cut.terms.id}:{cut.line_cents}:{cut.delivery_cents}" for cut in cuts]
    if code is not None and code.is_used:
        facts += [code.email, *code.countries]
    return f"{plain}-{hashlib.sha256('/'.join(facts).encode()).hexdigest()[:12]}"


def _notices(basket: Basket) -> tuple[str, ...]:
    return tuple(
        f"{line.name}, {line.variant}: {line.notice}" for line in basket.lines if line.notice
    )
