"""Searches that take in changes while somebody changes, and all at once."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import catalog, search
from storefront.database import db
from storefront.search import operations
from storefront.search.models import SearchChange, SearchDocument, SearchWord
from support.catalogue import Catalogue
from support.shop import Shop
from support.together import slowly, together


def change(summary: str) -> None:
    catalog.save_product("night-oil", summary=summary)


def total(app: Flask, asked: str) -> int:
    with app.test_request_context():
        found = search.search(asked)
    assert not found.question.is_behind
    return found.total


def test_what_is_changed_while_it_is_being_indexed_is_indexed_after_that(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails with one note for each product in the place of one for each change."""
    Catalogue(app).product("night-oil", name="Night Oil")
    monkeypatch.setattr(operations, "product_documents", slowly(operations.product_documents))
    for number in range(3):
        together(shop, search.refresh, partial(change, f"First {number}."))
        together(shop, search.refresh, partial(change, f"Scent of fig{number}."))
        while shop.do(search.refresh):
            pass
        assert total(app, f"fig{number}") == 1


def test_eight_that_index_the_same_change_write_its_document_once(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without take_turn() in refresh()."""
    Catalogue(app).product("night-oil", name="Night Oil")
    monkeypatch.setattr(operations, "product_documents", slowly(operations.product_documents))
    together(shop, *[search.refresh] * 8)
    assert shop.count(SearchDocument) == 1
    assert shop.count(SearchChange) == 0
    counts = shop.ask(lambda: set(db.session.scalars(sa.select(SearchWord.documents))))
    assert counts == {1}
