"""What is exported is what import reads, byte for byte."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storefront import catalog
from storefront.assets import folder as shipped
from storefront.catalog.csv_file import guard, join_pictures, split_pictures, unguard
from storefront.catalog.export_file import yaml_entry
from storefront.catalog.fields import rules_for, text
from storefront.database import db, transaction
from support.catalogue import Catalogue, picture

WORDS = (
    "plain", "", "12.90", "yes", "null", "~", "- item", "# no comment", "a: b", "a #b", "a#b:c",
    "=1+1", "+49 30", "-5", "@home", "'quoted'", "'=x", "''", '"', "\\", "a\\nb", "|", " ; ", "é",
    "two\nlines", "two\n\n  indented\n- list", "tab\there", "ends with:", "\u00a0x", "2026-01-02",
    "a|b;c", "0x1F", "1_000", "[a]", "{a}", "&a", "*a", "!a", "%a", "`a", ">", "|\nx", "a\n#b", "…",
    "---", "...", "a\n---\nb", "\u2028x", "x\x85y", "x\rz", "NaN", ".inf", "012", "😀", "x y" * 200,
)  # fmt: skip
ODD = st.text("\n :#-'\"|;=\t x", max_size=30)
KEPT = st.one_of(st.sampled_from(WORDS), st.text(max_size=60), ODD)
RELAXED = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    return Catalogue(app)


def fit(written: str) -> str:
    """The text as the shop would keep it; what it refuses becomes a plain word."""
    try:
        return text(written)
    except ValueError:
        return "refused"


def one_line(written: str) -> str:
    return " ".join(fit(written).split())[:80].strip() or "name"


def empty(shelf: Catalogue) -> None:
    """Takes everything out again; the ledger and the price log refuse that, so not those."""
    with shelf.app.app_context(), transaction():
        for table in (catalog.ProductPicture, catalog.Variant, catalog.Product, catalog.Category):
            db.session.execute(sa.delete(table))


def export(shelf: Catalogue, kind: str) -> bytes:
    result = shelf.command("export-catalogue", "--format", kind)
    assert result.exit_code == 0, result.output
    return bytes(result.stdout_bytes)


def bring_in(shelf: Catalogue, path: Path, *more: str | Path) -> None:
    result = shelf.command("import-catalogue", path, "--apply", *more)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("kind", ["yaml", "csv"])
def test_the_demo_comes_out_as_it_went_in(shelf: Catalogue, tmp_path: Path, kind: str) -> None:
    demo = shipped("demo")
    original = (demo / "catalogue.yaml").read_bytes()
    small = tmp_path / "media"  # the same names, quicker to render
    small.mkdir()
    for number, path in enumerate(sorted((demo / "media").glob("*.webp"))):
        (small / path.name).write_bytes(picture("WEBP", size=(20, 20 + number)))
    bring_in(shelf, demo / "catalogue.yaml", "--media", small)
    assert export(shelf, "yaml") == original
    copy = tmp_path / f"copy.{kind}"
    copy.write_bytes(export(shelf, kind))
    empty(shelf)
    bring_in(shelf, copy)
    assert export(shelf, kind) == copy.read_bytes()
    assert export(shelf, "yaml") == original


@RELAXED
@given(
    name=KEPT, description=KEPT, address=KEPT, alt=KEPT, shelf_name=KEPT, size=KEPT,
    price=st.integers(0, 9_999_999), months=st.none() | st.integers(1, 600),
    is_sold=st.booleans(), stock=st.none() | st.integers(0, 5),
    use=st.none() | st.decimals("0.001", 999999, places=3), times=st.none() | st.integers(1, 70),
)  # fmt: skip
def test_whatever_the_shop_keeps_survives_export_and_import(
    shelf: Catalogue, tmp_path: Path, price: int, months: int | None, is_sold: bool,
    stock: int | None, use: Decimal | None, times: int | None, **words: str,
) -> None:  # fmt: skip
    empty(shelf)
    file = tmp_path / "media" / "a|b ; c.jpg"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(picture(size=(20, 20)))
    taken = shelf.ask(catalog.take_in, file, file.name, tmp_path / "instance" / "media")
    shelf.run(catalog.save_category, "bare", name="No products", description=fit(words["address"]))
    shelf.run(catalog.save_category, "oil", name=one_line(words["shelf_name"]))
    shelf.run(
        catalog.save_product, "oil", name=one_line(words["name"]), category="oil",
        description=fit(words["description"]), responsible_address=fit(words["address"]),
        opened_months=months, use_amount=use, uses_per_week=times, state="published",
    )  # fmt: skip
    shelf.run(
        catalog.save_variant, "oil", "OIL", name=one_line(words["size"]), is_sold=is_sold,
        price=f"{price / 100:.2f}", opening_stock=stock,
    )  # fmt: skip
    shelf.run(catalog.save_product, "bare", name="No sizes", category="bare")
    shelf.run(catalog.set_pictures, "oil", [(taken, one_line(words["alt"]), "OIL")])
    before = {kind: export(shelf, kind) for kind in ("yaml", "csv")}
    for kind, content in before.items():
        copy = tmp_path / f"copy.{kind}"
        copy.write_bytes(content)
        empty(shelf)
        bring_in(shelf, copy)
        assert {kind: export(shelf, kind) for kind in before} == before
    page = yaml.safe_load(before["yaml"])["products"][0]
    assert page["name"] == one_line(words["name"])
    assert (page["description"] or "").rstrip("\n") == fit(words["description"])


test_whatever_the_shop_keeps_survives_export_and_import = example(
    name="=HYPERLINK(1)", description="- a\n- b", address="a\n  b\n", alt="a | b ; c\\", size="1.0",
    shelf_name="'=x", price=1290, months=None, is_sold=False, stock=0, use=Decimal("1.5"), times=7,
)(test_whatever_the_shop_keeps_survives_export_and_import)  # fmt: skip


@given(KEPT)
@example("'=x")
def test_no_exported_cell_runs_in_a_spreadsheet_and_none_is_changed(words: str) -> None:
    assert unguard(guard(words)) == words
    assert not guard(words).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.tuples(KEPT.map(one_line), KEPT.map(one_line), st.sampled_from(["", "OIL-1"]))))
def test_the_pictures_of_a_row_survive_their_cell(pictures: list[tuple[str, str, str]]) -> None:
    assert split_pictures(join_pictures(pictures)) == [list(picture) for picture in pictures]


@settings(max_examples=400, deadline=None)
@given(KEPT.map(fit))
def test_yaml_gives_every_text_back_as_text(words: str) -> None:
    (found,) = yaml.safe_load(yaml_entry({"name": words, "next": "x"}, ("name", "next"), 0))
    assert found["name"].rstrip("\n") == words
    assert found["next"] == "x"


@pytest.mark.parametrize("word", WORDS)
def test_yaml_gives_every_odd_word_back(word: str) -> None:
    (found,) = yaml.safe_load(yaml_entry({"name": fit(word)}, ("name",), 3))
    assert found["name"].rstrip("\n") == fit(word)


def test_a_table_opens_in_a_spreadsheet(shelf: Catalogue) -> None:
    shelf.product("oil", {"sku": "OIL-1"}, {"sku": "OIL-2"}, name="=cmd|' /C calc'!A0")
    content = export(shelf, "csv")
    assert content.startswith(b"\xef\xbb\xbfslug,name,category,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [(row["slug"], row["sku"]) for row in rows] == [
        ("", ""),
        ("oil", "OIL-1"),
        ("oil", "OIL-2"),
    ]
    assert rows[1]["name"] == rows[2]["name"] == "'=cmd|' /C calc'!A0"


def test_a_thousand_products_are_exported_in_few_statements(shelf: Catalogue) -> None:
    shelf.product("oil")
    with shelf.statements() as sent:
        export(shelf, "csv")
    assert len(sent) <= 6


def test_an_export_goes_to_a_file_in_the_form_its_name_says(
    shelf: Catalogue, tmp_path: Path
) -> None:
    shelf.product("oil")
    for name, kind in (("out.csv", "csv"), ("out.yaml", "yaml")):
        assert shelf.command("export-catalogue", "--output", tmp_path / name).exit_code == 0
        assert (tmp_path / name).read_bytes() == export(shelf, kind)
    result = shelf.command("export-catalogue", "--output", tmp_path / "no" / "where.csv")
    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_every_field_of_the_rules_is_exported() -> None:
    rules: Any = rules_for("EUR", ("standard",))
    from storefront.catalog import csv_file

    assert set(csv_file.PRODUCT.values()) == set(rules.product)
    assert set(csv_file.VARIANT.values()) == set(rules.variant)
    assert set(csv_file.CATEGORY.values()) == set(rules.category)
