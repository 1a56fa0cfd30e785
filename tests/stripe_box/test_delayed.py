"""SEPA Direct Debit: complete at once, paid or failed later, and settled exactly once."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stripe

from storefront.stripe_box import BoxServer, Refusal
from storefront.stripe_box.payments.bank_accounts import (
    TEST_ACCOUNTS,
    has_right_check_digits,
    read_iban,
)
from storefront.stripe_box.settings import BadSettings, BoxSettings

from .conftest import client_of
from .forms import get, post
from .shopping import order

GOOD, SLOW = "DE89370400440532013000", "DE08370400440532013003"
BAD, SLOWLY_BAD = "DE62370400440532013001", "DE78370400440532013004"
EMPTY, TOO_MUCH = "DE65370400440002222227", "DE65370400440000343434"
BEGUN = [
    "payment_intent.created",
    "payment_intent.processing",
    "charge.pending",
    "checkout.session.completed",
]
ARRIVED = [
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.async_payment_succeeded",
]
FAILED = [
    "charge.failed",
    "payment_intent.payment_failed",
    "checkout.session.async_payment_failed",
]


def _types(box: BoxServer) -> list[str]:
    return [event["type"] for event in box.control.events()]


def _create(box: BoxServer) -> str:
    return str(client_of(box).v1.checkout.sessions.create(order()).id)


def _wait_for(box: BoxServer, kind: str) -> None:
    deadline = time.monotonic() + 60
    while not box.control.events(kind) and time.monotonic() < deadline:
        time.sleep(0.02)


def test_sessions_in_euro_also_take_debits(client: stripe.StripeClient) -> None:
    create = client.v1.checkout.sessions.create
    assert create(order()).payment_method_types == ["card", "sepa_debit"]
    dollars = order(line_items=[_in_dollars()], shipping_options=None)
    assert create(dollars).payment_method_types == ["card"]
    only = create(order(excluded_payment_method_types=["card"]))
    assert only.payment_method_types == ["sepa_debit"]
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        create(order(excluded_payment_method_types=["card", "sepa_debit"]))


def test_a_debit_completes_unpaid(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = _create(box)
    assert box.control.pay(session_id, iban=GOOD).state == "complete"
    wanted = {"expand": ["payment_intent.latest_charge"]}
    session = client.v1.checkout.sessions.retrieve(session_id, wanted)  # type: ignore[arg-type]
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received) == ("processing", 0)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.paid, charge.balance_transaction) == ("pending", False, None)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.sepa_debit is not None
    assert charge.payment_method_details.sepa_debit.last4 == "3000"
    assert _types(box) == BEGUN


def test_money_that_arrives_pays_the_session(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = _create(box)
    box.control.pay(session_id, iban=GOOD)
    assert box.control.settle(session_id)["payment_status"] == "paid"
    intent_id = box.control.session(session_id)["payment_intent"]
    wanted = {"expand": ["latest_charge.balance_transaction"]}
    intent = client.v1.payment_intents.retrieve(intent_id, wanted)  # type: ignore[arg-type]
    assert (intent.status, intent.amount_received) == ("succeeded", 1780)
    entry = intent.latest_charge.balance_transaction  # type: ignore[union-attr]
    assert isinstance(entry, stripe.BalanceTransaction)
    assert (entry.type, entry.amount, entry.fee, entry.net) == ("payment", 1780, 35, 1745)
    assert _types(box) == BEGUN + ARRIVED


@pytest.mark.parametrize(
    ("iban", "code"), [(BAD, "generic_could_not_process"), (EMPTY, "insufficient_funds")]
)
def test_a_debit_that_fails_leaves_the_session_complete_and_unpaid(
    box: BoxServer, client: stripe.StripeClient, iban: str, code: str
) -> None:
    session_id = _create(box)
    box.control.pay(session_id, iban=iban)
    session = box.control.fail(session_id)
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    intent = client.v1.payment_intents.retrieve(session["payment_intent"])
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == code
    assert client.v1.charges.retrieve(str(intent.latest_charge)).status == "failed"
    assert _types(box) == BEGUN + FAILED
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_a_debit_that_is_refused_at_once_leaves_the_session_open(box: BoxServer) -> None:
    session_id = _create(box)
    assert box.control.pay(session_id, iban=TOO_MUCH).state == "declined"
    assert box.control.session(session_id)["status"] == "open"
    assert _types(box) == [BEGUN[0], *FAILED[:2]]
    assert box.control.complete(session_id)["payment_status"] == "paid"


def test_only_a_payment_under_way_can_be_settled(box: BoxServer) -> None:
    session_id = _create(box)
    with pytest.raises(Refusal, match="Nothing was paid in the session"):
        box.control.settle(session_id)
    box.control.pay(session_id, iban=GOOD)
    box.control.settle(session_id)
    for again in (box.control.settle, box.control.fail):
        with pytest.raises(Refusal, match="is succeeded"):
            again(session_id)
    assert _types(box) == BEGUN + ARRIVED


def test_only_the_session_ends_its_payment(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = _create(box)
    box.control.pay(session_id, iban=GOOD)
    payment = box.control.session(session_id)["payment_intent"]
    for step in (client.v1.payment_intents.cancel, client.v1.payment_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError, match=f"expire the Checkout .*{session_id}"):
            step(payment)
    assert client.v1.payment_intents.retrieve(payment).status == "processing"


def test_slow_debits_end_after_three_minutes_of_the_boxs_clock(box: BoxServer) -> None:
    good, bad = _create(box), _create(box)
    box.control.pay(good, iban=SLOW)
    box.control.pay(bad, iban=SLOWLY_BAD)
    box.control.advance_clock(100)
    assert box.control.session(good)["payment_status"] == "unpaid"
    box.control.advance_clock(81)
    assert box.control.session(good)["payment_status"] == "paid"
    assert box.control.session(bad)["payment_status"] == "unpaid"
    assert _types(box) == BEGUN * 2 + ARRIVED + FAILED
    box.control.advance_clock(1000)
    assert len(_types(box)) == len(BEGUN * 2 + ARRIVED + FAILED)


def test_the_timer_settles_by_itself() -> None:
    with BoxServer(BoxSettings(settle_seconds=0.1)) as box:
        good, bad = _create(box), _create(box)
        box.control.pay(good, iban=GOOD)
        box.control.pay(bad, iban=BAD)
        _wait_for(box, "checkout.session.async_payment_succeeded")
        _wait_for(box, "checkout.session.async_payment_failed")
        assert box.control.session(good)["payment_status"] == "paid"
        assert sorted(_types(box)) == sorted(BEGUN * 2 + ARRIVED + FAILED)


def test_what_was_promised_is_kept_after_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "box.sqlite")
    with BoxServer(BoxSettings(database=file, settle_seconds=3600)) as box:
        session_id = _create(box)
        box.control.pay(session_id, iban=GOOD)
    with BoxServer(BoxSettings(database=file, settle_seconds=3600)) as box:
        assert box.control.session(session_id)["payment_status"] == "unpaid"
        box.control.advance_clock(3601)
        assert box.control.session(session_id)["payment_status"] == "paid"
    with BoxServer(BoxSettings(database=file, settle_seconds=3600)) as box:
        box.control.advance_clock(7200)
        assert _types(box) == BEGUN + ARRIVED


def test_money_arrives_once_whoever_looks_at_the_clock() -> None:
    """Without the second look under the lock in `keep_due`, the slower thread breaks off."""
    with BoxServer(BoxSettings(settle_seconds=3600)) as box:
        ids = [_create(box) for _ in range(5)]
        for session_id in ids:
            box.control.pay(session_id, iban=GOOD)
        box.box.clock.advance(3601)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: box.control.advance_clock(0), range(16)))
        assert sorted(_types(box)) == sorted(BEGUN * 5 + ARRIVED * 5)


def test_the_page_takes_a_debit(box: BoxServer) -> None:
    session_id = _create(box)
    url = box.control.session(session_id)["url"]
    page = get(url)
    assert "SEPA Direct Debit" in page.text
    assert page.fields["method"] == "card"
    paid = post(url, {**page.fields, "method": "sepa_debit", "card_number": ""})
    assert (paid.status, paid.location.endswith(session_id)) == (303, True)
    session = box.control.session(session_id)
    assert (session["payment_status"], session["customer_details"]["name"]) == (
        "unpaid",
        "Alex Test",
    )
    assert "under way" in get(url).text


def test_a_session_in_another_currency_shows_no_debit(box: BoxServer) -> None:
    dollars = order(line_items=[_in_dollars()], shipping_options=None)
    session = client_of(box).v1.checkout.sessions.create(dollars)
    page = get(str(session.url))
    assert "SEPA" not in page.text
    refused = post(str(session.url), {**page.fields, "method": "sepa_debit"})
    assert refused.status == 422
    assert "Choose one of the ways to pay in the list." in refused.text
    with pytest.raises(Refusal, match="takes no SEPA Direct Debit"):
        box.control.pay(session.id, iban=GOOD)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("iban", "", "Enter a test IBAN."),
        ("iban", "8937", "An IBAN begins with two letters and two digits"),
        ("iban", "DE89 3704", "Your IBAN is incomplete."),
        ("iban", "DE88370400440532013000", "Your IBAN is invalid."),
        ("iban", "GB82 WEST 1234 5698 7654 32", "it does not know this IBAN"),
        ("account_holder", "", "Enter the name of the account&#39;s holder."),
    ],
)
def test_a_wrong_iban_is_told_beside_its_field(
    box: BoxServer, name: str, value: str, sentence: str
) -> None:
    session_id = _create(box)
    url = box.control.session(session_id)["url"]
    page = post(url, {**get(url).fields, "method": "sepa_debit", name: value, "cvc": ""})
    assert page.status == 422
    assert f'id="{name}-error"' in page.html
    assert sentence in page.html
    assert page.fields["method"] == "sepa_debit"
    assert "WEST" not in page.html
    assert box.control.session(session_id)["payment_intent"] is None


def test_a_chosen_iban_is_filled_in(box: BoxServer) -> None:
    url = box.control.session(_create(box))["url"]
    page = post(f"{url}/fill", {**get(url).fields, "use_iban": TOO_MUCH})
    assert page.fields["iban"] == "DE65 3704 0044 0000 3434 34"
    assert page.fields["method"] == "sepa_debit"
    refused = post(url, page.fields)
    assert refused.status == 402
    assert 'id="iban-error"' in refused.html


def test_every_known_iban_is_a_possible_one() -> None:
    assert len(TEST_ACCOUNTS) == 33
    assert all(has_right_check_digits(iban) for iban in TEST_ACCOUNTS)
    assert read_iban("de89 3704-0044 0532 0130 00")[0] == TEST_ACCOUNTS[GOOD]


def test_money_does_not_arrive_before_it_is_paid() -> None:
    with pytest.raises(BadSettings, match="settle seconds"):
        BoxSettings(settle_seconds=-1)


def test_a_test_outside_can_settle(box: BoxServer) -> None:
    first, second = _create(box), _create(box)
    for session_id in (first, second):
        address = f"{box.url}/_control/sessions/{session_id}"
        assert post(f"{address}/complete", {"iban": GOOD}).status == 200
    assert post(f"{box.url}/_control/sessions/{first}/settle", {}).status == 200
    assert post(f"{box.url}/_control/sessions/{second}/fail", {}).status == 200
    assert post(f"{box.url}/_control/sessions/{second}/fail", {}).status == 400
    assert post(f"{box.url}/_control/sessions/{second}/complete", {"iban": "DE1"}).status == 400
    assert _types(box)[-6:] == ARRIVED + FAILED


def _in_dollars() -> dict[str, object]:
    price = {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Oil"}}
    return {"price_data": price, "quantity": 1}
