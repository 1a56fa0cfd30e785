"""How the shop, its money and its days are written on pages and in letters."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask, current_app
from markupsafe import Markup, escape

from .config import DEMO_ADDRESS, Settings
from .local_time import local
from .money import UnitPrice, format_money
from .pages import settings


def show_money(cents: int, currency: str) -> str:
    """Filter money: 1290 → '€12.90'."""
    return _money(cents, currency, settings().STOREFRONT_LOCALE)


def show_day(day: date) -> str:
    """Filter day: '21 November 2026'; of a moment, the day it was where the shop is."""
    if isinstance(day, datetime):
        day = local(day).date()
    return format_date(day, "d MMMM yyyy", locale=settings().STOREFRONT_LOCALE)


def show_moment(moment: datetime) -> str:
    """Filter moment: '21 November 2026, 14:05 UTC', by the clock of the shop's time zone."""
    here = local(moment)
    text = format_datetime(
        here, "d MMMM yyyy, HH:mm", tzinfo=here.tzinfo, locale=settings().STOREFRONT_LOCALE
    )
    return f"{text} {here:%Z}"


def paragraphs(text: str) -> tuple[str, ...]:
    """A text that a visitor wrote, as it is divided by empty lines."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def show_unit_price(price: UnitPrice | None) -> Markup:
    """Filter unit_price: '€129.00 / l', or nothing for pieces."""
    if price is None:
        return Markup("")
    return Markup("{} / {}").format(show_money(price.cents, price.currency), escape(price.per))


def show_country(code: str) -> str:
    """Filter country: 'DE' → 'Germany', in the shop's language; an unknown code stays as it is."""
    return _country(code, settings().STOREFRONT_LOCALE)


@lru_cache(maxsize=512)
def _country(code: str, locale: str) -> str:
    return str(Locale.parse(locale).territories.get(code, code))


@lru_cache(maxsize=4096)
def _money(cents: int, currency: str, locale: str) -> str:
    return format_money(cents, currency, locale)


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What templates know about the shop."""

    name: str
    tagline: str
    locale: str
    currency: str
    time_zone: str
    support_email: str
    address: str
    delivery_sentence: str
    returns_sentence: str
    is_invented: bool  # the trader is the demo's
    is_test_mode: bool
    has_own_staff: bool
    logo: str
    logo_dark: str


def shop_facts() -> ShopFacts:
    """The shop as templates and letters speak of it."""
    found = settings()
    money = partial(show_money, currency=found.STOREFRONT_CURRENCY)
    return ShopFacts(
        name=found.STOREFRONT_NAME,
        tagline=found.STOREFRONT_TAGLINE,
        locale=found.STOREFRONT_LOCALE,
        currency=found.STOREFRONT_CURRENCY,
        time_zone=found.STOREFRONT_TIME_ZONE,
        support_email=found.STOREFRONT_SUPPORT_EMAIL,
        address=found.STOREFRONT_ADDRESS,
        delivery_sentence=(
            f"Delivery {money(found.STOREFRONT_DELIVERY_CENTS)}{_delivery_elsewhere(found)},"
            f" free from {money(found.STOREFRONT_FREE_DELIVERY_FROM_CENTS)}."
            f" {found.STOREFRONT_DELIVERY_NOTE}"
        ).rstrip(),
        returns_sentence=found.STOREFRONT_RETURNS_NOTE,
        is_invented=not found.STOREFRONT_PRODUCTION and found.STOREFRONT_ADDRESS == DEMO_ADDRESS,
        is_test_mode=found.is_test_mode,
        has_own_staff=current_app.extensions["storefront"].staff_person is None,
        logo=found.STOREFRONT_LOGO,
        logo_dark=found.STOREFRONT_LOGO_DARK,
    )


def _delivery_elsewhere(found: Settings) -> str:
    """' (Ireland €6.90)': where delivery has another price."""
    prices = found.delivery_cents_to
    places = [
        f"{show_country(code)} {show_money(prices[code], found.STOREFRONT_CURRENCY)}"
        for code in found.countries
        if prices.get(code, found.STOREFRONT_DELIVERY_CENTS) != found.STOREFRONT_DELIVERY_CENTS
    ]
    return f" ({', '.join(places)})" if places else ""


class LazyFacts:
    """Jinja's global `shop`: the facts of whichever app renders, worked out once per app."""

    def __getattr__(self, name: str) -> Any:
        state = current_app.extensions["storefront"]
        if state.facts is None:
            state.facts = shop_facts()
        return getattr(state.facts, name)


def register_filters(app: Flask) -> None:
    """Gives templates the shop's filters; their names begin with shop_, a host keeps its own."""
    filters: dict[str, Any] = {
        "shop_money": show_money,
        "shop_day": show_day,
        "shop_moment": show_moment,
        "shop_unit_price": show_unit_price,
        "shop_country": show_country,
    }
    app.jinja_env.filters.update(filters)
