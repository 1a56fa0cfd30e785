"""Product pages, cards and addresses."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog
from storefront.money import UnitPrice
from support.catalogue import Catalogue
from support.shopper import told

SIZES: tuple[dict[str, Any], ...] = (
    {"sku": "OIL-100", "name": "100 ml", "price": "12.90", "net_content": 100, "net_unit": "ml"},
    {"sku": "OIL-250", "name": "250 ml", "price": "24.90", "net_content": 250, "net_unit": "ml"},
)


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    return Catalogue(app)


def test_a_product_page_shows_every_size_with_its_price_per_litre(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil-spray", *SIZES)
    page = shelf.ask(catalog.product_page, "oil-spray")
    assert [offer.unit_price for offer in page.offers] == [
        UnitPrice(12900, "EUR", "l"), UnitPrice(9960, "EUR", "l"),
    ]  # fmt: skip
    assert page.selected.sku == "OIL-100"
    text = client.get("/products/oil-spray").get_data(as_text=True)
    assert "€24.90" in text
    assert "€99.60" in text


def test_the_size_in_the_address_is_selected_and_an_unknown_one_is_not(shelf: Catalogue) -> None:
    shelf.product("oil-spray", *SIZES)
    assert shelf.ask(catalog.product_page, "oil-spray", "OIL-250").selected.sku == "OIL-250"
    assert shelf.ask(catalog.product_page, "oil-spray", "no such").selected.sku == "OIL-100"


def test_the_selected_size_shows_its_own_pictures_first(shelf: Catalogue) -> None:
    shelf.product("oil-spray", *SIZES)
    names = ["a" * 16, "b" * 16]
    pictures = [catalog.PreparedPicture(n, f"{n}.jpg", 320, 320, "320", "") for n in names]
    uses = [(pictures[0], "Small", "OIL-100"), (pictures[1], "Large", "OIL-250")]
    shelf.run(catalog.set_pictures, "oil-spray", uses)
    page = shelf.ask(catalog.product_page, "oil-spray", "OIL-250")
    assert [picture.alt for picture in page.pictures] == ["Large", "Small"]
    assert page.selected.picture.src == f"/media/{'b' * 16}-320.webp"
    assert page.picture.alt == "Small"


def test_what_is_sold_out_says_so_and_the_next_size_stands_on_the_card(shelf: Catalogue) -> None:
    shelf.product("oil-spray", {**SIZES[0], "opening_stock": 0}, {**SIZES[1], "opening_stock": 3})
    page = shelf.ask(catalog.product_page, "oil-spray")
    assert [o.stock_sentence for o in page.offers] == ["Sold out", "Only 3 left"]
    assert [o.availability for o in page.offers] == ["sold_out", "low"]
    assert page.cheapest.sku == "OIL-250"
    assert not page.is_sold_out


def test_a_product_says_that_it_is_sold_out_once_and_shows_what_one_can_do(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil-spray", {**SIZES[0], "opening_stock": 0})
    page = client.get("/products/oil-spray").text
    words = told(page)
    assert words.count("Sold out") == 1
    assert "Sold out Tell me when it is back" in words
    assert "shop-add-to-cart" not in page
    assert " disabled" not in page


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_what_is_not_published_has_no_page_and_no_card(
    shelf: Catalogue, client: FlaskClient, state: str
) -> None:
    shelf.product("oil-spray", *SIZES, state=state)
    assert client.get("/products/oil-spray").status_code == 404
    assert client.get("/products/").status_code == 200
    assert shelf.ask(catalog.cards_by_id, [1]) == {}
    assert shelf.ask(catalog.card_by_slug, "oil-spray") is None


def test_a_size_that_is_no_longer_sold_leaves_the_page_but_a_cart_still_finds_it(
    shelf: Catalogue,
) -> None:
    shelf.product("oil-spray", *SIZES)
    shelf.run(catalog.save_variant, "oil-spray", "OIL-100", is_sold=False)
    assert [o.sku for o in shelf.ask(catalog.product_page, "oil-spray").offers] == ["OIL-250"]
    found = shelf.ask(catalog.variants_by_sku, ["OIL-100", "OIL-250", "NONE"])
    assert {sku: variant.is_sold for sku, variant in found.items()} == {
        "OIL-100": False, "OIL-250": True,
    }  # fmt: skip
    assert found["OIL-250"].unit_price == UnitPrice(9960, "EUR", "l")
    assert (found["OIL-250"].product_name, found["OIL-250"].slug) == ("Oil-Spray", "oil-spray")


def test_a_product_without_a_size_on_sale_is_not_shown(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil-spray", {"sku": "OIL-100", "is_sold": "no"})
    assert client.get("/products/oil-spray").status_code == 404
    assert shelf.ask(catalog.product_list).total == 0
    assert shelf.ask(catalog.categories)[0].product_count == 0


def test_a_former_address_leads_to_the_present_one(shelf: Catalogue, client: FlaskClient) -> None:
    shelf.product("oil-spray", *SIZES)
    shelf.run(catalog.rename_product, "oil-spray", "body-oil")
    shelf.run(catalog.rename_product, "body-oil", "magnesium-oil")
    for old in ("oil-spray", "body-oil"):
        answer = client.get(f"/products/{old}?variant=OIL-250")
        assert answer.status_code == 301
        assert answer.headers["Location"] == "/products/magnesium-oil?variant=OIL-250"
    assert shelf.ask(catalog.card_by_slug, "oil-spray").slug == "magnesium-oil"


def test_a_product_that_takes_its_first_name_back_has_no_circle_of_addresses(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil-spray", *SIZES)
    shelf.run(catalog.rename_product, "oil-spray", "body-oil")
    shelf.run(catalog.rename_product, "body-oil", "oil-spray")
    assert client.get("/products/oil-spray").status_code == 200
    answer = client.get("/products/body-oil")
    assert answer.headers["Location"] == "/products/oil-spray"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_address_of_a_product_that_was_archived_is_not_found(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil-spray", *SIZES)
    shelf.run(catalog.rename_product, "oil-spray", "body-oil")
    shelf.run(catalog.archive_product, "body-oil")
    assert client.get("/products/oil-spray").status_code == 404


def test_related_products_come_from_the_same_shelf_first(shelf: Catalogue) -> None:
    shelf.product("cream", category="cream")
    for slug in ("oil-a", "oil-b", "oil-c"):
        shelf.product(slug)
    shelf.product("oil-draft", state="draft")
    page = shelf.ask(catalog.product_page, "oil-a")
    assert [card.slug for card in page.related] == ["oil-b", "oil-c", "cream"]


def test_a_description_is_markdown_without_html_or_foreign_pictures(shelf: Catalogue) -> None:
    words = "**Strong** <script>x</script> ![spy](https://evil.example/p.gif) [a](javascript:x)"
    shelf.product("oil-spray", description=words)
    html = shelf.ask(catalog.product_page, "oil-spray").description_html
    assert "<strong>Strong</strong>" in html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_the_country_of_origin_is_written_out(shelf: Catalogue) -> None:
    shelf.product("oil-spray", origin_country="de")
    assert shelf.ask(catalog.product_page, "oil-spray").origin_country == "DE"
    assert "<dd>Germany</dd>" in shelf.app.test_client().get("/products/oil-spray").text


def test_pages_are_dropped_when_the_catalogue_changes(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil-spray", *SIZES)
    assert "€12.90" in client.get("/products/oil-spray").get_data(as_text=True)
    shelf.run(catalog.set_price, "OIL-100", "13.90")
    assert "€13.90" in client.get("/products/oil-spray").get_data(as_text=True)


def test_pictures_lead_to_the_largest_there_is(shelf: Catalogue, client: FlaskClient) -> None:
    shelf.product("oil-spray", *SIZES)
    picture = catalog.PreparedPicture("a" * 16, "a.jpg", 1600, 1600, "320,960,1600", "")
    shelf.run(catalog.set_pictures, "oil-spray", [(picture, "A bottle", "")])
    text = client.get("/products/oil-spray").text
    assert f'<a class="shop-gallery__large" href="/media/{"a" * 16}-1600.webp">' in text
    assert f'data-picture="/media/{"a" * 16}-320.webp"' in text


def test_the_bar_of_a_phone_sells_the_size_on_show_and_nothing_that_is_sold_out(
    shelf: Catalogue, client: FlaskClient
) -> None:
    shelf.product("oil-spray", SIZES[0], {**SIZES[1], "opening_stock": 0})
    bar = client.get("/products/oil-spray?variant=OIL-100").text.partition("<shop-buy-bar")[2]
    assert 'form="buy"' in bar
    assert "€12.90" in bar
    sold_out = client.get("/products/oil-spray?variant=OIL-250").text
    assert 'id="buy"' not in sold_out
    assert 'class="shop-buy-bar"></shop-buy-bar>' in sold_out
