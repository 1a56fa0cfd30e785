"""What pages and letters say about the shop itself: its own words, and none of the demo's."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from conftest import Starter
from storefront import catalog, orders
from storefront.checkout.letters import write_confirmation
from storefront.database import db
from support.guides import page, publish
from support.shop import Shop

OWN = {
    "STOREFRONT_NAME": "Bergquell",
    "STOREFRONT_TAGLINE": "Tea from the north slope",
    "STOREFRONT_ADDRESS": "Bergquell Ltd, 1 Quay, Cork",
    "STOREFRONT_DELIVERY_NOTE": "We post on Mondays.",
    "STOREFRONT_RETURNS_NOTE": "Send everything back within 30 days.",
}
HERO = catalog.PreparedPicture("a" * 16, "home-hero-range.webp", 320, 320, "320", "")
INVENTED = "A demonstration: the shop, its people and its addresses are invented."


@pytest.fixture
def own(config: dict[str, object], start_shop: Starter) -> Flask:
    """A shop that says everything about itself."""
    return start_shop(config | OWN)


def visit(app: Flask, path: str = "/") -> str:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return answer.text


def letter(shop: Shop, *, delivery_cents: int) -> str:
    """The plain text of a paid order's confirmation."""

    def write() -> None:
        order = orders.place(
            orders.NewOrder(
                cart_id=1,
                content_key="k",
                currency="EUR",
                lines=[orders.NewLine("OIL-100", "Oil", "100 ml", 2, 1290, 1900)],
                delivery_name="Standard delivery",
                delivery_cents=delivery_cents,
                vat_cents=490,
                session_expires_at=datetime.now(UTC) + timedelta(minutes=35),
            )
        )
        order.paid_at, order.email = datetime.now(UTC), "ida@example.org"
        db.session.flush()
        assert write_confirmation(order.id)

    shop.do(write)
    return shop.letters()[0].text


def test_delivery_and_returns_are_told_in_the_shops_own_words(own: Flask) -> None:
    Shop(own).product("OIL-100", slug="oil")
    text = visit(own, "/products/oil")
    assert text.count("Delivery €4.90, free from €49.00. We post on Mondays.") == 2
    assert text.count("Send everything back within 30 days.") == 2


def test_a_delivery_note_may_be_left_out(config: dict[str, object], start_shop: Starter) -> None:
    text = visit(start_shop(config | {"STOREFRONT_DELIVERY_NOTE": ""}))
    assert "<dd>Delivery €4.90, free from €49.00.</dd>" in text


def test_the_letter_names_the_shops_terms_and_calls_nothing_a_price_of_zero(own: Flask) -> None:
    text = letter(Shop(own), delivery_cents=0)
    assert "Changed your mind? Send everything back within 30 days." in text
    assert "Standard delivery               Free\n" in text
    assert "forearm" not in text


def test_delivery_that_costs_something_has_its_price_in_the_letter(shop: Shop) -> None:
    assert "Standard delivery              €4.90\n" in letter(shop, delivery_cents=490)


def test_the_front_page_of_another_shop_has_no_word_of_the_demo(own: Flask) -> None:
    Shop(own).do(lambda: catalog.save_pictures([HERO]))
    text = visit(own)
    assert '<h1 class="shop-hero__title" id="shop-hero-title">Tea from the north slope</h1>' in text
    for word in ("Zechstein magnesium", "One salt, an old sea", "spray", INVENTED):
        assert word not in text


def test_the_demo_says_that_it_is_one_and_links_to_its_guides(app: Flask, shop: Shop) -> None:
    shop.do(lambda: catalog.save_pictures([HERO]))
    text = visit(app)
    assert INVENTED in text
    assert 'href="/guides/what-zechstein-means">What Zechstein means</a>' in text


def test_an_empty_shop_has_no_headings_above_nothing_and_no_link_to_nothing(app: Flask) -> None:
    text = visit(app)
    assert 'id="products-title"' not in text
    assert 'id="guides-title"' not in text
    assert "what-zechstein-means" not in text


def test_one_minute_is_not_minutes(app: Flask, shop: Shop) -> None:
    publish(shop, "::: steps minutes=1\n1. Sit down.\n:::\n")
    text = page(app)
    assert "<dt>Time</dt><dd>1 minute</dd>" in text
    assert "<dt>Reading time</dt><dd>1 minute</dd>" in text


def test_a_product_without_pictures_has_no_empty_list_to_stop_at(app: Flask, shop: Shop) -> None:
    shop.product("OIL-100", slug="oil")
    assert 'class="shop-gallery' not in visit(app, "/products/oil")
