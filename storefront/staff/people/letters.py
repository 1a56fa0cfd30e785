"""Letters to the people who run the shop: an invitation, and the way to a new password."""

import secrets

from flask import render_template

from ... import mail
from ...display import shop_facts
from ...pages import public_url, settings
from ..rights import ROLES
from .models import StaffLink

_SUBJECTS = {"invitation": "You are invited to run the shop", "password": "Set a new password"}
_ENDPOINTS = {"invitation": "staff_accept", "password": "staff_new_password"}


def write(kind: str, link: StaffLink, token: str) -> None:
    """Puts the letter with this link into the outbox, where nobody can read it."""
    mail.write(compose(kind, link, token))


def compose(kind: str, link: StaffLink, token: str) -> mail.NewLetter:
    """The letter, not sent."""
    subject = f"{settings().STOREFRONT_NAME}: {_SUBJECTS[kind]}"
    context = {
        "subject": subject,
        "link": link,
        "url": public_url(_ENDPOINTS[kind], token=token),
        "roles": [ROLES[role] for role in (link.roles or "").split()],
        "shop": shop_facts(),
    }
    return mail.NewLetter(
        kind=f"staff_{kind}",
        reference=secrets.token_hex(16),
        recipient=link.email,
        subject=subject,
        text=render_template(f"storefront/mail/staff_{kind}.txt", **context),
        html=render_template(f"storefront/mail/staff_{kind}.html", **context),
        is_secret=True,
    )
