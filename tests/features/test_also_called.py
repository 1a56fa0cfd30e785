"""Other words for products and kinds: written by hand or file, kept, and found by the guides."""

from pathlib import Path

import pytest
from flask import Flask

from storefront import catalog
from storefront.catalog.drafts import BadField
from storefront.catalog.naming import also_called
from support.shop import Shop

DEMO = Path(__file__).parents[2] / "demo" / "catalogue.yaml"
YAML = """categories:
  - slug: oil
    name: Oil
    description: A brine.
    also_called: mag oil, magnesium oil

products:
  - slug: oil-spray
    name: Oil body spray
    also_called: oil spray, not olive oil spray
    category: oil
    state: published
    summary: A brine.
"""


def test_words_are_kept_once_each_in_their_order() -> None:
    assert also_called(" mag  oil;Magnesium oil,\n MAG OIL ,, not olive oil ") == (
        "mag oil, Magnesium oil, not olive oil"
    )
    assert also_called("") == ""


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("a1", "“a1” is no word. Write at least three letters of each."),
        ("not x", "“not x” is no word. Write at least three letters of each."),
        ("x" * 81, f"“{'x' * 30}…” is 81 characters long. Write at most 80, "
                   "and commas between the words."),
        (", ".join(f"word {n}" for n in range(41)), "has 41 words. Write at most 40."),
    ],
)  # fmt: skip
def test_what_is_no_word_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(BadField, match=r".") as refused:
        also_called(written)
    assert str(refused.value) == sentence


def test_words_come_in_and_go_out_with_both_kinds_of_file(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text(YAML)
    run = app.test_cli_runner().invoke
    assert run(args=["shop", "import-catalogue", str(file), "--apply"]).exit_code == 0
    assert "also_called: mag oil, magnesium oil\n" in shop.ask(catalog.export_yaml)

    table = tmp_path / "catalogue.csv"
    table.write_text(shop.ask(catalog.export_csv).replace("mag oil", "mag. oil"))
    assert run(args=["shop", "import-catalogue", str(table), "--apply"]).exit_code == 0
    text = shop.ask(catalog.export_yaml)
    assert "    also_called: mag. oil, magnesium oil\n" in text
    assert "    also_called: oil spray, not olive oil spray\n" in text


def test_a_kind_stands_for_its_published_products_in_the_order_of_the_shop(shop: Shop) -> None:
    shop.product("A-1", slug="a", name="Oil spray")
    shop.product("B-1", slug="b", name="Oil roll-on")
    shop.product("C-1", slug="c", name="Oil of last year")
    shop.do(lambda: catalog.archive_product("c"))
    shop.do(lambda: catalog.save_category("oil", name="Oil", also_called="mag oil, not olive oil"))

    ids = shop.ask(catalog.product_ids)
    found = shop.ask(catalog.namings)
    assert found[-1] == catalog.Naming(
        names=("Oil", "mag oil"),
        other_things=("olive oil",),
        products=(ids["a"], ids["b"]),
        is_kind=True,
    )
    assert [naming.names for naming in found[:-1]] == [("Oil spray",), ("Oil roll-on",)]
