"""Counting what shoppers wanted in vain, after they have been told."""

from typing import Any

from .. import guides
from ..database import transaction
from ..local_time import today
from ..signals import demand_lost
from .operations import count_lost


@demand_lost.connect
def count_demand(app: object, *, sku: str, guide_slug: str, is_sign_up: bool, **_: Any) -> None:
    """Counts one, under the guide it came from if there is one of that name."""
    known = guides.titles_by_slug([guide_slug]) if guide_slug else {}
    with transaction():
        slug = guide_slug if guide_slug in known else ""
        count_lost(today(), sku, slug, is_sign_up=is_sign_up)
