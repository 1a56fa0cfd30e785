"""The payment page, driven as plain forms."""

import re
import time
from typing import Any

import pytest

from storefront.stripe_box import BoxServer

from .conftest import client_of
from .forms import Page, get, post
from .receiver import Receiver
from .shopping import delivery, line, order


def _open(box: BoxServer, **changes: Any) -> tuple[str, str]:
    session = client_of(box).v1.checkout.sessions.create(order(**changes))
    return str(session.id), str(session.url)


def test_one_click_pays_and_returns_to_the_shop(box: BoxServer) -> None:
    session_id, url = _open(box)
    page = get(url)
    assert page.status == 200
    assert "Pay €17.80" in page.text
    assert page.text.count("TEST") >= 1
    paid = post(url, page.fields)
    assert paid.status == 303
    assert paid.location == f"http://127.0.0.1:8000/checkout/return?session_id={session_id}"
    session = box.control.session(session_id)
    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    assert session["customer_details"]["email"] == "shopper@example.com"
    assert session["collected_information"]["shipping_details"]["address"]["country"] == "DE"


def test_the_page_shows_the_order_and_the_way_back(box: BoxServer) -> None:
    lines = [line(1290, 2, "Oil <b>spray</b>"), line(500, 1, "Scoop")]
    _, url = _open(box, line_items=lines)
    page = get(url)
    assert "Oil &lt;b&gt;spray&lt;/b&gt;" in page.html
    assert "2 × €12.90" in page.text
    assert "Total €35.70" in page.text
    assert 'href="http://127.0.0.1:8000/cart"' in page.html
    codes = re.findall(r'<option value="(\w\w)"', page.html)
    assert codes == ["AT", "DE"]


def test_the_page_has_no_script_and_a_strict_policy(box: BoxServer) -> None:
    _, url = _open(box)
    page = get(url)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "form-action 'self' http://127.0.0.1:*" in policy
    for forbidden in ("<script", "<style", " style=", " onclick="):
        assert forbidden not in page.html
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("card_number", "4242424242424241", "Your card number is invalid."),
        ("card_number", "4242", "Your card number is incomplete."),
        ("card_number", "", "Enter a test card number."),
        ("card_number", "4242x", "Your card number is invalid: use digits only."),
        ("card_number", "4111111111111111", "never type a real card number here"),
        ("expiry", "12", "Your card&#39;s expiration date is incomplete"),
        ("expiry", "13 / 40", "Your card&#39;s expiration month is invalid."),
        ("expiry", "01/20", "Your card&#39;s expiration date is in the past."),
        ("cvc", "12", "Your card&#39;s security code is incomplete"),
        ("email", "nobody", "Enter an email address"),
        ("name", "", "Enter your full name."),
        ("line1", "", "Enter the street and house number."),
        ("city", "", "Enter the city."),
        ("postal_code", "", "Enter the postal code."),
        ("country", "FR", "Choose one of the countries in the list."),
        ("shipping_rate", "shr_x", "Choose how we should deliver."),
        ("name_on_card", "", "Enter the name on the card."),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_loses_nothing(
    box: BoxServer, name: str, value: str, sentence: str
) -> None:
    session_id, url = _open(box)
    typed = {**get(url).fields, "email": "ann@example.com", "city": "Wien", "country": "AT"}
    page = post(url, {**typed, name: value})
    assert page.status == 422
    assert 'role="alert"' in page.html
    assert re.search(rf'id="{name}-error">[^<]*{re.escape(sentence)}', page.html)
    for other in ("email", "city", "country", "line1"):
        if other != name:
            assert page.fields[other] == typed[other]
    assert box.control.session(session_id)["payment_intent"] is None


def test_a_number_that_may_be_real_is_not_repeated(box: BoxServer) -> None:
    _, url = _open(box)
    page = post(url, {**get(url).fields, "card_number": "4111 1111 1111 1111"})
    assert "4111" not in page.html
    assert page.fields["card_number"] == ""


def test_every_mistake_is_told_at_once(box: BoxServer) -> None:
    _, url = _open(box)
    page = post(url, {**get(url).fields, "email": "", "card_number": "1", "cvc": "", "city": ""})
    assert "There are 4 problems" in page.text
    assert "<title>Error: Pay €17.80" in page.html


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card's security code is incorrect."),
        ("4000000000000119", "An error occurred while processing your card."),
    ],
)
def test_a_declined_card_can_be_replaced(box: BoxServer, card: str, sentence: str) -> None:
    session_id, url = _open(box)
    typed = {**get(url).fields, "card_number": card, "email": "ann@example.com"}
    declined = post(url, typed)
    assert declined.status == 402
    assert sentence in declined.text
    assert declined.fields["email"] == "ann@example.com"
    assert box.control.session(session_id)["status"] == "open"
    paid = post(url, {**declined.fields, "card_number": "5555 5555 5555 4444"})
    assert paid.status == 303
    assert box.control.session(session_id)["customer_details"]["email"] == "ann@example.com"


def test_american_express_has_four_digits(box: BoxServer) -> None:
    _, url = _open(box)
    typed = {**get(url).fields, "card_number": "378282246310005"}
    assert post(url, typed).status == 422
    assert post(url, {**typed, "cvc": "1234"}).status == 303


def _ask_bank(box: BoxServer) -> tuple[str, str, Page]:
    session_id, url = _open(box)
    asked = post(url, {**get(url).fields, "card_number": "4000 0027 6000 3184", "city": "Wien"})
    assert asked.status == 303
    address = box.url + asked.location
    return session_id, address, get(address)


def test_completing_authentication_pays(box: BoxServer) -> None:
    session_id, address, page = _ask_bank(box)
    assert "Complete authentication" in page.text
    assert "Fail authentication" in page.text
    assert post(address, {"answer": "complete"}).status == 303
    assert box.control.session(session_id)["payment_status"] == "paid"


def test_failing_authentication_returns_to_the_form(box: BoxServer) -> None:
    session_id, address, _ = _ask_bank(box)
    page = post(address, {"answer": "fail"})
    assert page.status == 402
    assert "We are unable to authenticate your payment method." in page.text
    assert page.fields["city"] == "Wien"
    assert box.control.session(session_id)["status"] == "open"
    assert get(address).status == 303


def test_a_chosen_test_card_keeps_what_was_typed(box: BoxServer) -> None:
    session_id, url = _open(box)
    typed = {**get(url).fields, "city": "Wien", "email": "half@"}
    page = post(f"{url}/fill", {**typed, "use_card": "4000000000009995"})
    assert page.status == 200
    assert page.fields["card_number"] == "4000 0000 0000 9995"
    assert (page.fields["city"], page.fields["email"]) == ("Wien", "half@")
    assert "Insufficient funds" in page.text
    assert box.control.session(session_id)["payment_intent"] is None


def test_the_chosen_delivery_is_what_is_charged(box: BoxServer) -> None:
    options = [delivery(), delivery(990, "Express"), delivery(0, "Pick up")]
    session_id, url = _open(box, shipping_options=options)
    page = get(url)
    rates = re.findall(r'name="shipping_rate" value="(shr_\w+)"', page.html)
    assert len(rates) == 3
    assert "Free" in page.text
    again = post(f"{url}/fill", {**page.fields, "shipping_rate": rates[1]})
    assert again.fields["shipping_rate"] == rates[1]
    post(url, again.fields)
    session = box.control.session(session_id)
    assert session["amount_total"] == 2280
    assert session["shipping_cost"]["shipping_rate"] == rates[1]


def test_a_given_email_cannot_be_changed(box: BoxServer) -> None:
    session_id, url = _open(box, customer_email="known@example.com")
    page = get(url)
    assert "readonly" in page.html
    post(url, {**page.fields, "email": "other@example.com"})
    details = box.control.session(session_id)["customer_details"]
    assert details["email"] == "known@example.com"


def test_without_delivery_no_address_is_asked(box: BoxServer) -> None:
    bare = {"shipping_address_collection": None, "shipping_options": None}
    session_id, url = _open(box, **bare)
    page = get(url)
    assert "line1" not in page.fields
    assert post(url, page.fields).status == 303
    session = box.control.session(session_id)
    assert session["collected_information"]["shipping_details"] is None
    assert session["amount_total"] == 1290


def test_a_free_order_needs_no_card(box: BoxServer) -> None:
    session_id, url = _open(box, line_items=[line(0)], shipping_options=None)
    page = get(url)
    assert "card_number" not in page.fields
    assert "Place order" in page.text
    assert post(url, page.fields).status == 303
    assert box.control.session(session_id)["payment_status"] == "no_payment_required"


def test_a_phone_number_is_asked_when_wanted(box: BoxServer) -> None:
    session_id, url = _open(box, phone_number_collection={"enabled": True})
    page = get(url)
    assert post(url, {**page.fields, "phone": ""}).status == 422
    post(url, {**page.fields, "phone": "+43 1 234567"})
    assert box.control.session(session_id)["customer_details"]["phone"] == "+43 1 234567"


def test_paying_twice_takes_the_money_once(box: BoxServer) -> None:
    _, url = _open(box)
    fields = get(url).fields
    first, second = post(url, fields), post(url, fields)
    assert first.location == second.location
    assert len(box.control.events("charge.succeeded")) == 1
    assert "Continue to the shop" in get(url).text


def test_an_expired_page_says_so(box: BoxServer) -> None:
    session_id, url = _open(box)
    fields = get(url).fields
    box.control.expire(session_id)
    page = get(url)
    assert "This payment page has expired" in page.text
    assert 'href="http://127.0.0.1:8000/cart"' in page.html
    sent = post(url, fields)
    assert (sent.status, sent.location) == (303, f"/pay/{session_id}")
    assert box.control.events("payment_intent.created") == []


def test_an_unknown_page_is_a_404(box: BoxServer) -> None:
    assert get(f"{box.url}/pay/cs_test_unknown").status == 404
    assert post(f"{box.url}/pay/cs_test_unknown", {}).status == 404


def test_the_shopper_returns_after_the_shop_has_heard(wired: BoxServer, receiver: Receiver) -> None:
    receiver.delay_seconds = 0.2
    session_id, url = _open(wired)
    assert post(url, get(url).fields).status == 303
    heard = [one for one in receiver.posted if b'"checkout.session.completed"' in one.body]
    assert len(heard) == 1
    assert session_id.encode() in heard[0].body


def test_a_failing_webhook_delays_the_shopper_by_one_try(
    wired: BoxServer, receiver: Receiver
) -> None:
    receiver.answers = [500] * 30
    _, url = _open(wired)
    began = time.monotonic()
    assert post(url, get(url).fields).status == 303
    assert time.monotonic() - began < 9  # and not the ten that the page waits for a delivery


def test_a_form_from_another_site_is_refused(box: BoxServer) -> None:
    session_id, url = _open(box)
    fields = get(url).fields
    assert post(url, fields, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    assert post(url, fields, Origin="http://evil.example").status == 403
    assert box.control.session(session_id)["status"] == "open"
    assert post(url, fields, Origin=box.url).status == 303
