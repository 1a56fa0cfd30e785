"""Lists: filters, sorting, pages, and what they cost."""

from dataclasses import replace

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from storefront import catalog
from storefront.catalog import Filters
from storefront.catalog.facets import Choice, facets
from storefront.catalog.list_page import list_url
from support.catalogue import Catalogue


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    """Four products on two shelves; the big jar is cheap per litre, the small one sold out."""
    found = Catalogue(app)
    found.product(
        "oil", {"price": "20.00", "net_content": 100, "net_unit": "ml"}, used_for="Hands, feet"
    )
    found.product(
        "balm",
        {"price": "5.00", "net_content": 10, "net_unit": "ml", "opening_stock": 0},
        {"name": "1 l", "price": "90.00", "net_content": 1000, "net_unit": "ml"},
        category="cream",
        used_for="feet",
    )
    found.product("scoop", {"price": "9.00"}, category="tools", used_for="full bath")
    found.product("zest", {"price": "7.00", "opening_stock": 0}, category="tools")
    return found


def slugs(shelf: Catalogue, filters: Filters) -> list[str]:
    return [card.slug for card in shelf.ask(catalog.product_list, filters).products]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["oil", "balm", "scoop", "zest"]),
        (Filters(sort="newest"), ["zest", "scoop", "balm", "oil"]),
        (Filters(sort="name"), ["balm", "oil", "scoop", "zest"]),
        (Filters(sort="price"), ["zest", "scoop", "oil", "balm"]),
        (Filters(sort="price-desc"), ["balm", "oil", "scoop", "zest"]),
        (Filters(sort="unit-price"), ["balm", "oil", "scoop", "zest"]),
        (Filters(in_stock=True), ["oil", "balm", "scoop"]),
        (Filters(in_stock=True, sort="price"), ["scoop", "oil", "balm"]),
        (Filters(category="tools"), ["scoop", "zest"]),
        (Filters(category="tools", in_stock=True, sort="name"), ["scoop"]),
        (Filters(category="nowhere"), []),
        (Filters(uses=("feet",)), ["oil", "balm"]),
        (Filters(uses=("feet", "full bath")), ["oil", "balm", "scoop"]),
        (Filters(uses=("foot",)), []),
        (Filters(sizes=("small",)), ["oil", "balm"]),
        (Filters(sizes=("large", "piece")), ["balm", "scoop", "zest"]),
        (Filters(least_cents=900, most_cents=2000), ["oil", "scoop"]),
        (Filters(sizes=("small",), in_stock=True), ["oil"]),
        (Filters(sizes=("small",), least_cents=9000), []),
        (Filters(uses=("feet",), category="cream", sort="price"), ["balm"]),
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
    assert catalog.read_filters(MultiDict(query)) == Filters()


def test_a_list_is_cut_into_pages_and_a_page_past_the_end_is_the_first(shelf: Catalogue) -> None:
    first = shelf.ask(catalog.product_list, Filters(), per_page=3)
    second = shelf.ask(catalog.product_list, Filters(page=2), per_page=3)
    past = shelf.ask(catalog.product_list, Filters(page=3), per_page=3)
    assert [card.slug for card in second.products] == ["zest"]
    assert (first.total, first.pages, second.page) == (4, 2, 2)
    assert past == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("use=feet&use=hands", Filters(uses=("feet", "hands"))),
        ("use=Feet&use=%25&use=1&use=" + "a" * 31, Filters()),
        ("size=large&size=small&size=huge", Filters(sizes=("small", "large"))),
        ("least=10&most=12,50", Filters(least_cents=1000, most_cents=1250)),
        ("least=20&most=10", Filters(least_cents=1000, most_cents=2000)),
        ("least=&most=cheap", Filters()),
        ("least=-5&most=1e9", Filters()),
        ("least=" + "9" * 30, Filters()),
    ],
)
def test_boxes_and_prices_are_read_from_the_address(
    app: Flask, query: str, expected: Filters
) -> None:
    with app.test_request_context("/?" + query):
        assert catalog.read_filters(request.args) == expected


def test_an_address_says_no_more_than_was_chosen(app: Flask) -> None:
    with app.test_request_context():
        asked = Filters("oil", uses=("feet",), least_cents=1050, most_cents=2000, page=3)
        assert list_url(asked) == "/products/in/oil?use=feet&least=10.50&most=20"
        assert list_url(Filters(), 2) == "/products/?page=2"
        assert list_url(Filters()) == "/products/"


def test_each_box_counts_what_it_would_show_beside_the_other_filters(shelf: Catalogue) -> None:
    def counts(choices: tuple[Choice, ...]) -> dict[str, int]:
        return {choice.value: choice.count for choice in choices}

    everything = shelf.ask(facets, Filters())
    assert counts(everything.uses) == {"feet": 2, "full bath": 1, "hands": 1}
    assert counts(everything.sizes) == {"small": 2, "large": 1, "piece": 2}
    assert everything.categories == {"oil": 1, "cream": 1, "tools": 2}
    assert (everything.in_stock, everything.lowest_cents, everything.highest_cents) == (
        3,
        500,
        9000,
    )

    feet = shelf.ask(facets, Filters(uses=("feet",), sizes=("small",)))
    assert counts(feet.uses) == {"feet": 2, "hands": 1}  # of the small ones
    assert counts(feet.sizes) == {"small": 2, "large": 1}  # of those for feet
    assert feet.categories == {"oil": 1, "cream": 1}
    assert (feet.in_stock, feet.lowest_cents, feet.highest_cents) == (1, 500, 2000)


@pytest.mark.parametrize(
    "query", ["", "use=feet", "size=piece", "size=large&in_stock=1", "least=8&most=20&use=feet"]
)
def test_a_box_shows_as_many_products_as_it_says(shelf: Catalogue, query: str) -> None:
    with shelf.app.test_request_context("/?" + query):
        asked = catalog.read_filters(request.args)
        choices = facets(asked)
        for use in choices.uses:
            assert catalog.product_list(replace(asked, uses=(use.value,))).total == use.count
        for size in choices.sizes:
            assert catalog.product_list(replace(asked, sizes=(size.value,))).total == size.count
        for slug, count in choices.categories.items():
            assert catalog.product_list(replace(asked, category=slug)).total == count
        assert catalog.product_list(replace(asked, in_stock=True)).total == choices.in_stock


def test_each_filter_in_use_can_be_taken_away(shelf: Catalogue, client: FlaskClient) -> None:
    text = client.get("/products/in/cream?use=feet&size=small&most=50&sort=price").text
    assert 'href="/products/in/cream?size=small&amp;most=50&amp;sort=price" data-live' in text
    assert 'href="/products/in/cream?use=feet&amp;most=50&amp;sort=price" data-live' in text
    assert 'href="/products/in/cream?use=feet&amp;size=small&amp;sort=price" data-live' in text
    assert 'href="/products/in/cream" data-live>Clear all' in text
    assert 'value="feet" checked' in text


def test_an_empty_list_says_what_to_give_up(shelf: Catalogue, client: FlaskClient) -> None:
    text = client.get("/products/in/tools?use=feet&in_stock=1").text
    assert "Nothing in the shop fits all of this at once." in text
    assert (
        'href="/products/?use=feet&amp;in_stock=1" data-live>In all categories: 2 products' in text
    )
    assert 'href="/products/in/tools?in_stock=1" data-live>For any use: 1 product<' in text
    assert "With what is sold out:" not in text
    nowhere = client.get("/products/?use=nowhere&size=medium").text
    assert "Look at <a" in nowhere


def test_a_shop_whose_products_name_no_use_shows_no_boxes_for_it(
    app: Flask, client: FlaskClient
) -> None:
    Catalogue(app).product("oil")
    text = client.get("/products/").text
    assert "Used for" not in text
    assert "Price in" not in text


@pytest.mark.parametrize(
    ("written", "kept"),
    [("Feet,  full   bath;feet", "feet, full bath"), ("", ""), ("Après-ski", "après-ski")],
)
def test_uses_are_kept_small_and_once(shelf: Catalogue, written: str, kept: str) -> None:
    shelf.run(catalog.save_product, "oil", used_for=written)
    assert shelf.rows(catalog.Product)[0]["used_for"] == kept


@pytest.mark.parametrize("written", ["100%", "feet_", "a" * 31, ",".join("abcdefghi")])
def test_a_use_that_is_no_word_is_refused(shelf: Catalogue, written: str) -> None:
    with pytest.raises(catalog.BadCatalogue):
        shelf.run(catalog.save_product, "oil", used_for=written)
    assert shelf.rows(catalog.Product)[0]["used_for"] == "hands, feet"


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
    [
        ("/products/", 6),
        ("/products/in/shelf-1?sort=unit-price&in_stock=1", 6),
        ("/products/in/shelf-1?use=feet&size=small&size=large&least=1&most=90&in_stock=1", 6),
        ("/products/?use=nothing", 5),
    ],
)
def test_a_list_costs_six_statements_for_ten_products_and_for_a_thousand(
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
