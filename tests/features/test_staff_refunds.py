"""Money sent back by staff: by line or by amount, after asking once, and never twice."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from conftest import Live
from storefront import checkout, orders, payments
from storefront.database import db
from support.desk import EMAIL, Desk, at, bought, buttons_of, disputed, state, token_in
from support.shopper import told

GOES_BACK = "The money goes back. The order says when Stripe has sent it."
SENT_BEFORE = "You had sent this already. The money goes back once."
MARKED = "Nothing was sent. Please look at what is marked below."


def refunded(live: Live) -> list[int]:
    """The amounts that Stripe has sent back."""
    return [refund["amount"] for refund in live.box.control.refunds()]


def lines(live: Live, order: orders.Order) -> list[orders.OrderLine]:
    return list(live.shop.ask(lambda: orders.lines_of(order.id)))


def filled(live: Live, desk: Desk, order: orders.Order, **fields: object) -> dict[str, object]:
    """The refund form of an order, as it is sent after the question."""
    token = token_in(desk.get(at(order)).text)
    return {"token": token, "payment_id": order.payment_id, "step": "send"} | fields


@pytest.fixture
def desk(live: Live) -> Desk:
    live.shop.product(stock=10)
    return Desk(live)


def test_units_go_back_for_what_they_cost_after_asking_once(live: Live, desk: Desk) -> None:
    order = bought(live, quantity=3)
    (line,) = lines(live, order)
    chosen = {f"units_{line.id}": "2", "is_restocked": "1", "note": "Two were broken."}
    asked = desk.post(at(order, "refund"), filled(live, desk, order, step="check", **chosen))
    assert (asked.status_code, buttons_of(asked.text)) == (
        200,
        ["Send €25.80 back", "Change something"],
    )
    words_asked = told(asked.text)
    assert "Magnesium Oil, 100 ml 2 of 3 Goods Go back on the shelf" in words_asked
    assert "Note Two were broken." in words_asked
    assert (refunded(live), live.shop.stock()) == ([], (7, 0))
    after = desk.post(at(order, "refund"), hidden(asked.text) | {"step": "send"})
    assert after.url == f"{live.url}{at(order)}?said=refund"
    page = told(after.text)
    assert GOES_BACK in page
    assert f"Refund went back {day()}" in page
    assert f"Asked for by staff, {EMAIL} “Two were broken.” re_" in page
    assert "−€25.80" in page
    assert "1 not refunded" in page
    assert (refunded(live), live.shop.stock(), state(live)) == ([2580], (9, 0), "paid")
    (letter,) = live.shop.letters("refund")
    assert "What it is for: Two were broken." in letter.text
    live.shop.books_balance()


def day() -> str:
    """Today, as pages write it."""
    return f"{datetime.now(UTC):%-d %B %Y}"


def hidden(page: str) -> dict[str, object]:
    """The hidden fields of the page that asks once more."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return dict(found)


def test_a_double_click_sends_the_money_once(live: Live, desk: Desk) -> None:
    """Fails when a token may be used twice: a second press would send as much again."""
    order = bought(live, quantity=3)
    form = filled(live, desk, order, amount="5.00")
    answers = desk.together(at(order, "refund"), [form] * 3)
    notices = sorted(SENT_BEFORE in told(answer.text) for answer in answers)
    assert notices == [False, True, True]
    assert refunded(live) == [500]


def test_pressing_again_after_everything_went_back_is_told_and_not_refused(
    live: Live, desk: Desk
) -> None:
    """Fails when the form is measured by what is left before its token is looked for."""
    order = bought(live)
    form = filled(live, desk, order, step="send", amount="17.80")
    assert [SENT_BEFORE in told(desk.post(at(order, "refund"), form).text) for _ in "ab"] == [
        False,
        True,
    ]
    assert (refunded(live), state(live)) == ([1780], "refunded")


def test_two_who_refund_at_once_never_send_more_than_there_is(live: Live, desk: Desk) -> None:
    """Fails when the payment is not locked while what is left of it is counted."""
    order = bought(live)
    forms = [filled(live, desk, order, amount="10.00") for _ in range(2)]
    answers = desk.together(at(order, "refund"), forms)
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert refunded(live) == [1000]


def test_delivery_is_chosen_beside_the_lines(live: Live, desk: Desk) -> None:
    order = bought(live)
    (line,) = lines(live, order)
    form = filled(live, desk, order, has_delivery="1", **{f"units_{line.id}": "1"})
    desk.post(at(order, "refund"), form)
    assert (refunded(live), state(live)) == ([1780], "refunded")


def test_a_written_amount_wins_over_the_sum_of_the_lines(live: Live, desk: Desk) -> None:
    order = bought(live)
    (line,) = lines(live, order)
    desk.post(at(order, "refund"), filled(live, desk, order, amount="3", **{f"units_{line.id}": 1}))
    assert refunded(live) == [300]
    assert [found.refunded_quantity for found in lines(live, order)] == [1]


def test_refund_everything_asks_once_and_sends_all_that_is_left(live: Live, desk: Desk) -> None:
    order = bought(live, quantity=3)
    desk.post(at(order, "refund"), filled(live, desk, order, amount="8.70"))
    asked = desk.post(at(order, "refund"), filled(live, desk, order, step="everything"))
    assert buttons_of(asked.text) == ["Send €34.90 back", "Change something"]
    assert refunded(live) == [870]
    desk.post(at(order, "refund"), hidden(asked.text) | {"step": "send"})
    assert (sorted(refunded(live)), state(live)) == ([870, 3490], "refunded")
    page = desk.get(at(order)).text
    assert "All of the money went back or is on its way." in told(page)
    assert 'name="token"' not in page


def test_whoever_changes_something_finds_all_they_wrote(live: Live, desk: Desk) -> None:
    order = bought(live, quantity=3)
    (line,) = lines(live, order)
    form = filled(
        live, desk, order, amount="2.50", note="Sorry", is_restocked="1", has_delivery="1",
        step="change", **{f"units_{line.id}": "2"},
    )  # fmt: skip
    page = desk.post(at(order, "refund"), form)
    assert page.status_code == 200
    assert 'name="amount" inputmode="decimal" autocomplete="off" value="2.50"' in page.text
    assert f'name="units_{line.id}" type="number" min="0" max="3"' in page.text
    assert 'autocomplete="off" value="2"' in page.text
    assert ">Sorry</textarea>" in page.text
    assert page.text.count(" checked") == 2 - (order.delivery_cents == 0)
    assert token_in(page.text) == form["token"]
    assert refunded(live) == []


@pytest.mark.parametrize(
    ("fields", "sentence", "focus"),
    [
        ({"units": "4"}, "Please write a number from 0 to 3.", "units"),
        ({"units": "-1"}, "Please write a number from 0 to 3.", "units"),
        ({"units": "1.5"}, "Please write a number from 0 to 3.", "units"),
        ({}, "Please choose what goes back, or write an amount.", "amount"),
        ({"amount": "0"}, "Please choose what goes back, or write an amount.", "amount"),
        ({"amount": "12,90"}, "'12,90' is not a price; write it like 12.90", "amount"),
        ({"amount": "sNaN"}, "'sNaN' is not a price; write it like 12.90", "amount"),
        ({"amount": "1e999999"}, "'1e999999' is not a price; write it like 12.90", "amount"),
        ({"amount": "1.999"}, "'1.999' has more decimals than EUR has", "amount"),
        ({"amount": "43.61"}, "Only €43.60 is left of this payment.", "amount"),
        ({"amount": "9" * 21}, "Please write an amount like 12.90.", "amount"),
        ({"amount": "1", "note": "x" * 501}, "Please keep the note to 500 characters.", "note"),
        (
            {"amount": "1", "is_restocked": "1"},
            "Please choose which goods are back, in the lines above.",
            "is_restocked",
        ),
        ({"units": "9", "amount": "abc"}, "Please write a number from 0 to 3.", "units"),
        (
            {"amount": "1", "payment_id": "pi_other"},
            "Only €0.00 is left of this payment.",
            "amount",
        ),
    ],
)
def test_what_cannot_be_sent_is_told_beside_its_field_which_has_the_focus(
    config: dict[str, object],
    live: Live,
    desk: Desk,
    fields: dict[str, str],
    sentence: str,
    focus: str,
) -> None:
    order = bought(live, quantity=3)
    (line,) = lines(live, order)
    named = {f"units_{line.id}" if name == "units" else name: text for name, text in fields.items()}
    page = desk.post(at(order, "refund"), filled(live, desk, order, **named))
    assert page.status_code == 422
    assert MARKED in told(page.text)
    assert sentence in told(page.text)
    (focused,) = re.findall(r"<(?:input|textarea)[^>]* name=\"(\w+)\"[^>]* autofocus", page.text)
    assert focused == (f"units_{line.id}" if focus == "units" else focus)
    assert (refunded(live), live.shop.count(payments.Refund)) == ([], 0)


def test_another_orders_lines_are_not_touched(live: Live, desk: Desk) -> None:
    """Fails when line ids are taken from the form without asking whose they are."""
    mine, other = bought(live), bought(live)
    (foreign,) = lines(live, other)
    page = desk.post(at(mine, "refund"), filled(live, desk, mine, **{f"units_{foreign.id}": "1"}))
    assert page.status_code == 422
    assert "Please choose what goes back, or write an amount." in told(page.text)
    assert [found.refunded_quantity for found in lines(live, other)] == [0]
    assert refunded(live) == []


def test_a_disputed_payment_is_not_sent_back_as_well(live: Live, desk: Desk) -> None:
    order = bought(live)
    form = filled(live, desk, order, amount="1")
    live.shop.do(lambda: disputed(order, "needs_response"))
    page = desk.get(at(order)).text
    assert 'name="token"' not in page
    answer = desk.post(at(order, "refund"), form)
    assert (answer.status_code, checkout.MoneyAtTheBank().sentence in told(answer.text)) == (
        422,
        True,
    )
    assert live.shop.count(payments.Refund) == 0


@pytest.mark.parametrize("status", ["needs_response", "under_review", "lost"])
def test_the_shop_itself_refuses_what_the_bank_has(live: Live, desk: Desk, status: str) -> None:
    order = bought(live)
    live.shop.do(lambda: disputed(order, status))
    wish = checkout.RefundWish(payment_id=order.payment_id or "", amount_cents=1, token="t")
    with pytest.raises(checkout.MoneyAtTheBank):
        live.shop.do(lambda: checkout.ask_refund(order.reference, wish))
    sentence = checkout.MoneyAtTheBank(is_lost=status == "lost").sentence
    assert sentence in told(desk.get(at(order)).text)
    assert live.shop.count(payments.Refund) == 0


def test_the_shopper_sees_what_went_back_and_what_is_on_its_way(live: Live, desk: Desk) -> None:
    order = bought(live)
    path = f"/orders/{order.reference}"
    assert "went back" not in told(desk.get(path).text)
    desk.post(at(order, "refund"), filled(live, desk, order, amount="5"))
    assert f"€5.00 went back on {day()}" in told(desk.get(path).text)
    live.shop.do(
        lambda: db.session.execute(sa.update(payments.Refund).values(state="sent", done_at=None))
    )
    assert f"€5.00 is on its way back since {day()}" in told(desk.get(path).text)
    live.shop.do(lambda: now_is("failed"))
    assert "€5.00" not in told(desk.get(path).text)


def now_is(state_: str) -> None:
    """What has become of every refund."""
    db.session.execute(sa.update(payments.Refund).values(state=state_, done_at=None))


def test_the_letter_says_whether_all_or_part_goes_back(live: Live, desk: Desk) -> None:
    order = bought(live)
    for amount in ("7.80", "10"):
        desk.post(at(order, "refund"), filled(live, desk, order, amount=amount))
    letters = [letter.text.splitlines()[0] for letter in live.shop.letters("refund")]
    assert letters == ["Part of your payment is on its way back."] * 2
