"""The audit after a storm finds what is wrong with kits, lots, deliveries and parcels."""

from datetime import date

import pytest
from sqlalchemy import delete, update

from conftest import Live
from scripts.chaos_books import audit
from storefront import fulfilment, inventory, mail, orders
from storefront.database import db
from support.shopper import Shopper

STOCKED = {"OIL": 9, "FLAKES": 9}


@pytest.fixture
def sold(live: Live) -> Live:
    """Somebody has bought two sets of an oil and two flakes, and one oil; all of it is packed."""
    for sku in ("OIL", "FLAKES", "SET"):
        live.shop.product(sku, stock=STOCKED.get(sku, 0))
    live.shop.do(lambda: inventory.make_kit("SET", {"OIL": 1, "FLAKES": 2}))
    live.shop.do(lambda: inventory.keep_in_lots("OIL"))
    shopper = Shopper(live.url)
    shopper.add("SET", 2)
    shopper.add("OIL")
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    live.shop.do(lambda: fulfilment.pack(1, token="t", actor="ida"))
    with live.app.test_request_context():
        mail.send_waiting(live.app.extensions["storefront"].settings)
    return live


def wrong(live: Live) -> dict[str, list[str]]:
    """What the audit says, without the kinds of which there is nothing."""
    found = audit(live.app, sessions=live.box.control.sessions(), refunds=[], stocked=STOCKED)
    return {kind: sentences for kind, sentences in found.items() if sentences}


def test_sets_that_took_their_parts_balance(sold: Live) -> None:
    assert wrong(sold) == {}
    assert (sold.shop.stock("OIL"), sold.shop.stock("FLAKES")) == ((6, 0), (5, 0))


def test_deliveries_and_counts_of_staff_balance(sold: Live) -> None:
    goods = [inventory.ArrivedGoods("OIL", 4, lot="A", expires_on=date(2027, 12, 1))]
    sold.shop.do(lambda: inventory.receive(goods, token="one"))
    sold.shop.do(lambda: inventory.receive(goods, token="two"))
    sold.shop.do(lambda: inventory.undo_receipt(2))
    assert wrong(sold) == {}


def test_a_set_that_took_fewer_parts_than_it_is_made_of_is_found(sold: Live) -> None:
    more = update(inventory.KitSold).where(inventory.KitSold.part_sku == "FLAKES").values(units=3)
    sold.shop.do(lambda: db.session.execute(more))
    assert wrong(sold) == {"duplicate": ["order 1001: 4 of FLAKES sold, 0 put back"]}


def test_a_delivery_that_is_booked_twice_is_found(sold: Live) -> None:
    goods = [inventory.ArrivedGoods("FLAKES", 4)]
    sold.shop.do(lambda: inventory.receive(goods, token="one"))
    sold.shop.do(lambda: inventory.adjust("FLAKES", 4, reason="received", reference="D-1"))
    assert wrong(sold) == {"misplaced": ["delivery D-1: 4 came, 8 are in the ledger"]}


def test_a_lot_that_says_otherwise_than_its_book_is_found(sold: Live) -> None:
    sold.shop.do(lambda: db.session.execute(update(inventory.Lot).values(units=7)))
    assert wrong(sold) == {
        "misplaced": [
            "Lot without a code of OIL says 7 units, its book 6.",
            "OIL: 7 are in lots, but 6 are on hand and 0 sold and not packed.",
        ]
    }


def test_goods_that_left_a_lot_and_are_in_no_parcel_are_found(sold: Live) -> None:
    sold.shop.do(lambda: db.session.execute(delete(fulfilment.ParcelLine)))
    sold.shop.do(lambda: db.session.execute(update(orders.OrderLine).values(packed_quantity=0)))
    reference = sold.shop.orders()[0].reference
    assert wrong(sold) == {"misplaced": [f"{reference}: 3 of OIL left lots, 0 are packed"]}


def test_a_line_that_counts_other_units_than_its_parcels_have_is_found(sold: Live) -> None:
    first = update(orders.OrderLine).where(orders.OrderLine.sku == "SET").values(packed_quantity=1)
    sold.shop.do(lambda: db.session.execute(first))
    reference = sold.shop.orders()[0].reference
    assert wrong(sold) == {
        "misplaced": [
            "line 1: (1, 0) packed and shipped, (2, 0) are in parcels",
            f"{reference}: 3 of OIL left lots, 2 are packed",
        ]
    }


def test_a_parcel_that_left_without_a_letter_is_found(sold: Live) -> None:
    with sold.app.test_request_context():
        sold.shop.do(
            lambda: fulfilment.ship(1, carrier="DHL", tracking="1", token="s", actor="ida")
        )
    sold.shop.do(
        lambda: db.session.execute(delete(mail.Letter).where(mail.Letter.kind == "parcel_shipped"))
    )
    assert wrong(sold) == {"misplaced": ["parcel 1 is shipped, and its letter is not there"]}
