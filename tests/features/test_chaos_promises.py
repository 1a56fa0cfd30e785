"""The audit after a storm finds what was promised and broken: codes, sums, gifts, letters."""

from collections.abc import Mapping

import pytest
from sqlalchemy import insert, select, text, update

from conftest import Live
from scripts.chaos_books import audit
from scripts.chaos_promises import Asked
from scripts.chaos_wishes import CartPage, Wishes, try_link, use_code
from storefront import checkout, inventory, mail, offers, orders
from storefront.database import db
from support.offers import MARCH, offer
from support.shopper import Shopper

STOCKED = {"OIL-100": 9}
NOTE = "For you, from Ida"


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_DELIVERY_CENTS_TO": "IE=690"}


@pytest.fixture
def sold(live: Live) -> Live:
    """Ida has bought a jar for Ireland with a code that one may use: a gift, and no letter."""
    live.shop.product(stock=9)
    offer(live.shop, most_uses=1)
    buy(live, wishes())
    return live


def wishes(name: str = "Ida", **changes: object) -> Wishes:
    """What somebody wants; Ida a code, Ireland, a gift and no letter."""
    wanted = {
        "email": f"{name.lower()}@mail.example", "code": MARCH, "country": "IE",
        "gift_note": f"For you, from {name}", "no_invitation": True, "comes_by_link": False,
        "tries_a_link": False,
    }  # fmt: skip
    return Wishes(**(wanted | changes))  # type: ignore[arg-type]  # by their names


def buy(live: Live, wanted: Wishes, shopper: Shopper | None = None) -> Shopper:
    """Orders a jar with these wishes, pays it and sends all letters."""
    shopper = shopper or Shopper(live.url)
    shopper.add()
    use_code(shopper.web, live.url, wanted)
    for _ in range(2):  # the first press tells what delivery costs to the country
        page = shopper.web.get(f"{live.url}/cart").text
        form = CartPage.read(page).order_form(wanted)
        answer = shopper.web.post(f"{live.url}/checkout", data=form, allow_redirects=False)
    page_id = answer.headers["Location"].rpartition("/")[2]
    live.box.control.complete(page_id, wait_seconds=60, **wanted.payer)
    with live.app.test_request_context():
        mail.send_waiting(live.app.extensions["storefront"].settings)
    return shopper


def wrong(live: Live, asked: Mapping[str, Asked] | None = None) -> dict[str, list[str]]:
    """What the audit says, without the kinds of which there is nothing."""
    sessions = live.box.control.sessions()
    asked = {sessions[0]["id"]: Asked(NOTE, no_invitation=True)} if asked is None else asked
    found = audit(live.app, sessions=sessions, refunds=[], stocked=STOCKED, asked=asked)
    return {kind: sentences for kind, sentences in found.items() if sentences}


def damage(live: Live, statement: object) -> None:
    """Writes into the books what the shop never would."""
    live.shop.do(lambda: db.session.execute(statement))  # type: ignore[call-overload]


def test_promises_that_are_kept_are_called_so(sold: Live) -> None:
    assert wrong(sold) == {}
    (order,) = sold.shop.orders()
    assert (order.reduced_cents, order.delivery_cents, order.gift_note) == (129, 690, NOTE)


def test_an_offer_that_more_orders_have_than_may_is_found(sold: Live) -> None:
    damage(sold, update(offers.Offer).values(most_uses=None))
    buy(sold, wishes("Ada", gift_note=""))
    damage(sold, update(offers.Offer).values(late=1))  # which disarms the CHECK
    damage(sold, update(offers.Offer).values(most_uses=1))
    assert wrong(sold)["broken"] == [
        "Ten off: 0 orders were paid late, 1 count as such",
        "Ten off: 2 orders have it, 1 may",
    ]


def test_an_offer_that_a_shopper_has_too_often_is_found(sold: Live) -> None:
    damage(sold, update(offers.Offer).values(most_uses=None))
    buy(sold, wishes(email="Ida+2@mail.example", gift_note=""))
    damage(sold, update(offers.Offer).values(most_per_shopper=1))
    assert wrong(sold)["broken"] == ["Ten off: a shopper has it 2 times"]


def test_a_use_that_was_never_given_back_is_found(sold: Live) -> None:
    damage(sold, update(offers.Offer).values(used=2, most_uses=2))
    assert wrong(sold)["broken"] == ["Ten off: 1 orders have it, 2 uses are taken"]


def test_a_use_that_was_given_back_is_taken_by_somebody_else(sold: Live) -> None:
    """Not damage: who pays after that keeps the price, and counts as late."""
    damage(sold, update(offers.Offer).values(most_uses=2))
    shopper = Shopper(sold.url)
    shopper.add()
    use_code(shopper.web, sold.url, wishes("Ada"))
    page_id = shopper.session_id()
    second = sold.shop.orders()[1]
    sold.box.control.webhooks("drop")
    with sold.app.app_context():
        assert checkout.release_purchase(second.id)
    sold.box.control.webhooks("on")
    buy(sold, wishes("Eva", gift_note=""))
    sold.box.control.complete(page_id, wait_seconds=60)
    with sold.app.test_request_context():
        mail.send_waiting(sold.app.extensions["storefront"].settings)
    assert wrong(sold) == {}
    found = sold.shop.ask(lambda: offers.by_id(1))
    assert found is not None
    assert (found.used, found.late) == (3, 1)


@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        (
            "UPDATE shop_order_reduction SET cents = cents + 1",
            [
                "what offers take off OIL-100 is 129, and should be 130",
                "OIL-100 comes to 1161, and should be 1160",
                "what offers take off is 129, and should be 130",
                "the goods come to 1161, and should be 1160",
                "the total is 1851, and should be 1850",
            ],
        ),
        (
            "UPDATE shop_order SET ship_country = 'DE'",
            ["delivery is 690, and should be 490", "the total is 1851, and should be 1651"],
        ),
        (
            "UPDATE shop_order SET vat_cents = vat_cents - 1",
            ["the tax inside is 295, and should be 296"],
        ),
    ],
)
def test_sums_that_do_not_add_up_are_found(
    sold: Live, statement: str, sentences: list[str]
) -> None:
    damage(sold, text(statement))
    assert wrong(sold) == {"broken": [f"order 1001: {sentence}" for sentence in sentences]}


def test_a_payment_page_that_asks_for_another_sum_is_found(sold: Live) -> None:
    (page,) = sold.box.control.sessions()
    other = {**page, "id": "cs_2", "amount_total": 1, "payment_status": "unpaid"}
    found = audit(sold.app, sessions=[page, other], refunds=[], stocked=STOCKED)
    assert found["broken"] == ["order 1001: 1 on its payment page, 1851 due"]


def test_a_gift_without_its_note_is_found(sold: Live) -> None:
    damage(sold, update(orders.Order).values(gift_note=""))
    assert wrong(sold) == {"broken": [f"order 1001: its note is “”, its buyer's “{NOTE}”"]}


def test_a_note_on_the_next_order_of_its_cart_is_found(sold: Live) -> None:
    shopper = buy(sold, wishes("Ada", code=""))
    buy(sold, wishes("Ada", code="", gift_note=""), shopper)
    assert wrong(sold) == {}
    damage(
        sold, update(orders.Order).values(gift_note="For you, from Ada").where(orders.Order.id == 3)
    )
    assert wrong(sold) == {"broken": ["order 1003 has the note that order 1002 took"]}


def test_a_note_on_the_order_of_another_shopper_is_found(sold: Live) -> None:
    buy(sold, wishes("Ada", code="", gift_note=""))
    damage(sold, update(orders.Order).values(gift_note=NOTE))
    assert wrong(sold) == {"broken": ["order 1002 has the note of another shopper"]}


def test_a_letter_to_somebody_who_wanted_none_is_found(sold: Live) -> None:
    reference = sold.shop.orders()[0].reference
    letter = {"kind": "review_invitation", "reference": reference, "state": "sent"}
    columns = select(mail.Letter.__table__).limit(1)
    with sold.app.app_context():
        row = dict(db.session.execute(columns).mappings().one())
    damage(sold, insert(mail.Letter).values({**row, "id": 99, **letter}))
    assert wrong(sold) == {"broken": ["order 1001 was asked for a review, and wanted no letter"]}


def test_a_wish_for_no_letter_that_was_forgotten_is_found(sold: Live) -> None:
    damage(sold, text("DELETE FROM shop_order_event WHERE kind = 'no_invitation'"))
    assert wrong(sold) == {"broken": ["order 1001 refuses a letter 0 times"]}


def test_a_shelf_that_was_below_nothing_is_found(sold: Live) -> None:
    sold.shop.do(lambda: inventory.adjust("OIL-100", -8, reason="counted", reference="count-1"))
    sold.shop.do(lambda: inventory.adjust("OIL-100", 5, reason="counted", reference="count-1"))
    assert wrong(sold) == {}
    moved = insert(inventory.StockMovement)
    for change in (-9, 9):
        damage(
            sold, moved.values(sku="OIL-100", change=change, reason="counted", reference="count-1")
        )
    assert wrong(sold) == {"oversold": ["OIL-100: -4 after line 5 of the ledger"]}


def test_a_link_that_is_undone_leaves_the_cart_as_it_was(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that is not is told: here the shop has forgotten to keep what was there."""
    for sku in ("OIL-100", "SALT"):
        live.shop.product(sku, stock=9)
    shopper = Shopper(live.url)
    shopper.add(quantity=2)
    assert try_link(shopper.web, live.url, {"SALT": 1}) == ""
    monkeypatch.setattr("storefront.cart.sharing._snapshot", lambda _: "")
    assert try_link(shopper.web, live.url, {"SALT": 1}) == (
        "['OIL-100:2'] became ['SALT:1'] by a link that was undone"
    )
