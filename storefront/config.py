"""Every setting of the shop: one line and one comment each; a mistake stops the start.

Read from the Flask config of the host first, then from the environment. docs/operating.md lists
them with examples, and a test keeps that list complete.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .config_checks import check
from .errors import SettingsError

_NO_BROWSER_GOES_TO = {2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6697, 10080}
DEMO_ADDRESS = "Stillwater Badekontor GmbH, Salzkontor 12, 26122 Oldenburg, Germany"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Set to nothing, these say something; any other setting that is empty counts as not set.
_MAY_BE_EMPTY = {
    "STOREFRONT_COUNTRIES",
    "STOREFRONT_DELIVERY_NOTE",
    "STOREFRONT_LAYOUT",
    "STOREFRONT_LOGO",
    "STOREFRONT_LOGO_DARK",
}
# What nobody can guess, and what would otherwise be the demo's.
_NEEDED_IN_PRODUCTION = (
    "SECRET_KEY",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STOREFRONT_PUBLIC_URL",
    "STOREFRONT_NAME",
    "STOREFRONT_SUPPORT_EMAIL",
    "STOREFRONT_ADDRESS",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one app's shop was started with."""

    SECRET_KEY: str = (
        ""  # signs sessions and links; made and kept in the instance folder by default
    )
    DATABASE_URL: str = ""  # SQLAlchemy URL; SQLite in the instance folder by default
    REDIS_URL: str = ""  # optional: shared rate limits and page-cache stamp for several machines
    STRIPE_SECRET_KEY: str = ""  # sk_test_… talks to Stripe's test mode; empty uses the Stripe box
    STRIPE_WEBHOOK_SECRET: str = ""  # whsec_… of the endpoint /webhooks/stripe
    STRIPE_WEBHOOK_SECRET_PREVIOUS: str = (
        ""  # the secret before a roll; accepted beside the new one
    )
    STRIPE_API_BASE: str = ""  # address of the Stripe box; leave empty with a real key
    PORT: int = 8000  # where the web server listens
    WEB_ADDRESS: str = "127.0.0.1"  # at which address; 0.0.0.0 inside a container
    WEB_WORKERS: int = 1  # processes of the web server
    WEB_THREADS: int = 16  # threads of each; half of them at most talk to Stripe
    STOREFRONT_INSTANCE: str = "instance"  # folder for database, pictures, letters and caches
    STOREFRONT_PRODUCTION: bool = False  # real customers: secrets and own addresses must be set
    STOREFRONT_LIVE_PAYMENTS: bool = False  # must be on before an sk_live_ key is accepted
    STOREFRONT_PUBLIC_URL: str = ""  # how shoppers reach the site; used in letters and at Stripe
    STOREFRONT_TRUSTED_PROXIES: int = 0  # how many proxies in front set X-Forwarded-… headers
    STOREFRONT_NAME: str = "Stillwater"  # the shop's name
    STOREFRONT_TAGLINE: str = "Magnesium for bath and skin"  # one line under it
    STOREFRONT_BRAND: str = ""  # the brand of all goods, as search engines are told; empty is none
    STOREFRONT_LANGUAGES: str = ""  # the same shop in other languages: en=https://…,de=https://…
    STOREFRONT_SUPPORT_EMAIL: str = "care@stillwater.example"  # shown when something needs a person
    STOREFRONT_ADDRESS: str = DEMO_ADDRESS  # the trader's postal address, in footer and letters
    STOREFRONT_LOCALE: str = "en_IE"  # how money and dates are written
    STOREFRONT_TIME_ZONE: str = "UTC"  # whose clock pages, letters, plans and days go by
    STOREFRONT_CURRENCY: str = "EUR"  # the one currency of catalogue, cart and orders
    STOREFRONT_COUNTRIES: str = "AT,BE,DE,DK,ES,FI,FR,IE,IT,LU,NL,PT,SE"  # where we deliver
    STOREFRONT_DELIVERY_CENTS: int = 490  # flat delivery price
    STOREFRONT_DELIVERY_CENTS_TO: str = ""  # that of countries where it is another: IE=690,PT=890
    STOREFRONT_FREE_DELIVERY_FROM_CENTS: int = 4900  # goods worth this much travel free
    STOREFRONT_DELIVERY_NOTE: str = "Parcels take two to four working days."  # after the prices
    STOREFRONT_RETURNS_NOTE: str = (  # wherever somebody asks what can be sent back
        "You may withdraw from the contract within 14 days of receiving your parcel, without"
        " giving a reason."
    )
    STOREFRONT_RETURN_DAYS: int = 14  # the days in that note, as search engines are told; 0 is none
    STOREFRONT_RETURN_POSTAGE: str = ""  # who pays to send back, as they are told: shopper or shop
    STOREFRONT_TAX_RATES: str = (
        "standard=19,reduced=7"  # percent inside the price; FR.standard=20 in France
    )
    STOREFRONT_LINK_CHECKS: str = "on"  # whether the worker asks addresses that guides lead to
    STOREFRONT_LOW_STOCK: int = 5  # from here down the page says how many are left
    STOREFRONT_SESSION_MINUTES: int = 35  # how long a payment page stays open (32 to 1439)
    STOREFRONT_HOLD_GRACE_MINUTES: int = 15  # how much longer than that its goods stay held
    STOREFRONT_DRAFT_DAYS: int = 14  # how long an order taken by phone can be paid after its letter
    STOREFRONT_REVIEW_COUNTRIES: str = ""  # whose buyers a letter asks for a review; empty: nobody
    STOREFRONT_REVIEW_DAYS: int = 10  # how long after the last parcel has left
    STOREFRONT_MAIL_URL: str = (
        "file:"  # file: writes letters to the instance folder; smtp://user:pw@host:587
    )
    STOREFRONT_MAIL_FROM: str = ""  # sender of letters; the support address by default
    STOREFRONT_RATE_LIMITS: bool = True  # off only for measuring, or behind a proxy that limits
    STOREFRONT_PAGE_CACHE_SECONDS: int = 60  # longest life of a cached page; 0 turns the cache off
    STOREFRONT_LOGO: str = "brand/wordmark.svg"  # file below static/, or empty for the name in type
    STOREFRONT_LOGO_DARK: str = "brand/wordmark-light.svg"  # the same on dark ground
    STOREFRONT_LAYOUT: str = "storefront/layout.html"  # the template every page extends

    @property
    def instance(self) -> Path:
        """The instance folder, absolute."""
        return Path(self.STOREFRONT_INSTANCE).absolute()

    @property
    def uses_stripe_box(self) -> bool:
        """Whether payments go to the offline stand-in on this machine."""
        return _is_loopback(self.STRIPE_API_BASE)

    @property
    def is_test_mode(self) -> bool:
        """Whether nobody's money moves."""
        return "_test_" in self.STRIPE_SECRET_KEY[:8]

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO codes of the countries we deliver to."""
        codes = (code.strip().upper() for code in self.STOREFRONT_COUNTRIES.split(","))
        return tuple(code for code in codes if code)

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        """Language → address of each shop of STOREFRONT_LANGUAGES, in its order."""
        pairs = (part.partition("=") for part in self.STOREFRONT_LANGUAGES.split(",") if part)
        return tuple((code.strip(), address.strip().rstrip("/")) for code, _, address in pairs)

    @property
    def delivery_cents_to(self) -> dict[str, int]:
        """Country → its flat delivery price, where it is not STOREFRONT_DELIVERY_CENTS."""
        parts = filter(None, self.STOREFRONT_DELIVERY_CENTS_TO.split(","))
        pairs = (part.split("=", 1) for part in parts)
        return {code.strip().upper(): int(cents) for code, cents in pairs}

    @property
    def tax_basis_points(self) -> dict[str, int]:
        """Tax class → rate in basis points: {'standard': 1900}."""
        return {name: rate for name, rate in self._tax_rates if "." not in name}

    @property
    def tax_basis_points_in(self) -> dict[str, dict[str, int]]:
        """Country → its own tax classes and their rates, where it has any."""
        found: dict[str, dict[str, int]] = {}
        for name, rate in self._tax_rates:
            country, dot, tax_class = name.partition(".")
            if dot:
                found.setdefault(country.upper(), {})[tax_class] = rate
        return found

    @property
    def _tax_rates(self) -> list[tuple[str, int]]:
        pairs = (part.split("=", 1) for part in self.STOREFRONT_TAX_RATES.split(","))
        return [(name.strip(), round(float(rate) * 100)) for name, rate in pairs]


def read_settings(given: Mapping[str, Any], *, is_hosted: bool = False) -> Settings:
    """Settings from a Flask config and the environment; SettingsError says what to mend."""
    values: dict[str, Any] = {}
    for field in fields(Settings):
        raw = given.get(field.name)
        raw = os.environ.get(field.name) if raw is None else raw
        raw = raw.strip() if isinstance(raw, str) else raw  # files of secrets end with a new line
        if raw is not None and (raw != "" or field.name in _MAY_BE_EMPTY):
            values[field.name] = _typed(field.name, raw, type(field.default))
    _check_production(values, is_hosted=is_hosted)
    _fill_defaults(values)
    settings = Settings(**values)
    check(settings)
    return settings


def _typed(name: str, raw: Any, kind: type) -> Any:
    if isinstance(raw, kind):
        return raw
    if kind is bool:
        if str(raw).lower() in {"1", "true", "yes", "on"}:
            return True
        if str(raw).lower() in {"0", "false", "no", "off"}:
            return False
        raise SettingsError(f"{name} is {raw!r}; set it to 1 or 0.")
    try:
        return kind(raw)
    except (TypeError, ValueError):
        raise SettingsError(f"{name} is {raw!r}; set it to a whole number.") from None


def _check_production(values: Mapping[str, Any], *, is_hosted: bool) -> None:
    if not values.get("STOREFRONT_PRODUCTION"):
        return
    needed = _NEEDED_IN_PRODUCTION if is_hosted else ("DATABASE_URL", *_NEEDED_IN_PRODUCTION)
    missing = [name for name in needed if not values.get(name)]
    if missing:
        raise SettingsError(
            f"STOREFRONT_PRODUCTION is on, so set {', '.join(missing)} before starting."
        )
    if len(values["SECRET_KEY"]) < 32:
        raise SettingsError("SECRET_KEY is short; use 32 or more random characters.")


def _fill_defaults(values: dict[str, Any]) -> None:
    values["STOREFRONT_INSTANCE"] = str(
        Path(values.get("STOREFRONT_INSTANCE", "instance")).absolute()
    )
    instance = Path(values["STOREFRONT_INSTANCE"])
    port = values.get("PORT", 8000)
    values.setdefault("STOREFRONT_PUBLIC_URL", f"http://127.0.0.1:{port}")
    values["STOREFRONT_PUBLIC_URL"] = values["STOREFRONT_PUBLIC_URL"].rstrip("/")
    if "DATABASE_URL" not in values:
        instance.mkdir(parents=True, exist_ok=True)
        values["DATABASE_URL"] = f"sqlite:///{instance / 'shop.sqlite3'}"
    values["DATABASE_URL"] = _with_driver(values["DATABASE_URL"])
    if "STOREFRONT_CURRENCY" in values:
        values["STOREFRONT_CURRENCY"] = values["STOREFRONT_CURRENCY"].upper()
    if "SECRET_KEY" not in values:
        values["SECRET_KEY"] = _kept_secret(instance / "secret_key")
    if "STRIPE_SECRET_KEY" not in values:
        values["STRIPE_SECRET_KEY"] = "sk_test_offlineStripeBox"  # noqa: S105 - opens only the box
        values.setdefault("STRIPE_API_BASE", f"http://127.0.0.1:{box_port(port)}")
    if _is_loopback(values.get("STRIPE_API_BASE", "")):
        values.setdefault("STRIPE_WEBHOOK_SECRET", box_webhook_secret(values["SECRET_KEY"]))
    values.setdefault(
        "STOREFRONT_MAIL_FROM",
        values.get(
            "STOREFRONT_SUPPORT_EMAIL",
            Settings.__dataclass_fields__["STOREFRONT_SUPPORT_EMAIL"].default,
        ),
    )


def box_port(port: int) -> int:
    """Where the Stripe box of a shop on this port listens."""
    found = port + 1000 if port <= 64_000 else port - 1000
    while found in _NO_BROWSER_GOES_TO:  # 6000, for one, beside Flask's own 5000
        found += 1
    return found


def box_webhook_secret(secret_key: str) -> str:
    """The secret that shop and box share without anybody typing it."""
    digest = hmac.new(secret_key.encode(), b"stripe-box", hashlib.sha256).hexdigest()
    return f"whsec_box_{digest[:32]}"


def _kept_secret(path: Path) -> str:
    """A random secret, made once, whole from its first moment, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: use its secret
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def _with_driver(url: str) -> str:
    """PostgreSQL URLs as hosting firms give them, with the driver the shop uses."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _is_loopback(url: str) -> bool:
    try:
        return (urlsplit(url).hostname or "") in LOOPBACK
    except ValueError:
        return False
