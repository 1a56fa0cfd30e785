"""Somebody of the staff, at a running shop."""

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import requests
from flask import Flask
from flask.testing import FlaskClient

from storefront import orders, payments, staff
from storefront.payments import StripeDispute

from .shop import Shop
from .shopper import Shopper

if TYPE_CHECKING:
    from conftest import Live

EMAIL, PASSWORD = "ida@shop.example", "right-password"


class Desk:
    """A browser that Ida has signed in with."""

    def __init__(self, live: "Live") -> None:
        live.shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
        self.url = live.url
        self.web = requests.Session()
        form = {"email": EMAIL, "password": PASSWORD}
        assert self.post("/staff/sign-in", form).url == f"{self.url}/staff/"

    def get(self, path: str) -> requests.Response:
        """Opens a page."""
        return self.web.get(f"{self.url}{path}", timeout=60)

    def post(self, path: str, form: dict[str, object]) -> requests.Response:
        """Sends a form, and follows to the page that comes after it."""
        return self.web.post(f"{self.url}{path}", data=form, timeout=60)

    def together(self, path: str, forms: Sequence[dict[str, object]]) -> list[requests.Response]:
        """Sends several forms at the same moment, each over a connection of its own."""
        ready = threading.Barrier(len(forms), timeout=60)
        cookies = self.web.cookies.get_dict()

        def send(form: dict[str, object]) -> requests.Response:
            ready.wait()
            return requests.post(f"{self.url}{path}", data=form, cookies=cookies, timeout=60)

        with ThreadPoolExecutor(len(forms)) as people:
            return list(people.map(send, forms))


def bought(live: "Live", *skus: str, quantity: int = 1, **shopper: str) -> orders.Order:
    """An order that was paid just now."""
    buyer = Shopper(live.url)
    for sku in skus or ("OIL-100",):
        buyer.add(sku, quantity)
    live.box.control.complete(buyer.session_id(), wait_seconds=60, **shopper)
    order = live.shop.orders()[-1]
    assert order.state == "paid"
    return order


def token_in(page: str) -> str:
    """The one-time token of the refund form on a page."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, "the page has no refund form"
    return found[1]


def buttons_of(page: str) -> list[str]:
    """The words on the buttons and button-like links of a page, in their order."""
    found = re.findall(r'class="shop-button[^>]*>([^<]+)<', page)
    return [words.strip().replace("&#39;", "'") for words in found]


def at(order: orders.Order, what: str = "") -> str:
    """The address of an order in the back office, or of what is done to it."""
    return f"/staff/orders/{order.reference}{'/' if what else ''}{what}"


def state(live: "Live") -> str:
    """The state of the first order."""
    return live.shop.orders()[0].state


def many(shop: Shop, number: int) -> None:
    """Orders placed one after the other by as many shoppers."""

    def place() -> None:
        for n in range(1, number + 1):
            order = orders.place(
                orders.NewOrder(
                    cart_id=n, content_key="k", currency="EUR",
                    lines=[orders.NewLine("OIL-100", "Oil", "100 ml", 1, 1290, 1900)],
                    delivery_name="Standard", delivery_cents=490, vat_cents=284,
                    session_expires_at=datetime(2027, 1, 1, tzinfo=UTC),
                )
            )  # fmt: skip
            orders.remember_label(
                order.id, orders.ShipTo(f"shopper{n}@mail.example", f"Ida N° {n}", "Quay", "DE")
            )

    shop.do(place)


def disputed(order: orders.Order, status: str) -> None:
    """What the bank says about the payment of an order."""
    found = StripeDispute(
        id="du_1",
        payment_id=order.payment_id or "",
        amount_cents=order.total_cents,
        currency="EUR",
        reason="fraudulent",
        status=status,
        answer_by=datetime(2026, 11, 30, tzinfo=UTC),
        opened_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    payments.note_dispute(found, order_reference=order.reference)


def browser_of_ida(app: Flask) -> FlaskClient:
    """A browser that Ida has signed in with, and that has no token of any form."""
    client = app.test_client()
    Shop(app).do(lambda: staff.add_member(EMAIL, PASSWORD))
    with client.session_transaction() as session, app.app_context():
        member = staff.sign_in(EMAIL, PASSWORD)
        session["shop_staff"] = {"id": member.id, "stamp": member.stamp}
    return client
