"""Parcels: what may be packed, shipped and undone, and what a refund does in between."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import fulfilment, inventory, mail, orders
from storefront.database import db
from storefront.fulfilment import FileMistakes
from storefront.orders import NotToSend
from storefront.signals import parcel_shipped
from support.parcels import counts, lines, packed, paid_order, refund, shipped, stage
from support.shop import Shop


def letters(shop: Shop) -> list[mail.Letter]:
    return shop.letters("parcel_shipped")


def test_an_order_goes_from_the_shelf_to_the_carrier(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 2, "SALT": 1})
    assert stage(shop, order) == "to_pack"
    parcel = packed(shop, order)
    assert (stage(shop, order), counts(shop, order)) == ("packed", [(2, 0, 2, 0), (1, 0, 1, 0)])
    assert shipped(shop, parcel)
    assert (stage(shop, order), counts(shop, order)) == ("shipped", [(2, 0, 2, 2), (1, 0, 1, 1)])
    (letter,) = letters(shop)
    assert (letter.recipient, letter.subject) == (
        "ida@mail.example",
        "Stillwater: Your order 1001 is on its way",
    )
    assert "2 × Oil OIL, 100 ml\n1 × Oil SALT, 100 ml" in letter.text
    assert "Its number is TR1." in letter.text
    assert letter.text.startswith("Your parcel is on its way.")


def test_a_part_is_sent_first_and_the_rest_later(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 2, "SALT": 1})
    oil, salt = (line.id for line in lines(shop, order))
    first = packed(shop, order, "a", units={oil: 1})
    assert stage(shop, order) == "to_pack"
    assert shipped(shop, first)
    assert stage(shop, order) == "part_shipped"
    second = packed(shop, order, "b")
    assert stage(shop, order) == "packed"
    assert shipped(shop, second, "TR2")
    assert stage(shop, order) == "shipped"
    assert [letter.text.split("\n")[0] for letter in letters(shop)] == [
        "Part of your order is on its way.",
        "Your parcel is on its way.",
    ]
    assert shop.ask(lambda: fulfilment.units_of(second)) == {oil: 1, salt: 1}


def test_the_same_press_twice_packs_and_ships_once(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 4})
    (oil,) = (line.id for line in lines(shop, order))
    parcel = packed(shop, order, "a", units={oil: 1})
    again = shop.do(lambda: fulfilment.pack(order.id, token="a", actor="ida", units={oil: 1}))
    assert again is None
    assert shipped(shop, parcel)
    assert not shipped(shop, parcel)
    assert counts(shop, order) == [(4, 0, 1, 1)]
    assert len(letters(shop)) == 1


@pytest.mark.parametrize(
    "state", ["pending", "expired", "on_hold", "refunding", "refunded", "disputed", "charged_back"]
)
def test_only_what_is_paid_is_packed_or_shipped(shop: Shop, state: str) -> None:
    """Fails for both verbs with their look at the state removed, by the guard of the count."""
    order, other = paid_order(shop), paid_order(shop)
    parcel = packed(shop, other)
    shop.do(lambda: db.session.execute(sa.update(orders.Order).values(state=state)))
    with pytest.raises(fulfilment.NotPaidAnyMore):
        packed(shop, order)
    with pytest.raises(fulfilment.NotPaidAnyMore):
        shipped(shop, parcel)
    assert counts(shop, order) == [(1, 0, 0, 0)]
    assert counts(shop, other) == [(1, 0, 1, 0)]
    assert letters(shop) == []


def test_the_count_itself_refuses_an_order_that_is_not_paid(shop: Shop) -> None:
    order = paid_order(shop)
    (line,) = lines(shop, order)
    shop.do(lambda: db.session.execute(sa.update(orders.Order).values(state="refunding")))
    with pytest.raises(NotToSend):
        shop.do(lambda: orders.count_packed(order, {line.id: 1}))
    assert counts(shop, order) == [(1, 0, 0, 0)]


def test_refunded_units_leave_the_list_and_are_never_packed(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 2, "SALT": 1})
    oil, salt = (line.id for line in lines(shop, order))
    refund(shop, order, {oil: 1, salt: 1})
    assert shop.ask(lambda: orders.open_units(order.id)) == {oil: 1}
    for units in ({oil: 2}, {salt: 1}, {oil: 0, salt: 1}, {oil: -1}, {99: 1}):
        with pytest.raises(NotToSend):
            packed(shop, order, units=units)
    assert counts(shop, order) == [(2, 1, 0, 0), (1, 1, 0, 0)]
    assert shipped(shop, packed(shop, order))
    assert stage(shop, order) == "shipped"


def test_an_order_of_which_all_was_refunded_has_nothing_to_send(shop: Shop) -> None:
    order = paid_order(shop)
    (line,) = lines(shop, order)
    refund(shop, order, {line.id: 1})
    assert stage(shop, order) == "nothing"
    with pytest.raises(fulfilment.NothingToPack):
        packed(shop, order)
    assert shop.ask(orders.count_to_pack) == 0


def test_what_was_refunded_after_packing_does_not_leave(shop: Shop) -> None:
    """Fails with the refunded units taken out of the guard of count_shipped()."""
    order = paid_order(shop, {"OIL": 2})
    (oil,) = (line.id for line in lines(shop, order))
    parcel = packed(shop, order)
    refund(shop, order, {oil: 1})
    with pytest.raises(NotToSend, match="Unpack it, and pack what is left"):
        shipped(shop, parcel)
    assert counts(shop, order) == [(2, 1, 2, 0)]
    assert shop.do(lambda: fulfilment.unpack(parcel, actor="ida"))
    assert shop.ask(lambda: orders.open_units(order.id)) == {oil: 1}
    assert shipped(shop, packed(shop, order, "again"))
    assert stage(shop, order) == "shipped"


def test_a_parcel_is_unpacked_until_it_has_left(shop: Shop) -> None:
    order = paid_order(shop)
    first = packed(shop, order, "a")
    assert shop.do(lambda: fulfilment.unpack(first, actor="ida"))
    assert not shop.do(lambda: fulfilment.unpack(first, actor="ida"))
    assert (stage(shop, order), counts(shop, order)) == ("to_pack", [(1, 0, 0, 0)])
    second = packed(shop, order, "b")
    assert shipped(shop, second)
    assert not shop.do(lambda: fulfilment.unpack(second, actor="ida"))
    assert counts(shop, order) == [(1, 0, 1, 1)]
    assert not shipped(shop, first)


def test_shipping_is_undone_until_its_letter_has_gone(shop: Shop) -> None:
    order = paid_order(shop)
    parcel = packed(shop, order)
    shipped(shop, parcel)
    assert shop.do(lambda: fulfilment.undo_ship(parcel, actor="ida"))
    assert not shop.do(lambda: fulfilment.undo_ship(parcel, actor="ida"))
    assert (stage(shop, order), letters(shop)) == ("packed", [])
    assert shipped(shop, parcel, "TR2")
    (letter,) = letters(shop)
    assert "TR2" in letter.text
    shop.do(lambda: db.session.execute(sa.update(mail.Letter).values(state="sent")))
    with pytest.raises(fulfilment.TooLateToUndo):
        shop.do(lambda: fulfilment.undo_ship(parcel, actor="ida"))
    assert stage(shop, order) == "shipped"


def test_without_a_letter_ten_minutes_decide(shop: Shop) -> None:
    order = paid_order(shop, label=orders.ShipTo("", "Ida", "Quay", "IE"))
    parcel = packed(shop, order)
    shipped(shop, parcel)
    assert letters(shop) == []
    assert shop.do(lambda: fulfilment.undo_ship(parcel, actor="ida"))
    shipped(shop, parcel)
    long_ago = datetime.now(UTC) - timedelta(minutes=11)
    shop.do(lambda: db.session.execute(sa.update(fulfilment.Parcel).values(shipped_at=long_ago)))
    with pytest.raises(fulfilment.TooLateToUndo):
        shop.do(lambda: fulfilment.undo_ship(parcel, actor="ida"))


def test_packing_takes_from_lots_what_unpacking_puts_back(shop: Shop) -> None:
    def receive() -> int:
        inventory.open_stock("OIL")
        lot_id = inventory.open_lot("OIL", "L1", expires_on=date(2030, 1, 1))
        inventory.adjust("OIL", 3, reason="received", lot_id=lot_id)
        return lot_id

    lot_id = shop.do(receive)
    order = paid_order(shop, {"OIL": 2})
    (line,) = lines(shop, order)

    def left() -> tuple[int, list[int]]:
        lot = shop.ask(lambda: inventory.lot(lot_id))
        assert lot is not None
        holders = shop.ask(lambda: inventory.who_got(lot_id))
        return lot.units, [holder.units for holder in holders]

    first = packed(shop, order, "a", units={line.id: 1})
    assert left() == (2, [1])
    packed(shop, order, "b")
    assert left() == (1, [2])
    shop.do(lambda: fulfilment.unpack(first, actor="ida"))
    assert left() == (2, [1])
    shop.do(lambda: inventory.quarantine(lot_id))
    with pytest.raises(inventory.NoUsableLot):
        packed(shop, order, "c")
    assert counts(shop, order) == [(2, 0, 1, 0)]
    assert left() == (2, [1])


def test_the_letter_waits_ten_minutes_before_it_goes(shop: Shop) -> None:
    parcel = packed(shop, paid_order(shop))
    shipped(shop, parcel)
    (letter,) = letters(shop)
    assert timedelta(minutes=9) < letter.due_at - datetime.now(UTC) < timedelta(minutes=11)
    with shop.app.app_context():
        assert mail.send_waiting(shop.app.extensions["storefront"].settings) == 0


def test_a_site_hears_of_a_parcel(app: Flask, shop: Shop) -> None:
    heard: list[dict[str, str]] = []

    def hear(_: Flask, **facts: str) -> None:
        heard.append(facts)

    order = paid_order(shop)
    with parcel_shipped.connected_to(hear):
        shipped(shop, packed(shop, order))
    assert heard == [{"reference": order.reference, "carrier": "DHL", "tracking": "TR1"}]


def test_the_database_refuses_counts_that_cannot_be(shop: Shop) -> None:
    paid_order(shop)
    for wrong in ({"packed_quantity": 2}, {"shipped_quantity": 1}, {"packed_quantity": -1}):
        with pytest.raises(sa.exc.IntegrityError):
            shop.do(
                lambda wrong=wrong: db.session.execute(sa.update(orders.OrderLine).values(wrong))
            )


def test_known_carriers_have_a_page_that_follows_the_parcel() -> None:
    assert fulfilment.tracking_url("dhl", "AB 1") == (
        "https://www.dhl.com/en/express/tracking.html?AWB=AB1"
    )
    assert fulfilment.tracking_url("UPS", "1/2?x") == "https://www.ups.com/track?tracknum=1%2F2%3Fx"
    assert fulfilment.tracking_url("A friend", "1") == ""
    assert fulfilment.tracking_url("DHL", "") == ""


def test_a_file_ships_what_it_names(shop: Shop) -> None:
    first, second = (packed(shop, paid_order(shop)) for _ in range(2))
    text = "\ufeffOrder;Carrier;Tracking\r\n1002;gls;T2\r\n\r\n#1001;;T1\r\n"
    found = shop.ask(lambda: fulfilment.read_tracking(text, carrier="DPD"))
    assert found == [
        fulfilment.ShipRow(second, "gls", "T2"),
        fulfilment.ShipRow(first, "DPD", "T1"),
    ]


def test_every_mistake_of_a_file_is_told_at_once(shop: Shop) -> None:
    packed(shop, paid_order(shop))
    order = paid_order(shop, {"OIL": 2})
    (oil,) = (line.id for line in lines(shop, order))
    packed(shop, order, "a", units={oil: 1})
    packed(shop, order, "b", units={oil: 1})
    text = f"order,tracking\nabc,1\n1001,{'1' * 121}\n1001,2\n1002,3\n4000,4\n"
    with pytest.raises(FileMistakes) as found:
        shop.ask(lambda: fulfilment.read_tracking(text))
    assert found.value.sentences == [
        "Line 2, order: “abc” is not the number of an order.",
        "Line 3, tracking: this is longer than 120 characters.",
        "Line 4, order: order 1001 stands here twice.",
        "Line 5, order: 2 parcels of order 1002 wait; write their numbers into the table.",
        "Line 6, order: no parcel of order 4000 waits for a carrier.",
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "order,carrier\n1001,DHL\n"])
def test_a_file_without_the_right_columns_is_refused(shop: Shop, text: str) -> None:
    with pytest.raises(FileMistakes) as found:
        shop.ask(lambda: fulfilment.read_tracking(text))
    assert found.value.sentences == [
        "Line 1, head: the first line has to name the columns: order,carrier,tracking."
    ]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_a_carriers_file_may_end_its_lines_as_it_likes(shop: Shop, end: str) -> None:
    shop.product("OIL-100")
    packed(shop, paid_order(shop))
    text = end.join(["order,carrier,tracking", "1001,DHL,77", ""])
    (row,) = shop.ask(lambda: fulfilment.read_tracking(text))
    assert (row.carrier, row.tracking) == ("DHL", "77")


def test_what_is_no_table_is_told(shop: Shop) -> None:
    """Fails without the except: a quote that never ends would be an error of the server."""
    text = 'order,carrier,tracking\n1001,DHL,"' + "x" * 140_000
    with pytest.raises(FileMistakes) as refused:
        shop.ask(lambda: fulfilment.read_tracking(text))
    assert "this is no table" in refused.value.sentences[0]
