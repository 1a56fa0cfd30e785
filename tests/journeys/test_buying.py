"""From cart to letter, through HTTP, with a real payment page and real webhooks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import requests

from conftest import Live
from storefront import orders, payments
from storefront.checkout.reconciling import keep_in_line, reconcile
from support.shopper import Shopper, told


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def one_paid_order(live: Live) -> orders.Order:
    """Asserts that exactly one order is paid, with one letter, and returns it."""
    (order,) = live.shop.orders()
    assert order.state == "paid"
    (letter,) = live.shop.letters()
    assert letter.reference == order.reference
    assert letter.recipient == order.email
    live.shop.books_balance()
    return order


def test_a_shopper_who_pays_gets_an_order_a_letter_and_an_empty_cart(live: Live) -> None:
    live.shop.product(stock=10)
    shopper = Shopper(live.url)
    shopper.add(quantity=2, guide="foot-bath", block="product-oil")
    live.box.control.complete(shopper.session_id())
    order = one_paid_order(live)
    assert live.shop.stock() == (8, 0)
    assert order.total_cents == 2 * 1290 + 490
    (line,) = live.shop.ask(lambda: orders.lines_of(order.id))
    assert (line.quantity, line.guide_slug, line.block) == (2, "foot-bath", "product-oil")
    assert "empty" in told(shopper.web.get(f"{live.url}/cart").text).lower()
    page = shopper.web.get(f"{live.url}/orders/{order.reference}")
    assert page.status_code == 200
    assert order.number in told(page.text)


def test_the_webhook_alone_settles_when_the_browser_dies_after_paying(live: Live) -> None:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id())
    one_paid_order(live)


def test_the_return_page_alone_settles_when_no_webhook_comes(live: Live) -> None:
    live.shop.product()
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add()
    session_id = shopper.session_id()
    live.box.control.complete(session_id)
    assert live.shop.orders()[0].state == "pending"
    answer = shopper.web.get(f"{live.url}/checkout/return?session_id={session_id}")
    order = one_paid_order(live)
    assert answer.url == f"{live.url}/orders/{order.reference}"


def test_reconcile_alone_settles_when_webhook_and_browser_are_gone(live: Live) -> None:
    live.shop.product()
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id())
    with live.app.app_context():
        report = reconcile(an_hour_ago(), apply=True)
        assert [finding.kind for finding in report.mended] == ["page"]
        assert report.left == []
    one_paid_order(live)


def test_webhook_return_page_and_reconciler_together_settle_once(live: Live) -> None:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    session_id = shopper.session_id()
    live.box.control.complete(session_id)
    for _ in range(2):
        shopper.web.get(f"{live.url}/checkout/return?session_id={session_id}")
        with live.app.app_context():
            keep_in_line()
    for event in live.box.control.events("checkout.session.completed"):
        live.box.control.resend(event["id"])
    assert live.box.control.wait_until_delivered()
    one_paid_order(live)
    assert live.shop.stock() == (9, 0)


def test_a_declined_card_keeps_cart_and_hold_and_the_second_try_succeeds(live: Live) -> None:
    live.shop.product(stock=3)
    shopper = Shopper(live.url)
    shopper.add(quantity=3)
    session_id = shopper.session_id()
    live.box.control.decline(session_id)
    assert live.shop.stock() == (3, 3)
    cart = told(shopper.web.get(f"{live.url}/cart").text)
    assert "Sold out" not in cart, "their own hold must not look like somebody else's"
    assert shopper.session_id() == session_id, "the way back leads to the same payment page"
    live.box.control.complete(session_id)
    one_paid_order(live)
    assert live.shop.stock() == (0, 0)


def test_a_changed_cart_closes_the_older_page_before_a_new_one_opens(live: Live) -> None:
    live.shop.product(stock=5)
    shopper = Shopper(live.url)
    shopper.add(quantity=2)
    first = shopper.session_id()
    shopper.add(quantity=1)
    second = shopper.session_id()
    assert first != second
    assert live.box.control.session(first)["status"] == "expired"
    assert live.shop.stock() == (5, 3)
    live.box.control.complete(second)
    assert sorted(o.state for o in live.shop.orders()) == ["expired", "paid"]
    assert live.shop.stock() == (2, 0)
    live.shop.books_balance()


def test_a_second_click_leads_to_the_same_payment_page(live: Live) -> None:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    assert shopper.session_id() == shopper.session_id()
    assert len(live.shop.orders()) == 1


def test_an_expired_page_gives_the_goods_back_once(live: Live) -> None:
    live.shop.product(stock=4)
    shopper = Shopper(live.url)
    shopper.add(quantity=4)
    session_id = shopper.session_id()
    assert live.shop.stock() == (4, 4)
    live.box.control.expire(session_id)
    assert live.box.control.wait_until_delivered()
    assert live.shop.stock() == (4, 0)
    (order,) = live.shop.orders()
    assert order.state == "expired"
    shopper.web.get(f"{live.url}/checkout/return?session_id={session_id}")
    live.shop.books_balance()


def test_when_stripe_is_down_the_cart_stays_and_nothing_is_held(live: Live) -> None:
    live.shop.product(stock=4)
    shopper = Shopper(live.url)
    shopper.add(quantity=4)
    state = live.app.extensions["storefront"]
    gone = replace(state.settings, STRIPE_API_BASE="http://127.0.0.1:9")
    state.stripe = payments.make_client(gone)
    answer = shopper.check_out()
    assert answer.status_code == 503
    assert "Nothing was charged" in told(answer.text)
    assert live.shop.stock() == (4, 0)
    assert [o.state for o in live.shop.orders()] == ["expired"]


def test_a_forged_or_foreign_session_id_shows_nothing(live: Live) -> None:
    for session_id in ("", "cs_test_forged", "x" * 300, "../../orders"):
        answer = requests.get(
            f"{live.url}/checkout/return", params={"session_id": session_id}, timeout=30
        )
        assert answer.status_code == 404


def test_an_open_page_is_not_a_paid_order(live: Live) -> None:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    session_id = shopper.session_id()
    answer = shopper.web.get(f"{live.url}/checkout/return?session_id={session_id}")
    assert answer.status_code == 202
    assert live.shop.orders()[0].state == "pending"
    assert live.shop.letters() == []
