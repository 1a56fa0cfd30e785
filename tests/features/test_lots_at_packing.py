"""Another lot than the proposed one: chosen when an order is packed, and given back to."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from storefront import fulfilment, inventory, orders, staff
from support.desk import EMAIL, PASSWORD, at
from support.parcels import counts, lines, packed, paid_order
from support.shop import Shop
from support.shopper import told

TODAY = datetime.now(UTC).date()


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser that somebody of the staff has signed in with."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD, roles=["orders", "stock"]))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


def receive(shop: Shop, code: str, units: int, days: int) -> int:
    def put_in() -> int:
        inventory.open_stock("OIL")
        lot_id = inventory.open_lot("OIL", code, expires_on=TODAY + timedelta(days=days))
        inventory.adjust("OIL", units, reason="received", lot_id=lot_id)
        return lot_id

    return shop.do(put_in)


def left(shop: Shop) -> dict[str, int]:
    return {lot.code: lot.units for lot in shop.ask(lambda: inventory.lots_of("OIL"))}


def pack(office: FlaskClient, shop: Shop, order: orders.Order, **form: object) -> str:
    """Packs an order's first line with what else is said; the page that follows."""
    first = lines(shop, order)[0].id
    sent = {"parcel_token": "t", f"pack_{first}": "2"} | form
    return told(office.post(at(order, "pack"), data=sent, follow_redirects=True).text)


def test_staff_see_the_proposed_lots_and_take_another(office: FlaskClient, shop: Shop) -> None:
    receive(shop, "EARLY", 5, 100)
    late = receive(shop, "LATE", 5, 300)
    order = paid_order(shop, {"OIL": 2})
    page = office.get(at(order)).text
    assert "OIL 2 of lot EARLY, until" in told(page)
    assert re.findall(r'<option value="(\d*)"[^>]*>(?:As|First lot (\w+))', page) == [
        ("", ""), (str(late - 1), "EARLY"), (str(late), "LATE"),
    ]  # fmt: skip
    done = pack(office, shop, order, lot_OIL=str(late), lot_units_OIL="2")
    assert "OIL: 2 of lot LATE, until" in done
    assert left(shop) == {"EARLY": 5, "LATE": 3}
    slip = office.get("/staff/packing/slips?parcel=1")
    assert "OIL: 2 of lot LATE, until" in told(slip.text)
    assert office.get("/staff/packing/slips.pdf?parcel=1").data.startswith(b"%PDF")
    book = told(office.get(f"/staff/lots/{late}").text)
    assert "Order 1001" in book
    form = {"token": "t", "parcel": "1", "on_order": order.reference}
    office.post("/staff/packing/unpack", data=form)
    assert left(shop) == {"EARLY": 5, "LATE": 5}
    shop.books_balance()


def test_a_lot_that_was_blocked_meanwhile_is_refused_and_what_was_typed_stays(
    office: FlaskClient, shop: Shop
) -> None:
    receive(shop, "EARLY", 5, 100)
    late = receive(shop, "LATE", 5, 300)
    order = paid_order(shop, {"OIL": 3})
    shop.do(lambda: inventory.quarantine(late))
    sent = {"parcel_token": "t", f"pack_{lines(shop, order)[0].id}": "2", "lot_OIL": str(late)}
    answer = office.post(at(order, "pack"), data=sent | {"lot_units_OIL": "1"})
    assert answer.status_code == 409
    assert "OIL: lot LATE is quarantined. Nothing was packed." in told(answer.text)
    assert re.search(r'id="lot_OIL"[^>]*aria-invalid="true"[^>]*autofocus', answer.text)
    assert re.search(r'name="pack_\d+"[^>]*value="2"', answer.text)
    for wrong in ({"lot_OIL": "x"}, {"lot_OIL": str(late), "lot_units_OIL": "-1"}):
        answer = office.post(at(order, "pack"), data=sent | wrong)
        assert (answer.status_code, "choose a lot from the list" in answer.text) == (422, True)
    assert counts(shop, order) == [(3, 0, 0, 0)]
    assert left(shop) == {"EARLY": 5, "LATE": 5}


def test_what_is_unpacked_goes_back_to_the_lots_of_its_own_parcel(shop: Shop) -> None:
    """Fails without parcel_id in deallocate(): the units come to the lot that was packed last."""
    receive(shop, "A", 2, 100)
    late = receive(shop, "B", 3, 300)
    order = paid_order(shop, {"OIL": 3})
    (line,) = (line.id for line in lines(shop, order))
    one = packed(shop, order, "one", units={line: 1}, chosen={"OIL": inventory.Choice(late)})
    packed(shop, order, "two", units={line: 2})
    assert left(shop) == {"B": 2}
    shop.do(lambda: fulfilment.unpack(one, actor="ida"))
    assert left(shop) == {"B": 3}
    inside = shop.ask(lambda: inventory.lots_in_parcels([one, one + 1]))
    assert [(pick.code, pick.units) for pick in inside[one + 1]] == [("A", 2)]
    assert one not in inside
    shop.do(lambda: fulfilment.unpack(one + 1, actor="ida"))
    assert left(shop) == {"A": 2, "B": 3}
    shop.books_balance()


def test_the_lots_of_a_kits_parts_are_chosen_too(office: FlaskClient, shop: Shop) -> None:
    receive(shop, "EARLY", 4, 100)
    late = receive(shop, "LATE", 4, 300)
    shop.do(lambda: inventory.open_stock("SET"))
    shop.do(lambda: inventory.make_kit("SET", {"OIL": 2}))
    order = paid_order(shop, {"SET": 2})
    assert "OIL 4 of lot EARLY, until" in told(office.get(at(order)).text)
    done = pack(office, shop, order, lot_OIL=str(late), lot_units_OIL="3")
    assert "OIL: 1 of lot EARLY" in done
    assert "OIL: 3 of lot LATE" in done
    assert left(shop) == {"EARLY": 3, "LATE": 1}
