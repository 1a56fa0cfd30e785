"""Verbs and reads of planned prices: somebody says what a size costs from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..database import db, now, require_transaction
from ..display import show_moment
from ..errors import NotFound, Refusal
from ..money import plain_money
from ..pages import drop_pages, tell_price_clocks
from .drafts import BadField, Problem
from .import_file import shop_rules
from .models import PlannedPrice, PriceChange, Variant
from .operations import BadCatalogue
from .price_clock import apply_due, end_plan, lowest_price


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What somebody wants: a price as text, from a moment (now when None), perhaps until another.

    A reduction that is announced shows the lowest price of the 30 days before it.
    """

    sku: str
    price: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_announced: bool = False
    actor: str = ""


class PlansOverlap(Refusal):
    """Another plan of the same size is in force at that time."""

    status = 409

    def __init__(self, other: PlannedPrice) -> None:
        self.other = other
        price = plain_money(other.price_cents, other.currency)
        since = show_moment(other.starts_at)
        until = f" until {show_moment(other.ends_at)}" if other.ends_at else ""
        super().__init__(
            f"{other.sku} is planned at {price} from {since}{until} already. "
            "Choose another time, or withdraw that plan first."
        )


def plan_price(wanted: NewPlan) -> PlannedPrice:
    """Plans a price; one that begins now is in force when this returns.

    Raises BadCatalogue (columns price, ends_at, is_announced), PlansOverlap, NotFound.
    """
    session = require_transaction()
    apply_due()
    variant = session.execute(
        select(Variant.price_cents, Variant.currency).where(Variant.sku == wanted.sku)
    ).first()
    if variant is None:
        raise NotFound("There is no size with this SKU.")
    moment = now()
    starts_at = max(wanted.starts_at or moment, moment)
    cents = _checked(wanted, starts_at, variant.price_cents, variant.currency)
    plan = PlannedPrice(
        sku=wanted.sku, price_cents=cents, currency=variant.currency, starts_at=starts_at,
        ends_at=wanted.ends_at, is_announced=wanted.is_announced, planned_by=wanted.actor,
    )  # fmt: skip
    for other in open_plans([wanted.sku]):
        if _meet(plan, other):
            raise PlansOverlap(other)
    session.add(plan)
    session.flush()
    tell_price_clocks()
    apply_due()
    return plan


def withdraw_plan(plan_id: int, *, skus: Sequence[str]) -> bool:
    """Takes back a plan that waits, or ends one that runs; False when it is over already.

    Raises NotFound for a plan of any other SKU.
    """
    session = require_transaction()
    apply_due()
    plan = session.scalar(
        select(PlannedPrice)
        .where(PlannedPrice.id == plan_id, PlannedPrice.sku.in_(skus))
        .execution_options(populate_existing=True)
    )
    if plan is None:
        raise NotFound("There is no plan with this number.")
    drop_pages()
    tell_price_clocks()
    if plan.state == "waiting":
        plan.state = "withdrawn"
        session.flush()
        return True
    return plan.state == "running" and end_plan(plan, now())


def open_plans(skus: Sequence[str]) -> list[PlannedPrice]:
    """Plans of these SKUs that wait or run, in the order of time."""
    rows = db.session.scalars(
        select(PlannedPrice)
        .where(PlannedPrice.sku.in_(skus), PlannedPrice.state.in_(("waiting", "running")))
        .order_by(PlannedPrice.starts_at, PlannedPrice.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def price_history(skus: Sequence[str], *, most: int = 50) -> list[PriceChange]:
    """The newest lines of the price log of these SKUs."""
    newest = (PriceChange.valid_from.desc(), PriceChange.id.desc())
    rows = db.session.scalars(
        select(PriceChange).where(PriceChange.sku.in_(skus)).order_by(*newest).limit(most)
    )
    return list(rows)


def _checked(wanted: NewPlan, starts_at: datetime, cents_now: int, currency: str) -> int:
    problems, cents = [], 0
    try:
        cents = shop_rules().variant["price"](wanted.price)
    except BadField as bad:
        problems.append(Problem(0, "price", bad.wrong, bad.instead))
    if wanted.ends_at is not None and wanted.ends_at <= starts_at:
        problems.append(Problem(0, "ends_at", "is before the start.", "Choose a later moment."))
    if wanted.is_announced and wanted.ends_at is None:
        problems.append(Problem(0, "ends_at", "is missing.", "A reduction has an end; write it."))
    if wanted.starts_at is None and wanted.ends_at is None and cents == cents_now and not problems:
        problems.append(Problem(0, "price", "is the price already.", "Write another one."))
    if wanted.is_announced and not problems:
        prior = lowest_price(wanted.sku, before=starts_at)
        if prior is None or cents >= prior:
            lowest = f"{plain_money(prior, currency)} was" if prior else "there was no"
            problems.append(
                Problem(0, "price", f"is no reduction: {lowest} the lowest price of the 30 days"
                        " before.", "Write a lower one, or do not announce it.")
            )  # fmt: skip
    if problems:
        raise BadCatalogue(problems)
    return cents


def _meet(one: PlannedPrice, other: PlannedPrice) -> bool:
    """Whether two plans are in force at once; one without an end is a moment."""
    if one.starts_at == other.starts_at:
        return True
    first, second = sorted((one, other), key=lambda plan: plan.starts_at)
    return first.ends_at is not None and second.starts_at < first.ends_at
