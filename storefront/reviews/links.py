"""Links in letters and on the order's page: signed, one for a line, and without any account."""

import hashlib
import hmac

from flask import current_app

from ..pages import public_url, shop_url

_MOST_DIGITS = 9


def review_url(line_id: int) -> str:
    """Where the buyer of a line writes, corrects and withdraws their review; for letters."""
    return public_url("review", token=token_of("review", line_id))


def review_path(line_id: int) -> str:
    """The same for a page."""
    return shop_url("review", token=token_of("review", line_id))


def stop_url(order_id: int) -> str:
    """Where the buyer of an order ends invitations to their address."""
    return public_url("review_stop", token=token_of("stop", order_id))


def token_of(purpose: str, number: int) -> str:
    """A number with a signature that is good for one purpose."""
    return f"{number}-{_signature(purpose, str(number))}"


def number_in(purpose: str, token: str) -> int | None:
    """The number of a token that this shop has signed for this purpose, else None."""
    number, _, signature = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        return None
    is_ours = hmac.compare_digest(signature.encode(), _signature(purpose, number).encode())
    return int(number) if is_ours else None


def address_key(email: str) -> str:
    """What is kept of an address that wants no invitations; only this shop can make it."""
    return _hmac(f"review address {email.strip().lower()}")


def _signature(purpose: str, number: str) -> str:
    return _hmac(f"review link {purpose} {number}")[:40]


def _hmac(text: str) -> str:
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
