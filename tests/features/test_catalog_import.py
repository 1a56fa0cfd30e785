"""Importing: what is taken in, what is refused line by line, and that it is all or nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from storefront import inventory
from storefront.catalog import Category, PriceChange, Product, ProductPicture, Variant
from support.catalogue import Catalogue, picture

GOOD = """\
categories:
  - {slug: oil, name: Oil}
products:
  - slug: oil-spray
    name: Oil spray
    category: oil
    state: published
    pictures:
      - {file: oil.jpg, alt: A bottle, sku: OIL-100}
    variants:
      - {sku: OIL-100, name: 100 ml, price: 12.90, net_content: 100, net_unit: ml, opening_stock: 4}
      - {sku: OIL-250, name: 250 ml, price: "24.90", net_content: 250, net_unit: ml}
"""


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    return Catalogue(app)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a picture beside the file to import."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "oil.jpg").write_bytes(picture(size=(330, 200)))
    return tmp_path


def put(folder: Path, text: str | bytes, name: str = "shop.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def is_empty(shelf: Catalogue) -> bool:
    return not any(shelf.rows(table) for table in (Category, Product, Variant, PriceChange))


def refused(shelf: Catalogue, path: Path, *more: str) -> list[dict[str, Any]]:
    """The problems that an import with --apply reports; nothing may have been written."""
    result = shelf.command("import-catalogue", path, "--apply", "--json", *more)
    assert result.exit_code == 1, result.output
    problems = json.loads(result.stdout)["problems"]
    assert problems
    assert is_empty(shelf)
    for problem in problems:
        assert problem["line"] >= 1
        assert problem["wrong"].endswith(".")
        assert problem["instead"][-1] in ".?"
    return problems


def test_without_apply_the_import_only_reports(shelf: Catalogue, folder: Path) -> None:
    result = shelf.command("import-catalogue", put(folder, GOOD))
    assert result.exit_code == 0
    assert "sizes: 2 created" in result.output
    assert is_empty(shelf)


def test_with_apply_everything_is_there(shelf: Catalogue, folder: Path) -> None:
    result = shelf.command("import-catalogue", put(folder, GOOD), "--apply")
    assert result.exit_code == 0, result.output
    assert [row["price_cents"] for row in shelf.rows(Variant)] == [1290, 2490]
    assert [(row["sku"], row["reason"]) for row in shelf.rows(PriceChange)] == [
        ("OIL-100", "import"), ("OIL-250", "import"),
    ]  # fmt: skip
    assert shelf.ask(inventory.available, ["OIL-100", "OIL-250"]) == {"OIL-100": 4}
    assert [row["alt"] for row in shelf.rows(ProductPicture)] == ["A bottle"]


def test_a_second_import_changes_nothing(shelf: Catalogue, folder: Path) -> None:
    path = put(folder, GOOD.replace("opening_stock: 4", "opening_stock: 9"))
    shelf.command("import-catalogue", put(folder, GOOD, "first.yaml"), "--apply")
    before = {table: shelf.rows(table) for table in (Product, Variant, PriceChange)}
    result = shelf.command("import-catalogue", path, "--apply", "--json")
    assert json.loads(result.stdout)["sizes"] == {"created": 0, "changed": 0, "unchanged": 2}
    assert {table: shelf.rows(table) for table in before} == before
    assert shelf.ask(inventory.available, ["OIL-100"]) == {"OIL-100": 4}


def test_a_file_may_name_only_what_changes(shelf: Catalogue, folder: Path) -> None:
    shelf.command("import-catalogue", put(folder, GOOD), "--apply")
    prices = "sku,price\nOIL-250,22.00\nOIL-100,12.90\n"
    result = shelf.command("import-catalogue", put(folder, prices, "prices.csv"), "--apply")
    assert result.exit_code == 0, result.output
    assert "1 changed, 1 unchanged" in result.output
    rows = shelf.rows(Variant)
    assert [(row["price_cents"], row["name"]) for row in rows] == [
        (1290, "100 ml"),
        (2200, "250 ml"),
    ]
    assert [row["price_cents"] for row in shelf.rows(PriceChange)] == [1290, 2490, 2200]


def test_a_file_sorts_its_own_products_and_moves_nobody_else(
    shelf: Catalogue, folder: Path
) -> None:
    for slug in ("one", "two", "three"):
        shelf.product(slug)
    text = "products: [{slug: three}, {slug: new, name: New, category: oil}, {slug: one}]"
    assert shelf.command("import-catalogue", put(folder, text), "--apply").exit_code == 0
    order = sorted((row["position"], row["slug"]) for row in shelf.rows(Product))
    assert [slug for _, slug in order] == ["three", "two", "new", "one"]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "wrong", "instead"),
    [
        ("price: 12.90", "price: '12,90'", 11, "price", "not a price", "12.90"),
        ("price: 12.90", "price: -1", 11, "price", "not a price", "12.90"),
        ("price: 12.90", "price: 1e3", 11, "price", "not a price", "12.90"),
        ("price: 12.90", "price: .nan", 11, "price", "not a price", "12.90"),
        ("price: 12.90", "price: 12.905", 11, "price", "not a price in EUR", "12.90"),
        ("price: 12.90, ", "", 11, "price", "is missing", "needs one"),
        ("net_content: 100", "net_content: two", 11, "net_content", "whole number", "250"),
        ("net_content: 100", "net_content: 0", 11, "net_content", "out of range", "from 1"),
        ("net_unit: ml, opening", "net_unit: cl, opening", 11, "net_unit", "not known", "ml"),
        ("net_unit: ml, opening", "opening", 11, "net_unit", "is missing", "both"),
        ("opening_stock: 4", "opening_stock: -4", 11, "opening_stock", "whole", "digits"),
        ("opening_stock: 4", "gtin: '4006381333932'", 11, "gtin", "check digit", "end in 1"),
        ("opening_stock: 4", "gtin: 12", 11, "gtin", "is not a GTIN", "13"),
        ("opening_stock: 4", "currency: USD", 11, "currency", "not known", "EUR"),
        ("opening_stock: 4", "tax_class: standart", 11, "tax_class", "not known", "standard"),
        ("opening_stock: 4", "opening_stok: 4", 11, "opening_stok", "no field", "opening_stock"),
        ("opening_stock: 4", "price: 1", 11, "price", "written twice", "one"),
        ("opening_stock: 4", "is_sold: maybe", 11, "is_sold", "neither", "yes or no"),
        ("state: published", "state: publshed", 7, "state", "not known", "published"),
        ("category: oil", "category: oyl", 6, "category", "no category", "oil"),
        ("    category: oil\n", "", 4, "category", "is missing", "needs one"),
        ("slug: oil-spray", "slug: Oil Spray", 4, "slug", "cannot be an address", "oil-spray"),
        ("sku: OIL-100, name", "sku: OIL 100, name", 11, "sku", "cannot be a SKU", "OIL-100"),
        ("sku: OIL-250", "sku: OIL-100", 12, "sku", "line 11 already", "Remove"),
        ("alt: A bottle, ", "", 9, "alt", "is missing", "shows"),
        ("alt: A bottle", "alt: ''", 9, "alt", "is empty", "Write"),
        ("file: oil.jpg", "file: none.jpg", 9, "pictures", "is not there", "folder"),
        ("file: oil.jpg", "file: ../oil.jpg", 9, "file", "leads out", "name only"),
        ("file: oil.jpg", "file: /etc/passwd", 9, "file", "leads out", "name only"),
        ("sku: OIL-100}", "sku: OIL-1000}", 9, "sku", "no SKU of this product", "OIL-100"),
        ("state: published", "origin_country: Germany", 7, "origin_country", "country", "DE"),
        ("state: published", "origin_country: IC", 7, "origin_country", "country", "DE"),
        ("state: published", "opened_months: [12]", 7, "opened_months", "single", "one"),
        ("name: Oil spray", 'name: "Oil\\u0000spray"', 5, "name", "U+0000", "Delete"),
        ("name: Oil spray", 'name: "Oil\\u0007"', 5, "name", "U+0007", "Delete"),
        ("name: Oil spray", f"name: {'x' * 201}", 5, "name", "201 characters", "200"),
        ("    variants:\n", "    variants: 3\n    more:\n", 10, "variants", "not a list", "hyphen"),
        ("categories:", "categorys:", 1, "categorys", "no field", "categories"),
        ("  - slug: oil-spray", "  - slug: [a: b", 4, "", "This is not YAML", "line"),
        ("  - slug: oil-spray", "\t- slug: oil-spray", 4, "", "This is not YAML", "line"),
        ("  - slug: oil-spray", "  - &a *a", 4, "", "This is not YAML", "line"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_place_and_its_cure(
    shelf: Catalogue, folder: Path, old: str, new: str, line: int, column: str, wrong: str,
    instead: str,
) -> None:  # fmt: skip
    assert old in GOOD
    problems = refused(shelf, put(folder, GOOD.replace(old, new, 1)))
    assert [
        problem
        for problem in problems
        if problem["line"] in {line, line + 1}
        and problem["column"] == column
        and wrong in problem["wrong"]
        and instead in problem["instead"]
    ], problems


@pytest.mark.parametrize(
    ("content", "name", "line", "wrong"),
    [
        (b"", "shop.yaml", 1, "empty"),
        (b"", "shop.csv", 1, "empty"),
        (b"\n\n", "shop.csv", 1, "empty"),
        (b"a: 1\nb: \xff\xfe", "shop.yaml", 2, "not UTF-8"),
        ("sku,price\nÖL,1".encode("latin-1"), "shop.csv", 2, "not UTF-8"),
        ("sku,price".encode("utf-16"), "shop.csv", 1, "not UTF-8"),
        (b"sku,price\nA\0,1", "shop.csv", 2, "NUL"),
        (b"a: \0", "shop.yaml", 1, "NUL"),
        (b'sku,price\nA,1\n"B,2\nC,3\n', "shop.csv", 3, "never closed"),
        (b'sku,price\n"A"x,2\n', "shop.csv", 2, "not CSV"),
        (b"sku,price\nA,1,2\n", "shop.csv", 2, "3 cells"),
        (b"sku,price\nA\n", "shop.csv", 2, "1 cells"),
        (b"sku,preis\nA,1\n", "shop.csv", 1, "no column"),
        (b"sku,price,price\nA,1,1\n", "shop.csv", 1, "written twice"),
        (b"sku,price\nA,1\n", "shop.csv", 2, "no SKU of the shop"),
        (b"name,price\nOil,1\n", "shop.csv", 2, "is missing"),
        (b"slug,name,category,category_name,size,price\n,,oil,Oil,,\no,O,oil,,S,1\n", "shop.csv", 3,
         "is missing"),
        (b"slug,name,summary,sku\na,A,one,\na,A,two,B\n", "shop.csv", 3, "differs from line 2"),
        (b"- a\n- b", "shop.yaml", 1, "not a list of fields"),
        (b"just words", "shop.yaml", 1, "not a list of fields"),
        (b"products: !!python/object/apply:os.system [id]", "shop.yaml", 1, "not a"),
        (b"[" * 20_000, "shop.yaml", 2, "not YAML"),
        (b"products: " + b"[" * 900 + b"]" * 900, "shop.yaml", 1, "not a list of fields"),
        (b"anything", "shop.xlsx", 1, "neither YAML nor CSV"),
        (b"anything", "shop", 1, "neither YAML nor CSV"),
    ],
)  # fmt: skip
def test_a_broken_file_gets_a_sentence_with_its_line(
    shelf: Catalogue, folder: Path, content: bytes, name: str, line: int, wrong: str
) -> None:
    problems = refused(shelf, put(folder, content, name))
    assert [p for p in problems if p["line"] == line and wrong in p["wrong"]], problems


def test_a_file_that_is_not_there_gets_a_sentence(shelf: Catalogue, folder: Path) -> None:
    assert "cannot be read" in refused(shelf, folder / "none.yaml")[0]["wrong"]
    folder.joinpath("dir.yaml").mkdir()
    assert "cannot be read" in refused(shelf, folder / "dir.yaml")[0]["wrong"]


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file(
    shelf: Catalogue, folder: Path
) -> None:
    text = GOOD.replace("12.90", "cheap").replace("state: published", "state: open")
    text = text.replace("file: oil.jpg", "file: gone.jpg").replace("250, net", "no, net")
    problems = refused(shelf, put(folder, text))
    assert [p["line"] for p in problems] == [7, 9, 11, 12]
    result = shelf.command("import-catalogue", folder / "shop.yaml")
    assert result.exit_code == 1
    assert "shop.yaml:11:" in result.output
    assert "4 things to mend. Nothing was written." in result.output


def test_a_broken_picture_stops_the_import(shelf: Catalogue, folder: Path) -> None:
    (folder / "media" / "oil.jpg").write_bytes(picture(size=(330, 200))[:400])
    problem = refused(shelf, put(folder, GOOD))[0]
    assert (problem["line"], problem["wrong"]) == (9, "oil.jpg is broken.")


def test_a_size_of_another_product_and_a_former_address_are_refused(
    shelf: Catalogue, folder: Path
) -> None:
    from storefront import catalog

    shelf.product("balm", {"sku": "OIL-100"})
    shelf.product("rub", {"sku": "RUB"})
    shelf.run(catalog.rename_product, "rub", "oil-spray-2")
    shelf.run(catalog.rename_product, "oil-spray-2", "rubbing-oil")
    before = shelf.rows(Variant)
    text = GOOD.replace("slug: oil-spray", "slug: oil-spray-2")
    result = shelf.command("import-catalogue", put(folder, text), "--apply", "--json")
    wrongs = [p["wrong"] for p in json.loads(result.stdout)["problems"]]
    assert wrongs == [
        "oil-spray-2 is a former address of another product and leads there.",
        "OIL-100 belongs to balm.",
    ]
    assert shelf.rows(Variant) == before


def test_a_table_with_semicolons_and_a_mark_is_read_as_spreadsheets_write_it(
    shelf: Catalogue, folder: Path
) -> None:
    text = (
        "\ufeffslug;name;category;category_name;sku;size;price;pictures\r\n"
        ";;oil;Öl;;;;\r\n"
        'rub;"Rub ""No 1""";oil;;RUB-S;S;9.00;"oil.jpg|With a \\| bar|RUB-S ; oil.jpg|Loose"\r\n'
        "rub;;;;RUB-L;L;19.00;\r\n"
    )
    result = shelf.command("import-catalogue", put(folder, text, "shop.csv"), "--apply")
    assert result.exit_code == 0, result.output
    assert [row["name"] for row in shelf.rows(Product)] == ['Rub "No 1"']
    assert [row["sku"] for row in shelf.rows(Variant)] == ["RUB-S", "RUB-L"]
    assert [(row["alt"], row["sku"]) for row in shelf.rows(ProductPicture)] == [
        ("With a | bar", "RUB-S"), ("Loose", ""),
    ]  # fmt: skip


def test_prices_written_without_quotes_keep_their_last_digit(
    shelf: Catalogue, folder: Path
) -> None:
    text = GOOD.replace("price: 12.90", "price: 12.1").replace("name: 100 ml", "name: 1.10")
    shelf.command("import-catalogue", put(folder, text), "--apply")
    assert [(row["price_cents"], row["name"]) for row in shelf.rows(Variant)][0] == (1210, "1.10")
