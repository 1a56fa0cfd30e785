"""SKUs that have become low, each told once until it is above its mark again."""

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update

from ..database import db, require_transaction
from .models import Stock
from .shelf import SELLABLE


def has_low_news(default: int) -> bool:
    """Whether a SKU crossed its mark, down or up, since it was last looked at."""
    found = select(Stock.sku).where(_is_low(default) != Stock.is_low_told).limit(1)
    return db.session.scalar(found) is not None


def note_low(default: int) -> list[str]:
    """SKUs that fell to their mark since the last time, in order; who rose above may fall again.

    default is the shop's own mark. The condition is in the update, so of two that look at the
    same moment one has them. Rows are taken in SKU order, as sales take them.
    """
    session = require_transaction()
    risen = and_(Stock.is_low_told, ~_is_low(default))
    fallen = and_(~Stock.is_low_told, _is_low(default))
    news = select(Stock.sku).where(or_(risen, fallen)).order_by(Stock.sku)
    session.execute(news.with_for_update()).all()
    session.execute(_set(is_low_told=False).where(risen))
    found = session.scalars(_set(is_low_told=True).where(fallen).returning(Stock.sku))
    return sorted(found)


def _is_low(default: int) -> ColumnElement[bool]:
    return func.coalesce(Stock.low_at, default) >= SELLABLE


def _set(*, is_low_told: bool) -> Update:
    return (
        update(Stock).values(is_low_told=is_low_told).execution_options(synchronize_session=False)
    )
