"""Checkout Sessions through the real SDK; every answer is checked against Stripe's schema."""

import re

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .shopping import delivery, line, order


def test_a_new_session_is_open_and_has_a_page(box: BoxServer, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    assert re.fullmatch(r"cs_test_\w{58}", session.id)
    assert session.url == f"{box.url}/pay/{session.id}"
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_subtotal, session.amount_total) == (1290, 1780)
    assert session.payment_intent is None
    assert session.customer_details is None
    assert session.client_reference_id == "SW-1001"
    assert session.expires_at - session.created == 24 * 60 * 60


def test_line_items_come_only_when_asked_for(client: stripe.StripeClient) -> None:
    created = client.v1.checkout.sessions.create(order(line_items=[line(quantity=3)]))
    assert "line_items" not in created
    session = client.v1.checkout.sessions.retrieve(created.id, {"expand": ["line_items"]})
    assert session.line_items is not None
    (item,) = session.line_items.data
    assert (item.description, item.quantity, item.amount_total) == ("Magnesium oil", 3, 3870)


def test_expansion_reaches_four_levels(box: BoxServer, client: stripe.StripeClient) -> None:
    created = client.v1.checkout.sessions.create(order())
    box.control.complete(created.id)
    paths = [
        "payment_intent.latest_charge.balance_transaction",
        "payment_intent.payment_method",
        "line_items.data.price.product",
        "shipping_cost.shipping_rate",
        "total_details.breakdown",
    ]
    session = client.v1.checkout.sessions.retrieve(created.id, {"expand": paths}).to_dict()
    charge = session["payment_intent"]["latest_charge"]
    assert charge["balance_transaction"]["net"] == 1780 - 26 - 25
    assert session["line_items"]["data"][0]["price"]["product"]["name"] == "Magnesium oil"
    assert session["shipping_cost"]["shipping_rate"]["display_name"] == "Standard"
    assert session["payment_intent"]["payment_method"]["card"]["last4"] == "4242"


def test_what_cannot_be_expanded_is_refused(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    with pytest.raises(stripe.InvalidRequestError, match=r"cannot be expanded \(status\)"):
        client.v1.checkout.sessions.retrieve(session.id, {"expand": ["status"]})
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        client.v1.checkout.sessions.retrieve(session.id, {"expand": ["a.b.c.d.e"]})


def test_line_items_are_paged_by_ten_in_their_order(client: stripe.StripeClient) -> None:
    lines = [line(100 + number, name=f"Thing {number}") for number in range(25)]
    session = client.v1.checkout.sessions.create(order(line_items=lines))
    first = client.v1.checkout.sessions.line_items.list(session.id)
    assert [item.amount_total for item in first.data] == list(range(100, 110))
    assert first.has_more
    every = [item.amount_total for item in first.auto_paging_iter()]
    assert every == list(range(100, 125))
    back = client.v1.checkout.sessions.line_items.list(
        session.id, {"ending_before": first.data[5].id, "limit": 2}
    )
    assert [item.amount_total for item in back.data] == [103, 104]


def test_sessions_are_listed_newest_first_and_filtered(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    sessions = client.v1.checkout.sessions
    ids = [sessions.create(order()).id for _ in range(3)]
    paid = box.control.complete(ids[1], email="ann@example.com")
    sessions.expire(ids[0])
    assert [one.id for one in sessions.list().data] == ids[::-1]
    assert [one.id for one in sessions.list({"status": "open"}).data] == [ids[2]]
    found = sessions.list({"payment_intent": paid["payment_intent"]})
    assert [one.id for one in found.data] == [ids[1]]
    found = sessions.list({"customer_details": {"email": "ann@example.com"}})
    assert [one.id for one in found.data] == [ids[1]]
    paged = sessions.list({"limit": 1, "starting_after": ids[2]}).auto_paging_iter()
    assert [one.id for one in paged] == [ids[1], ids[0]]
    moment = paid["created"]
    assert len(sessions.list({"created": {"gte": moment - 60}}).data) == 3
    assert sessions.list({"created": {"gt": moment + 60}}).data == []


def test_a_limit_out_of_range_is_clamped(client: stripe.StripeClient) -> None:
    for _ in range(2):
        client.v1.checkout.sessions.create(order())
    assert len(client.v1.checkout.sessions.list({"limit": 0}).data) == 1
    assert len(client.v1.checkout.sessions.list({"limit": 1000}).data) == 2


def test_expiring_closes_the_session_once(box: BoxServer, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.expire(session.id)
    assert refused.value.user_message == (
        'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session'
        " has a status of `expired`."
    )
    assert [event["type"] for event in box.control.events()] == ["checkout.session.expired"]


def test_metadata_can_be_changed_afterwards(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order(metadata={"a": "1", "b": "2"}))
    changed = client.v1.checkout.sessions.update(session.id, {"metadata": {"a": "", "c": "3"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}


def test_the_first_delivery_option_counts_until_another_is_chosen(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    options = [delivery(), delivery(990, "Express")]
    session = client.v1.checkout.sessions.create(order(shipping_options=options))
    assert session.amount_total == 1780
    express = session.shipping_options[1].shipping_rate
    paid = box.control.complete(session.id, shipping_rate=express)
    assert paid["amount_total"] == 2280
    assert paid["shipping_cost"]["shipping_rate"] == express
    assert paid["total_details"]["amount_shipping"] == 990


def test_prices_and_products_of_a_session_can_be_read(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order(), {})
    item = client.v1.checkout.sessions.line_items.list(session.id).data[0]
    assert item.price is not None
    assert client.v1.prices.retrieve(item.price.id).unit_amount == 1290
    product = client.v1.products.retrieve(str(item.price.product))
    assert product.name == "Magnesium oil"
    assert (item.price.active, product.active) == (False, False)


def test_global_style_of_the_sdk_works_too(box: BoxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "api_key", box.api_key)
    monkeypatch.setattr(stripe, "api_base", box.url)
    session = stripe.checkout.Session.create(**order())
    assert stripe.checkout.Session.retrieve(session.id).id == session.id
