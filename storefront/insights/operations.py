"""Verbs of the sums."""

from datetime import date

from sqlalchemy.dialects import postgresql, sqlite

from ..database import require_transaction
from .models import LostDemand


def count_lost(day: date, sku: str, guide_slug: str, *, is_sign_up: bool) -> None:
    """Counts one visitor who wanted what is sold out."""
    session = require_transaction()
    is_postgres = session.get_bind().dialect.name == "postgresql"
    new = postgresql.insert(LostDemand) if is_postgres else sqlite.insert(LostDemand)
    one = {"refused": int(not is_sign_up), "sign_ups": int(is_sign_up)}
    session.execute(
        new.values(day=day, sku=sku, guide_slug=guide_slug, **one).on_conflict_do_update(
            index_elements=["day", "sku", "guide_slug"],
            set_={name: getattr(LostDemand, name) + more for name, more in one.items()},
        )
    )
