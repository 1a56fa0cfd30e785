"""Offers in the cart and on orders: what a shopper is told, pays and gets back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from conftest import Live
from storefront import cart, checkout, inventory, offers, orders, payments
from storefront.database import db, now
from support.desk import Desk, at, token_in
from support.offers import MARCH, offer, reductions, used, uses
from support.phone import CALLER, Caller, link_of, phoned, sent
from support.shop import Shop, seen_key
from support.shopper import Shopper, told


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


def type_code(client: FlaskClient, code: str = MARCH, email: str = "") -> str:
    """What the cart says after a code was typed into its field."""
    form = {"code": code, "email": email}
    return told(client.post("/cart/code", data=form, follow_redirects=True).text)


def filled(client: FlaskClient, shop: Shop, quantity: int = 3) -> FlaskClient:
    """A visitor with oils at 12.90 in their cart."""
    shop.product()
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": quantity})
    return client


def test_a_code_takes_off_what_it_says_line_by_line(client: FlaskClient, shop: Shop) -> None:
    offer(shop)
    filled(client, shop)
    page = type_code(client, " march ")
    assert "MARCH Ten off Remove" in page
    assert "% off" not in page
    assert "−€3.87 Ten off (MARCH)" in page
    assert "Goods €38.70 Standard delivery €4.90 Ten off (MARCH) −€3.87 Total €39.73" in page
    assert "VAT included €6.34" in page
    drawer = told(client.get("/cart/fragment").text)
    assert "Goods, VAT included €34.83" in drawer
    assert "MARCH Ten off Remove" in drawer
    page = type_code(client, "")
    assert "Total €43.60" in page
    assert "MARCH" not in page


def test_an_offer_for_everybody_needs_no_code(client: FlaskClient, shop: Shop) -> None:
    offer(shop, code=None, name="Three for two", kind="buy_get", buy_units=2, free_units=1)
    page = told(filled(client, shop).get("/cart").text)
    assert "Goods €38.70 Standard delivery €4.90 Three for two −€12.90 Total €30.70" in page


def test_delivery_that_an_offer_pays_leaves_nothing_missing(
    client: FlaskClient, shop: Shop
) -> None:
    offer(shop, code=None, name="On us", kind="free_delivery", percent=0)
    page = told(filled(client, shop).get("/cart").text)
    assert "Standard delivery €4.90 On us −€4.90 Total €38.70" in page
    assert "Delivery is free for this order." in page
    assert "more and delivery is free" not in page


def test_an_offer_never_takes_a_free_delivery_away(client: FlaskClient, shop: Shop) -> None:
    offer(shop, code=None)
    page = told(filled(client, shop, quantity=4).get("/cart").text)
    assert "Goods €51.60 Free standard delivery Free Ten off −€5.16 Total €46.44" in page


HOUR = timedelta(hours=1)
WHY = {
    "We do not know this code.": {"code": "OTHER"},
    "This code cannot be used at the moment.": {"is_paused": True},
    "This code can be used from": {"starts_at": now() + HOUR},
    "This code could be used until": {"starts_at": now() - 2 * HOUR, "ends_at": now() - HOUR},
    "This code has been used as often as it may be.": {"most_uses": 1, "used": 1},
    "This code is for countries that we do not send to.": {"countries": "BR"},
}


@pytest.mark.parametrize("sentence", sorted(WHY))
def test_a_code_that_cannot_be_used_says_why_beside_its_field(
    client: FlaskClient, shop: Shop, sentence: str
) -> None:
    number = offer(shop)
    shop.do(lambda: db.session.execute(sa.update(offers.Offer).values(WHY[sentence])))
    filled(client, shop)
    answer = client.post("/cart/code", data={"code": MARCH})
    assert answer.status_code == 422
    assert sentence in told(answer.text)
    assert 'aria-describedby="code-error"' in answer.text
    assert f'value="{MARCH}"' in answer.text
    assert "Total €43.60" in told(client.get("/cart").text)
    assert used(shop, number) in (0, 1)


@pytest.mark.parametrize("sentence", [one for one in sorted(WHY) if one.startswith("This code c")])
def test_an_order_does_not_use_what_ended_since_it_was_reckoned_with(
    shop: Shop, sentence: str
) -> None:
    """Fails without is_live() in take(): the last word is the database's."""
    number = offer(shop)
    terms = shop.ask(lambda: db.session.get_one(offers.Offer, number).terms)
    shop.do(lambda: db.session.execute(sa.update(offers.Offer).values(WHY[sentence])))
    with pytest.raises(offers.OfferGone):
        shop.do(lambda: offers.take("order-1", [offers.Cut(terms, (129,), 0)], owner="cart-1"))
    assert (used(shop, number), uses(shop)) == (0, [])


IDLE = [{"is_paused": True}, {"starts_at": now() + HOUR}, {"most_uses": 1, "used": 1},
        {"starts_at": now() - 2 * HOUR, "ends_at": now() - HOUR}, {"currency": "USD"}]  # fmt: skip


@pytest.mark.parametrize("facts", IDLE, ids=lambda facts: next(reversed(facts)))
def test_an_offer_for_everybody_counts_only_while_it_runs(
    client: FlaskClient, shop: Shop, facts: dict[str, object]
) -> None:
    offer(shop, code=None)
    filled(client, shop)
    assert "Ten off" in told(client.get("/cart").text)
    shop.do(lambda: db.session.execute(sa.update(offers.Offer).values(facts)))
    page = told(client.get("/cart").text)
    assert "Ten off" not in page
    assert "Total €43.60" in page


WAITS = {
    "This code counts once there is €1.30 more in your cart.": {"minimum_cents": 4000},
    "This code counts once there is €1.30 more of the goods that it is for.": {
        "minimum_cents": 130,
        "skus": "SALT",
    },
    "This code is not for what is in your cart": {"skus": "SALT"},
    "This code counts from 4 of what it is for on.": {
        "kind": "buy_get",
        "buy_units": 3,
        "free_units": 1,
    },
    "This code is not used: it cannot be combined with “Half”, which saves you more.": {
        "is_combinable": False
    },
}


@pytest.mark.parametrize("sentence", sorted(WAITS))
def test_a_code_that_does_not_count_yet_is_kept_and_says_why(
    client: FlaskClient, shop: Shop, sentence: str
) -> None:
    offer(shop, **WAITS[sentence])
    if "Half" in sentence:
        offer(shop, code=None, name="Half", percent=50)
    filled(client, shop)
    page = type_code(client)
    assert sentence in page
    assert "Ten off (MARCH)" not in page
    assert "MARCH Ten off" in page


def test_a_code_for_free_delivery_says_that_it_is_free_already(
    client: FlaskClient, shop: Shop
) -> None:
    offer(shop, kind="free_delivery", percent=0)
    filled(client, shop, quantity=4)
    assert "Delivery is free already, so this code takes nothing off." in type_code(client)


def test_nonsense_and_a_code_without_a_cart_are_told(client: FlaskClient, shop: Shop) -> None:
    assert "Your cart could not be found" in type_code(client)
    filled(client, shop)
    for nonsense in ("½", "x" * 61, "<b>", "--"):
        answer = client.post("/cart/code", data={"code": nonsense})
        assert answer.status_code == 422, nonsense
        assert b"<b>" not in answer.data


def test_whoever_guesses_codes_is_slowed_down(config: dict[str, object], shop: Shop) -> None:
    state = shop.app.extensions["storefront"]
    object.__setattr__(state.settings, "STOREFRONT_RATE_LIMITS", True)
    client = shop.app.test_client()
    answers = [client.post("/cart/code", data={"code": f"G{n}"}).status_code for n in range(21)]
    assert answers == [422] * 20 + [429]


def test_reduced_stands_only_beside_what_is_below_the_lowest_price_of_30_days(
    client: FlaskClient, shop: Shop
) -> None:
    """Twelve percent off 12.90 is 11.36: a reduction if it cost 11.99 before, and none if 10.99."""
    offer(shop, percent=12)
    filled(client, shop)
    type_code(client)

    def cost(cents: int, days: int) -> None:
        change = sa.insert(payments.Payment.metadata.tables["shop_price_change"])
        moment = now() - timedelta(days=days)
        row = {"sku": "OIL-100", "price_cents": cents, "currency": "EUR", "valid_from": moment}
        shop.do(lambda: db.session.execute(change.values(**row, reason="")))

    words = "Lowest price in the last 30 days"
    assert words not in told(client.get("/cart").text)  # nothing is known of its price
    cost(1199, 40)
    assert f"Reduced. {words}: €11.99" in told(client.get("/cart").text)
    cost(1099, 20)
    page = told(client.get("/cart").text)
    assert words not in page
    assert "−€4.64 Ten off (MARCH)" in page


def test_where_it_is_limited_for_each_shopper_the_code_asks_who_they_are(live: Live) -> None:
    """The payment page takes that address and no other; with it the code counts once."""
    number = offer(live.shop, most_per_shopper=1)
    live.shop.product()
    first, second = Shopper(live.url), Shopper(live.url)
    for shopper in (first, second):
        shopper.add()
        page = shopper.web.post(f"{live.url}/cart/code", data={"code": MARCH}).text
        assert "Your e-mail address" in told(page)
        assert "Ten off (MARCH)" not in told(page)
        form = {"code": MARCH, "email": "Ida@mail.example"}
        shopper.web.post(f"{live.url}/cart/code", data=form)
    page_id = first.session_id()
    assert live.box.control.session(page_id)["customer_email"] == "Ida@mail.example"
    page = second.web.get(f"{live.url}/cart").text
    assert "Each shopper can use this code once, and with this e-mail address" in told(page)
    assert live.box.control.session(second.session_id())["amount_total"] == 1780
    live.box.control.complete(page_id, wait_seconds=60)
    again = second.web.post(
        f"{live.url}/cart/code", data={"code": MARCH, "email": "ida+2@mail.example"}
    )
    assert "Each shopper can use this code once" in told(again.text)
    (use,) = uses(live.shop)
    assert use.shopper == offers.shopper_of("ida@mail.example")
    assert "ida" not in (use.shopper or "")
    assert used(live.shop, number) == 1


def test_from_the_cart_to_the_books_it_is_one_amount(live: Live) -> None:
    """Cart, Stripe, order, letter and pages; three oils for 34.83 are no whole cents each."""
    number = offer(live.shop)
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add(quantity=3)
    shopper.web.post(f"{live.url}/cart/code", data={"code": MARCH})
    page_id = shopper.session_id()
    session = live.box.control.session(page_id)
    assert session["amount_total"] == 3973
    live.box.control.complete(page_id, wait_seconds=60)
    (order,) = live.shop.orders()
    assert (order.state, order.subtotal_cents, order.total_cents, order.reduced_cents) == (
        *("paid", 3483, 3973, 387),
    )
    (line,) = live.shop.ask(lambda: orders.lines_of(order.id))
    assert (line.unit_price_cents, line.reduced_cents, line.line_cents) == (1290, 387, 3483)
    (one,) = reductions(live.shop)
    assert (one.line_id, one.name, one.code, one.cents) == (line.id, "Ten off", MARCH, 387)
    (letter,) = live.shop.letters()
    for text in (letter.text, told(letter.html)):
        assert "−€3.87" in text
        assert "Ten off (MARCH)" in text
        assert "€39.73" in text
    page = told(shopper.web.get(f"{live.url}/orders/{order.reference}").text)
    assert "−€3.87 Ten off (MARCH)" in page
    assert "Total €39.73" in page
    assert used(live.shop, number) == 1
    shopper.add()
    assert "MARCH" not in told(shopper.web.get(f"{live.url}/cart").text)  # a code is for one order


def test_units_that_go_back_return_what_was_paid_for_them(live: Live) -> None:
    """One of three for 34.83, then the other two: 11.61 and 23.22, and 4.90 for delivery."""
    offer(live.shop, percent=11)
    live.shop.product()
    shopper, desk = Shopper(live.url), Desk(live)
    shopper.add(quantity=3)
    shopper.web.post(f"{live.url}/cart/code", data={"code": MARCH})
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    (order,) = live.shop.orders()
    (line,) = live.shop.ask(lambda: orders.lines_of(order.id))
    assert line.line_cents == 3444
    for units in ("1", "2"):
        token = token_in(desk.get(at(order)).text)
        form = {"token": token, "payment_id": order.payment_id, "step": "send"}
        desk.post(at(order, "refund"), form | {f"units_{line.id}": units})
    assert sorted(one["amount"] for one in live.box.control.refunds()) == [1148, 2296]


def priced(cart_id: int) -> cart.PricedCart:
    return cart.price_cart(cart.basket(cart_id), currency="EUR")


def placed(
    shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch, **facts: object
) -> orders.Order:
    """An order with an offer that one may have, waiting for its payment."""
    shop.product(stock=5)
    offer(shop, most_uses=1, **facts)

    def opened(new: payments.NewSession) -> payments.PaymentSession:
        return page_of(new.reference, status="open")

    monkeypatch.setattr(payments, "open_session", opened)

    def fill() -> int:
        mine, _ = cart.open_cart()
        cart.add(mine.id, "OIL-100", 2)
        cart.use_code(mine.id, MARCH, currency="EUR")
        return mine.id

    cart_id = shop.do(fill)
    with app.test_request_context():
        checkout.start_purchase(cart_id, seen_key=priced(cart_id).key)
    return shop.orders()[-1]


def page_of(
    reference: str, *, status: str = "complete", cents: int = 2812
) -> payments.PaymentSession:
    """A payment page as Stripe would tell of it."""
    return payments.PaymentSession(
        id=f"cs_{reference}", url="https://pay.example/1", status=status,
        payment_status="paid" if status == "complete" else "unpaid", reference=reference,
        amount_cents=cents, currency="EUR", payment_id=f"pi_{reference}" * (status == "complete"),
        email="ida@mail.example", ship_name="Ida", ship_address="Quay 1", ship_country="IE",
    )  # fmt: skip


@pytest.mark.parametrize("state", ["expired", "cancelled", "failed"])
def test_an_order_that_ends_unpaid_gives_its_use_back_once(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    order = placed(shop, app, monkeypatch)
    assert used(shop, 1) == 1
    with app.test_request_context():
        assert checkout.release_purchase(order.id, state=state)
        assert not checkout.release_purchase(order.id, state=state)
    shop.do(lambda: offers.give_back(order.reference))
    assert used(shop, 1) == 0
    assert [use.is_counted for use in uses(shop)] == [False]
    assert shop.ask(checkout.miscounted_offers) == []


def test_paid_late_it_keeps_the_price_and_counts_past_the_limit(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has taken the only use meanwhile: six of five, and everybody is told so."""
    order = placed(shop, app, monkeypatch)
    with app.test_request_context():
        checkout.release_purchase(order.id)
        cut = offers.Cut(offers.Terms(id=1, name="Ten off", kind="percent"), (1,), 0)
        shop.do(lambda: offers.take("other", [cut], owner="cart-9"))
        told_twice = page_of(order.reference), page_of(order.reference)
        assert [checkout.settle_purchase(page) for page in told_twice] == [True, False]
    found = shop.ask(lambda: offers.by_id(1))
    assert found is not None
    assert (found.used, found.late, found.most_uses) == (2, 1, 1)
    assert shop.orders()[0].state == "paid"
    assert shop.ask(checkout.miscounted_offers) == []


def test_paid_late_with_room_it_simply_counts_again(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = placed(shop, app, monkeypatch)
    with app.test_request_context():
        checkout.release_purchase(order.id)
        checkout.settle_purchase(page_of(order.reference))
    found = shop.ask(lambda: offers.by_id(1))
    assert found is not None
    assert (found.used, found.late) == (1, 0)


def test_goods_that_were_gone_leave_the_use_to_others(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = placed(shop, app, monkeypatch)
    with app.test_request_context():
        checkout.release_purchase(order.id)
        shop.do(lambda: inventory.adjust("OIL-100", -5, reason="damaged"))
        checkout.settle_purchase(page_of(order.reference))
    assert shop.orders()[0].state == "refunding"
    assert used(shop, 1) == 0
    assert shop.ask(checkout.miscounted_offers) == []


def test_a_shopper_is_not_in_the_way_of_their_own_open_order(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only use is held by their own page; after a change of the cart they still have it."""
    order = placed(shop, app, monkeypatch)
    cart_id = order.cart_id or 0
    shop.do(lambda: cart.change(cart_id, "OIL-100", 3))
    seen = shop.ask(lambda: priced(cart_id))
    assert seen.code is not None
    assert (seen.code.is_used, seen.total_cents) == (True, 3973)
    with app.test_request_context():
        monkeypatch.setattr(
            payments, "expire_session", lambda _: page_of(order.reference, status="expired")
        )
        checkout.start_purchase(cart_id, seen_key=seen.key)
    assert [one.state for one in shop.orders()] == ["expired", "pending"]
    assert used(shop, 1) == 1


def test_who_may_use_it_once_may_while_their_own_order_is_open_and_after_it_ended_unpaid(
    shop: Shop,
) -> None:
    number = offer(shop, most_per_shopper=1)

    def refusal(owner: str, email: str = CALLER) -> str:
        return shop.ask(
            lambda: offers.offered(code=MARCH, email=email, owner=owner, currency="EUR").refusal
        )

    cut = offers.Cut(shop.ask(lambda: db.session.get_one(offers.Offer, number).terms), (1,), 0)
    with pytest.raises(offers.OfferGone):  # nobody's use is counted for nobody
        shop.do(lambda: offers.take("order-1", [cut], owner="cart-1"))
    shop.do(lambda: offers.take("order-1", [cut], owner="cart-1", email=CALLER))
    assert refusal("cart-1") == ""
    assert "Each shopper can use this code once" in refusal("cart-2")
    with pytest.raises(offers.OfferGone):
        shop.do(lambda: offers.take("order-2", [cut], owner="cart-2", email=CALLER))
    shop.do(lambda: offers.give_back("order-1"))
    assert refusal("cart-2") == ""
    assert used(shop, number) == 0


def test_the_doctor_names_what_was_miscounted(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = placed(shop, app, monkeypatch)
    shop.do(lambda: db.session.execute(sa.update(offers.OfferUse).values(is_counted=False)))
    assert shop.ask(checkout.miscounted_offers) == [
        "Offer “Ten off” says that 1 orders have it, and 0 do.",
        f"Order {order.number} is pending, and its offer does not count.",
    ]
    shop.do(lambda: db.session.execute(sa.delete(offers.OfferUse)))
    found = shop.ask(checkout.miscounted_offers)
    assert f"Order {order.number} has an offer that was not counted." in found


def test_an_order_that_an_offer_pays_in_full_goes_over_stripes_page_too(live: Live) -> None:
    offer(live.shop, percent=100, code="GIFT")
    offer(live.shop, kind="free_delivery", code=None, name="On us", percent=0)
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    shopper.web.post(f"{live.url}/cart/code", data={"code": "gift"})
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    (order,) = live.shop.orders()
    assert (order.state, order.total_cents, order.reduced_cents, order.vat_cents) == (
        *("paid", 0, 1780, 0),
    )
    assert used(live.shop, 1) == used(live.shop, 2) == 1


def test_a_total_that_is_too_small_for_a_card_is_refused_and_nothing_is_used(
    client: FlaskClient, shop: Shop
) -> None:
    offer(shop, kind="amount", percent=0, amount_cents=1265)
    offer(shop, kind="free_delivery", code=None, name="On us", percent=0)
    filled(client, shop, quantity=1)
    type_code(client)
    form = {"seen": seen_key(client.get("/cart").text)}
    answer = client.post("/checkout", data=form)
    assert "The total is too small to be paid by card." in told(answer.text)
    assert (used(shop, 1), used(shop, 2), shop.stock()) == (0, 0, (10, 0))


def test_a_code_for_one_country_bounds_where_the_payment_page_sends(live: Live) -> None:
    offer(live.shop, countries="IE")
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    page = shopper.web.post(f"{live.url}/cart/code", data={"code": MARCH})
    assert "With this code we deliver to Ireland only." in told(page.text)
    session = live.box.control.session(shopper.session_id())
    assert session["shipping_address_collection"]["allowed_countries"] == ["IE"]


def test_whoever_orders_by_phone_can_have_a_code(live: Live) -> None:
    number = offer(live.shop, most_per_shopper=1)
    live.shop.product(stock=9)
    reference = phoned(live.shop, code="march")
    assert sent(live.shop, reference)
    (letter,) = live.shop.letters("phone_order")
    assert "Ten off (MARCH)  −€2.58" in letter.text
    caller = Caller(live.url, link_of(live.app))
    assert "Ten off (MARCH) −€2.58 Total €28.12" in told(caller.look().text)
    live.box.control.complete(caller.session_id(), wait_seconds=60)
    (order,) = live.shop.orders()
    assert (order.state, order.total_cents, order.email) == ("paid", 2812, CALLER)
    assert used(live.shop, number) == 1
    with pytest.raises(cart.CodeRefused, match="Each shopper can use this code once"):
        phoned(live.shop, code=MARCH)
