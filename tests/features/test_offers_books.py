"""Random carts, offers and refunds: cart, page, order, refunds and report are one amount."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storefront import cart, checkout, inventory, offers, orders, payments
from storefront.checkout.paperwork import new_session
from storefront.database import db, transaction
from storefront.insights.guide_money import guide_money
from storefront.money import cost_of_units, included_tax
from support.offers import offer, used
from support.shop import Shop

PRICES = {"OIL-100": 1290, "SALT-1": 895, "CREAM-75": 2449}
OFFERS = (
    {"percent": 7, "code": "SEVEN"},
    {"percent": 33, "code": "THIRD", "skus": "OIL-100 SALT-1"},
    {"kind": "amount", "percent": 0, "amount_cents": 501, "code": "FIVE"},
    {"kind": "buy_get", "percent": 0, "buy_units": 2, "free_units": 1, "code": None},
    {"kind": "free_delivery", "percent": 0, "minimum_cents": 3000, "code": None},
    {"percent": 20, "code": "ALONE", "is_combinable": False, "most_uses": 4},
)
ORDERS = 60


def opened(new: payments.NewSession) -> payments.PaymentSession:
    """A payment page that asks for what it was opened with."""
    return page_of(new, status="open")


def page_of(new: payments.NewSession, *, status: str) -> payments.PaymentSession:
    cents = sum(line.unit_cents * line.quantity for line in new.lines) + new.delivery_cents
    return payments.PaymentSession(
        id=f"cs_{new.reference}", url="https://pay.example/1", status=status,
        payment_status="paid" if status == "complete" else "unpaid", reference=new.reference,
        amount_cents=cents, currency="EUR", payment_id=f"pi_{new.reference}",
        email="ida@mail.example", ship_name="Ida", ship_address="Quay 1", ship_country="IE",
    )  # fmt: skip


@pytest.fixture
def dice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[random.Random]:
    for sku, price in PRICES.items():
        shop.product(sku, price_cents=price, stock=5000, slug=sku.lower(), name=sku)
    for facts in OFFERS:
        offer(shop, **facts)
    monkeypatch.setattr(payments, "open_session", opened)
    with shop.app.test_request_context():
        yield random.Random(6)


def placed(dice: random.Random) -> orders.Order:
    """An order of a cart as the dice fill it, for what its shopper saw."""
    with transaction():
        mine, _ = cart.open_cart()
        for sku in dice.sample(sorted(PRICES), dice.randint(1, 3)):
            cart.add(mine.id, sku, dice.randint(1, 5))
        code = dice.choice(["", "SEVEN", "THIRD", "FIVE", "ALONE"])
        found = offers.offered(code=code, email="", owner="nobody", currency="EUR")
        cart.use_code(mine.id, code if not found.refusal else "", currency="EUR")
    seen = cart.price_cart(cart.basket(mine.id), currency="EUR")
    checkout.start_purchase(mine.id, seen_key=seen.key)
    order = db.session.scalars(sa.select(orders.Order).order_by(orders.Order.id.desc())).first()
    assert order is not None
    assert order.total_cents == seen.total_cents
    assert order.vat_cents == seen.vat_cents
    return order


def check_order(order: orders.Order) -> None:
    """It adds up, for ever, and its payment page asks for just that."""
    lines, shown = orders.lines_of(order.id), orders.view(order, orders.lines_of(order.id))
    assert sum(line.line_cents for line in lines) == order.subtotal_cents
    assert all(0 <= line.line_cents <= line.unit_price_cents * line.quantity for line in lines)
    off = sum(one.cents for one in shown.reductions)
    assert off == order.reduced_cents
    assert shown.goods_cents + shown.full_delivery_cents - off == order.total_cents
    assert shown.goods_cents == sum(line.full_cents for line in shown.lines)
    for line in shown.lines:
        assert line.full_cents - sum(one.cents for one in line.reductions) == line.line_cents
    session = page_of(new_session(order, lines), status="complete")
    assert session.amount_cents == order.total_cents
    assert order.vat_cents == included_tax(order.total_cents, 1900)


def send_back(order: orders.Order, dice: random.Random) -> int:
    """Every unit of some lines goes back, a few at a time; returns the minor units."""
    gone = 0
    for line in orders.lines_of(order.id)[: dice.randint(1, 3)]:
        before = 0
        while before < line.quantity:
            units = dice.randint(1, line.quantity - before)
            cents = cost_of_units(line.line_cents, line.quantity, units, before=before)
            if cents:
                wish = checkout.RefundWish(
                    payment_id=order.payment_id or "",
                    amount_cents=cents,
                    token=f"{line.id}-{before}",
                    line_units={line.id: units},
                )
                with transaction():
                    assert checkout.ask_refund(order.reference, wish)
            before, gone = before + units, gone + cents
    return gone


def test_random_carts_offers_and_refunds_are_one_amount_everywhere(
    shop: Shop, dice: random.Random
) -> None:
    kept, came = 0, 0
    for number in range(ORDERS):
        order = placed(dice)
        check_order(order)
        if number % 7 == 3:
            assert checkout.release_purchase(order.id)
            continue
        page = page_of(new_session(order, orders.lines_of(order.id)), status="complete")
        assert checkout.settle_purchase(page)
        paid = orders.by_id(order.id)
        assert paid is not None
        assert paid.state == "paid"
        came += paid.total_cents
        kept += paid.total_cents - (send_back(paid, dice) if number % 3 == 0 else 0)
    begin = datetime.now(UTC) - timedelta(hours=1)
    money = guide_money(begin, begin + timedelta(hours=2), currency="EUR")
    assert money.total_cents == kept < came
    assert all(cell.cents >= 0 for cell in money.cells.values())
    assert checkout.miscounted_offers() == []
    assert used(shop, len(OFFERS)) <= 4
    assert inventory.disagreements() == []
