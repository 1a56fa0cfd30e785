"""What a shopper reads who comes back from the payment page before the shop knows of money."""

from dataclasses import replace

import pytest
import requests

from conftest import Live
from storefront import payments
from support.shopper import Shopper, told


def opened_page(live: Live) -> tuple[Shopper, str]:
    """A shopper and the payment page they opened, in a shop whose webhooks are lost."""
    live.shop.product(stock=4)
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add()
    return shopper, shopper.session_id()


def come_back(live: Live, shopper: Shopper, session_id: str, **query: str) -> requests.Response:
    return shopper.web.get(
        f"{live.url}/checkout/return", params={"session_id": session_id, **query}, timeout=60
    )


def let_money_take_its_time(live: Live, monkeypatch: pytest.MonkeyPatch, session_id: str) -> None:
    """The page was completed with a method whose money takes days; the box has none of these."""
    with live.app.app_context():
        found = payments.retrieve_session(session_id)
    slow = replace(found, status="complete", payment_status="unpaid", url="")
    monkeypatch.setattr(payments, "retrieve_session", lambda _: slow)


def lose_stripe(live: Live) -> None:
    """From now on nobody answers where Stripe should be."""
    state = live.app.extensions["storefront"]
    state.stripe = payments.make_client(
        replace(state.settings, STRIPE_API_BASE="http://127.0.0.1:9")
    )


def test_who_has_not_paid_reads_so_and_finds_back_to_the_payment_page(live: Live) -> None:
    """Fails when an open page is told as a payment on its way."""
    shopper, session_id = opened_page(live)
    answer = come_back(live, shopper, session_id)
    assert answer.status_code == 202
    assert "Not paid yet." in told(answer.text)
    assert "on its way" not in answer.text
    assert f'href="{live.box.control.session(session_id)["url"]}"' in answer.text
    assert "Refresh" not in answer.headers
    assert live.shop.orders()[0].state == "pending"
    assert live.shop.stock() == (4, 1)


def test_a_payment_that_takes_its_time_leads_to_its_order(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when a slow payment counts as none: its shopper would buy once more."""
    shopper, session_id = opened_page(live)
    let_money_take_its_time(live, monkeypatch, session_id)
    answer = come_back(live, shopper, session_id)
    (order,) = live.shop.orders()
    assert answer.url == f"{live.url}/orders/{order.reference}"
    assert "Your bank is making the payment" in told(answer.text)
    assert "Your cart is empty." in told(shopper.web.get(f"{live.url}/cart", timeout=60).text)


def test_a_payment_that_nobody_can_ask_about_is_looked_at_again_for_five_minutes(
    live: Live,
) -> None:
    """Fails when the page does not count its looks, or never stops."""
    shopper, session_id = opened_page(live)
    lose_stripe(live)
    answer = come_back(live, shopper, session_id)
    assert (answer.status_code, "One moment." in told(answer.text)) == (202, True)
    address = f"/checkout/return?session_id={session_id}"
    assert answer.headers["Refresh"] == f"5; url={address}&look=1"
    last = come_back(live, shopper, session_id, look="59")
    assert last.headers["Refresh"] == f"5; url={address}&look=60"
    assert "looks again by itself" in told(last.text)


@pytest.mark.parametrize("look", ["60", "-1", "9" * 30])
def test_after_five_minutes_the_page_rests_and_promises_a_letter(live: Live, look: str) -> None:
    shopper, session_id = opened_page(live)
    lose_stripe(live)
    answer = come_back(live, shopper, session_id, look=look)
    assert answer.status_code == 202
    assert "Refresh" not in answer.headers
    assert "the confirmation will reach you by e-mail" in told(answer.text)
    assert "looks again by itself" not in told(answer.text)


def test_a_closed_page_gives_the_goods_back_when_its_shopper_comes_back(live: Live) -> None:
    """Fails when only paid sessions are followed: the page would promise a payment for ever."""
    shopper, session_id = opened_page(live)
    live.box.control.expire(session_id)
    answer = come_back(live, shopper, session_id)
    (order,) = live.shop.orders()
    assert answer.url == f"{live.url}/orders/{order.reference}"
    assert "Nothing was charged." in told(answer.text)
    assert order.state == "expired"
    assert live.shop.stock() == (4, 0)


def test_without_an_answer_from_stripe_nothing_is_said_about_the_payment(live: Live) -> None:
    """Fails when a payment is claimed that nobody knows of."""
    shopper, session_id = opened_page(live)
    lose_stripe(live)
    answer = come_back(live, shopper, session_id)
    assert answer.status_code == 202
    assert "We cannot ask about your payment just now." in told(answer.text)
    assert "on its way" not in answer.text
    assert answer.headers["Refresh"].endswith("&look=1")


def test_without_an_answer_from_stripe_a_paid_order_is_still_shown(live: Live) -> None:
    """Fails when the shop's own word counts for nothing."""
    shopper, session_id = opened_page(live)
    live.box.control.complete(session_id)
    come_back(live, shopper, session_id)
    lose_stripe(live)
    answer = come_back(live, shopper, session_id)
    (order,) = live.shop.orders()
    assert order.state == "paid"
    assert answer.url == f"{live.url}/orders/{order.reference}"
