"""Money that comes too late, goes back, is too little, or has a letter that cannot leave."""

import socket

import pytest

from conftest import Live, running_shop
from storefront import checkout, payments
from storefront.checkout.refusals import TotalNotPayable
from support.shopper import Shopper, told

from .hands import (
    history,
    message,
    opened_page,
    paid_twice,
    refund_turn,
    sold_once,
    tell,
)

ASKS_THE_BANK = "4000002760003184"


def test_a_payment_that_was_at_the_bank_when_its_order_ended_goes_back_whole(live: Live) -> None:
    """Failure 15. Fails when a payment for a cancelled order is passed over, or sells goods."""
    shopper, session_id = opened_page(live, stock=1)
    live.box.control.pay(session_id, card=ASKS_THE_BANK)
    (order,) = live.shop.orders()
    live.shop.ask(lambda: checkout.release_purchase(order.id, state="cancelled"))
    live.box.control.authenticate(session_id)
    for event_id in ("evt_1", "evt_2"):
        assert tell(live, message(session_id, event_id=event_id)).text == "done"
    assert [refund_turn(live) for _ in range(2)] == [1, 0]
    (refund,) = live.box.control.refunds()
    assert refund["amount"] == order.total_cents == 1780
    assert history(live, order) == ["placed", "cancelled", "refund_done"]
    assert len(live.shop.letters("refund")) == 1
    assert live.shop.letters() == []
    assert live.shop.stock() == (1, 0)
    page = shopper.web.get(f"{live.url}/orders/{order.reference}", timeout=60)
    assert "This order was cancelled." in told(page.text)


@pytest.mark.parametrize("is_paid", [False, True])
def test_an_order_is_cancelled_before_its_page_is_closed(live: Live, *, is_paid: bool) -> None:
    """Failure 15. Fails when the page stays open, or decides first: then what was paid is sold."""
    _, session_id = opened_page(live, stock=1)
    if is_paid:
        live.box.control.complete(session_id)
    (order,) = live.shop.orders()
    cancel = [live.shop.ask(lambda: checkout.cancel_purchase(order)) for _ in range(2)]
    assert cancel == [True, False]
    assert live.box.control.session(session_id)["status"] == ("complete" if is_paid else "expired")
    assert [refund_turn(live) for _ in range(2)] == [int(is_paid), 0]
    assert [refund["amount"] for refund in live.box.control.refunds()] == [1780] * is_paid
    assert ([found.state for found in live.shop.orders()], live.shop.stock()) == (
        ["cancelled"],
        (1, 0),
    )


def test_a_refund_whose_answers_were_lost_is_made_once_and_believed_later(live: Live) -> None:
    """Failure 18. Fails when the second try neither looks at the books nor keeps its key."""
    payment_id = paid_twice(live)
    live.box.control.add_fault("drop_response", method="POST", path="/v1/refunds", times=3)
    assert refund_turn(live) == 0
    assert [refund["amount"] for refund in live.box.control.refunds()] == [1780]
    assert [refund_turn(live) for _ in range(2)] == [1, 0]
    (made,) = live.box.control.refunds()
    assert made["payment_intent"] == payment_id
    assert live.shop.ask(payments.refunds_owed) == []


def test_after_a_partial_refund_in_the_dashboard_exactly_the_rest_goes_back(live: Live) -> None:
    """Failure 19. Fails when the whole amount is asked for again, which Stripe refuses."""
    payment_id = paid_twice(live)
    with live.app.app_context():
        client = live.app.extensions["storefront"].stripe
        for cents in (500, 1):
            client.v1.refunds.create({"payment_intent": payment_id, "amount": cents})
    assert refund_turn(live) == 1
    assert [refund["amount"] for refund in live.box.control.refunds()] == [500, 1, 1279]
    assert live.shop.ask(lambda: payments.going_back_cents(payment_id)) == 1780


@pytest.mark.parametrize(
    ("price_cents", "quantity", "is_small"),
    [(49, 1, True), (1_010_102, 99, False)],
)
def test_a_total_that_stripe_refuses_is_told_before_anything_happens(
    config: dict[str, object], price_cents: int, quantity: int, *, is_small: bool
) -> None:
    """Failure 22. Fails when the total is left to Stripe, which refuses it as an error."""
    with running_shop(config | {"STOREFRONT_DELIVERY_CENTS": 0}) as live:
        live.shop.product(price_cents=price_cents, stock=quantity)
        shopper = Shopper(live.url)
        shopper.add(quantity=quantity)
        answer = shopper.check_out()
        assert answer.status_code == 422
        assert TotalNotPayable(is_small=is_small).sentence in told(answer.text)
        assert live.box.control.requests() == []
        assert (live.shop.orders(), live.shop.stock()) == ([], (quantity, 0))


@pytest.mark.parametrize(("price_cents", "quantity"), [(50, 1), (1_010_101, 99)])
def test_the_smallest_and_the_largest_total_can_be_paid(
    config: dict[str, object], price_cents: int, quantity: int
) -> None:
    """Failure 22. Fails when a bound is one cent off, or the box has another."""
    with running_shop(config | {"STOREFRONT_DELIVERY_CENTS": 0}) as live:
        live.shop.product(price_cents=price_cents, stock=quantity)
        shopper = Shopper(live.url)
        shopper.add(quantity=quantity)
        live.box.control.complete(shopper.session_id(), wait_seconds=60)
        assert sold_once(live, left=0).total_cents == price_cents * quantity


def test_a_cart_of_long_names_is_sold_and_travels_as_two_short_words(live: Live) -> None:
    """Failure 24. Fails when what is bought is written into metadata, which hold 500 characters."""
    shopper = Shopper(live.url)
    names = {f"OIL-{n}": f"{n} " + "Grüße aus dem Salz " * 10 for n in range(12)}
    for sku, name in names.items():
        live.shop.product(sku, name=name)
        shopper.add(sku)
    session_id = shopper.session_id()
    (order,) = live.shop.orders()
    metadata = live.box.control.session(session_id)["metadata"]
    assert metadata == {
        "order_id": str(order.id),
        "order_reference": order.reference,
        "shop": f"{live.url}/",
    }
    live.box.control.complete(session_id, wait_seconds=60)
    assert [found.state for found in live.shop.orders()] == ["paid"]
    assert {live.shop.stock(sku) for sku in names} == {(9, 0)}
    (letter,) = live.shop.letters()
    assert all(name.strip() in letter.text for name in names.values())


def test_a_mail_server_that_hangs_is_not_waited_for_by_stripe(config: dict[str, object]) -> None:
    """Failure 27. Fails when the letter is sent by the request that hears of the payment."""
    with socket.create_server(("127.0.0.1", 0)) as hung:
        hung.setblocking(False)  # accept() then tells whether anybody has come
        config["STOREFRONT_MAIL_URL"] = f"smtp://127.0.0.1:{hung.getsockname()[1]}"
        with running_shop(config) as live:
            live.shop.product()
            shopper = Shopper(live.url)
            shopper.add()
            live.box.control.complete(shopper.session_id(), wait_seconds=60)
            sold_once(live)
            with pytest.raises(BlockingIOError):
                hung.accept()
            (letter,) = live.shop.letters()
            assert (letter.state, letter.attempts) == ("waiting", 0)
