"""Money that needs somebody: one sentence, one button, and two people who press it at once."""

from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient

from conftest import Live
from storefront import checkout, inventory, orders, payments, staff
from storefront.staff.money import routes as money_routes
from storefront.staff.money.views import CaseView
from support.catalogue import Catalogue
from support.desk import EMAIL, PASSWORD, Desk, bought, browser_of_ida, buttons_of, disputed
from support.shop import Shop
from support.shopper import told

FASTER = "Somebody was faster: this was settled before you pressed. Nothing was done twice."
GOES_BACK = "The money goes back. The order says when Stripe has sent it."


def opened(live: Live, kind: str, subject: str, order: orders.Order) -> int:
    """A case about an order; returns its number."""
    return open_case(live.shop, kind, subject, order.reference)


def open_case(shop: Shop, kind: str, subject: str, reference: str) -> int:
    def open_it() -> None:
        payments.open_case(kind, subject, order_reference=reference, sentence=f"{kind} needs you.")

    shop.do(open_it)
    return shop.ask(payments.open_cases)[-1].id


def closed(live: Live, case_id: int) -> tuple[bool, str]:
    """Whether a case is off the list, and who took it off."""
    case = live.shop.ask(lambda: payments.case(case_id))
    assert case is not None
    return case.closed_at is not None, case.closed_by


def refunded(live: Live) -> list[int]:
    """The amounts that Stripe has sent back."""
    return [refund["amount"] for refund in live.box.control.refunds()]


@pytest.fixture
def desk(live: Live) -> Desk:
    live.shop.product(stock=10)
    return Desk(live)


def test_a_case_says_what_its_button_does_and_does_it(live: Live, desk: Desk) -> None:
    order = bought(live)
    case_id = opened(live, "fraud_warning", order.payment_id or "", order)
    page = desk.get("/staff/money").text
    assert f"Order {order.number}" in told(page)
    assert "fraud_warning needs you." in told(page)
    assert f'href="/staff/orders/{order.reference}"' in page
    assert buttons_of(page) == ["Send €17.80 back", "Nothing to do"]
    after = desk.post(f"/staff/money/{case_id}", {"choice": "do"})
    assert after.url == f"{live.url}/staff/money?said=refund"
    assert GOES_BACK in told(after.text)
    assert "If the goods are still here, put them back on the shelf." in told(after.text)
    assert buttons_of(after.text) == ["Put the goods back on the shelf", "Nothing to do"]
    assert f"by {EMAIL} fraud_warning needs you." in told(after.text)
    assert refunded(live) == [1780]
    assert [found.state for found in live.shop.orders()] == ["refunded"]
    assert closed(live, case_id) == (True, EMAIL)


def test_the_button_names_what_is_left_after_a_part_went_back(live: Live, desk: Desk) -> None:
    order = bought(live)
    opened(live, "fraud_warning", order.payment_id or "", order)
    wish = checkout.RefundWish(payment_id=order.payment_id or "", amount_cents=580, token="t")
    live.shop.do(lambda: checkout.ask_refund(order.reference, wish))
    assert buttons_of(desk.get("/staff/money").text)[0] == "Send €12.00 back"


def test_two_who_press_at_once_send_the_money_once_and_one_is_told(live: Live, desk: Desk) -> None:
    """Fails when a case is settled without the guard in its UPDATE."""
    order = bought(live)
    case_id = opened(live, "fraud_warning", order.payment_id or "", order)
    form: dict[str, object] = {"choice": "do"}
    answers = desk.together(f"/staff/money/{case_id}", [form, form])
    assert [answer.status_code for answer in answers] == [200, 200]
    notices = sorted(FASTER in told(answer.text) for answer in answers)
    assert notices == [False, True]
    assert refunded(live) == [1780]


def test_whoever_reads_the_buttons_after_the_other_has_pressed_is_told_so(
    live: Live, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when the case is not read again after its buttons: the answer was a refusal."""
    order = bought(live)
    case_id = opened(live, "fraud_warning", order.payment_id or "", order)
    read = money_routes.case_views

    def press_first(cases: Sequence[payments.MoneyCase]) -> tuple[CaseView, ...]:
        monkeypatch.setattr(money_routes, "case_views", read)
        live.shop.do(lambda: checkout.handle_case(case_id, by="bo"))
        return read(cases)

    monkeypatch.setattr(money_routes, "case_views", press_first)
    answer = desk.post(f"/staff/money/{case_id}", {"choice": "do"})
    assert (answer.status_code, FASTER in told(answer.text)) == (200, True)


def test_whoever_accepts_and_whoever_refunds_at_once_do_not_both_win(
    live: Live, desk: Desk
) -> None:
    """On PostgreSQL they would wait in a ring if a case were locked before its order."""
    order = bought(live)
    set_on_hold(live, order)
    case_id = opened(live, "paid_otherwise", order.payment_id or "", order)
    page = desk.get("/staff/money").text
    assert buttons_of(page) == ["Send €17.80 back", "Accept this amount"]
    forms: list[dict[str, object]] = [{"choice": choice} for choice in ("do", "accept")]
    answers = desk.together(f"/staff/money/{case_id}", forms)
    assert [answer.status_code for answer in answers] == [200, 200]
    (now,) = live.shop.orders()
    assert (now.state, refunded(live)) in [("paid", []), ("refunded", [1780])]
    assert sum(FASTER in told(answer.text) for answer in answers) == 1


def set_on_hold(live: Live, order: orders.Order) -> None:
    def put() -> None:
        found = orders.by_reference(order.reference)
        assert found is not None
        found.state = "on_hold"

    live.shop.do(put)


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("paid_twice", ["I have seen it"]),
        ("sold_out", ["I have seen it"]),
        ("paid_after_cancel", ["I have seen it"]),
        ("dispute_lost", ["I have seen it"]),
        ("refund_failed", ["Send it once more", "Nothing to do"]),
        ("refund_stuck", ["Try again now", "Nothing to do"]),
        ("refunded_elsewhere", ["Put the goods back on the shelf", "Nothing to do"]),
        ("dispute", ["Answer in Stripe's Dashboard", "Nothing to do"]),
        ("inquiry", ["Answer in Stripe's Dashboard", "Nothing to do"]),
        ("unknown_payment", ["I have seen it"]),  # nothing of it is known to be left
    ],
)
def test_each_kind_of_case_has_its_own_button(
    client: FlaskClient, shop: Shop, kind: str, labels: list[str]
) -> None:
    signed_in(client, shop)
    open_case(shop, kind, "17", "no-such-order")
    assert buttons_of(client.get("/staff/money").text) == labels
    assert buttons_of(client.get("/staff/").text) == labels


def test_every_kind_has_a_button(client: FlaskClient, shop: Shop) -> None:
    signed_in(client, shop)
    for kind in payments.ACTIONS:
        open_case(shop, kind, "17", "no-such-order")
    assert client.get("/staff/money").text.count('class="shop-case"') == len(payments.ACTIONS)


def signed_in(client: FlaskClient, shop: Shop) -> None:
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
    form = {"email": EMAIL, "password": PASSWORD}
    assert client.post("/staff/sign-in", data=form).status_code == 303


def test_what_is_dismissed_is_off_the_list_and_nothing_else_happened(
    live: Live, desk: Desk
) -> None:
    order = bought(live)
    case_id = opened(live, "fraud_warning", order.payment_id or "", order)
    form: dict[str, object] = {"choice": "leave", "is_on_order": "1"}
    after = desk.post(f"/staff/money/{case_id}", form)
    assert after.url == f"{live.url}/staff/orders/{order.reference}?said=leave"
    assert "It is off your list." in told(after.text)
    assert (closed(live, case_id), refunded(live)) == ((True, EMAIL), [])
    assert [found.state for found in live.shop.orders()] == ["paid"]


def test_goods_of_an_order_refunded_elsewhere_go_back_on_the_shelf_once(
    live: Live, desk: Desk
) -> None:
    order = bought(live, quantity=3)
    assert live.shop.stock() == (7, 0)
    case_id = opened(live, "refunded_elsewhere", order.reference, order)
    for sentence in ("The goods are back on the shelf.", FASTER):
        after = desk.post(f"/staff/money/{case_id}", {"choice": "do"})
        assert sentence in told(after.text)
        assert live.shop.stock() == (10, 0)
    live.shop.books_balance()


def test_an_amount_is_not_accepted_when_its_goods_are_gone(live: Live, desk: Desk) -> None:
    order = bought(live)
    set_on_hold(live, order)
    case_id = opened(live, "paid_otherwise", order.payment_id or "", order)

    def lose() -> None:
        inventory.put_back(order.reference, {"OIL-100": 1})
        inventory.adjust("OIL-100", -10, reason="damaged")

    live.shop.do(lose)
    after = desk.post(f"/staff/money/{case_id}", {"choice": "accept"})
    assert after.status_code == 422
    assert inventory.OutOfStock("OIL-100", 1, 0).sentence in told(after.text)
    assert [found.state for found in live.shop.orders()] == ["on_hold"]
    assert closed(live, case_id) == (False, "")


def test_a_payment_that_the_bank_has_cannot_be_sent_back_as_well(live: Live, desk: Desk) -> None:
    """Stripe would refuse it for ever; fails without refuse_at_the_bank in send_all_back."""
    order = bought(live)
    case_id = opened(live, "fraud_warning", order.payment_id or "", order)
    live.shop.do(lambda: disputed(order, "needs_response"))
    after = desk.post(f"/staff/money/{case_id}", {"choice": "do"})
    assert after.status_code == 422
    assert checkout.MoneyAtTheBank().sentence in told(after.text)
    assert (closed(live, case_id), live.shop.count(payments.Refund)) == ((False, ""), 0)


@pytest.mark.parametrize(
    ("number", "choice", "status", "sentence"),
    [
        (4711, "do", 404, "There is no case with this number."),
        (2**31, "do", 404, "There is no page at this address."),
        (1, "do", 422, "Please choose one of the buttons."),
        (1, "accept", 422, "Please choose one of the buttons."),
        (1, "", 422, "Please choose one of the buttons."),
    ],
)
def test_what_is_not_offered_is_not_done(
    client: FlaskClient, shop: Shop, number: int, choice: str, status: int, sentence: str
) -> None:
    signed_in(client, shop)
    assert open_case(shop, "dispute", "du_1", "no-such-order") == 1
    answer = client.post(f"/staff/money/{number}", data={"choice": choice})
    assert (answer.status_code, sentence in told(answer.text)) == (status, True)
    assert shop.ask(payments.count_cases) == 1


def test_a_forged_press_does_nothing(config: dict[str, object], start_shop: object) -> None:
    app: Flask = start_shop(config | {"WTF_CSRF_ENABLED": True})  # type: ignore[operator]
    shop, client = Shop(app), browser_of_ida(app)
    case_id = open_case(shop, "paid_twice", "pi_1", "no-such-order")
    answer = client.post(f"/staff/money/{case_id}", data={"choice": "leave"})
    assert (answer.status_code, "Please press the button once more." in answer.text) == (422, True)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"/staff/money/{case_id}", headers=elsewhere).status_code == 403
    assert shop.ask(payments.count_cases) == 1


def test_a_stranger_is_sent_to_the_sign_in_page(client: FlaskClient, shop: Shop) -> None:
    case_id = open_case(shop, "paid_twice", "pi_1", "no-such-order")
    answer = client.post(f"/staff/money/{case_id}", data={"choice": "leave"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/sign-in")
    assert shop.ask(payments.count_cases) == 1


@pytest.mark.parametrize(
    ("base", "key", "url"),
    [
        ("", "sk_test_1", "https://dashboard.stripe.com/test/disputes/du_1"),
        ("", "sk_live_1", "https://dashboard.stripe.com/disputes/du_1"),
        ("http://127.0.0.1:1", "sk_test_offlineStripeBox", "http://127.0.0.1:1/"),
    ],
)
def test_a_dispute_is_answered_where_it_is(
    config: dict[str, object], start_shop: object, base: str, key: str, url: str
) -> None:
    config |= {"STRIPE_API_BASE": base, "STRIPE_SECRET_KEY": key}
    if not base:
        config["STRIPE_WEBHOOK_SECRET"] = "whsec_1"
    if "live" in key:
        config |= {
            "STOREFRONT_LIVE_PAYMENTS": "1",
            "STOREFRONT_PRODUCTION": "1",
            "STOREFRONT_PUBLIC_URL": "https://shop.example",
            "STOREFRONT_NAME": "Bergquell",
            "STOREFRONT_SUPPORT_EMAIL": "care@shop.example",
            "STOREFRONT_ADDRESS": "Shop Ltd, 1 Quay, Cork",
            "STOREFRONT_MAIL_URL": "smtp://mail.example",
        }
    app: Flask = start_shop(config)  # type: ignore[operator]
    shop, client = Shop(app), app.test_client()
    https = {"base_url": "https://shop.example"} if "live" in key else {}
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD, roles=["orders"]))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD}, **https)  # type: ignore[arg-type]
    open_case(shop, "dispute", "du_1", "no-such-order")
    assert f'href="{url}"' in client.get("/staff/money", **https).text  # type: ignore[arg-type]


def test_the_number_of_cases_stands_in_the_navigation(client: FlaskClient, shop: Shop) -> None:
    signed_in(client, shop)
    assert "shop-site-header__count" not in client.get("/staff/letters").text
    for number in range(7):
        open_case(shop, "paid_twice", f"pi_{number}", "no-such-order")
    assert '<span class="shop-site-header__count">7</span>' in client.get("/staff/letters").text
    home = client.get("/staff/")
    assert (home.text.count('class="shop-case"'), "All 7 cases" in home.text) == (5, True)


def test_a_long_list_takes_as_many_statements_as_a_short_one(
    app: Flask, client: FlaskClient, shop: Shop
) -> None:
    signed_in(client, shop)

    def costs() -> int:
        with Catalogue(app).statements() as sent:
            assert client.get("/staff/money").status_code == 200
        return len(sent)

    open_case(shop, "fraud_warning", "pi_0", "no-such-order-0")
    few = costs()
    for number in range(1, 40):
        open_case(shop, "fraud_warning", f"pi_{number}", f"no-such-order-{number}")
    assert costs() == few <= 7
