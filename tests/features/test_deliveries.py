"""Deliveries: what is expected counts as incoming, what came is booked once, and can be undone."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest

from storefront import inventory
from storefront.inventory import ArrivedGoods, ExpectedGoods
from support.shop import Shop

LATER = datetime.now(UTC).date() + timedelta(days=400)


def fill(shop: Shop, **counts: int) -> None:
    shop.do(lambda: [inventory.open_stock(sku, count) for sku, count in counts.items()])


def expect(shop: Shop, *goods: ExpectedGoods, day: date | None = None) -> int:
    token = secrets.token_hex(8)
    found = shop.do(lambda: inventory.expect_delivery(goods, token=token, expected_on=day))
    assert found is not None
    return found


def receive(shop: Shop, *goods: ArrivedGoods, to: int | None = None, seen: int = 0) -> int:
    token = secrets.token_hex(8)
    found = shop.do(
        lambda: inventory.receive(goods, token=token, delivery_id=to, seen=seen, actor="Ida")
    )
    assert found is not None
    return found


def look(shop: Shop, delivery_id: int) -> inventory.DeliveryView:
    found = shop.ask(lambda: inventory.delivery(delivery_id))
    assert found is not None
    return found


def incoming(shop: Shop) -> dict[str, int]:
    return shop.ask(lambda: inventory.incoming(["OIL", "FLAKES"]))


def test_what_is_expected_is_incoming_until_it_came(shop: Shop) -> None:
    fill(shop, OIL=1, FLAKES=0)
    number = expect(
        shop, ExpectedGoods("OIL", 20), ExpectedGoods("FLAKES", 6, 450), ExpectedGoods("OIL", 4)
    )
    assert incoming(shop) == {"OIL": 24, "FLAKES": 6}
    receive(shop, ArrivedGoods("OIL", 10), to=number)
    assert incoming(shop) == {"OIL": 14, "FLAKES": 6}
    assert shop.stock("OIL") == (11, 0)
    receive(shop, ArrivedGoods("OIL", 15), ArrivedGoods("FLAKES", 6), to=number, seen=1)
    assert incoming(shop) == {}
    assert not look(shop, number).is_open
    assert (shop.stock("OIL"), shop.stock("FLAKES")) == ((26, 0), (6, 0))
    shop.books_balance()


def test_goods_come_into_their_lots_without_being_expected(shop: Shop) -> None:
    fill(shop, OIL=0)
    number = receive(shop, ArrivedGoods("OIL", 24, lot="L7", expires_on=LATER, cost_cents=310))
    (lot,) = shop.ask(lambda: inventory.lots_of("OIL"))
    assert (lot.code, lot.units, lot.expires_on, lot.delivery_id) == ("L7", 24, LATER, number)
    (receipt,) = look(shop, number).receipts
    (line,) = receipt.lines
    assert (line.sku, line.units, line.lot, line.cost_cents) == ("OIL", 24, "L7", 310)
    shop.books_balance()


def test_the_same_form_is_booked_once(shop: Shop) -> None:
    fill(shop, OIL=0)
    goods = [ArrivedGoods("OIL", 24)]
    answers = [
        shop.do(lambda: inventory.receive(goods, token="one")),
        shop.do(lambda: inventory.receive(goods, token="one")),
    ]
    assert answers[0] is not None
    assert answers[1] is None
    number = expect(shop, ExpectedGoods("OIL", 5))
    for answer in (number, None):
        booked = shop.do(lambda: inventory.receive(goods[:0], token="two", delivery_id=number))
        assert booked == answer
    assert shop.stock("OIL") == (24, 0)


def test_the_second_of_two_people_is_told_that_the_boxes_were_booked(shop: Shop) -> None:
    """Fails with the comparison of `seen` taken out: 48 would be on hand."""
    fill(shop, OIL=0)
    number = expect(shop, ExpectedGoods("OIL", 24))
    receive(shop, ArrivedGoods("OIL", 24), to=number)
    with pytest.raises(inventory.ReceivedMeanwhile):
        receive(shop, ArrivedGoods("OIL", 24), to=number)
    assert shop.stock("OIL") == (24, 0)


def test_what_was_taken_in_by_mistake_is_taken_back_once(shop: Shop) -> None:
    fill(shop, OIL=0)
    number = expect(shop, ExpectedGoods("OIL", 24))
    receive(shop, ArrivedGoods("OIL", 20, lot="L7"), ArrivedGoods("OIL", 4, lot="L8"), to=number)
    (receipt,) = look(shop, number).receipts
    assert shop.do(lambda: inventory.undo_receipt(receipt.id, actor="Bo")) == number
    assert shop.do(lambda: inventory.undo_receipt(receipt.id)) is None
    assert shop.stock("OIL") == (0, 0)
    assert incoming(shop) == {"OIL": 24}
    found = look(shop, number)
    assert (found.is_open, found.seen, found.receipts[0].undone_by) == (True, 2, "Bo")
    shop.books_balance()


def test_goods_that_were_sold_meanwhile_are_not_taken_back(shop: Shop) -> None:
    fill(shop, OIL=0)
    number = receive(shop, ArrivedGoods("OIL", 3, lot="L7"))
    shop.do(lambda: inventory.take_again("order-1", {"OIL": 1}))
    (receipt,) = look(shop, number).receipts
    with pytest.raises(inventory.OutOfStock, match="Only 2 left"):
        shop.do(lambda: inventory.undo_receipt(receipt.id))
    assert shop.stock("OIL") == (2, 0)
    assert look(shop, number).receipts[0].undone_at is None
    shop.books_balance()


def test_a_rest_that_will_not_come_is_no_longer_expected(shop: Shop) -> None:
    fill(shop, OIL=0)
    number = expect(shop, ExpectedGoods("OIL", 24))
    receive(shop, ArrivedGoods("OIL", 20), to=number)
    assert shop.do(lambda: inventory.close_delivery(number)) is True
    assert shop.do(lambda: inventory.close_delivery(number)) is False
    assert incoming(shop) == {}
    assert shop.do(lambda: inventory.reopen_delivery(number)) is True
    assert incoming(shop) == {"OIL": 4}


def test_an_article_that_there_is_none_of_undoes_the_whole_delivery(shop: Shop) -> None:
    fill(shop, OIL=0)
    with pytest.raises(inventory.UnknownStock):
        receive(shop, ArrivedGoods("OIL", 3), ArrivedGoods("TEA", 3))
    assert shop.stock("OIL") == (0, 0)
    assert shop.ask(lambda: inventory.deliveries().total) == 0


def test_open_deliveries_stand_first_and_the_next_to_come_on_top(shop: Shop) -> None:
    fill(shop, OIL=0, FLAKES=0)
    today = datetime.now(UTC).date()
    done = receive(shop, ArrivedGoods("FLAKES", 1))
    undated = expect(shop, ExpectedGoods("OIL", 1))
    late = expect(shop, ExpectedGoods("OIL", 1), day=today + timedelta(days=9))
    soon = expect(shop, ExpectedGoods("OIL", 1), day=today + timedelta(days=2))

    def found(text: str = "", shown: str = "") -> list[int]:
        rows = shop.ask(lambda: inventory.deliveries(text, shown=shown)).deliveries
        return [one.id for one in rows]

    assert found() == [soon, late, undated, done]
    assert found(shown="closed") == [done]
    assert found("flak") == [done]
    assert found(f"D-{late}") == [late]
    assert found("%") == []
