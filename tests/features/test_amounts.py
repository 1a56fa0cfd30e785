"""How long a size lasts: from its net content, the amount of a use, and how often it is used."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from storefront import catalog
from storefront.catalog.amounts import lasts_days, plain, read_amount, use_words
from storefront.database import db
from support.catalogue import Catalogue

SIZES: tuple[dict[str, Any], ...] = (
    {"sku": "OIL-100", "name": "100 ml", "net_content": 100, "net_unit": "ml"},
    {"sku": "OIL-250", "name": "250 ml", "net_content": 250, "net_unit": "ml"},
)


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    return Catalogue(app)


def test_a_span_is_told_in_whole_days_that_are_never_too_many() -> None:
    amount = Decimal("1.5")
    assert [lasts_days(content, amount, 7) for content in (100, 250)] == [66, 166]
    assert lasts_days(1000, Decimal(100), 3) == 23
    assert lasts_days(10, Decimal(7), 10) == 1
    assert lasts_days(3, Decimal(7), 7) is None  # less than a day is no span to tell
    assert lasts_days(None, amount, 7) is None
    assert lasts_days(100, None, 7) is None
    assert lasts_days(100, amount, None) is None


def test_a_span_says_what_it_is_reckoned_by() -> None:
    assert use_words(Decimal("1.5"), 7, "ml") == "1.5 ml once a day"
    assert use_words(Decimal(100), 3, "g") == "100 g 3 times a week"
    assert use_words(Decimal(100), 3, "") == ""


@pytest.mark.parametrize(("written", "kept"), [("1.50", "1.5"), ("100", "100"), ("0.001", "0.001")])
def test_an_amount_is_kept_as_people_write_it(written: str, kept: str) -> None:
    assert str(read_amount(written)) == str(plain(Decimal(written))) == kept


def test_the_product_page_tells_how_long_each_size_lasts(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil", *SIZES, use_amount="1.5", uses_per_week=7)
    assert "Lasts about 66 days, at 1.5 ml once a day." in client.get("/products/oil").text
    page = client.get("/products/oil?variant=OIL-250").text
    assert "Lasts about 166 days, at 1.5 ml once a day." in page


def test_nothing_is_told_where_no_amount_is_known(shelf: Catalogue, client: FlaskClient) -> None:
    shelf.product("oil", *SIZES, use_amount="1.5")
    assert "Lasts about" not in client.get("/products/oil").text


@pytest.mark.parametrize("wrong", ["0", "1,5", "-1", "1.2345", "a little", "1e3"])
def test_what_is_no_amount_is_refused_with_an_example(shelf: Catalogue, wrong: str) -> None:
    with pytest.raises(catalog.BadCatalogue) as refused:
        shelf.product("oil", *SIZES, use_amount=wrong)
    assert "Write a number like 1.5." in refused.value.sentence
    assert shelf.rows(catalog.Product) == []


def test_the_database_refuses_a_use_of_nothing(shelf: Catalogue) -> None:
    """Behind the rule of the field stands a CHECK; without it, a span would divide by zero."""
    shelf.product("oil", *SIZES)

    def break_it() -> None:
        db.session.execute(sa.update(catalog.Product).values(use_amount=Decimal(0)))

    with pytest.raises(IntegrityError):
        shelf.run(break_it)
