"""Staff at work while everything fails: refunds, cancelled orders, cases, and the goods.

A process of its own, so that it is killed (-9) like the others:

    python -m scripts.chaos_staff SEED FILE     what surprises staff is written to FILE
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from scripts.chaos_goods import GOODS, side_by_side
from storefront import checkout, create_app, orders, payments
from storefront.database import db, transaction
from storefront.errors import Refusal
from storefront.tasks import hand_over

NEWEST = 60  # orders that staff look at
PAUSE_SECONDS = (0.1, 0.6)
ACTOR = "staff@example.org"


def main() -> None:
    """Acts until somebody ends or kills the process."""
    app = create_app()
    rng = random.Random(f"{sys.argv[1]}:{time.time_ns()}")  # another day after each kill
    while True:
        time.sleep(rng.uniform(*PAUSE_SECONDS))
        act = rng.choices(list(ACTS), list(ACTS.values()))[0]
        try:
            act(app, rng)
        except Exception as surprise:  # what would be an error page in the back office
            with Path(sys.argv[2]).open("a") as told:
                told.write(f"{act.__name__}: {type(surprise).__name__}: {surprise}\n")


def give_back_a_part(app: Flask, rng: random.Random) -> None:
    """Any amount of a payment, by a button that is often pressed twice."""
    _refund(app, rng, lambda left, _: (rng.randint(1, left), {}))


def give_back_a_line(app: Flask, rng: random.Random) -> None:
    """One unit of a line, which goes back on the shelf."""

    def one_unit(left: int, lines: Sequence[orders.OrderLine]) -> tuple[int, dict[int, int]]:
        line = rng.choice(lines)
        return min(left, line.unit_price_cents), {line.id: 1}

    _refund(app, rng, one_unit)


def give_all_back(app: Flask, rng: random.Random) -> None:
    """Whatever is left of a payment, with all of its goods or with none."""

    def all_(left: int, lines: Sequence[orders.OrderLine]) -> tuple[int, dict[int, int]]:
        kept = {line.id: line.quantity - line.refunded_quantity for line in lines}
        return left, rng.choice(({}, {line: units for line, units in kept.items() if units}))

    _refund(app, rng, all_)


def cancel_an_order(app: Flask, rng: random.Random) -> None:
    """One whose shopper is just at the payment page."""
    with app.app_context():
        waiting = _newest("pending")
        if waiting:
            checkout.cancel_purchase(rng.choice(waiting))


def press_the_buttons(app: Flask, rng: random.Random) -> None:
    """Of some cases that are open, often two people at once."""
    with app.app_context():
        open_ = [case.id for case in payments.open_cases()]
    for case_id in rng.sample(open_, min(5, len(open_))):
        press(app, case_id, times=rng.choice((1, 2)))
    send_refunds(app)


def press(app: Flask, case_id: int, *, times: int = 1) -> None:
    """Does what a case offers; where that is refused, a person has read why."""

    def once(_: int) -> None:
        with app.app_context(), suppress(Refusal), transaction():
            checkout.handle_case(case_id, by=ACTOR)

    side_by_side(once, times)


def send_refunds(app: Flask) -> None:
    """What the back office does after each of its forms."""
    with app.app_context():
        if not hand_over("make_refunds"):
            checkout.make_refunds()


Wish = Callable[[int, Sequence[orders.OrderLine]], tuple[int, dict[int, int]]]


def _refund(app: Flask, rng: random.Random, wish: Wish) -> None:
    with app.app_context():
        order = rng.choice(_newest("paid") or [None])
        if order is None or not order.payment_id:
            return
        payment = payments.payment(order.payment_id)
        left = payment.amount_cents - payments.going_back_cents(payment.id) if payment else 0
        if left < 1:
            return
        cents, units = wish(left, orders.lines_of(order.id))
        wished = checkout.RefundWish(
            payment_id=order.payment_id,
            amount_cents=cents,
            token=f"{rng.getrandbits(64):x}",
            line_units=units,
            is_restocked=bool(units),
            actor=ACTOR,
        )
        reference = order.reference

    def once(_: int) -> None:
        with app.app_context(), suppress(Refusal), transaction():
            checkout.ask_refund(reference, wished)
        send_refunds(app)

    side_by_side(once, rng.choice((1, 1, 2)))


def _newest(state: str) -> list[orders.Order]:
    query = select(orders.Order).where(orders.Order.state == state)
    return list(db.session.scalars(query.order_by(orders.Order.id.desc()).limit(NEWEST)))


#: What staff do, and how often beside each other.
ACTS: dict[Callable[[Flask, random.Random], None], int] = {
    give_back_a_part: 2, give_back_a_line: 2, give_all_back: 2, cancel_an_order: 1,
    press_the_buttons: 3, **GOODS,
}  # fmt: skip

if __name__ == "__main__":
    main()
