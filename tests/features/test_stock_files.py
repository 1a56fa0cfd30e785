"""The stock as a table: every mistake told at once, booked once or not at all, safe to open."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import audit, catalog, inventory, staff
from support.catalogue import Catalogue
from support.desk import EMAIL, PASSWORD
from support.shop import Shop
from support.shopper import told
from support.stock import many_sizes

SOON = datetime.now(UTC) + timedelta(minutes=50)


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser that somebody of the staff has signed in with."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


def hand_in(office: FlaskClient, text: str | bytes, name: str = "stock.csv") -> TestResponse:
    content = text if isinstance(text, bytes) else text.encode()
    return office.post("/staff/stock-file", data={"file": (io.BytesIO(content), name)})


def exported(office: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = office.get(f"/staff/stock.csv{query}").text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def written(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def problems(shop: Shop, text: str) -> list[tuple[int, str, str]]:
    found = shop.ask(lambda: catalog.read_stock_file(text).problems)
    return [(p.line, p.column, f"{p.wrong} {p.instead}".strip()) for p in found]


def test_what_is_written_out_and_handed_in_unchanged_changes_nothing(
    office: FlaskClient, shop: Shop
) -> None:
    shop.product("OIL-100", stock=10)
    shop.product("OIL-250", stock=4)
    page = office.post(
        "/staff/stock-file",
        data={"file": (io.BytesIO(office.get("/staff/stock.csv").data), "stock.csv")},
        follow_redirects=True,
    )
    assert "0 sizes would change" in told(page.text)
    assert "there is nothing to book" in told(page.text)
    assert [row["sku"] for row in exported(office, "?q=250")] == ["OIL-250"]


def test_a_file_is_looked_at_and_then_booked_once(office: FlaskClient, shop: Shop) -> None:
    shop.product("OIL-100", stock=10)
    shop.product("OIL-250", stock=4)
    text = "sku,on_hand,change,low_at,reason\nOIL-100,,24,,received\nOIL-250,3,,2,\n"
    answer = hand_in(office, text)
    assert answer.location == "/staff/stock-file/1"
    plan = told(office.get(answer.location).text)
    assert "stock.csv · 2 rows · 24 units more, 1 fewer" in plan
    assert "Magnesium Oil, 100 ml OIL-100 10 +24 34 Received 5" in plan
    assert "Magnesium Oil, 100 ml OIL-250 4 −1 3 Counted 2" in plan
    assert shop.stock("OIL-100") == (10, 0)
    for said in ("All of it is booked.", "Nothing was done twice."):
        page = office.post(answer.location, follow_redirects=True)
        assert said in told(page.text)
    assert shop.stock("OIL-100") == (34, 0)
    assert shop.stock("OIL-250") == (3, 0)
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    assert (line.reason, line.reference, line.actor) == ("received", "file-1", EMAIL)
    noted = shop.ask(lambda: audit.entries(action="stock file booked").entries)
    assert [(e.subject, e.after) for e in noted] == [
        ("file stock.csv", '{"SKUs": 2, "reference": "file-1"}')
    ]
    shop.books_balance()


def test_what_was_sold_since_the_file_was_written_stays_sold(
    office: FlaskClient, shop: Shop
) -> None:
    """Fails with on_hand taken for a count where `was` stands beside it."""
    shop.product("OIL-100", stock=10)
    shop.product("OIL-250", stock=10)
    rows = exported(office)
    shop.do(lambda: inventory.hold("order-1", {"OIL-100": 3, "OIL-250": 3}, until=SOON))
    shop.do(lambda: inventory.sell("order-1"))
    rows[0]["on_hand"] = "12"
    answer = hand_in(office, written(rows))
    office.post(answer.location)
    assert (shop.stock("OIL-100"), shop.stock("OIL-250")) == ((9, 0), (7, 0))
    assert inventory.EDIT_REASONS["counted"] == 0
    shop.books_balance()


def test_a_count_without_was_is_a_count_of_this_moment(office: FlaskClient, shop: Shop) -> None:
    shop.product("OIL-100", stock=10)
    answer = hand_in(office, "sku;on_hand\nOIL-100;12\n")
    shop.do(lambda: inventory.adjust("OIL-100", -3, reason="damaged"))
    office.post(answer.location)
    assert shop.stock("OIL-100") == (12, 0)


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (",5,,,", "sku", "is missing. Write the SKU of this row."),
        ("OIL-10O,5,,,", "sku", "OIL-10O is no SKU of the shop."),
        ("OIL-250,5,,,", "sku", "stands in line 2 too. Keep one of them."),
        ("OIL-100,five,,,", "on_hand", "five is no number of units."),
        ("OIL-100,-1,,,", "on_hand", "-1 is no number of units."),
        ("OIL-100,1.5,,,", "on_hand", "1.5 is no number of units."),
        ("OIL-100,1000001,,,", "on_hand", "1000001 is no number of units."),
        ("OIL-100,,2x,,", "change", "2x is no change. Write a number such as 24 or -1."),
        ("OIL-100,5,2,,", "change", "stands beside on_hand. Write one of the two."),
        ("OIL-100,,,low,", "low_at", "low is no number of units."),
        ("OIL-100,,-1,,stolen", "reason", "stolen is no reason. Use counted,"),
        ("OIL-100,,1,,damaged", "reason", "damaged is no reason that adds. Choose another."),
        ("OIL-100,5,,,received", "reason", "received is no reason that takes away."),
        ("OIL-100,,-9,,", "change", "takes away 9, but there are 10, and open payments hold 2."),
        ("OIL-100,1,,,", "on_hand", "takes away 9, but there are 10, and open payments hold 2."),
        ("OIL-100,5", "", "The row has 2 cells, and there are 5 columns."),
    ],
)
def test_every_mistake_has_its_line_its_column_and_its_sentence(
    shop: Shop, row: str, column: str, sentence: str
) -> None:
    shop.product("OIL-100", stock=10)
    shop.product("OIL-250", stock=4)
    shop.do(lambda: inventory.hold("order-1", {"OIL-100": 2}, until=SOON))
    found = problems(shop, f"sku,on_hand,change,low_at,reason\nOIL-250,4,,,\n\n{row}\n")
    assert len(found) == 1, found
    assert found[0][:2] == (4, column)
    assert found[0][2].startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty."),
        ("on_hand\n5\n", "is missing. Add a column with the SKU of each row."),
        ("sku,onhand\nOIL,5\n", "is no column. Did you mean on_hand?"),
        ("sku,sku\nOIL,OIL\n", "is written twice."),
        ('sku,on_hand\n"OIL,5\n', "This row is not CSV."),
    ],
)
def test_a_file_that_is_no_table_is_told(shop: Shop, text: str, sentence: str) -> None:
    found = problems(shop, text)
    assert len(found) == 1
    assert found[0][2].startswith(sentence)


def test_twenty_mistakes_in_five_thousand_rows_are_told_at_once(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    """Nothing changes; once they are mended, all of it does. (make bench says how fast.)"""
    many_sizes(shop, 5000, stock=5)
    rows = [f"S-{n:04},,{n % 7 + 1},,received" for n in range(5000)]
    wrong = rows.copy()
    for n in range(0, 5000, 250):
        wrong[n] = f"S-{n:04},,many,,received"
    head = "sku,on_hand,change,low_at,reason\n"
    file = tmp_path / "stock.csv"
    file.write_text(head + "\n".join(wrong))
    run = Catalogue(app).command
    told_ = run("import-stock", file, "--apply")
    assert told_.exit_code == 1
    lines = told_.stdout.splitlines()
    assert lines[0] == ("stock.csv:2: change many is no change. Write a number such as 24 or -1.")
    places = [line.split(" ")[0] for line in lines]
    assert places[:20] == [f"stock.csv:{n + 2}:" for n in range(0, 5000, 250)]
    assert told_.stderr == "20 things to mend. Nothing was booked.\n"
    assert shop.count(inventory.StockMovement) == 5000
    file.write_text(head + "\n".join(rows))
    units = sum(n % 7 + 1 for n in range(5000))
    summary = f"5000 rows, 5000 SKUs changed, {units} units, 0 marks\n"
    assert run("import-stock", file).stdout == (
        f"{summary}Nothing is wrong. Add --apply to book it.\n"
    )
    assert shop.count(inventory.StockMovement) == 5000
    assert run("import-stock", file, "--apply").stdout == f"{summary}Booked.\n"
    assert shop.count(inventory.StockMovement) == 10_000
    assert shop.stock("S-0013") == (12, 0)
    shop.books_balance()


def test_a_file_that_fits_no_more_books_nothing_at_all(office: FlaskClient, shop: Shop) -> None:
    shop.product("OIL-100", stock=10)
    shop.product("OIL-250", stock=4)
    answer = hand_in(office, "sku,change\nOIL-100,5\nOIL-250,-4\n")
    shop.do(lambda: inventory.hold("order-1", {"OIL-250": 1}, until=SOON))
    page = office.post(answer.location)
    assert page.status_code == 409
    assert "takes away 4, but there are 4, and open payments hold 1." in told(page.text)
    assert (shop.stock("OIL-100"), shop.stock("OIL-250")) == ((10, 0), (4, 1))
    shop.do(lambda: inventory.release("order-1"))
    assert "All of it is booked." in told(office.post(answer.location, follow_redirects=True).text)


def test_no_cell_of_the_stock_is_a_formula(office: FlaskClient, shop: Shop) -> None:
    shop.product("OIL-100", name='=HYPERLINK("http://x")', stock=10)
    row = exported(office)[0]
    assert row["product"] == '\'=HYPERLINK("http://x")'
    assert (row["on_hand"], row["was"], row["low_at"], row["change"]) == ("10", "10", "", "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "This file is not UTF-8 text."),
        (b"sku,on_hand\nNOPE,1\n", "1 thing to mend in stock.csv. Nothing was changed."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_on_the_page(
    office: FlaskClient, shop: Shop, content: bytes, sentence: str
) -> None:
    page = hand_in(office, content)
    assert page.status_code == 422
    assert sentence in told(page.text)
    assert shop.count(inventory.StockFile) == 0
    none = office.post("/staff/stock-file", data={})
    assert none.status_code == 422
    assert "Choose a file that ends in .csv." in told(none.text)


def test_the_command_writes_what_it_reads(app: Flask, shop: Shop, tmp_path: Path) -> None:
    shop.product("OIL-100", stock=10)
    run = Catalogue(app).command
    file = tmp_path / "out.csv"
    assert run("export-stock", "--output", file).exit_code == 0
    assert run("export-stock").stdout.split() == file.read_text().split()
    assert run("import-stock", file).stdout.startswith("1 rows, 0 SKUs changed")
    assert run("import-stock", tmp_path / "none.csv").exit_code == 1
