"""The last part of an address, and the addresses that products and guides once had."""

import re

from sqlalchemy import delete, insert, select

from ..database import require_transaction
from ..errors import Refusal
from .models import FormerSlug

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 120


class SlugTaken(Refusal):
    """An address that leads to another product or guide, now or since it was renamed."""

    status = 409

    def __init__(self, kind: str, slug: str) -> None:
        self.kind, self.slug = kind, slug
        super().__init__(f"The address “{slug}” belongs to another {kind}. Choose another one.")


def move_slug(kind: str, target_id: int, *, old: str, new: str) -> None:
    """Lets the old address of a product or guide lead to it for ever, and frees the new one.

    A target may take back a former address of its own; another's raises SlugTaken.
    """
    session = require_transaction()
    at_new = (FormerSlug.kind == kind) & (FormerSlug.slug == new)
    owner = session.execute(select(FormerSlug.target_id).where(at_new)).scalar_one_or_none()
    if owner not in {None, target_id}:
        raise SlugTaken(kind, new)
    session.execute(delete(FormerSlug).where(at_new))
    remember_slug(kind, target_id, old)


def remember_slug(kind: str, target_id: int, slug: str) -> None:
    """Lets a former address lead to a target; one that leads somewhere already stays as it is."""
    session = require_transaction()
    known = select(FormerSlug.id).where(FormerSlug.kind == kind, FormerSlug.slug == slug)
    if session.execute(known).first() is None:
        session.execute(insert(FormerSlug).values(kind=kind, slug=slug, target_id=target_id))
