"""A link is undone in one tab while another tab does something with the cart."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa

from storefront import cart
from storefront.cart import operations
from storefront.database import db
from support.shop import Shop
from support.together import refusals, together

TABS = 8


@pytest.fixture
def number(shop: Shop) -> int:
    """A cart of oil in whose place a link has put salt."""
    shop.product()
    shop.product("SALT", name="Bath Salt")
    shop.product("CREAM", name="Foot Cream")
    found = shop.do(lambda: cart.open_cart()[0].id)
    shop.do(lambda: cart.add(found, "OIL-100", 2))
    shop.do(lambda: cart.take_in(found, {"SALT": 1}, in_place=True))
    return found


def lines(shop: Shop) -> list[tuple[str, int]]:
    query = sa.select(cart.CartLine.sku, cart.CartLine.quantity).order_by(cart.CartLine.id)
    return shop.ask(lambda: [(row.sku, row.quantity) for row in db.session.execute(query)])


def test_what_is_added_while_a_link_is_undone_is_not_lost(
    shop: Shop, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without the lock in undo(): it gives back what was before the cream."""
    is_locked, lock = threading.Event(), operations.lock

    def lock_for_long(cart_id: int) -> dict[str, int]:
        found = lock(cart_id)
        is_locked.set()
        time.sleep(0.5)
        return found

    monkeypatch.setattr(operations, "lock", lock_for_long)
    with ThreadPoolExecutor(1) as other_tab:
        added = other_tab.submit(shop.do, partial(cart.add, number, "CREAM", 1))
        assert is_locked.wait(60)
        with pytest.raises(cart.NothingToUndo):
            shop.do(partial(cart.undo, number))
        added.result()
    assert lines(shop) == [("SALT", 1), ("CREAM", 1)]


def test_a_link_that_eight_tabs_undo_is_undone_once(shop: Shop, number: int) -> None:
    """Fails on PostgreSQL without the lock in undo()."""
    answers = together(shop, *[partial(cart.undo, number)] * TABS)
    assert refusals(answers) == ["NothingToUndo"] * (TABS - 1)
    assert lines(shop) == [("OIL-100", 2)]
