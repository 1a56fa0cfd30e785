"""Prices and spans in the text of guides and products: as they are now, and never as braces."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, guides
from storefront.guides.checking.tokens import typed_prices
from support.catalogue import Catalogue
from support.guides import page, problems, publish, written
from support.shop import Shop

SIZES: tuple[dict[str, Any], ...] = (
    {"sku": "OIL-100", "name": "100 ml", "net_content": 100, "net_unit": "ml"},
    {"sku": "OIL-250", "name": "250 ml", "price": "24.90", "net_content": 250, "net_unit": "ml"},
)
TEXT = "The small one costs {price:OIL-100} and lasts {lasts:OIL-100}.\n"


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    shelf = Catalogue(app)
    shelf.product("oil", *SIZES, use_amount="1.5", uses_per_week=7)
    return shelf


def test_tokens_tell_price_with_unit_price_and_span(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, TEXT)
    assert (
        '<p>The small one costs <span class="shop-token">€12.90</span> (€129.00 / l) '
        "and lasts about 66 days.</p>"
    ) in page(app)


def test_a_kept_page_is_dropped_when_a_price_or_an_amount_changes(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, TEXT)
    assert "€12.90" in page(app)
    shelf.run(catalog.set_price, "OIL-100", "13.50")
    assert "€13.50</span> (€135.00 / l)" in page(app)
    assert "€12.90" not in page(app)
    shelf.run(catalog.save_product, "oil", use_amount="5")
    assert "lasts about 20 days" in page(app)


def test_a_token_stands_in_blocks_links_and_headings_and_not_in_code(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(
        shop,
        "## At {price:OIL-250}\n\n[It lasts {lasts:OIL-250}](product:oil)\n\n"
        "::: takeaways\n- **{lasts:OIL-100}**\n:::\n\nWrite `{price:OIL-100}`.\n",
    )
    html = page(app)
    assert '<h2 id="at">At <span class="shop-token">€24.90</span>' in html
    assert '<a href="/products/oil">It lasts about 166 days</a>' in html
    assert "<strong>about 66 days</strong>" in html
    assert "<code>{price:OIL-100}</code>" in html


def test_what_is_gone_or_unknown_leaves_a_phrase_and_no_braces(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, TEXT)
    shelf.run(catalog.save_product, "oil", use_amount="")
    assert "lasts some time." in page(app)
    shelf.run(catalog.archive_product, "oil")
    assert "<p>The small one costs its current price and lasts some time.</p>" in page(app)


def test_an_unknown_sku_is_told_with_its_place_and_the_one_that_was_meant(
    shop: Shop, shelf: Catalogue
) -> None:
    with pytest.raises(guides.BrokenGuide) as broken:
        publish(shop, "It costs {price:OIL-10}.\n")
    assert str(broken.value) == ("guide.md:8:10: There is no SKU “OIL-10”. Did you mean “OIL-100”?")


@pytest.mark.parametrize(
    "content",
    [
        written("Sit.\n", summary="It costs {price:OIL-100}."),
        written('::: steps title="For {lasts:OIL-100}"\n1. Sit.\n:::\n'),
        written("![A bottle for {price:OIL-100}](a.webp)\n"),
        written('![A bottle](a.webp "For {price:OIL-100}")\n'),
    ],
)
def test_a_token_where_none_is_filled_is_a_mistake(content: bytes) -> None:
    (problem,) = problems(content)
    assert "A token cannot stand in" in problem


def test_the_text_of_a_product_tells_its_own_and_other_prices(
    shelf: Catalogue, client: FlaskClient
) -> None:
    text = "**{price:CREAM}**, or the oil at {price:OIL-250} for {lasts:OIL-250}."
    shelf.product("cream", {"sku": "CREAM", "price": "8.00"}, category="cream")
    shelf.run(catalog.save_product, "cream", description=text)
    shelf.product("other", category="cream")
    html = client.get("/products/cream").text
    assert '<strong><span class="shop-token">€8.00</span></strong>, or the oil at' in html
    assert "€24.90</span> (€99.60 / l) for about 166 days." in html
    shelf.run(catalog.set_price, "OIL-250", "25.90")
    assert "€25.90</span> (€103.60 / l)" in client.get("/products/cream").text


def test_the_text_of_a_product_names_only_sizes_that_there_are(shelf: Catalogue) -> None:
    with pytest.raises(catalog.BadCatalogue) as refused:
        shelf.run(catalog.save_product, "oil", description="Only {price:OIL-25}.")
    assert refused.value.sentence == (
        "description tells of 'OIL-25', which is no SKU of the shop. Did you mean OIL-250?"
    )


@pytest.mark.parametrize(
    "price",
    ["€12.90", "€ 12.90", "12.90 €", "12,90 €", "EUR 12.90", "12,90 EUR", "12.90 euros", "€12,90"],
)
def test_a_price_typed_by_hand_is_found_with_the_token_for_it(
    app: Flask, shelf: Catalogue, price: str
) -> None:
    source = written(f"The oil costs {price} today.\n").decode()
    (found,) = shelf.ask(typed_prices, source)
    assert source[found.start : found.end] == found.written == price
    assert found.tokens == ("{price:OIL-100}",)


@pytest.mark.parametrize(
    "text",
    ["`€12.90`", "[here](https://shop.example/€12.90)", "12 ml", "24.90", "{price:OIL-100}",
     "2026", "```\n€12.90\n```"],
)  # fmt: skip
def test_what_is_no_price_in_the_text_is_left_alone(shelf: Catalogue, text: str) -> None:
    assert shelf.ask(typed_prices, written(f"Look: {text}\n").decode()) == [] or "```" in text
    assert shelf.ask(typed_prices, written(f"{text}\n").decode()) == []


def test_a_price_that_nothing_costs_any_more_is_taken_for_the_product_named_before_it(
    shelf: Catalogue,
) -> None:
    source = written("[The oil](product:oil) costs €11.50.\n").decode()
    (found,) = shelf.ask(typed_prices, source)
    assert found.tokens == ("{price:OIL-100}", "{price:OIL-250}")


def test_a_price_in_the_front_matter_is_told_without_a_token(shelf: Catalogue) -> None:
    (found,) = shelf.ask(typed_prices, written(summary="Only €12.90.").decode())
    assert (found.written, found.tokens) == ("€12.90", ())
