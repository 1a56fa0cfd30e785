"""The buttons of the root page: what Stripe's Dashboard, banks and payers can do."""

import re

import pytest

from storefront.stripe_box import BoxServer

from .conftest import client_of
from .forms import Page, get, post
from .paying import paid_with
from .shopping import order


def _press(box: BoxServer, address: str, **typed: str) -> Page:
    """Press a button that must be on the page, and follow it."""
    assert f'action="{address}"' in get(f"{box.url}/").html
    answer = post(box.url + address, typed)
    return get(box.url + answer.location) if answer.status == 303 else answer


def _section(page: Page, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', page.html, re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_an_empty_box_says_so(box: BoxServer) -> None:
    page = get(f"{box.url}/")
    for words in ("None yet.", "No money was given back yet.", "Nobody has disputed a payment."):
        assert words in page.text
    assert page.html.count("<form") == 0


def test_a_payment_is_refunded_in_part_and_then_whole(box: BoxServer) -> None:
    payment = paid_with(box)
    address = f"/payments/{payment}/refund"
    page = _press(box, address, amount="3,50")
    assert "The refund is made." in page.text
    assert "partly refunded" in _section(page, "payments")
    assert "−€3.50 succeeded" in _section(page, "refunds")
    page = _press(box, address, amount="")
    assert "€17.80 refunded" in _section(page, "payments")
    assert [one["amount"] for one in box.control.refunds()] == [350, 1430]
    assert f'action="{address}"' not in page.html


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("17.81", "Refund amount (€17.81) is greater than unrefunded amount on charge (€17.80)"),
        ("0", "This value must be greater than or equal to 1."),
        ("1.234", "Write the amount like 12.34"),
        ("a lot", "Write the amount like 12.34"),
        ("NaN", "Write the amount like 12.34"),
        ("-5", "This value must be greater than or equal to 1."),
    ],
)
def test_a_wrong_amount_is_told_and_moves_nothing(
    box: BoxServer, amount: str, sentence: str
) -> None:
    page = _press(box, f"/payments/{paid_with(box)}/refund", amount=amount)
    assert page.status == 400
    assert sentence in page.text
    assert 'role="alert"' in page.html
    assert box.control.refunds() == []


def test_a_dispute_is_opened_and_decided(box: BoxServer) -> None:
    won, lost = paid_with(box), paid_with(box)
    page = _press(box, f"/payments/{won}/dispute", reason="product_not_received")
    assert "product not received" in _section(page, "disputes")
    assert f"/payments/{won}/refund" not in page.html
    page = _press(box, f"/disputes/{box.control.disputes()[0]['id']}/win")
    assert "€17.80 won" in _section(page, "disputes")
    _press(box, f"/payments/{lost}/dispute", reason="fraudulent", inquiry="true")
    dispute_id = box.control.disputes()[1]["id"]
    page = _press(box, f"/disputes/{dispute_id}/escalate")
    assert "needs response" in _section(page, "disputes")
    page = _press(box, f"/disputes/{dispute_id}/lose")
    assert [one["status"] for one in box.control.disputes()] == ["won", "lost"]
    again = post(f"{box.url}/disputes/{dispute_id}/win", {})
    assert (again.status, "This dispute is closed" in again.text) == (400, True)


def test_a_delayed_payment_is_settled_or_failed(box: BoxServer) -> None:
    ids = [client_of(box).v1.checkout.sessions.create(order()).id for _ in range(2)]
    for session_id in ids:
        box.control.pay(session_id, iban="DE89370400440532013000")
    assert "SEPA debit •••• 3000" in get(f"{box.url}/").text
    assert "The money has arrived." in _press(box, f"/sessions/{ids[0]}/settle").text
    page = _press(box, f"/sessions/{ids[1]}/fail")
    assert "The debit has failed." in page.text
    states = [box.control.session(session_id)["payment_status"] for session_id in ids]
    assert states == ["paid", "unpaid"]
    assert "/settle" not in page.html


def test_a_refund_is_settled_and_sent_back(box: BoxServer) -> None:
    refund = box.control.refund(paid_with(box, card="4000000000007726"))
    page = _press(box, f"/refunds/{refund['id']}/settle")
    assert "−€17.80 succeeded" in _section(page, "refunds")
    page = _press(box, f"/refunds/{refund['id']}/fail")
    assert "−€17.80 failed expired or canceled card" in _section(page, "refunds")
    assert "/fail" not in page.html


def test_the_balance_is_paid_out(box: BoxServer) -> None:
    paid_with(box)
    page = _press(box, "/payouts", currency="eur")
    assert "The balance is paid out." in page.text
    assert "Pay out" not in page.text
    assert post(f"{box.url}/payouts", {"currency": "eur"}).status == 400


def test_an_unknown_button_is_a_404(box: BoxServer) -> None:
    payment = paid_with(box)
    assert post(f"{box.url}/payments/{payment}/burn", {}).status == 404
    assert post(f"{box.url}/disputes/du_x/burn", {}).status == 404
    assert post(f"{box.url}/disputes/du_x/win", {}).status == 404
    assert post(f"{box.url}/payments/pi_x/refund", {}).status == 404


def test_another_site_cannot_press_a_button(box: BoxServer) -> None:
    """Without `_only_own_forms` in front of every page, any web page refunds."""
    payment = paid_with(box)
    for path in (f"payments/{payment}/refund", f"payments/{payment}/dispute", "payouts"):
        address = f"{box.url}/{path}"
        assert post(address, {"currency": "eur"}, Origin="http://evil.example").status == 403
        assert post(address, {}, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    assert (box.control.refunds(), box.control.disputes()) == ([], [])
    assert box.control.events("payout.paid") == []


def test_what_a_shopper_typed_is_shown_as_text(box: BoxServer) -> None:
    shown = order(client_reference_id="<b>SW</b>")
    box.control.pay(client_of(box).v1.checkout.sessions.create(shown).id)
    assert "&lt;b&gt;SW&lt;/b&gt;" in get(f"{box.url}/").html
