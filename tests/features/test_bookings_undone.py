"""A booked file and a booked stock-take go back as a whole, once, or not at all."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from storefront import audit, inventory, staff
from support.desk import EMAIL, PASSWORD
from support.shop import Shop
from support.shopper import told

SOON = datetime.now(UTC) + timedelta(minutes=50)
FILE = "sku,change,reason\nOIL-100,24,received\nOIL-250,-1,damaged\n"
PAGE = "/staff/stock-file/1"


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser that somebody of the staff has signed in with, and two sizes, ten of each."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    shop.product("OIL-100", stock=10)
    shop.product("OIL-250", stock=10)
    return client


@pytest.fixture
def booked(office: FlaskClient) -> str:
    """The page that follows the booking of a file: 24 oils came, one large one broke."""
    office.post("/staff/stock-file", data={"file": (io.BytesIO(FILE.encode()), "stock.csv")})
    return office.post(PAGE, follow_redirects=True).text


def undo(office: FlaskClient, page: str = PAGE) -> str:
    return told(office.post(f"{page}/undo", follow_redirects=True).text)


def on_hand(shop: Shop) -> tuple[int, int]:
    return shop.stock("OIL-100")[0], shop.stock("OIL-250")[0]


def take(shop: Shop, reference: str, units: int, *, is_sale: bool) -> None:
    shop.do(lambda: inventory.hold(reference, {"OIL-100": units}, until=SOON))
    if is_sale:
        shop.do(lambda: inventory.sell(reference))


@pytest.mark.usefixtures("booked")
def test_a_booked_file_goes_back_once_and_what_was_sold_stays_sold(
    office: FlaskClient, shop: Shop, booked: str
) -> None:
    assert "All of it is booked." in told(booked)
    assert "2 sizes changed" in told(booked)
    take(shop, "order-1", 3, is_sale=True)
    assert on_hand(shop) == (31, 9)
    for said in ("All of it is taken back.", "Nothing was done twice."):
        page = undo(office)
        assert said in page
        assert f"Taken back by {EMAIL}" in page
        assert on_hand(shop) == (7, 10)
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    assert (line.change, line.reason, line.reference) == (-24, "undone", "file-1")
    noted = shop.ask(lambda: audit.entries(action="stock file undone").entries)
    assert [(entry.subject, entry.actor) for entry in noted] == [("file stock.csv", EMAIL)]
    ledger = told(office.get("/staff/stock/OIL-100").text)
    assert "Received · File 1 (undone)" in ledger
    shop.books_balance()


@pytest.mark.usefixtures("booked")
def test_what_cannot_go_back_is_named_and_nothing_is_done_by_half(
    office: FlaskClient, shop: Shop
) -> None:
    take(shop, "order-1", 11, is_sale=False)
    shop.do(lambda: inventory.count("OIL-250", 8, reason="counted"))
    page = undo(office)
    assert "OIL-100 cannot go back: too few are left that nobody has bought." in page
    assert "OIL-250 cannot go back: counted since, and the count stands." in page
    assert on_hand(shop) == (34, 8)
    assert shop.ask(lambda: audit.entries(action="stock file undone").entries) == []
    shop.do(lambda: inventory.release("order-1"))
    line = shop.ask(lambda: inventory.last_edit("OIL-250"))
    assert line is not None
    shop.do(lambda: inventory.undo("OIL-250", line.id, actor="ida"))
    assert "All of it is taken back." in undo(office)
    assert on_hand(shop) == (10, 10)
    shop.books_balance()


def test_a_file_that_was_not_booked_and_one_of_marks_have_nothing_to_take_back(
    office: FlaskClient, shop: Shop
) -> None:
    office.post("/staff/stock-file", data={"file": (io.BytesIO(FILE.encode()), "stock.csv")})
    assert "Nothing was booked that could be undone." in undo(office)
    marks = io.BytesIO(b"sku,low_at\nOIL-100,3\n")
    office.post("/staff/stock-file", data={"file": (marks, "marks.csv")})
    page = office.post("/staff/stock-file/2", follow_redirects=True).text
    assert "nothing to take back in the ledger" in told(page)
    assert on_hand(shop) == (10, 10)


def test_a_booked_stock_take_goes_back_once(office: FlaskClient, shop: Shop) -> None:
    skus = ["OIL-100", "OIL-250"]
    count = shop.do(lambda: inventory.start_count("Everything", skus, actor="ida"))
    rows = shop.ask(lambda: inventory.count_lines(count))
    entries = [inventory.Entry(row.id, 8, None) for row in rows]
    now = datetime.now(UTC)
    shop.do(lambda: inventory.enter_counts(count, entries, at=now, actor="ida"))
    page = office.post(f"/staff/stock-takes/{count}/book", follow_redirects=True).text
    assert "Undo this stock-take" in told(page)
    take(shop, "order-1", 1, is_sale=True)
    assert on_hand(shop) == (7, 8)
    for said in ("All of it is taken back.", "Nothing was done twice."):
        assert said in undo(office, f"/staff/stock-takes/{count}")
        assert on_hand(shop) == (9, 10)
    noted = shop.ask(lambda: audit.entries(action="stock-take undone").entries)
    assert [entry.subject for entry in noted] == [f"stock-take {count}"]
    shop.books_balance()


def test_a_file_is_not_taken_back_below_a_stock_take_whatever_its_reason(shop: Shop) -> None:
    """Fails with the reasons of counts alone: a difference that was damage is a count too."""
    shop.product("OIL-100", stock=10)
    shop.do(lambda: inventory.adjust("OIL-100", 5, reason="received", reference="file-1"))
    count = shop.do(lambda: inventory.start_count("x", ["OIL-100"], actor="ida"))
    (line,) = shop.ask(lambda: inventory.count_lines(count))
    entry = inventory.Entry(line.id, 10, None)
    shop.do(lambda: inventory.enter_counts(count, [entry], at=datetime.now(UTC), actor="ida"))
    shop.do(lambda: inventory.book_count(count, actor="ida", reasons={line.id: "damaged"}))
    with pytest.raises(inventory.CannotGoBack):
        shop.do(lambda: inventory.undo_booking("file-1", actor="ida"))
    assert shop.stock("OIL-100")[0] == 10
