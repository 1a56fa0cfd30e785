"""transaction(), after_commit() and the shop's own session."""

import pytest
from flask import Flask
from sqlalchemy import select

from storefront import inventory
from storefront.database import after_commit, db, forbid_transaction, transaction
from storefront.inventory import Stock


def test_a_transaction_commits_what_happened_in_it(app: Flask) -> None:
    with app.app_context(), transaction():
        inventory.open_stock("OIL", 5)
    with app.app_context():
        assert inventory.available(["OIL"]) == {"OIL": 5}


def test_a_transaction_that_raises_leaves_nothing(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ValueError, match="stop"):
            _open_stock_and_fail()
        assert inventory.available(["OIL"]) == {}


def test_a_transaction_refuses_to_nest(app: Flask) -> None:
    with (
        app.app_context(),
        transaction(),
        pytest.raises(RuntimeError, match="does not nest"),
        transaction(),
    ):
        pass


def test_operations_refuse_to_work_outside_a_transaction(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="open `with transaction"):
        inventory.open_stock("OIL", 5)


def test_work_after_commit_runs_once_and_only_after_a_commit(app: Flask) -> None:
    told: list[str] = []
    with app.app_context():
        with transaction():
            after_commit(lambda: told.append("committed"))
            assert told == []
        assert told == ["committed"]
        with pytest.raises(ValueError, match="stop"):
            _promise_and_fail(told)
        with transaction():
            pass
    assert told == ["committed"]


def test_the_same_work_runs_once_after_a_commit_however_often_it_was_given(app: Flask) -> None:
    """A file of 5,000 rows drops the pages with each of them."""
    stamp = app.extensions["storefront"].pages.stamp
    with app.app_context():
        before = stamp.current()
        with transaction() as session:
            for number in range(3):
                inventory.open_stock(f"OIL-{number}", 5)
                inventory.adjust(f"OIL-{number}", 1, reason="found")
            assert len(session.info["shop_after_commit"]) == 1
        assert stamp.current() != before


def test_work_after_commit_that_fails_does_not_undo_the_commit(app: Flask) -> None:
    with app.app_context():
        with transaction():
            inventory.open_stock("OIL", 5)
            after_commit(lambda: 1 / 0)
        assert inventory.available(["OIL"]) == {"OIL": 5}


def test_no_network_call_is_allowed_inside_a_transaction(app: Flask) -> None:
    with app.app_context():
        forbid_transaction()
        with transaction(), pytest.raises(RuntimeError, match="no network call"):
            forbid_transaction()


def test_a_transaction_sees_what_others_committed_since_the_request_began(app: Flask) -> None:
    with app.app_context():
        with transaction():
            inventory.open_stock("OIL", 5)
        row = db.session.execute(select(Stock)).scalar_one()
        assert row.on_hand == 5
        with app.app_context(), transaction():
            inventory.adjust("OIL", 2, reason="received")
        with transaction():
            assert db.session.execute(select(Stock)).scalar_one().on_hand == 7


def _open_stock_and_fail() -> None:
    with transaction():
        inventory.open_stock("OIL", 5)
        raise ValueError("stop")


def _promise_and_fail(told: list[str]) -> None:
    with transaction():
        after_commit(lambda: told.append("rolled back"))
        raise ValueError("stop")
