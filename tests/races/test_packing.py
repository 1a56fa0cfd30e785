"""Several people, or a refund, want the same units of an order at the same moment."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from storefront import checkout, fulfilment, orders
from storefront.database import db
from storefront.errors import Refusal
from support.parcels import counts, lines, packed, paid_order, shipped, stage
from support.shop import Shop

PEOPLE = 8


def at_once(shop: Shop, *works: object) -> Counter[str]:
    """Runs works at the same moment, each in a transaction; counts what became of them."""
    ready = threading.Barrier(len(works), timeout=60)

    def run(work: object) -> str:
        ready.wait()
        try:
            with shop.app.test_request_context():
                found = shop.do(work)  # type: ignore[arg-type]
        except Refusal as refusal:
            return type(refusal).__name__
        return "done" if found else "nothing"

    with ThreadPoolExecutor(len(works)) as people:
        return Counter(people.map(run, works))


def refund_of(order: orders.Order, line_id: int, token: str) -> object:
    wish = checkout.RefundWish(
        payment_id=f"pi_{order.id}",
        amount_cents=order.total_cents,
        token=token,
        line_units={line_id: 1},
    )
    return lambda: checkout.ask_refund(order.reference, wish)


def test_a_refund_and_a_parcel_never_both_get_the_last_unit(shop: Shop) -> None:
    """Fails with the state and the refunded units taken out of count_packed() and pack()."""
    for number in range(12):
        order = paid_order(shop)
        (line,) = lines(shop, order)
        found = at_once(
            shop,
            refund_of(order, line.id, f"r{number}"),
            lambda order=order: fulfilment.pack(order.id, token="t", actor="ida"),
        )
        (row,) = counts(shop, order)
        is_packed = row == (1, 1, 1, 0)  # packed first, then refunded: it does not leave
        is_refunded = row == (1, 1, 0, 0)
        assert is_packed or is_refunded, row
        assert found == ({"done": 2} if is_packed else {"done": 1, "NotPaidAnyMore": 1})


def test_a_refund_and_a_carrier_never_both_get_a_parcel_unseen(shop: Shop) -> None:
    """Whoever is second is told: the parcel stays, or the refund finds the goods gone."""
    for number in range(12):
        order = paid_order(shop)
        (line,) = lines(shop, order)
        parcel = packed(shop, order)
        found = at_once(
            shop,
            refund_of(order, line.id, f"r{number}"),
            lambda parcel=parcel: fulfilment.ship(
                parcel, carrier="DHL", tracking="1", token="s", actor="ida"
            ),
        )
        has_left = counts(shop, order) == [(1, 1, 1, 1)]
        assert has_left or counts(shop, order) == [(1, 1, 1, 0)]
        assert found == ({"done": 2} if has_left else {"done": 1, "NotPaidAnyMore": 1})
        assert len(shop.letters("parcel_shipped")) == shop.ask(_count_shipped)


def _count_shipped() -> int:
    is_out = fulfilment.Parcel.state == "shipped"
    return db.session.scalar(sa.select(sa.func.count(fulfilment.Parcel.id)).where(is_out)) or 0


def test_three_units_that_eight_people_pack_one_by_one_are_packed_three_times(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 3})
    (line,) = lines(shop, order)
    works = [
        lambda n=n: fulfilment.pack(order.id, token=f"t{n}", actor="ida", units={line.id: 1})
        for n in range(PEOPLE)
    ]
    assert at_once(shop, *works) == {"done": 3, "NotToSend": PEOPLE - 3}
    assert counts(shop, order) == [(3, 0, 3, 0)]


def test_one_parcel_that_eight_people_ship_leaves_once(shop: Shop) -> None:
    order = paid_order(shop)
    parcel = packed(shop, order)
    works = [
        lambda n=n: fulfilment.ship(parcel, carrier="DHL", tracking=str(n), token="s", actor="ida")
        for n in range(PEOPLE)
    ]
    assert at_once(shop, *works) == {"done": 1, "nothing": PEOPLE - 1}
    assert (stage(shop, order), len(shop.letters("parcel_shipped"))) == ("shipped", 1)


def test_unpacking_and_shipping_one_parcel_is_one_or_the_other(shop: Shop) -> None:
    for _ in range(8):
        order = paid_order(shop)
        parcel = packed(shop, order)
        found = at_once(
            shop,
            lambda parcel=parcel: fulfilment.unpack(parcel, actor="ida"),
            lambda parcel=parcel: fulfilment.ship(
                parcel, carrier="", tracking="", token="s", actor="ida"
            ),
        )
        assert found == {"done": 1, "nothing": 1}
        assert counts(shop, order) in ([(1, 0, 0, 0)], [(1, 0, 1, 1)])


def test_an_address_that_two_people_change_is_changed_by_the_first(shop: Shop) -> None:
    """Fails with the version taken out of the UPDATE."""
    order = paid_order(shop)
    before = shop.ask(lambda: orders.by_id(order.id))
    assert before is not None
    works = [
        lambda n=n: orders.change_label(
            order.id, orders.ShipTo("a@b.example", f"N{n}", "Quay", "IE"), version=before.version
        )
        for n in range(PEOPLE)
    ]
    assert at_once(shop, *works) == {"done": 1, "nothing": PEOPLE - 1}


def test_shipped_goods_are_not_counted_twice_by_undoing_twice(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 2})
    parcel = packed(shop, order)
    shipped(shop, parcel)
    works = [lambda: fulfilment.undo_ship(parcel, actor="ida") for _ in range(PEOPLE)]
    assert at_once(shop, *works) == {"done": 1, "nothing": PEOPLE - 1}
    assert counts(shop, order) == [(2, 0, 2, 0)]


def test_an_address_that_changes_while_a_parcel_is_packed_is_on_it_or_not_at_all(
    shop: Shop,
) -> None:
    """Fails with is_packed taken out of change_label(): it changes after the parcel was packed."""
    for number in range(12):
        order = paid_order(shop)
        before = shop.ask(lambda order=order: orders.by_id(order.id))
        assert before is not None
        new = orders.ShipTo("a@b.example", f"N{number}", "Quay", "IE")

        def move(order: orders.Order = order, version: int = before.version) -> bool:
            orders.lock(order.id)
            is_ours = orders.change_label(order.id, new, version=version)  # noqa: B023
            orders.note(order.id, "address")
            return is_ours

        found = at_once(
            shop,
            lambda order=order: fulfilment.pack(order.id, token="t", actor="ida"),
            move,
        )
        after = shop.ask(lambda order=order: orders.by_id(order.id))
        assert after is not None
        was_late = found == {"done": 1, "LabelIsOut": 1}
        assert was_late or found == {"done": 2}
        assert after.ship_name == ("Ida Quay" if was_late else f"N{number}")
        history = shop.ask(lambda order=order: [e.kind for e in orders.history_of(order.id)])
        assert history[-2 + was_late :] == ["address", "packed"][was_late:]


def test_a_shipment_that_is_taken_back_while_its_goods_are_refunded_does_not_leave_again(
    shop: Shop,
) -> None:
    """Whichever comes first: the goods are here, refunded once, and no letter tells of them."""
    for number in range(8):
        order = paid_order(shop)
        (line,) = lines(shop, order)
        parcel = packed(shop, order)
        shipped(shop, parcel, token=f"s{number}")
        undo = lambda parcel=parcel: fulfilment.undo_ship(parcel, actor="ida")  # noqa: E731
        refund = refund_of(order, line.id, f"r{number}")
        assert at_once(shop, undo, undo, refund, refund) == {"done": 2, "nothing": 2}
        assert counts(shop, order) == [(1, 1, 1, 0)]
        assert shop.letters("parcel_shipped") == []
        with pytest.raises(fulfilment.NotPaidAnyMore):
            shipped(shop, parcel, token=f"again{number}")


def test_an_order_that_eight_people_pack_whole_is_in_one_parcel(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 3, "SALT": 1})
    works = [
        lambda n=n: fulfilment.pack(order.id, token=f"t{n}", actor="ida") for n in range(PEOPLE)
    ]
    assert at_once(shop, *works) == {"done": 1, "NothingToPack": PEOPLE - 1}
    assert counts(shop, order) == [(3, 0, 3, 0), (1, 0, 1, 0)]
    assert len(shop.ask(lambda: fulfilment.parcels_of(order.id))) == 1
