"""Rate limits: how often one address may try something, shared through Redis where it is set."""

import logging
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from .errors import Refusal

log = logging.getLogger("storefront")

_REDIS_SECONDS = 1  # nobody waits longer for the count
_HOUSEHOLD = 64  # bits of an IPv6 address that a provider gives out; the rest anybody makes up


class TooMany(Refusal):
    """Somebody tried too often, and is told how long to wait."""

    status = 429

    def __init__(self, rate: RateLimitItem) -> None:
        wait = "an hour" if rate.GRANULARITY.name == "hour" else "a minute"
        super().__init__(f"That was a little too often. Please wait {wait} and try again.")


def make_limiter(redis_url: str) -> MovingWindowRateLimiter:
    """A limiter in memory, or in Redis for several processes and machines."""
    if not redis_url:
        return MovingWindowRateLimiter(storage_from_string("memory://"))
    address = redis_url.replace("unix://", "redis+unix://", 1)
    return MovingWindowRateLimiter(
        storage_from_string(address, wrap_exceptions=True, socket_timeout=_REDIS_SECONDS)
    )


def limit(action: str, rate: str, *, whose: str = "") -> None:
    """Counts one try of `action` ('5/minute') by this visitor's address, or by `whose` instead.

    Raises TooMany. While Redis does not answer, everybody passes: a shop that sells is worth more
    than a count.
    """
    state = current_app.extensions["storefront"]
    if not state.settings.STOREFRONT_RATE_LIMITS:
        return
    item = parse(rate)
    try:
        is_allowed = state.limiter.hit(item, state.name, action, whose or _visitor())
    except StorageError as error:
        log.warning("rate limit %r was not counted, Redis does not answer: %s", action, error)
        return
    if not is_allowed:
        raise TooMany(item)


def _visitor() -> str:
    """The address of the visitor, or of the network that is theirs alone."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if not isinstance(address, IPv6Address):
        return given
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _HOUSEHOLD), strict=False))
