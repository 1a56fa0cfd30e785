"""What every page of the back office shows, and the ways out of it to Stripe."""

from functools import partial

from flask import Response

from .. import checkout, payments
from ..forms import Form
from ..pages import render_private, settings
from ..tasks import hand_over
from .gate import person
from .rights import may
from .words import SAID


def render_desk(
    template: str, *, status: int = 200, said: str = "", form: Form | None = None, **context: object
) -> Response:
    """A page for staff; `may` tells templates which rights its reader has.

    said names the sentence about what was done just now; a word that nobody wrote says nothing.
    """
    reader = person()
    may_do = partial(may, reader.roles if reader else ())
    return render_private(
        f"storefront/staff/{template}",
        status=status,
        may=may_do,
        cases_waiting=payments.count_cases() if may_do("money") else 0,
        notice_sentence=SAID.get(said, ""),
        form=form or Form(),
        **context,
    )


def send_refunds() -> None:
    """Has the refunds made that were just written down; without a worker, in this request."""
    if not hand_over("make_refunds"):
        checkout.make_refunds()


def dashboard_url(place: str, stripe_id: str) -> str:
    """Where a payment or a dispute is looked at in Stripe's Dashboard, or in the Stripe box."""
    found = settings()
    if found.uses_stripe_box:
        return f"{found.STRIPE_API_BASE.rstrip('/')}/"
    mode = "/test" if found.is_test_mode else ""
    return f"https://dashboard.stripe.com{mode}/{place}/{stripe_id}"
