"""The demo's buyers: what they ordered weeks ago, got, were asked about, and said of it.

Everything comes about by the verbs that a real order and a real review go through, in one
transaction; only Stripe's word that it was paid is ours. Afterwards it is dated back, and the
letters about it are erased before the worker can see them: nobody is written to. The payments are
written into a file, from which the stand-in for Stripe learns of them, so that they can go back.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, select, update

from . import cart, checkout, fulfilment, inventory, mail, orders, payments, reviews
from .database import Model, db, now, require_transaction, transaction
from .pages import public_url, settings

_PAYMENT = "pi_demo_"
_PRESS = "demo"  # stands for the press of a button that packs and ships
_MAIL_DAY = timedelta(days=10)  # from the parcel to the letter that asks


@dataclass(frozen=True, slots=True)
class Bought:
    """A unit of an order, and what its buyer says of it; nothing where there is no text."""

    sku: str
    days: int = 0
    stars: int = 0
    text: str = ""
    author: str = ""
    answer: str = ""
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who ordered once, so many days ago."""

    name: str
    email: str
    address: str
    country: str
    days: int
    bought: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def lines(self) -> list[Bought]:
        """What they bought, one unit of each."""
        return [Bought(**one) for one in self.bought]


def payments_file(instance: Path) -> Path:
    """Where the stand-in for Stripe finds what the demo's buyers have paid."""
    return instance / "demo-payments.json"


def load_buyers(path: Path, *, actor: str) -> None:
    """Takes in the orders and reviews of a file, oldest first, all or none."""
    buyers = [Buyer(**one) for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
    said: list[tuple[int, Bought]] = []
    with transaction():
        for buyer in sorted(buyers, key=lambda one: -one.days):
            order = _order(buyer, actor=actor)
            line_ids = {line.sku: line.id for line in orders.lines_of(order.id)}
            said += [(line_ids[one.sku], one) for one in buyer.lines if one.text]
        for line_id, one in sorted(said, key=lambda pair: -pair[1].days):
            _review(line_id, one, actor=actor)
    file = payments_file(settings().instance)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(_payments(), indent=1), encoding="utf-8")


def _order(buyer: Buyer, *, actor: str) -> orders.Order:
    """An order that was paid and has left the next day; the shelves are as full as before."""
    basket, _ = cart.open_cart()
    cart.choose(basket.id, country=buyer.country)
    for one in buyer.lines:
        inventory.adjust(one.sku, 1, reason="received", actor=actor)
        cart.add(basket.id, one.sku, 1)
    currency = settings().STOREFRONT_CURRENCY
    seen = cart.price_cart(cart.basket(basket.id), currency=currency).key
    order_id = checkout.place_purchase(basket.id, seen_key=seen)
    order = orders.lock(order_id)
    assert order is not None
    checkout.answer(order, _paid(order, buyer))
    payments.note_fee(f"{_PAYMENT}{order.id}", 25 + order.total_cents * 15 // 1000)
    parcel = fulfilment.pack(order.id, token=_PRESS, actor=actor)
    assert parcel is not None
    fulfilment.ship(parcel.id, carrier="DHL", tracking="", token=_PRESS, actor=actor)
    reviews.invite(order.id)
    _erase_letters(order)
    _date_order(order, parcel.id, paid_at=_moment(buyer.days, order.id))
    return order


def _paid(order: orders.Order, buyer: Buyer) -> payments.PaymentSession:
    """What Stripe would have said of its page."""
    return payments.PaymentSession(
        id=f"cs_demo_{order.id}",
        url="",
        status="complete",
        payment_status="paid",
        reference=order.reference,
        amount_cents=order.total_cents,
        currency=order.currency,
        payment_id=f"{_PAYMENT}{order.id}",
        email=buyer.email,
        ship_name=buyer.name,
        ship_address=buyer.address.replace(", ", "\n"),
        ship_country=buyer.country,
    )


def _payments() -> list[dict[str, Any]]:
    """What was paid, as Stripe would have it in its books."""
    order, payment = orders.Order, payments.Payment
    paid = (
        select(payment, order)
        .join(order, order.payment_id == payment.id)
        .where(payment.id.startswith(_PAYMENT, autoescape=True))
        .order_by(payment.paid_at)
    )
    return [
        {
            "id": taken.id,
            "amount": taken.amount_cents,
            "currency": taken.currency.lower(),
            "created": int(taken.paid_at.timestamp()),
            "email": bought.email,
            "metadata": {
                "order_id": str(bought.id),
                "order_reference": bought.reference,
                "shop": public_url("home"),
            },
        }
        for taken, bought in db.session.execute(paid)
    ]


def _review(line_id: int, said: Bought, *, actor: str) -> None:
    """Stars and text, read the next day and answered the day after, as far as they were."""
    new = reviews.NewReview(stars=said.stars, text=_in_paragraphs(said.text), name=said.author)
    review = reviews.write(line_id, new).review
    written_at = _moment(said.days, line_id)
    dates = {"created_at": written_at}
    if said.is_read:
        reviews.decide(review.id, "shown", seen=review.version, actor=actor)
        dates["decided_at"] = written_at + timedelta(hours=20)
    if said.answer:
        reviews.answer(review.id, _in_paragraphs(said.answer), seen=review.version, actor=actor)
        dates["answered_at"] = written_at + timedelta(hours=29)
    _date(reviews.Review, reviews.Review.id == review.id, **dates)


def _erase_letters(order: orders.Order) -> None:
    about = [order.reference, *fulfilment.letter_references(order.id, order.reference)]
    require_transaction().flush()
    require_transaction().execute(delete(mail.Letter).where(mail.Letter.reference.in_(about)))


def _date_order(order: orders.Order, parcel_id: int, *, paid_at: datetime) -> None:
    packed_at = paid_at + timedelta(hours=22)
    sent_at = packed_at + timedelta(hours=3)
    session_until = paid_at + (order.session_expires_at - now())
    _date(
        orders.Order,
        orders.Order.id == order.id,
        placed_at=paid_at,
        paid_at=paid_at,
        session_expires_at=session_until,
    )
    kinds = {"packed": packed_at, "shipped": sent_at}
    for event in orders.history_of(order.id):
        happened_at = kinds.get(event.kind, paid_at)
        _date(orders.OrderEvent, orders.OrderEvent.id == event.id, happened_at=happened_at)
    payment, parcel, asked = payments.Payment, fulfilment.Parcel, reviews.ReviewInvitation
    _date(payment, payment.order_reference == order.reference, paid_at=paid_at)
    _date(parcel, parcel.id == parcel_id, packed_at=packed_at, shipped_at=sent_at)
    _date(asked, asked.order_id == order.id, decided_at=sent_at + _MAIL_DAY)


def _date(table: type[Model], where: Any, **values: datetime) -> None:
    session = require_transaction()
    session.flush()
    session.execute(update(table).where(where).values(**values))


def _moment(days: int, number: int) -> datetime:
    """Some moment of a day in the past, another one for each number."""
    morning = now().replace(hour=7, minute=0, second=0, microsecond=0)
    return morning - timedelta(days=days) + timedelta(minutes=number * 47 % 600)


def _in_paragraphs(text: str) -> str:
    """The lines of a file as one line for each paragraph."""
    return "\n\n".join(" ".join(one.split()) for one in _paragraphs(text))


def _paragraphs(text: str) -> Iterable[str]:
    return filter(None, (one.strip() for one in text.split("\n\n")))
