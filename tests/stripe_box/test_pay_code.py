"""Promotion codes and known customers on the payment page."""

from typing import Any

from storefront.stripe_box import BoxServer

from .conftest import client_of
from .forms import get, post
from .shopping import order


def _open(box: BoxServer, **changes: Any) -> tuple[str, str]:
    session = client_of(box).v1.checkout.sessions.create(order(**changes))
    return str(session.id), str(session.url)


def test_a_shopper_types_a_promotion_code_and_takes_it_back(box: BoxServer) -> None:
    client = client_of(box)
    client.v1.coupons.create({"percent_off": 10, "id": "ten"})
    code: Any = {"promotion": {"type": "coupon", "coupon": "ten"}, "code": "SUMMER10"}
    client.v1.promotion_codes.create(code)
    session_id, url = _open(box, allow_promotion_codes=True)
    wrong = post(f"{url}/code", {"promotion_code": "winter"})
    assert wrong.status == 422
    assert "This code is invalid." in wrong.text
    assert box.control.session(session_id)["amount_total"] == 1780
    assert post(f"{url}/code", {"promotion_code": "summer10"}).status == 303
    page = get(url)
    assert "Discount −€1.29" in page.text
    assert page.fields["promotion_code"] == "SUMMER10"
    assert "Pay €16.51" in page.text
    assert post(f"{url}/code", {"promotion_code": ""}).status == 303
    assert box.control.session(session_id)["discounts"] == []
    post(f"{url}/code", {"promotion_code": "SUMMER10"})
    assert post(url, page.fields).status == 303
    paid = box.control.session(session_id)
    assert (paid["amount_total"], paid["payment_status"]) == (1651, "paid")


def test_a_page_without_promotion_codes_takes_none(box: BoxServer) -> None:
    client_of(box).v1.coupons.create({"percent_off": 10, "id": "ten"})
    session_id, url = _open(box)
    assert "Promotion code" not in get(url).text
    assert post(f"{url}/code", {"promotion_code": "ten"}).status == 422
    assert box.control.session(session_id)["amount_total"] == 1780


def test_the_page_knows_the_email_of_the_customer(box: BoxServer) -> None:
    customer = client_of(box).v1.customers.create({"email": "ada@example.com"})
    session_id, url = _open(box, customer=customer.id)
    page = get(url)
    assert page.fields["email"] == "ada@example.com"
    post(url, {**page.fields, "email": "bob@example.com"})
    assert box.control.session(session_id)["customer_details"]["email"] == "ada@example.com"
