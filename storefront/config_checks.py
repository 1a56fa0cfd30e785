"""Which settings would make a shop that does harm or none at all: each with what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.headerregistry import Address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.numbers import is_currency
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from .assets import Assets, folder
from .countries import countries
from .errors import SettingsError
from .money import smallest_step
from .rate_checks import has_wrong_delivery, has_wrong_tax

if TYPE_CHECKING:
    from .config import Settings

_KEYS = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")
# Two decimals at Stripe, none on paper (docs.stripe.com/currencies): 100 would be charged as 1.
_COUNTED_OTHERWISE = {"AFN", "ALL", "ISK", "LAK", "LBP", "MMK", "RSD", "SOS", "STD", "UGX", "YER"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2})?")
_MOST = 2_000_000_000  # whole numbers that every database and Stripe can hold


def check(settings: Settings) -> None:
    """Raises SettingsError with the first thing that is wrong."""
    for name, (least, most) in _RANGES.items():  # first: addresses are made from the port
        if not least <= getattr(settings, name) <= most:
            raise SettingsError(f"{name} must be a whole number from {least} to {most}.")
    for is_wrong, sentence in (*_PAYMENTS, *_SECRETS, *_ADDRESSES, *_TRADE):
        if is_wrong(settings):
            raise SettingsError(sentence)


def _has_box_secret(settings: Settings) -> bool:
    return settings.STRIPE_WEBHOOK_SECRET.startswith("whsec_box_")


def _has_no_database(settings: Settings) -> bool:
    try:
        url = make_url(settings.DATABASE_URL)
    except (ArgumentError, ValueError):
        return True
    return url.get_backend_name() not in {"sqlite", "postgresql"}


def _is_address(text: str) -> bool:
    url = _split(text)
    is_bare = not url.query and not url.fragment
    return url.scheme in {"http", "https"} and bool(url.hostname) and is_bare


def _has_no_post(settings: Settings) -> bool:
    url = _split(settings.STOREFRONT_MAIL_URL)
    return url.scheme != "file" and (url.scheme not in {"smtp", "smtps"} or not url.hostname)


def _has_no_sender(settings: Settings) -> bool:
    sender = settings.STOREFRONT_MAIL_FROM
    try:
        Address(addr_spec=sender)
    except Exception:  # the parser raises many kinds: each says that nobody can be written to
        return True
    return not sender.isascii()


def _has_unknown_country(settings: Settings) -> bool:
    return any(code not in countries() for code in settings.countries)


def _has_unknown_locale(settings: Settings) -> bool:
    try:
        Locale.parse(settings.STOREFRONT_LOCALE)
    except (ValueError, UnknownLocaleError):
        return True
    return False


def _has_unknown_time_zone(settings: Settings) -> bool:
    try:
        ZoneInfo(settings.STOREFRONT_TIME_ZONE)
    except (ValueError, OSError, KeyError):  # no name, a folder's name, a name that nobody knows
        return True
    return False


def _has_wrong_languages(settings: Settings) -> bool:
    found = settings.languages
    codes = [code.lower() for code, _ in found]
    return bool(found) and (
        len(set(codes)) < len(codes)
        or not all(_LANGUAGE.fullmatch(code) for code, _ in found)
        or not all(_is_address(address) for _, address in found)
        or settings.STOREFRONT_PUBLIC_URL not in {address for _, address in found}
    )


def _lacks_logo(settings: Settings) -> bool:
    static = Assets(folder("static"))
    logos = (settings.STOREFRONT_LOGO, settings.STOREFRONT_LOGO_DARK)
    files = [logo for logo in logos if logo and not logo.startswith("/") and "://" not in logo]
    return any(file not in static for file in files)


def _split(url: str) -> SplitResult:
    """The parts of an address; none of them when it is none."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else urlsplit("")  # reading an unfit port raises
    except ValueError:
        return urlsplit("")


_Checks = tuple[tuple[Callable[["Settings"], bool], str], ...]

_PAYMENTS: _Checks = (
    (
        lambda s: not s.STRIPE_SECRET_KEY.startswith(_KEYS),
        "STRIPE_SECRET_KEY must start with sk_test_; copy it from Stripe.",
    ),
    (
        lambda s: s.STOREFRONT_PRODUCTION and s.is_test_mode,
        "STOREFRONT_PRODUCTION is on but no real money would come in: set STRIPE_SECRET_KEY to a"
        " live key and STOREFRONT_LIVE_PAYMENTS=1, or turn STOREFRONT_PRODUCTION off to try out.",
    ),
    (
        lambda s: not s.is_test_mode and not s.STOREFRONT_LIVE_PAYMENTS,
        "STRIPE_SECRET_KEY is a live key; use an sk_test_ key,"
        " or set STOREFRONT_LIVE_PAYMENTS=1 to take real money.",
    ),
    (
        lambda s: not s.is_test_mode and not s.STOREFRONT_PRODUCTION,
        "STRIPE_SECRET_KEY is a live key; set STOREFRONT_PRODUCTION=1 as well,"
        " or use an sk_test_ key.",
    ),
    (
        lambda s: not s.is_test_mode and bool(s.STRIPE_API_BASE),
        "A live key must reach Stripe and nobody else; unset STRIPE_API_BASE.",
    ),
)

_SECRETS: _Checks = (
    (
        lambda s: not s.SECRET_KEY,
        "SECRET_KEY is empty; remove secret_key from the instance folder to have a new one made.",
    ),
    (
        lambda s: not s.STRIPE_WEBHOOK_SECRET,
        "STRIPE_WEBHOOK_SECRET is missing; copy the whsec_… of your webhook endpoint.",
    ),
    (
        lambda s: not s.STRIPE_WEBHOOK_SECRET.startswith("whsec_"),
        "STRIPE_WEBHOOK_SECRET must start with whsec_.",
    ),
    (
        lambda s: _has_box_secret(s) and not s.uses_stripe_box,
        "STRIPE_WEBHOOK_SECRET belongs to the Stripe box but the key talks to Stripe;"
        " set the secret of Stripe's own webhook endpoint.",
    ),
)

_ADDRESSES: _Checks = (
    (
        _has_no_database,
        "DATABASE_URL must look like postgresql://user:password@host/name or sqlite:///file.",
    ),
    (
        lambda s: (
            bool(s.REDIS_URL) and not s.REDIS_URL.startswith(("redis://", "rediss://", "unix://"))
        ),
        "REDIS_URL must start with redis://, rediss:// or unix://; unset it to do without Redis.",
    ),
    (
        lambda s: bool(s.STRIPE_API_BASE) and not _is_address(s.STRIPE_API_BASE),
        "STRIPE_API_BASE must be an address like http://127.0.0.1:9000; unset it to reach Stripe.",
    ),
    (
        lambda s: not _is_address(s.STOREFRONT_PUBLIC_URL),
        "STOREFRONT_PUBLIC_URL must be an address like https://shop.example.",
    ),
    (
        lambda s: s.STOREFRONT_PRODUCTION and not s.STOREFRONT_PUBLIC_URL.startswith("https://"),
        "STOREFRONT_PUBLIC_URL must start with https:// in production.",
    ),
    (
        _has_no_post,
        "STOREFRONT_MAIL_URL must be file: or look like smtp://user:password@mail.example:587"
        " (smtps:// for TLS from the first byte).",
    ),
    (
        lambda s: s.STOREFRONT_PRODUCTION and s.STOREFRONT_MAIL_URL.lower().startswith("file:"),
        "STOREFRONT_PRODUCTION is on but letters would stay in a folder: set STOREFRONT_MAIL_URL"
        " to smtp://user:password@mail.example:587.",
    ),
    (
        _has_no_sender,
        "STOREFRONT_MAIL_FROM must be one plain address like orders@shop.example; without it,"
        " STOREFRONT_SUPPORT_EMAIL must be one.",
    ),
)

_TRADE: _Checks = (
    (
        lambda s: s.STOREFRONT_LINK_CHECKS not in {"on", "off", "loopback"},
        "STOREFRONT_LINK_CHECKS must be on or off.",
    ),
    (
        lambda s: s.STOREFRONT_LINK_CHECKS == "loopback" and s.STOREFRONT_PRODUCTION,
        "STOREFRONT_LINK_CHECKS=loopback lets guides make the worker ask this very machine, and is"
        " for tests only. Set it to on or off.",
    ),
    (
        lambda s: not is_currency(s.STOREFRONT_CURRENCY),
        "STOREFRONT_CURRENCY must be an ISO 4217 code like EUR.",
    ),
    (
        lambda s: s.STOREFRONT_CURRENCY in _COUNTED_OTHERWISE,
        "STOREFRONT_CURRENCY is one that Stripe counts in other minor units than people write it;"
        " take another, such as EUR.",
    ),
    (
        lambda s: s.STOREFRONT_DELIVERY_CENTS % smallest_step(s.STOREFRONT_CURRENCY) != 0,
        "STOREFRONT_DELIVERY_CENTS must end in 0: Stripe takes amounts in currencies of three"
        " decimals, such as KWD, to the second one.",
    ),
    (
        lambda s: not s.countries or _has_unknown_country(s),
        "STOREFRONT_COUNTRIES must list ISO 3166 codes of two letters, like DE,AT.",
    ),
    (
        has_wrong_delivery,
        "STOREFRONT_DELIVERY_CENTS_TO must look like IE=690,PT=890: ISO 3166 codes, and prices as"
        " STOREFRONT_DELIVERY_CENTS has them.",
    ),
    (_has_unknown_locale, "STOREFRONT_LOCALE must be a known locale like en_IE or de_DE."),
    (
        _has_unknown_time_zone,
        "STOREFRONT_TIME_ZONE must be a time zone like Europe/Dublin or America/New_York.",
    ),
    (
        has_wrong_tax,
        "STOREFRONT_TAX_RATES must look like standard=19,reduced=7, each from 0 to 100; a country"
        " with rates of its own has a standard one too: FR.standard=20,FR.reduced=5.5.",
    ),
    (
        lambda s: not s.STOREFRONT_LAYOUT,
        "STOREFRONT_LAYOUT is empty; name the template that every page extends, or unset it.",
    ),
    (
        _has_wrong_languages,
        "STOREFRONT_LANGUAGES must look like en=https://shop.example,de=https://de.shop.example and"
        " name STOREFRONT_PUBLIC_URL as one of them.",
    ),
    (
        lambda s: s.STOREFRONT_RETURN_POSTAGE not in {"", "shopper", "shop"},
        "STOREFRONT_RETURN_POSTAGE must be shopper or shop, or unset.",
    ),
    (
        _lacks_logo,
        "STOREFRONT_LOGO and STOREFRONT_LOGO_DARK must be files below static/, or empty to show"
        " the name.",
    ),
)

_RANGES = {
    "PORT": (1, 65_535),
    "WEB_WORKERS": (1, 256),
    "WEB_THREADS": (1, 256),
    "STOREFRONT_TRUSTED_PROXIES": (0, 100),
    "STOREFRONT_DELIVERY_CENTS": (0, _MOST),
    "STOREFRONT_FREE_DELIVERY_FROM_CENTS": (0, _MOST),
    "STOREFRONT_LOW_STOCK": (0, _MOST),
    "STOREFRONT_RETURN_DAYS": (0, 3650),
    # Stripe takes 30 to 1440 by its own clock: a minute for clocks, one for a call that repeats.
    "STOREFRONT_SESSION_MINUTES": (32, 1439),
    "STOREFRONT_DRAFT_DAYS": (1, 365),
    "STOREFRONT_REVIEW_DAYS": (1, 59),
    "STOREFRONT_HOLD_GRACE_MINUTES": (1, 100_000),
    "STOREFRONT_PAGE_CACHE_SECONDS": (0, _MOST),
}
