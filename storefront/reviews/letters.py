"""Letters of reviews: the one that asks, and the one that says why a text is not shown."""

from collections.abc import Sequence
from datetime import timedelta

from flask import render_template
from sqlalchemy import select

from .. import mail, orders
from ..database import require_transaction
from ..display import shop_facts
from ..pages import public_url, settings
from .links import review_url, stop_url
from .models import Review
from .reasons import REASONS

INVITATION, WITHHELD = "review_invitation", "review_withheld"
_UNDO = timedelta(minutes=10)


def write_invitation(order: orders.Order, lines: Sequence[orders.OrderLine]) -> bool:
    """Asks the buyer of these lines, once; nothing of the order stands in it but their names."""
    subject = f"{settings().STOREFRONT_NAME}: How do you like it?"
    articles = [(line.name, line.variant, review_url(line.id)) for line in lines]
    return _write(
        INVITATION,
        order.reference,
        order.email,
        subject,
        articles=articles,
        stop_url=stop_url(order.id),
        policy_url=public_url("review_policy"),
    )


def write_withheld(review: Review) -> bool:
    """Tells the author why their text is not shown and that the stars count, a while later."""
    line, order = orders.OrderLine, orders.Order
    row = (
        require_transaction()
        .execute(
            select(line.name, order.email)
            .join(order, order.id == line.order_id)
            .where(line.id == review.order_line_id)
        )
        .one()
    )
    if not row.email:
        return False
    subject = f"{settings().STOREFRONT_NAME}: Your review of {row.name}"
    return _write(
        WITHHELD,
        _reference(review),
        row.email,
        subject,
        waits=_UNDO,
        article=row.name,
        reason=REASONS[review.reason_code],
        review_url=review_url(review.order_line_id),
        policy_url=public_url("review_policy"),
    )


def take_back_withheld(review: Review) -> bool:
    """Unwrites that letter; False when it is on its way or was never written."""
    return mail.take_back(WITHHELD, _reference(review))


def forget(order_references: Sequence[str], lines: Sequence[tuple[int, int]]) -> None:
    """Erases the letters about these orders, and about these reviews (line id, version)."""
    mail.forget([INVITATION], order_references)
    about = [_named(line, v) for line, version in lines for v in range(1, version + 1)]
    mail.forget([WITHHELD], about)


def _reference(review: Review) -> str:
    return _named(review.order_line_id, review.version)


def _named(line_id: int, version: int) -> str:
    return f"line-{line_id}.text-{version}"


def _write(
    kind: str,
    reference: str,
    recipient: str,
    subject: str,
    *,
    waits: timedelta = timedelta(),
    **context: object,
) -> bool:
    told = {"subject": subject, "shop": shop_facts(), **context}
    return mail.write(
        mail.NewLetter(
            kind=kind,
            reference=reference,
            recipient=recipient,
            subject=subject,
            text=render_template(f"storefront/mail/{kind}.txt", **told),
            html=render_template(f"storefront/mail/{kind}.html", **told),
            unsubscribe_url=str(context.get("stop_url", "")),
            waits=waits,
        )
    )
