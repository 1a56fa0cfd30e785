"""Kits in catalogue files."""

from pathlib import Path

from flask import Flask

from storefront import inventory
from support.catalogue import Catalogue
from support.shop import Shop

SETS = """slug,sku,kit
box,SET,"1 OIL-1, 2 FLAKES-1"
"""


def shelf_with_parts(app: Flask) -> Catalogue:
    shelf = Catalogue(app)
    shelf.product("oil")
    shelf.product("flakes")
    shelf.product("box", {"sku": "SET", "opening_stock": 0})
    return shelf


def take_in(shelf: Catalogue, folder: Path, text: str) -> str:
    file = folder / "sets.csv"
    file.write_text(text, encoding="utf-8")
    found: str = shelf.command("import-catalogue", file, "--apply").output
    return found


def test_a_file_makes_a_kit_and_an_export_says_so(app: Flask, tmp_path: Path) -> None:
    shelf = shelf_with_parts(app)
    take_in(shelf, tmp_path, SETS)
    assert shelf.ask(inventory.parts_of, ["SET"]) == {"SET": {"FLAKES-1": 2, "OIL-1": 1}}
    out = tmp_path / "all.yaml"
    out.write_text(shelf.command("export-catalogue").output, encoding="utf-8")
    text = out.read_text(encoding="utf-8")
    assert "        kit: 2 FLAKES-1, 1 OIL-1\n" in text
    again = shelf.command("import-catalogue", out, "--apply")
    assert again.exit_code == 0, again.output
    assert shelf.ask(inventory.available, ["SET"]) == {"SET": 5}


def test_a_file_that_says_nothing_of_a_kit_leaves_it(app: Flask, tmp_path: Path) -> None:
    shelf = shelf_with_parts(app)
    take_in(shelf, tmp_path, SETS)
    take_in(shelf, tmp_path, "sku,price,kit\nSET,30.00,\n")
    assert shelf.ask(inventory.parts_of, ["SET"]) == {"SET": {"FLAKES-1": 2, "OIL-1": 1}}


def test_every_wrong_part_is_reported_at_its_line(app: Flask, tmp_path: Path) -> None:
    shelf = shelf_with_parts(app)
    shelf.product("full", {"sku": "FULL", "opening_stock": 3})
    take_in(shelf, tmp_path, SETS)
    said = take_in(
        shelf,
        tmp_path,
        'sku,kit\nSET,"1 OIL-1, 1 TEA"\nFULL,1 SET\nOIL-1,1 FULL\nFLAKES-1,OIL-1\n',
    )
    for line in (
        "sets.csv:2: kit names TEA, which is no SKU of the shop.",
        "sets.csv:3: kit names SET, which is a kit itself.",
        "sets.csv:3: kit makes a kit of FULL, which has 3 on the shelf.",
        "sets.csv:4: kit makes a kit of OIL-1, which is a part of another.",
        "sets.csv:5: kit 'OIL-1' is no part of a kit.",
    ):
        assert line in said
    assert shelf.ask(inventory.parts_of, ["SET"]) == {"SET": {"FLAKES-1": 2, "OIL-1": 1}}


def test_a_file_makes_no_kit_of_what_is_kept_in_lots(app: Flask, tmp_path: Path) -> None:
    shelf = shelf_with_parts(app)
    Shop(app).do(lambda: inventory.keep_in_lots("SET"))
    said = take_in(shelf, tmp_path, SETS)
    assert "sets.csv:2: kit makes a kit of SET, which is kept in lots. End its lots before." in said
    assert shelf.ask(inventory.parts_of, ["SET"]) == {}
