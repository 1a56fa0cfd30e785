"""A number changed by hand: relative to what was seen, never over somebody else, undone once."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storefront import inventory
from storefront.database import db
from storefront.errors import NotFound
from storefront.inventory import Seen
from support.shop import Shop

SOON = datetime.now(UTC) + timedelta(minutes=50)


def edit(shop: Shop, on_hand: int, seen: Seen, reason: str = "counted") -> int | None:
    return shop.do(
        lambda: inventory.edit("OIL", on_hand, seen=seen, reason=reason, actor="ida@shop.example")
    )


def ledger(shop: Shop) -> list[tuple[str, int]]:
    lines = sa.select(inventory.StockMovement).order_by(inventory.StockMovement.id)
    return shop.ask(lambda: [(line.reason, line.change) for line in db.session.scalars(lines)])


@pytest.fixture
def oil(shop: Shop) -> Seen:
    """Twelve of them, as somebody sees them."""
    shop.do(lambda: inventory.open_stock("OIL", 12))
    return Seen(on_hand=12, edits=0)


def test_a_sale_in_between_stays_beside_what_was_counted(shop: Shop, oil: Seen) -> None:
    """Fails with the number itself written instead of the difference."""
    shop.do(lambda: inventory.hold("order-1", {"OIL": 2}, until=SOON))
    shop.do(lambda: inventory.sell("order-1"))
    edit(shop, 15, oil, "received")
    assert shop.stock("OIL") == (13, 0)
    assert ledger(shop) == [("opening", 12), ("sold", -2), ("received", 3)]
    shop.books_balance()


def test_a_count_of_somebody_else_is_never_overwritten(shop: Shop, oil: Seen) -> None:
    """Fails without `edits` in the condition of the update."""
    edit(shop, 20, oil)
    with pytest.raises(inventory.ChangedMeanwhile):
        edit(shop, 11, oil)
    assert shop.stock("OIL") == (20, 0)
    assert ledger(shop) == [("opening", 12), ("counted", 8)]


def test_the_number_that_was_seen_changes_nothing(shop: Shop, oil: Seen) -> None:
    assert edit(shop, 12, oil) is None
    assert ledger(shop) == [("opening", 12)]


@pytest.mark.parametrize(
    ("reason", "on_hand", "sentence"),
    [
        ("damaged", 13, "For this reason, write a smaller number than 12."),
        ("sample", 24, "For this reason, write a smaller number than 12."),
        ("received", 11, "For this reason, write a larger number than 12."),
    ],
)
def test_a_reason_that_says_the_opposite_is_refused(
    shop: Shop, oil: Seen, reason: str, on_hand: int, sentence: str
) -> None:
    with pytest.raises(inventory.WrongWay) as refusal:
        edit(shop, on_hand, oil, reason)
    assert refusal.value.sentence == sentence
    assert shop.stock("OIL") == (12, 0)


def test_what_open_payments_hold_cannot_go(shop: Shop, oil: Seen) -> None:
    shop.do(lambda: inventory.hold("order-1", {"OIL": 9}, until=SOON))
    with pytest.raises(inventory.TooFew) as refusal:
        edit(shop, 8, oil, "damaged")
    assert refusal.value.sentence == "Open payments hold the others, so at most 3 can go now."
    assert shop.stock("OIL") == (12, 9)


def test_a_change_is_undone_once(shop: Shop, oil: Seen) -> None:
    """Fails without the unique index on undoes_id."""
    line = edit(shop, 10, oil, "damaged")
    assert line is not None
    assert shop.do(lambda: inventory.undo("OIL", line, actor="ida@shop.example")) == 2
    with pytest.raises(inventory.CannotUndo):
        shop.do(lambda: inventory.undo("OIL", line, actor="ida@shop.example"))
    assert shop.stock("OIL") == (12, 0)
    assert ledger(shop) == [("opening", 12), ("damaged", -2), ("undone", 2)]
    undone = sa.select(inventory.StockMovement.undoes_id).where(
        inventory.StockMovement.reason == "undone"
    )
    assert shop.ask(lambda: db.session.scalars(undone).all()) == [line]
    shop.books_balance()


def test_goods_that_were_received_and_sold_cannot_be_unreceived(shop: Shop, oil: Seen) -> None:
    line = edit(shop, 24, oil, "received")
    assert line is not None
    shop.do(lambda: inventory.hold("order-1", {"OIL": 20}, until=SOON))
    shop.do(lambda: inventory.sell("order-1"))
    with pytest.raises(inventory.TooFew) as refusal:
        shop.do(lambda: inventory.undo("OIL", line, actor="ida@shop.example"))
    assert refusal.value.free == 4
    assert shop.stock("OIL") == (4, 0)
    shop.books_balance()


def test_only_what_a_person_changed_by_hand_is_undone(shop: Shop, oil: Seen) -> None:
    """An opening, a sale, a line of another SKU, a line that there is none of."""
    shop.do(lambda: inventory.hold("order-1", {"OIL": 2}, until=SOON))
    shop.do(lambda: inventory.sell("order-1"))
    shop.do(lambda: inventory.open_stock("TEA", 5))
    tea = shop.do(lambda: inventory.adjust("TEA", -1, reason="damaged"))
    for line in (1, 2, tea, 99):
        with pytest.raises(NotFound):
            shop.do(lambda line=line: inventory.undo("OIL", line, actor="ida"))
    assert shop.stock("OIL") == (10, 0)


def test_a_mark_belongs_to_a_sku_that_there_is(shop: Shop, oil: Seen) -> None:
    shop.do(lambda: inventory.set_low_mark("OIL", 3))
    with pytest.raises(inventory.UnknownStock):
        shop.do(lambda: inventory.set_low_mark("TEA", 3))
    found = shop.ask(lambda: db.session.get(inventory.Stock, "OIL"))
    assert found is not None
    assert found.low_at == 3
