"""Lists: filters, sorting, pages, and what they cost."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog
from storefront.catalog import Filters
from support.catalogue import Catalogue


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    """Four products on two shelves; the big jar is cheap per litre, the small one sold out."""
    found = Catalogue(app)
    found.product("oil", {"price": "20.00", "net_content": 100, "net_unit": "ml"})
    found.product(
        "balm",
        {"price": "5.00", "net_content": 10, "net_unit": "ml", "opening_stock": 0},
        {"name": "1 l", "price": "90.00", "net_content": 1000, "net_unit": "ml"},
        category="cream",
    )
    found.product("scoop", {"price": "9.00"}, category="tools")
    found.product("zest", {"price": "7.00", "opening_stock": 0}, category="tools")
    return found


def slugs(shelf: Catalogue, filters: Filters) -> list[str]:
    return [card.slug for card in shelf.ask(catalog.product_list, filters).products]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["oil", "balm", "scoop", "zest"]),
        (Filters(sort="name"), ["balm", "oil", "scoop", "zest"]),
        (Filters(sort="price"), ["zest", "scoop", "oil", "balm"]),
        (Filters(sort="price-desc"), ["balm", "oil", "scoop", "zest"]),
        (Filters(sort="unit-price"), ["balm", "oil", "scoop", "zest"]),
        (Filters(in_stock=True), ["oil", "balm", "scoop"]),
        (Filters(in_stock=True, sort="price"), ["scoop", "oil", "balm"]),
        (Filters(category="tools"), ["scoop", "zest"]),
        (Filters(category="tools", in_stock=True, sort="name"), ["scoop"]),
        (Filters(category="nowhere"), []),
    ],
)
def test_filters_and_order_go_by_the_size_on_the_card(
    shelf: Catalogue, filters: Filters, expected: list[str]
) -> None:
    assert slugs(shelf, filters) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "cheapest"}, {"page": "0"}, {"page": "-1"}, {"page": "two"}, {"page": "9" * 40},
        {"page": "٢"}, {"page": "1.5"}, {"in_stock": "perhaps"}, {"sort": ""}, {"page": ""},
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_falls_back_to_the_default(query: dict[str, str]) -> None:
    assert catalog.read_filters(query) == Filters()


def test_a_list_is_cut_into_pages_and_a_page_past_the_end_is_the_first(shelf: Catalogue) -> None:
    first = shelf.ask(catalog.product_list, Filters(), per_page=3)
    second = shelf.ask(catalog.product_list, Filters(page=2), per_page=3)
    past = shelf.ask(catalog.product_list, Filters(page=3), per_page=3)
    assert [card.slug for card in second.products] == ["zest"]
    assert (first.total, first.pages, second.page) == (4, 2, 2)
    assert past == first


def test_the_list_pages_answer(shelf: Catalogue, client: FlaskClient) -> None:
    text = client.get("/products/?sort=price&in_stock=1").get_data(as_text=True)
    assert text.index("/products/scoop") < text.index("/products/balm")
    assert "/products/zest" not in text
    assert "/products/scoop" in client.get("/products/in/tools").get_data(as_text=True)
    assert client.get("/products/in/nowhere").status_code == 404


def test_a_shelf_counts_what_is_on_sale(shelf: Catalogue) -> None:
    shelf.run(catalog.archive_product, "zest")
    counts = {found.slug: found.product_count for found in shelf.ask(catalog.categories)}
    assert counts == {"oil": 1, "cream": 1, "tools": 1}


@pytest.mark.parametrize(
    ("address", "most"),
    [("/products/", 4), ("/products/in/shelf-1?sort=unit-price&in_stock=1", 4)],
)
def test_a_list_costs_four_statements_for_ten_products_and_for_a_thousand(
    app: Flask, client: FlaskClient, address: str, most: int
) -> None:
    few = count_statements(Catalogue(app), client, 10, address)
    many = count_statements(Catalogue(app), client, 1000, address)
    assert few == many
    assert few <= most


def test_a_product_page_costs_two_statements_of_ours_whatever_the_size_of_the_shop(
    app: Flask,
) -> None:
    shelf = Catalogue(app)
    for number in (10, 1000):
        fill(shelf, number)
        with shelf.statements() as sent:
            page = shelf.ask(catalog.product_page, "product-7")
        assert len(page.related) == 3
        assert len(sent) == 2


def count_statements(shelf: Catalogue, client: FlaskClient, number: int, address: str) -> int:
    fill(shelf, number)
    client.get(address)
    shelf.run(catalog.save_category, "shelf-0", description=f"{number}")  # drops cached pages
    with shelf.statements() as sent:
        assert client.get(address).status_code == 200
    return len(sent)


def fill(shelf: Catalogue, number: int) -> None:
    """So many products on ten shelves, two sizes each, in one go."""
    lines = [f"  - {{slug: shelf-{i}, name: Shelf {i}}}" for i in range(10)]
    text = "categories:\n" + "\n".join(lines) + "\nproducts:\n"
    for i in range(number):
        text += (
            f"  - {{slug: product-{i}, name: Product {i}, category: shelf-{i % 10},"
            f" state: published, variants: [{{sku: P{i}-S, name: S, price: '{i % 50 + 1}.00',"
            f" net_content: 100, net_unit: ml, opening_stock: 5}},"
            f" {{sku: P{i}-L, name: L, price: '99.00', net_content: 1000, net_unit: ml}}]}}\n"
        )
    path = shelf.app.extensions["storefront"].settings.instance / "many.yaml"
    path.write_text(text)
    result = shelf.command("import-catalogue", path, "--apply")
    assert result.exit_code == 0, result.output
