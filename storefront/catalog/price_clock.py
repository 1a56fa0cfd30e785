"""What the clock does to prices: planned ones begin and end, and reductions tell their prior price.

A price in force stands in its variant, and nowhere else; so whoever reads prices knows nothing of
plans. The clock is asked before every page (routes.py), before every write of the catalogue, and
by the worker: whoever comes first after the moment applies what is due, with the moment itself in
the price log. Whoever writes the catalogue takes its turn first, so that nobody writes back a row
that the clock has changed since it was read.

The prior price is that of Directive 98/6/EC Art. 6a: the lowest of the 30 days before the
reduction, the price that was in force when they began among them.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, insert, or_, select, union_all, update

from ..database import Moment, db, now, require_transaction, take_turn, was_changed
from ..pages import drop_pages, tell_price_clocks
from .models import PlannedPrice, PriceChange, Product, Variant

PRIOR_DAYS = timedelta(days=30)
_IS_OPEN = PlannedPrice.state.in_(("waiting", "running"))


def take_catalogue() -> None:
    """Makes everybody else who writes the catalogue wait for the end of this transaction."""
    take_turn("catalogue")


def next_due() -> datetime | None:
    """When the next price begins or ends, in one statement; None when nothing is planned."""
    moment = case(
        (PlannedPrice.state == "waiting", PlannedPrice.starts_at), else_=PlannedPrice.ends_at
    )
    found: datetime | None = db.read(
        select(func.min(moment, type_=Moment())).where(_IS_OPEN)
    ).scalar_one()
    return found


def lowest_price(sku: str, *, before: datetime) -> int | None:
    """The lowest price of a SKU in the 30 days before a moment; None when it had none."""
    return lowest_prices([sku], before=before).get(sku)


def lowest_prices(skus: Collection[str], *, before: datetime) -> dict[str, int]:
    """The same of many SKUs in one statement; without those that had no price."""
    begins, log = before - PRIOR_DAYS, PriceChange
    newest = func.row_number().over(
        partition_by=log.sku, order_by=(log.valid_from.desc(), log.id.desc())
    )
    before_it = (
        select(log.sku, log.price_cents, newest.label("place"))
        .where(log.sku.in_(sorted(skus)), log.valid_from <= begins)
        .subquery()
    )
    in_window = select(log.sku, log.price_cents).where(
        log.sku.in_(sorted(skus)), log.valid_from > begins, log.valid_from < before
    )
    at_its_start = select(before_it.c.sku, before_it.c.price_cents).where(before_it.c.place == 1)
    both = union_all(in_window, at_its_start).subquery()
    lowest = select(both.c.sku, func.min(both.c.price_cents)).group_by(both.c.sku)
    return {row[0]: row[1] for row in db.session.execute(lowest)}


def apply_due(at: datetime | None = None) -> int:
    """Begins and ends what is due, in the order of its moments; returns how many there were.

    What two processes begin at once is begun once: the state of the plan decides.
    """
    take_catalogue()
    moment, done = at or now(), 0
    while (plan := _first_due(moment)) is not None:
        done += _begin(plan) if plan.state == "waiting" else end_plan(plan, plan.ends_at or moment)
    if done:
        drop_pages()
        tell_price_clocks()
    return done


def end_plan(plan: PlannedPrice, moment: datetime) -> bool:
    """Brings back the price of before; False when the plan does not run any more."""
    if not _take(plan, "running", "done"):
        return False
    if plan.back_to_cents is not None:
        _set_price(plan, plan.back_to_cents, None, moment=moment, reason="planned price ended")
    return True


def end_what_runs(skus: list[str]) -> None:
    """A price that somebody sets by hand or by file ends the planned one that it replaces."""
    running = (PlannedPrice.sku.in_(skus)) & (PlannedPrice.state == "running")
    require_transaction().execute(update(PlannedPrice).where(running).values(state="done"))


def _first_due(moment: datetime) -> PlannedPrice | None:
    begins = and_(PlannedPrice.state == "waiting", PlannedPrice.starts_at <= moment)
    ends = and_(PlannedPrice.state == "running", PlannedPrice.ends_at <= moment)
    when = case(
        (PlannedPrice.state == "waiting", PlannedPrice.starts_at), else_=PlannedPrice.ends_at
    )
    is_start = case((PlannedPrice.state == "waiting", 1), else_=0)  # what ends makes room first
    return require_transaction().scalar(
        select(PlannedPrice)
        .where(or_(begins, ends))
        .order_by(when, is_start, PlannedPrice.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _begin(plan: PlannedPrice) -> bool:
    if not _take(plan, "waiting", "running" if plan.ends_at else "done"):
        return False
    session = require_transaction()
    price_now = session.scalar(select(Variant.price_cents).where(Variant.sku == plan.sku))
    session.execute(
        update(PlannedPrice).where(PlannedPrice.id == plan.id).values(back_to_cents=price_now)
    )
    prior = lowest_price(plan.sku, before=plan.starts_at) if plan.is_announced else None
    is_lower = prior is not None and plan.price_cents < prior
    reason = "reduced" if plan.is_announced else "planned"
    _set_price(
        plan, plan.price_cents, prior if is_lower else None, moment=plan.starts_at, reason=reason
    )
    return True


def _take(plan: PlannedPrice, state: str, new: str) -> bool:
    is_there = (PlannedPrice.id == plan.id) & (PlannedPrice.state == state)
    taken = require_transaction().execute(update(PlannedPrice).where(is_there).values(state=new))
    return was_changed(taken)


def _set_price(
    plan: PlannedPrice, cents: int, prior: int | None, *, moment: datetime, reason: str
) -> None:
    session = require_transaction()
    of_sku = Variant.sku == plan.sku
    session.execute(update(Variant).where(of_sku).values(price_cents=cents, prior_cents=prior))
    session.execute(
        insert(PriceChange).values(
            sku=plan.sku,
            price_cents=cents,
            currency=plan.currency,
            reason=reason,
            valid_from=moment,
        )
    )
    product = select(Variant.product_id).where(of_sku).scalar_subquery()
    session.execute(update(Product).where(Product.id == product).values(updated_at=now()))
