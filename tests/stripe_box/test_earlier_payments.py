"""Payments that were made before the box was there: in its books as they were, and refundable."""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BadSettings, BoxServer, BoxSettings
from storefront.stripe_box.__main__ import read_settings

from .conftest import client_of

PAID: dict[str, Any] = {
    "id": "pi_earlier_7",
    "amount": 1780,
    "currency": "eur",
    "created": 1_750_000_000,
    "email": "ada@mail.example",
    "metadata": {"order_reference": "r7"},
}


def settings(file: str = ":memory:") -> BoxSettings:
    return BoxSettings(database=file, settle_seconds=0, earlier_payments=(PAID,))


def test_one_is_in_the_books_with_its_date_and_fee_and_nobody_is_told() -> None:
    with BoxServer(settings()) as box:
        client = client_of(box)
        (intent,) = client.v1.payment_intents.list().data
        assert (intent.id, intent.status, intent.amount_received) == (PAID["id"], "succeeded", 1780)
        assert intent.to_dict()["metadata"] == PAID["metadata"]
        (charge,) = client.v1.charges.list({"payment_intent": PAID["id"]}).data
        (entry,) = client.v1.balance_transactions.list().data
        assert (entry.source, entry.amount, entry.fee) == (charge.id, 1780, 51)
        assert {intent.created, charge.created, entry.created} == {PAID["created"]}
        assert box.control.events() == []


def test_its_money_goes_back_once_also_after_the_box_has_started_anew(tmp_path: Path) -> None:
    """Fails when a payment that is there already is taken in again."""
    file = str(tmp_path / "box.sqlite3")
    with BoxServer(settings(file)) as box:
        assert client_of(box).v1.refunds.create({"payment_intent": PAID["id"]}).amount == 1780
    with BoxServer(settings(file)) as box:
        with pytest.raises(stripe.InvalidRequestError, match="has already been refunded"):
            client_of(box).v1.refunds.create({"payment_intent": PAID["id"]})
        assert len(box.control.refunds()) == 1


def test_they_come_from_a_file_and_one_that_is_none_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "paid.json"
    file.write_text(json.dumps([PAID]), encoding="utf-8")
    assert read_settings([], {"STRIPE_BOX_EARLIER_PAYMENTS": str(file)}).earlier_payments == (PAID,)
    assert read_settings([], {}).earlier_payments == ()
    file.write_text("paid", encoding="utf-8")
    for wrong in (file, tmp_path / "nothing.json"):
        with pytest.raises(BadSettings, match="cannot be read"):
            read_settings(["--earlier-payments", str(wrong)], {})
