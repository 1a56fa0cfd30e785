"""Checkout Sessions: made, read, listed, expanded, expired."""

import time
from typing import Any

import pytest
import stripe

from .target import line, order


def make(client: stripe.StripeClient, **changes: Any) -> Any:
    return client.v1.checkout.sessions.create(order(**changes))  # type: ignore[arg-type]


def test_a_new_session_is_open_and_unpaid(client: stripe.StripeClient) -> None:
    session = make(client, line_items=[line(1290, 2), line(310)])
    assert session.id.startswith("cs_test_")
    assert (session.object, session.livemode) == ("checkout.session", False)
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_subtotal, session.amount_total) == (2890, 2890)
    assert (session.currency, session.mode, session.ui_mode) == ("eur", "payment", "hosted_page")
    assert session.payment_intent is None
    assert session.total_details.to_dict() == {
        "amount_discount": 0,
        "amount_shipping": 0,
        "amount_tax": 0,
    }
    assert (session.client_reference_id, session.metadata["order"]) == ("SW-1001", "1001")
    assert session.url.startswith("http")
    assert 0 <= session.expires_at - session.created - 24 * 60 * 60 <= 5


def test_a_session_is_read_as_it_was_made(client: stripe.StripeClient) -> None:
    session = make(client)
    again = client.v1.checkout.sessions.retrieve(session.id)
    assert again.to_dict() == session.to_dict()
    assert "line_items" not in session


def test_lines_and_payment_are_expanded_when_asked(client: stripe.StripeClient) -> None:
    session = make(client, line_items=[line(100, 3), line(250)])
    wanted: Any = {"expand": ["line_items.data.price.product", "payment_intent"]}
    found = client.v1.checkout.sessions.retrieve(session.id, wanted)
    assert found.payment_intent is None
    assert sorted(item.amount_total for item in found.line_items.data) == [250, 300]
    assert {item.price.product.name for item in found.line_items.data} == {"Magnesium oil"}
    listed = client.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert (len(listed.data), listed.has_more) == (1, True)


def test_an_expansion_that_does_not_exist_is_refused(client: stripe.StripeClient) -> None:
    session = make(client)
    with pytest.raises(stripe.InvalidRequestError, match=r"cannot be expanded \(colour\)"):
        client.v1.checkout.sessions.retrieve(session.id, {"expand": ["colour"]})


def test_shipping_is_part_of_the_total(client: stripe.StripeClient) -> None:
    rate = {
        "type": "fixed_amount",
        "display_name": "Standard",
        "fixed_amount": {"amount": 490, "currency": "eur"},
    }
    session = make(client, shipping_options=[{"shipping_rate_data": rate}])
    assert (session.amount_subtotal, session.amount_total) == (1290, 1780)
    assert session.total_details.amount_shipping == 490
    assert session.shipping_cost.amount_total == 490


def test_sessions_are_listed_newest_first_and_by_cursor(client: stripe.StripeClient) -> None:
    first, second, third = (make(client).id for _ in range(3))
    sessions = client.v1.checkout.sessions
    after = sessions.list({"limit": 2, "starting_after": third})
    assert [one.id for one in after.data] == [second, first]
    page = sessions.list({"limit": 1, "starting_after": third})
    assert ([one.id for one in page.data], page.has_more) == ([second], True)
    before = sessions.list({"limit": 1, "ending_before": first})
    assert [one.id for one in before.data] == [second]


def test_a_limit_out_of_range_is_clamped(client: stripe.StripeClient) -> None:
    for _ in range(2):
        make(client)
    assert len(client.v1.checkout.sessions.list({"limit": 0}).data) == 1
    assert len(client.v1.checkout.sessions.list({"limit": 1000}).data) >= 2


def test_an_unknown_cursor_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.list({"starting_after": "cs_test_none"})
    assert refusal.value.http_status == 400
    assert (refusal.value.code, refusal.value.param) == ("resource_missing", "starting_after")


def test_an_expired_session_is_closed_for_good(client: stripe.StripeClient) -> None:
    session = make(client)
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.expire(session.id)
    assert refusal.value.http_status == 400
    assert 'Only Checkout Sessions with a status in ["open"] can be expired.' in str(refusal.value)


def test_expiring_is_told_by_an_event(client: stripe.StripeClient) -> None:
    session = make(client)
    client.v1.checkout.sessions.expire(session.id)
    deadline = time.monotonic() + 60
    found: list[Any] = []
    while not found and time.monotonic() < deadline:
        page = client.v1.events.list({"type": "checkout.session.expired", "limit": 100})
        found = [one for one in page.data if one.data.object["id"] == session.id]
    assert found[0].data.object["status"] == "expired"
    assert found[0].livemode is False


def test_metadata_is_changed_key_by_key(client: stripe.StripeClient) -> None:
    session = make(client)
    changed = client.v1.checkout.sessions.update(session.id, {"metadata": {"order": "", "a": "b"}})
    assert changed.metadata.to_dict() == {"contract": "1", "a": "b"}


@pytest.mark.parametrize(("minutes", "is_taken"), [(29, False), (31, True), (1500, False)])
def test_a_session_lives_from_half_an_hour_to_a_day(
    client: stripe.StripeClient, minutes: int, is_taken: bool
) -> None:
    moment = int(time.time()) + minutes * 60
    if is_taken:
        assert make(client, expires_at=moment).expires_at == moment
        return
    with pytest.raises(
        stripe.InvalidRequestError, match="The `expires_at` timestamp must be"
    ) as no:
        make(client, expires_at=moment)
    assert (no.value.http_status, no.value.param) == (400, "expires_at")


def test_nothing_may_cost_nothing(client: stripe.StripeClient) -> None:
    session = make(client, line_items=[line(0)])
    assert (session.status, session.amount_total) == ("open", 0)


@pytest.mark.parametrize(
    ("currency", "cents", "minimum"),
    [("eur", 49, "€0.50 eur"), ("gbp", 29, "£0.30 gbp"), ("usd", 49, "$0.50 usd")],
)
def test_less_than_the_minimum_is_refused(
    client: stripe.StripeClient, currency: str, cents: int, minimum: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        make(client, line_items=[line(cents, currency=currency)])
    assert refusal.value.code == "amount_too_small"
    assert f"total amount due must add up to at least {minimum}" in str(refusal.value)
    assert make(client, line_items=[line(cents + 1, currency=currency)]).amount_total == cents + 1
