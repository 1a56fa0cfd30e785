"""Several articles go into the cart at a press, or none of them does."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import cart
from storefront.signals import added_to_cart, demand_lost
from support.catalogue import Catalogue
from support.shop import Shop


def lines(shop: Shop) -> list[tuple[str, int, str, str]]:
    """SKU, quantity and source of what is in carts, in the order in which it came there."""
    rows = Catalogue(shop.app).rows(cart.CartLine)
    return [(row["sku"], row["quantity"], row["guide_slug"], row["block"]) for row in rows]


@pytest.fixture
def heard(app: Flask) -> Any:
    """What was told of the cart: the signal, its SKU, and the guide."""
    told: list[tuple[str, str, str]] = []

    def hear_added(_: object, sku: str, guide_slug: str, **more: object) -> None:
        told.append(("added", sku, guide_slug))

    def hear_lost(_: object, sku: str, guide_slug: str, **more: object) -> None:
        told.append(("lost", sku, guide_slug))

    with added_to_cart.connected_to(hear_added), demand_lost.connected_to(hear_lost):
        yield told


ALL = {"sku": ["FLAKES", "CREAM"], "quantity": "1", "guide": "foot-bath", "block": "steps-1"}


def test_several_articles_go_into_the_cart_with_one_press_and_know_their_guide(
    shop: Shop, client: FlaskClient, heard: list[tuple[str, str, str]]
) -> None:
    shop.product("FLAKES")
    shop.product("CREAM")
    answer = client.post("/cart/lines", data=ALL)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart")
    assert lines(shop) == [
        ("FLAKES", 1, "foot-bath", "steps-1"),
        ("CREAM", 1, "foot-bath", "steps-1"),
    ]
    assert heard == [("added", "FLAKES", "foot-bath"), ("added", "CREAM", "foot-bath")]


def test_an_article_that_is_named_twice_is_put_there_once(shop: Shop, client: FlaskClient) -> None:
    shop.product("FLAKES")
    client.post("/cart/lines", data=ALL | {"sku": ["FLAKES", "FLAKES"]})
    assert lines(shop) == [("FLAKES", 1, "foot-bath", "steps-1")]


def test_when_one_of_several_is_sold_out_none_is_put_there_and_it_is_named(
    shop: Shop, client: FlaskClient, heard: list[tuple[str, str, str]]
) -> None:
    shop.product("FLAKES")
    shop.product("CREAM", stock=0, name="Foot Cream")
    answer = client.post("/cart/lines", data=ALL)
    assert answer.status_code == 422
    said = "Foot Cream, 100 ml: Sold out. So nothing was put into your cart."
    assert said in answer.text
    assert lines(shop) == []
    assert shop.count(cart.Cart) == 0
    assert heard == [("lost", "CREAM", "foot-bath")]

    script = {"Accept": "text/html; fragment=cart"}
    assert said in client.post("/cart/lines", data=ALL, headers=script).text


def test_when_one_of_several_is_not_sold_none_is_put_there(shop: Shop, client: FlaskClient) -> None:
    shop.product("FLAKES")
    answer = client.post("/cart/lines", data=ALL)
    assert answer.status_code == 422
    assert "One article: We do not sell this article, or not any more. So nothing" in answer.text
    assert lines(shop) == []


def test_one_article_is_refused_in_the_words_that_it_always_was(
    shop: Shop, client: FlaskClient
) -> None:
    shop.product("CREAM", stock=0)
    answer = client.post("/cart/lines", data=ALL | {"sku": "CREAM"})
    assert "Sold out." in answer.text
    assert "So nothing" not in answer.text
