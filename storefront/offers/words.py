"""What shoppers are told about a code that takes nothing off, and staff about an offer."""

from collections.abc import Sequence
from datetime import datetime

from ..display import show_country, show_moment, show_money
from .reckoning import Cut, Goods, Terms

UNKNOWN = "We do not know this code. Please compare it with what you were given."
PAUSED = "This code cannot be used at the moment."
USED_UP = "This code has been used as often as it may be."
NOT_HERE = "This code is for countries that we do not send to."
NOT_THESE_GOODS = (
    "This code is not for what is in your cart; it counts once you add what it is for."
)
NOTHING = "This code takes nothing off what is in your cart."
FREE_ALREADY = "Delivery is free already, so this code takes nothing off."


def why_nothing(
    terms: Terms, goods: Sequence[Goods], cuts: Sequence[Cut], *, delivery_cents: int, currency: str
) -> str:
    """Why a code that may be used takes nothing off this cart; '' where it does."""
    if any(cut.terms.id == terms.id for cut in cuts):
        return ""
    missing = terms.missing_cents(goods)
    if missing:
        is_for_all = all(terms.covers(line) for line in goods)
        return _missing(missing, currency, is_for_all=is_for_all)
    if terms.kind == "free_delivery":
        return _beaten(cuts) if delivery_cents else FREE_ALREADY
    units = sum(line.quantity for line in goods if terms.covers(line))
    if not units:
        return NOT_THESE_GOODS
    if terms.kind == "buy_get" and units < terms.buy_units + terms.free_units:
        return f"This code counts from {terms.buy_units + terms.free_units} of what it is for on."
    return _beaten(cuts)


def only_to(countries: Sequence[str]) -> str:
    """A code that bounds where the parcel goes."""
    named = ", ".join(map(show_country, countries))
    return f"With this code we deliver to {named} only."


def counts_in(countries: Sequence[str]) -> str:
    """A code that is for other countries than the parcel goes to."""
    named = ", ".join(map(show_country, countries))
    return f"This code counts for parcels to {named} only."


def not_yet(starts_at: datetime) -> str:
    """A code whose time is still to come."""
    return f"This code can be used from {show_moment(starts_at)} on."


def ended(ends_at: datetime) -> str:
    """A code whose time is over."""
    return f"This code could be used until {show_moment(ends_at)}."


def used_by_you(most: int) -> str:
    """A code that a shopper has used as often as each may."""
    often = "once" if most == 1 else f"{most} times"
    return f"Each shopper can use this code {often}, and with this e-mail address that was done."


def what_it_gives(terms: Terms, currency: str) -> str:
    """An offer in a few words: 10 % off, €5.00 off, buy 2 and get 1 free, free delivery."""
    if terms.kind == "percent":
        return f"{terms.percent} % off"
    if terms.kind == "amount":
        return f"{show_money(terms.amount_cents, currency)} off"
    if terms.kind == "buy_get":
        return f"Buy {terms.buy_units}, get {terms.free_units} free"
    return "Free delivery"


def _missing(cents: int, currency: str, *, is_for_all: bool) -> str:
    goods = "in your cart" if is_for_all else "of the goods that it is for"
    return f"This code counts once there is {show_money(cents, currency)} more {goods}."


def _beaten(cuts: Sequence[Cut]) -> str:
    """By what saves more and does not go together with it."""
    if not cuts:
        return NOTHING
    others = " and ".join(f"“{cut.terms.name}”" for cut in cuts)
    return f"This code is not used: it cannot be combined with {others}, which saves you more."
