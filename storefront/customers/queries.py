"""Reads of sign-ups."""

from collections.abc import Iterable

from sqlalchemy import func, select

from ..database import db
from .models import SignUp


def by_token(token: str) -> SignUp | None:
    """The sign-up that a link in a letter opens; None once its address is erased."""
    return db.session.scalar(select(SignUp).where(SignUp.token == token, SignUp.email != ""))


def wanted_skus() -> list[str]:
    """SKUs that somebody waits for."""
    query = select(SignUp.sku).where(SignUp.state == "waiting").distinct().order_by(SignUp.sku)
    return list(db.session.scalars(query))


def waiting_by_sku(skus: Iterable[str]) -> dict[str, dict[str, int]]:
    """SKU → state → sign-ups, for those of these SKUs that have some."""
    rows = db.session.execute(
        select(SignUp.sku, SignUp.state, func.count())
        .where(SignUp.sku.in_(list(skus)))
        .group_by(SignUp.sku, SignUp.state)
    )
    found: dict[str, dict[str, int]] = {}
    for sku, state, count in rows:
        found.setdefault(sku, {})[state] = count
    return found
