"""What every page of the back office shows, and the ways out of it to Stripe."""

from collections.abc import Collection
from functools import partial

from flask import Response, current_app, g

from .. import checkout, payments
from ..forms import Form
from ..pages import render_private, settings
from ..tasks import hand_over
from .gate import person, wanted_endpoint
from .rights import ABOUT_OWN_STAFF, may
from .words import SAID


def render_desk(
    template: str, *, status: int = 200, said: str = "", form: Form | None = None, **context: object
) -> Response:
    """A page for staff; `may` tells templates which rights its reader has.

    said names the sentence about what was done just now; a word that nobody wrote says nothing.
    """
    reader = person()
    may_do = partial(_may_here, reader.roles if reader else ())
    return render_private(
        f"storefront/staff/{template}",
        status=status,
        may=may_do,
        reader_name=reader.name if reader else "",
        cases_waiting=payments.count_cases() if may_do("money") else 0,
        notice_sentence=SAID.get(said, ""),
        form=form or Form(),
        **context,
    )


def _may_here(roles: Collection[str], right: str) -> bool:
    """As the table says, without what a site with users of its own does itself."""
    has_own_staff = current_app.extensions["storefront"].staff_person is None
    return may(roles, right) and (has_own_staff or right not in ABOUT_OWN_STAFF)


def draw_errors() -> None:
    """Stands before the gate: whoever is at the desk sees errors in its layout, with its ways."""
    if wanted_endpoint() is not None and person() is not None:
        g.shop_draws_errors = _error_page


def _error_page(code: int, *, title: str, sentence: str) -> Response:
    title = "This is not part of your role" if code == 403 else title
    # A form that reads nothing: the error may be that there was too much to read.
    blank = Form(formdata=None)
    return render_desk("error.html", status=code, title=title, sentence=sentence, form=blank)


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
