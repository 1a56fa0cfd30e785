"""A paid session in one line, and what happened since."""

from storefront.stripe_box import BoxServer

from .conftest import client_of
from .shopping import order


def paid_with(box: BoxServer, *, card: str = "4242424242424242", iban: str = "") -> str:
    """Create a session for 17.80, pay it, and return the id of the payment."""
    session_id = client_of(box).v1.checkout.sessions.create(order()).id
    box.control.pay(session_id, card=card, iban=iban)
    if iban:
        box.control.settle(session_id)
    return str(box.control.session(session_id)["payment_intent"])


def types_since(box: BoxServer, count: int) -> list[str]:
    """Return the types of the events after the first so many."""
    return [event["type"] for event in box.control.events()][count:]
