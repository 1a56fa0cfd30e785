"""What offers do to the lines of a cart, and to the code that it keeps, in the words of pages."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import catalog, offers
from ..money import smallest_step
from .queries import Basket, BasketLine, Reduction


@dataclass(frozen=True, slots=True)
class CartCode:
    """The code that a cart keeps: the offer's name, and if it does not count, why.

    email is that of a shopper whom the code has made say who they are; countries are those that it
    lets the parcel go to, () for all.
    """

    code: str
    words: str = ""
    note: str = ""
    is_used: bool = False
    needs_email: bool = False
    email: str = ""
    countries: tuple[str, ...] = ()


def reckoned(
    basket: Basket, found: offers.Offered, *, delivery_cents: int, currency: str
) -> tuple[offers.Cut, ...]:
    """What offers take off a basket and its delivery."""
    step = smallest_step(currency)
    return offers.reckon(_goods(basket), delivery_cents, found.terms, step=step)


def reduced_lines(
    lines: Sequence[BasketLine], cuts: Sequence[offers.Cut]
) -> tuple[BasketLine, ...]:
    """The lines with what is taken off each, and by what."""
    lowest = _lowest_before(lines, cuts)
    return tuple(_reduced(line, place, cuts, lowest) for place, line in enumerate(lines))


def reductions(cuts: Sequence[offers.Cut]) -> tuple[Reduction, ...]:
    """What each offer takes off all of the cart."""
    return tuple(Reduction(_words(cut.terms), cut.cents) for cut in cuts)


def cart_code(
    basket: Basket,
    found: offers.Offered,
    cuts: Sequence[offers.Cut],
    *,
    delivery_cents: int,
    currency: str,
    served: Sequence[str],
) -> CartCode | None:
    """What became of the code of a cart that may go to the countries served; None without one."""
    terms = found.code
    if not basket.code:
        return None
    if terms is None:
        return CartCode(basket.code, note=found.refusal)
    if found.needs_email:
        return CartCode(basket.code, words=terms.name, needs_email=True)
    goods = _goods(basket)
    why = offers.why_nothing(terms, goods, cuts, delivery_cents=delivery_cents, currency=currency)
    countries = tuple(code for code in served if code in terms.countries)
    return CartCode(
        basket.code,
        words=terms.name,
        note=why or (offers.only_to(countries) if countries else ""),
        is_used=not why,
        email=basket.code_email if terms.is_per_shopper else "",
        countries=countries,
    )


def _goods(basket: Basket) -> list[offers.Goods]:
    return [
        offers.Goods(line.sku, line.category_id, line.quantity, line.unit_price_cents)
        for line in basket.lines
    ]


def _reduced(
    line: BasketLine, place: int, cuts: Sequence[offers.Cut], lowest: dict[str, int]
) -> BasketLine:
    """A line at what is paid for it.

    The lowest price of the 30 days before stands beside it only where the law lets a reduction be
    announced at all: where what is paid for one is below it (Directive 98/6/EC Art. 6a).
    """
    taken = [(cut.terms, cut.line_cents[place]) for cut in cuts if cut.line_cents[place]]
    if not taken:
        return line
    line_cents = line.full_cents - sum(cents for _, cents in taken)
    priors = [cents for cents in (line.prior_cents, lowest.get(line.sku)) if cents]
    is_lower = priors and math.ceil(line_cents / line.quantity) < min(priors)
    return replace(
        line,
        line_cents=line_cents,
        prior_cents=min(priors) if is_lower else None,
        reductions=tuple(Reduction(_words(terms), cents) for terms, cents in taken),
    )


def _lowest_before(lines: Sequence[BasketLine], cuts: Sequence[offers.Cut]) -> dict[str, int]:
    """SKU → its lowest price of the 30 days before the first offer that simply lowers prices."""
    plain = [cut for cut in cuts if cut.terms.is_plain and cut.terms.starts_at is not None]
    skus = [
        line.sku for place, line in enumerate(lines) if any(cut.line_cents[place] for cut in plain)
    ]
    begins = min((cut.terms.starts_at for cut in plain if cut.terms.starts_at), default=None)
    return catalog.lowest_prices(skus, before=begins) if skus and begins else {}


def _words(terms: offers.Terms) -> str:
    return f"{terms.name} ({terms.code})" if terms.code else terms.name
