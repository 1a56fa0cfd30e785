"""Orders taken by phone, as their shopper and the shop's books see them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from storefront import cart, catalog, checkout, drafts, inventory, orders
from storefront.database import db
from support.phone import CALLER, IDA, found, link_of, phoned, sent, state, wish
from support.shop import Shop, seen_key
from support.shopper import told

PAY = "Order with obligation to pay"


@pytest.fixture
def reference(shop: Shop) -> str:
    """Two oils for Ada, of ten that there are."""
    shop.product()
    return phoned(shop, note="The blue bottle,\nas you wished.")


def test_the_page_says_what_was_put_together_and_what_it_costs(
    client: FlaskClient, reference: str
) -> None:
    page = client.get(f"/pay/{reference}")
    words = told(page.text)
    assert page.status_code == 200
    for part in (
        "Put together for Ada on the phone",
        "The blue bottle, as you wished.",
        "100 ml · OIL-100 2 × €12.90",
        "Goods €25.80",
        "€4.90",
        "Total €30.70",
        "VAT included €4.90",
        PAY,
        "Nothing is set aside before you press the button",
        "You may withdraw from the contract within 14 days",
    ):
        assert part in words
    assert page.headers["Cache-Control"] == "no-store, private"
    assert '<meta name="robots" content="noindex">' in page.text


def test_opening_the_link_sets_nothing_aside_and_opens_nobodys_cart(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    client.get(f"/pay/{reference}")
    assert shop.stock() == (10, 0)
    assert shop.orders() == []
    assert "Your cart is empty" in client.get("/cart").text
    assert "shop_cart" not in {cookie.key for cookie in client._cookies.values()}


@pytest.mark.parametrize("guess", ["1", "P-1", "x" * 24, "x" * 4000, "%27", "..%2fstaff"])
def test_a_guessed_link_leads_nowhere_and_all_guesses_are_answered_alike(
    client: FlaskClient, reference: str, guess: str
) -> None:
    answers = {client.get(f"/pay/{guess}").status_code, client.post(f"/pay/{guess}").status_code}
    assert answers == {404}


def test_a_token_of_the_form_or_a_cart_number_opens_nothing(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    draft = found(shop, reference).draft
    for other in (draft.token, str(draft.id), str(draft.cart_id)):
        assert client.get(f"/pay/{other}").status_code == 404


def test_what_became_scarce_and_dearer_is_said_beside_it(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    dearer(shop, 1490)
    shop.do(lambda: inventory.adjust("OIL-100", -9, reason="damaged"))
    words = told(client.get(f"/pay/{reference}").text)
    assert "Only 1 left, so your order holds 1 of 2." in words
    assert "The price changed from €12.90 to €14.90 since it was put here." in words
    assert "Total €19.80" in words


def test_what_is_sold_out_leaves_no_button_and_says_whom_to_ask(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    shop.do(lambda: inventory.adjust("OIL-100", -10, reason="damaged"))
    page = client.get(f"/pay/{reference}")
    assert PAY not in page.text
    assert "Nothing of it can be ordered at the moment. Write to" in told(page.text)


def test_a_price_that_changed_after_the_page_was_seen_is_not_charged(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    """Fails when the shopper is taken to the payment page whatever they saw."""
    seen = seen_key(client.get(f"/pay/{reference}").text)
    dearer(shop, 1490)
    answer = client.post(f"/pay/{reference}", data={"seen": seen})
    assert answer.status_code == 422
    assert checkout.CartChanged().sentence in told(answer.text)
    assert "€29.80" in answer.text
    assert shop.orders() == []
    assert shop.stock() == (10, 0)


def test_without_what_was_seen_nothing_is_ordered(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    assert client.post(f"/pay/{reference}").status_code == 422
    assert client.post(f"/pay/{reference}", data={"seen": "x" * 81}).status_code == 422
    assert shop.orders() == []


def test_another_site_cannot_press_the_button(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    seen = seen_key(client.get(f"/pay/{reference}").text)
    foreign = {"Origin": "https://evil.example"}
    answer = client.post(f"/pay/{reference}", data={"seen": seen}, headers=foreign)
    assert answer.status_code == 403
    assert shop.orders() == []


def test_while_stripe_does_not_answer_nothing_is_lost(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    seen = seen_key(client.get(f"/pay/{reference}").text)
    answer = client.post(f"/pay/{reference}", data={"seen": seen})
    assert answer.status_code == 503
    assert "The payment page could not be opened just now." in told(answer.text)
    assert PAY in answer.text
    assert shop.stock() == (10, 0)


def end(shop: Shop, reference: str) -> None:
    """As if its days had passed."""
    draft, before = found(shop, reference).draft, datetime.now(UTC) - timedelta(seconds=1)

    def pass_by() -> None:
        is_it = drafts.Draft.reference == reference
        db.session.execute(sa.update(drafts.Draft).where(is_it).values(valid_until=before))
        cart.keep_open(draft.cart_id, until=before)

    shop.do(pass_by)


def take_back(shop: Shop, reference: str) -> None:
    shop.do(lambda: drafts.cancel(reference))


@pytest.mark.parametrize(
    ("over", "title"),
    [(end, "The time to pay this order is over."), (take_back, "This order was taken back.")],
)
def test_when_it_is_over_the_link_says_so_kindly_and_takes_no_money(
    shop: Shop,
    client: FlaskClient,
    reference: str,
    over: Callable[[Shop, str], None],
    title: str,
) -> None:
    seen = seen_key(client.get(f"/pay/{reference}").text)
    over(shop, reference)
    for answer in (
        client.get(f"/pay/{reference}"),
        client.post(f"/pay/{reference}", data={"seen": seen}),
    ):
        assert answer.status_code == 410
        assert f"{title} Nothing was charged" in told(answer.text)
        assert "care@stillwater.example" in answer.text
    assert shop.orders() == []


@pytest.mark.parametrize("over", [end, take_back])
def test_an_order_is_not_placed_from_what_is_over_by_then(
    shop: Shop, reference: str, over: Callable[[Shop, str], None]
) -> None:
    """The page had looked before; the last word is the database's. Fails without require_open."""
    draft = found(shop, reference).draft
    key = shop.ask(lambda: drafts.price(draft)).key
    over(shop, reference)
    with pytest.raises(cart.CartClosed):
        shop.ask(lambda: checkout.start_purchase(draft.cart_id, seen_key=key))
    assert shop.orders() == []
    assert shop.stock() == (10, 0)


def test_what_was_cancelled_is_taken_up_again_with_its_days(shop: Shop, reference: str) -> None:
    before = found(shop, reference).draft
    take_back(shop, reference)
    assert state(shop, reference) == "cancelled"
    assert shop.do(lambda: drafts.cancel(reference)) is False
    assert shop.do(lambda: drafts.reopen(reference)) is True
    after = found(shop, reference)
    assert (after.state, after.draft.valid_until) == ("written", before.valid_until)
    assert shop.do(lambda: drafts.reopen(reference)) is False


def test_what_is_over_is_good_again_once_its_letter_is_sent_anew(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    end(shop, reference)
    assert state(shop, reference) == "ended"
    assert sent(shop, reference)
    assert state(shop, reference) == "waiting"
    assert client.get(f"/pay/{reference}").status_code == 200
    left = found(shop, reference).draft.valid_until - datetime.now(UTC)
    assert timedelta(days=13, hours=23) < left < timedelta(days=14)


def test_a_letter_carries_our_address_and_never_stripes(
    shop: Shop, client: FlaskClient, reference: str
) -> None:
    assert sent(shop, reference)
    (letter,) = shop.letters(drafts.KIND)
    assert letter.recipient == CALLER
    assert letter.subject == "Stillwater: Your order is ready to be paid"
    for text in (letter.text, told(letter.html)):
        for part in ("2 × Magnesium Oil, 100 ml", "€25.80", "€4.90", "€30.70", "as you wished."):
            assert part in text
        assert "Nothing is set aside before that" in text
    assert "stripe" not in (letter.text + letter.html).lower()
    assert letter.html.count(f"http://127.0.0.1/pay/{reference}") == 1
    assert client.get(link_of(client.application)).status_code == 200


def test_each_sending_is_one_letter_and_two_who_send_at_once_send_one(
    shop: Shop, reference: str
) -> None:
    draft = found(shop, reference).draft
    first, second = (
        shop.do(lambda: drafts.send(reference, version=draft.version, times_sent=0))
        for _ in range(2)
    )
    assert (first, second) == (True, False)
    assert sent(shop, reference)
    letters = shop.letters(drafts.KIND)
    assert [letter.reference for letter in letters] == [f"{reference}.1", f"{reference}.2"]


def test_a_letter_is_not_sent_of_what_somebody_changed_since(shop: Shop, reference: str) -> None:
    """Fails when send() asks for the number of letters alone."""
    draft = found(shop, reference).draft
    assert shop.do(lambda: drafts.change(reference, wish({"OIL-100": 1}), version=1))
    assert not shop.do(lambda: drafts.send(reference, version=draft.version, times_sent=0))
    assert shop.letters(drafts.KIND) == []


def test_no_letter_leads_to_what_cannot_be_had_or_was_cancelled(shop: Shop, reference: str) -> None:
    shop.do(lambda: inventory.adjust("OIL-100", -10, reason="damaged"))
    with pytest.raises(drafts.NothingToPay):
        sent(shop, reference)
    take_back(shop, reference)
    assert not sent(shop, reference)
    assert shop.letters(drafts.KIND) == []
    assert found(shop, reference).draft.times_sent == 0


def test_two_people_on_the_same_one_never_write_over_each_other(shop: Shop, reference: str) -> None:
    """Fails when the version is not in the WHERE."""
    first, second = (
        shop.do(lambda u=u: drafts.change(reference, wish({"OIL-100": u}), version=1))  # type: ignore[misc]
        for u in (3, 4)
    )
    assert (first, second) == (True, False)
    assert lines(shop, reference) == {"OIL-100": 3}


def test_the_same_form_sent_twice_is_one_order_by_phone(shop: Shop) -> None:
    shop.product()
    first, second = (shop.do(lambda: drafts.write(wish(), token="t", actor=IDA)) for _ in range(2))
    assert (first[0], first[1], second[1]) == (second[0], True, False)
    assert shop.count(drafts.Draft) == 1
    assert shop.count(cart.Cart) == 1


def test_more_than_there_is_is_refused_and_changes_nothing(shop: Shop, reference: str) -> None:
    with pytest.raises(cart.OnlySomeLeft) as refusal:
        shop.do(lambda: drafts.change(reference, wish({"OIL-100": 11}), version=1))
    assert refusal.value.sku == "OIL-100"
    assert lines(shop, reference) == {"OIL-100": 2}
    assert found(shop, reference).draft.version == 1


def test_what_is_there_can_be_put_in_anew_at_the_prices_of_now(shop: Shop, reference: str) -> None:
    shop.product("BALM-50", slug="balm", name="Balm", stock=1)
    dearer(shop, 1490)
    changed = wish({"BALM-50": 1, "OIL-100": 10}, name="Ada L.")
    assert shop.do(lambda: drafts.change(reference, changed, version=1))
    assert lines(shop, reference) == {"BALM-50": 1, "OIL-100": 10}
    priced = shop.ask(lambda: drafts.price(found(shop, reference).draft))
    assert priced.notices == ()
    assert found(shop, reference).draft.name == "Ada L."


def test_the_list_is_found_by_number_name_address_and_what_became_of_it(shop: Shop) -> None:
    shop.product()
    ada, bob = phoned(shop), phoned(shop, name="Bob", email="bob@mail.example")
    take_back(shop, bob)

    def names(text: str = "", state: str = "") -> list[str]:
        return [one.draft.name for one in shop.ask(lambda: drafts.search(text, state=state)).drafts]

    assert names() == ["Bob", "Ada"]
    assert names("P-1") == names("1") == names("ada") == names(CALLER) == names(ada) == ["Ada"]
    assert names("b_b") == names("%") == []
    assert names(state="cancelled") == ["Bob"]
    assert names(state="written") == ["Ada"]
    assert names("mail.example", "cancelled") == ["Bob"]


def test_an_order_from_the_phone_can_be_found_before_it_is_paid(shop: Shop) -> None:
    shop.product()
    reference = phoned(shop)
    order = placed(shop, reference)
    assert (order.email, order.draft_reference) == (CALLER, reference)
    for text in ("ada", CALLER):
        assert [o.id for o in shop.ask(lambda t=text: orders.search(t)).orders] == [order.id]  # type: ignore[misc]
    (event,) = shop.ask(lambda: orders.history_of(order.id))
    assert (event.kind, event.note) == ("placed", f"Taken by phone by {IDA}")


@pytest.mark.parametrize(
    ("money", "became"),
    [
        ("pending", "paying"),
        ("processing", "paying"),
        ("paid", "paid"),
        ("refunded", "paid"),
        ("expired", "written"),
        ("failed", "written"),
        ("cancelled", "written"),
    ],
)
def test_what_became_of_it_is_what_its_order_says(
    shop: Shop, client: FlaskClient, money: str, became: str
) -> None:
    shop.product()
    reference = phoned(shop)
    order = placed(shop, reference)
    is_order = orders.Order.id == order.id
    shop.do(lambda: db.session.execute(sa.update(orders.Order).where(is_order).values(state=money)))
    assert state(shop, reference) == became
    page = client.get(f"/pay/{reference}")
    is_paid = money in {"processing", "paid", "refunded"}
    assert page.status_code == (303 if is_paid else 200)
    if is_paid:
        assert page.headers["Location"] == f"/orders/{order.reference}"
        for verb in (drafts.cancel, lambda r: drafts.change(r, wish(), version=1)):
            with pytest.raises(drafts.PaidMeanwhile):
                shop.do(lambda v=verb: v(reference))  # type: ignore[misc]


def test_articles_are_found_by_sku_or_by_words_of_their_name(shop: Shop) -> None:
    for number in range(8):
        shop.product(f"BALM-{number}", slug=f"balm-{number}", name=f"Balm No. {number}")
    shop.product("OIL", slug="oil", name="Oil for 100% of feet")
    shop.product("OIL-100", slug="oil-100", name="Hidden oil")
    hidden = catalog.Product.slug == "oil-100"
    shop.do(
        lambda: db.session.execute(sa.update(catalog.Product).where(hidden).values(state="draft"))
    )

    def named(text: str) -> list[str]:
        return [sku for sku, _ in shop.ask(lambda: drafts.articles_named(text))]

    assert named("oil") == named("OIL") == ["OIL"]
    assert named("feet 100 ML") == ["OIL"]
    assert named("no. 3") == ["BALM-3"]
    assert len(named("balm")) == 7
    assert named("oil-100") == named("100% of hands") == []


def dearer(shop: Shop, price_cents: int) -> None:
    """The oil has another price from now on."""
    is_oil = catalog.Variant.sku == "OIL-100"
    changed = sa.update(catalog.Variant).where(is_oil).values(price_cents=price_cents)
    shop.do(lambda: db.session.execute(changed))


def lines(shop: Shop, reference: str) -> dict[str, int]:
    """SKU → units that are in it."""
    cart_id = found(shop, reference).draft.cart_id
    return {line.sku: line.wanted for line in shop.ask(lambda: cart.basket(cart_id)).lines}


def placed(shop: Shop, reference: str) -> orders.Order:
    """The order that stands while its shopper is on the payment page."""
    draft = found(shop, reference).draft

    def place() -> orders.Order:
        return orders.place(
            orders.NewOrder(
                cart_id=draft.cart_id, content_key="k", currency="EUR",
                lines=[orders.NewLine("OIL-100", "Oil", "100 ml", 2, 1290, 1900)],
                delivery_name="Standard", delivery_cents=490, vat_cents=490,
                session_expires_at=datetime.now(UTC) + timedelta(minutes=35),
                draft_reference=reference, email=draft.email, taken_by=draft.made_by,
            )
        )  # fmt: skip

    return shop.do(place)
