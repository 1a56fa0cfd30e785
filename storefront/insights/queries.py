"""Reads of the sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ..database import db
from .models import LostDemand


@dataclass(frozen=True, slots=True)
class Lost:
    """How often an article was wanted in vain; the guides are those it was wanted from most."""

    refused: int
    sign_ups: int


def lost_by_sku(skus: Iterable[str], *, since: date) -> dict[str, Lost]:
    """SKU → how often it was wanted in vain since a day, for those that were."""
    rows = db.session.execute(
        select(LostDemand.sku, func.sum(LostDemand.refused), func.sum(LostDemand.sign_ups))
        .where(LostDemand.sku.in_(list(skus)), LostDemand.day >= since)
        .group_by(LostDemand.sku)
    )
    return {sku: Lost(int(refused), int(sign_ups)) for sku, refused, sign_ups in rows}
