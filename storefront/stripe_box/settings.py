"""Everything that can be set about a box, and what it refuses to start with."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from .errors import JSON

API_VERSION = "2026-10-28.endive"
# The version of a request that names none, as an account keeps the one it began with.
DEFAULT_API_VERSION = "2026-08-26.dahlia"

# Minor units; currencies that are not listed have no minimum in the box.
MINIMUM_AMOUNTS: Mapping[str, int] = MappingProxyType(
    {
        **{"usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50},
        **{"czk": 1500, "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50},
        **{"jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200},
        **{"sek": 300, "sgd": 50, "thb": 1000},
    }
)

DEMO_RETRY_SECONDS = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0)


class BadSettings(ValueError):
    """The box was asked to start in a way that it refuses; the text says what to do instead."""


@dataclass(frozen=True, kw_only=True)
class BoxSettings:
    """How one box runs; raises BadSettings when a value is wrong or dangerous."""

    host: str = "127.0.0.1"
    port: int = 0
    database: str = ":memory:"
    secret_key: str = ""
    webhook_url: str = ""
    webhook_secret: str = "whsec_stripe_box_test_secret"  # noqa: S105 - not a secret
    webhook_events: tuple[str, ...] = ("*",)
    webhook_timeout_seconds: float = 10.0
    webhook_workers: int = 4
    retry_seconds: tuple[float, ...] = DEMO_RETRY_SECONDS
    page_wait_seconds: float = 10.0
    seed: int | None = None
    settle_seconds: float = 3.0  # until delayed money arrives; 0 leaves it to the controls
    earlier_payments: tuple[JSON, ...] = ()  # made before this box; see payments/earlier.py
    minimum_amounts: Mapping[str, int] = field(default_factory=lambda: MINIMUM_AMOUNTS)

    def __post_init__(self) -> None:
        refuse_live_key(self.secret_key)
        refuse_live_key(self.webhook_secret)
        if not is_loopback(self.host):
            raise BadSettings(
                f"The Stripe box only listens on this machine: use 127.0.0.1, not {self.host}."
            )
        if self.webhook_url and not is_web_url(self.webhook_url):
            raise BadSettings(
                f"The webhook address must start with http:// or https://: {self.webhook_url}"
            )
        if self.settle_seconds < 0:
            raise BadSettings("Delayed money cannot arrive before it is paid: settle seconds >= 0.")
        if not self.webhook_secret:
            raise BadSettings("Set STRIPE_WEBHOOK_SECRET to any text starting with whsec_.")


def refuse_live_key(key: str) -> None:
    """Raise BadSettings when the key belongs to Stripe's live mode."""
    if key.strip().startswith(("sk_live_", "rk_live_", "pk_live_")):
        raise BadSettings(
            "This is the offline Stripe box and it refuses live keys. "
            "Set STRIPE_SECRET_KEY to a test key that starts with sk_test_."
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_web_url(text: str) -> bool:
    """Tell whether the text is an absolute http or https address."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    is_clean = not any(character.isspace() for character in text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_clean
