"""Whether offers, their uses and the orders that have them agree; for `flask shop doctor`."""

from sqlalchemy import and_, exists, or_, select

from .. import offers, orders
from ..database import db

_ENDED = ("expired", "failed", "cancelled")
_OPEN = ("pending", "processing", "paid", "on_hold", "disputed", "charged_back")


def miscounted_offers() -> list[str]:
    """One sentence for each offer or order whose count is wrong; [] when all is well.

    An order whose money goes back may have lost its use before, when its goods were gone.
    """
    counts = [
        f"Offer “{name}” says that {used} orders have it, and {uses} do."
        for name, used, uses in offers.disagreements()
    ]
    return counts + _orders_amiss() + _orders_without_use()


def _orders_amiss() -> list[str]:
    use, order = offers.OfferUse, orders.Order
    is_amiss = or_(
        and_(use.is_counted, order.state.in_(_ENDED)),
        and_(~use.is_counted, order.state.in_(_OPEN)),
    )
    rows = db.session.execute(
        select(order.id, order.state, use.is_counted)
        .join(order, order.reference == use.order_reference)
        .where(is_amiss)
        .order_by(order.id)
    )
    return [
        f"Order {orders.number_of(id_)} is {state}, and its offer"
        f" {'counts' if is_counted else 'does not count'}."
        for id_, state, is_counted in rows
    ]


def _orders_without_use() -> list[str]:
    """Orders that were made cheaper by what was never counted."""
    order, taken, use = orders.Order, orders.OrderReduction, offers.OfferUse
    is_counted = exists().where(
        use.offer_id == taken.offer_id, use.order_reference == order.reference
    )
    rows = db.session.scalars(
        select(order.id)
        .join(taken, taken.order_id == order.id)
        .where(~is_counted)
        .distinct()
        .order_by(order.id)
    )
    return [f"Order {orders.number_of(id_)} has an offer that was not counted." for id_ in rows]
