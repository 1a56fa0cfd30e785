"""The table of the stock and the page of one SKU, as staff see and change them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import audit, catalog, inventory, staff
from storefront.database import db
from support.catalogue import Catalogue
from support.desk import EMAIL, PASSWORD
from support.shop import Shop
from support.shopper import told

SOON = datetime.now(UTC) + timedelta(minutes=50)


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser that somebody of the staff has signed in with."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


def skus(office: FlaskClient, query: str = "") -> list[str]:
    """The SKUs that the table shows, in its order."""
    page = office.get(f"/staff/stock{query}")
    assert page.status_code == 200
    return re.findall(r'shop-stock-table__sku">([\w.-]+)', page.text)


def row_of(page: str, sku: str) -> str:
    """The words of one row of the table."""
    rows = re.findall(r'<tr class="shop-stock-table__row".*?</tr>', page, re.S)
    return next(told(row) for row in rows if f'shop-stock-table__sku">{sku}' in row)


def change(office: FlaskClient, on_hand: str, **more: object) -> TestResponse:
    form = {"on_hand": on_hand, "reason": "counted", "seen": 10, "edits": 0, "back": "", **more}
    return office.post("/staff/stock/OIL-100", data=form)


def fill(shop: Shop) -> None:
    """An oil of three sizes and a tea that is archived."""
    shop.product("OIL-100", stock=10, name="Magnesium Oil")
    shop.product("OIL-250", stock=4, name="Massage Blend")
    shop.product("FLAKES.1kg", stock=0, name="Bath Flakes")
    shop.product("TEA-50", stock=7, name="Evening Tea")
    shop.do(lambda: catalog.archive_product("tea-50"))


def sell(shop: Shop, sku: str, units: int) -> None:
    """An order that was placed and paid."""
    shop.do(lambda: inventory.hold(f"order-of-{sku}", {sku: units}, until=SOON))
    shop.do(lambda: inventory.sell(f"order-of-{sku}"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("oil100", ["OIL-100"]),
        ("OIL 100", ["OIL-100", "OIL-250"]),  # 100 ml of the other
        ("oil-1", ["OIL-100"]),
        ("flakes1KG", ["FLAKES.1kg"]),
        ("magnesium-oil", ["OIL-100"]),
        ("oil massage", ["OIL-250"]),
        ("100 ML flakes", ["FLAKES.1kg"]),
        ("%", []),
        ("_", ["FLAKES.1kg", "OIL-100", "OIL-250"]),  # a mark that says nothing finds everything
    ],
)
def test_a_search_does_not_mind_hyphens_capitals_and_halves(
    office: FlaskClient, shop: Shop, text: str, found: list[str]
) -> None:
    fill(shop)
    assert sorted(skus(office, f"?q={text.replace('%', '%25')}")) == found


def test_filters_show_what_is_low_sold_out_held_and_archived(
    office: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    shop.do(lambda: inventory.hold("order-1", {"OIL-100": 2}, until=SOON))
    assert skus(office, "?show=low") == ["FLAKES.1kg", "OIL-250"]
    assert skus(office, "?show=sold-out") == ["FLAKES.1kg"]
    assert skus(office, "?show=held") == ["OIL-100"]
    assert skus(office, "?show=archived") == ["TEA-50"]
    assert skus(office, "?category=oil") == ["FLAKES.1kg", "OIL-100", "OIL-250"]
    assert skus(office, "?category=nope") == []
    shop.do(lambda: inventory.set_low_mark("OIL-100", 8))
    assert skus(office, "?show=low") == ["FLAKES.1kg", "OIL-100", "OIL-250"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "FLAKES.1kg OIL-100 OIL-250"),
        ("-name", "OIL-250 OIL-100 FLAKES.1kg"),
        ("sku", "FLAKES.1kg OIL-100 OIL-250"),
        ("-on-hand", "OIL-100 OIL-250 FLAKES.1kg"),
        ("held", "FLAKES.1kg OIL-100 OIL-250"),
        ("available", "FLAKES.1kg OIL-250 OIL-100"),
        ("cover", "OIL-250 OIL-100 FLAKES.1kg"),
        ("-cover", "OIL-100 OIL-250 FLAKES.1kg"),
        ("low-at", "OIL-250 FLAKES.1kg OIL-100"),
        ("price; DROP", "FLAKES.1kg OIL-100 OIL-250"),
    ],
)
def test_every_column_sorts(office: FlaskClient, shop: Shop, sort: str, order: str) -> None:
    """Three of ten oils and two of four were sold; what sells nothing stands last by its cover."""
    fill(shop)
    sell(shop, "OIL-100", 3)
    sell(shop, "OIL-250", 2)
    shop.do(lambda: inventory.set_low_mark("OIL-250", 1))
    assert skus(office, f"?sort={sort}") == order.split()


def test_a_row_says_what_there_is_and_how_long_it_lasts(office: FlaskClient, shop: Shop) -> None:
    fill(shop)
    sell(shop, "OIL-100", 4)
    shop.do(lambda: inventory.hold("order-2", {"OIL-100": 2}, until=SOON))
    row = row_of(office.get("/staff/stock").text, "OIL-100")
    assert row.startswith("Magnesium Oil, 100 ml OIL-100")
    assert row.endswith("2 4 low 0 28 days 5"), row
    assert row_of(office.get("/staff/stock").text, "FLAKES.1kg").endswith(
        "0 0 sold out 0 none was sold lately – 5"
    )


def test_sales_of_long_ago_say_nothing_about_the_rate(office: FlaskClient, shop: Shop) -> None:
    fill(shop)
    old = {"sku": "OIL-100", "change": -5, "reason": "sold"}
    moved_at = datetime.now(UTC) - timedelta(days=29)
    shop.do(
        lambda: db.session.execute(
            sa.insert(inventory.StockMovement).values(**old, moved_at=moved_at)
        )
    )
    assert "none was sold lately" in row_of(office.get("/staff/stock").text, "OIL-100")


def test_fifty_rows_stand_on_a_page_whatever_its_number(office: FlaskClient, app: object) -> None:
    sizes = [{"sku": f"S-{n:03}"} for n in range(120)]
    Catalogue(app).product("oil", *sizes)  # type: ignore[arg-type]
    assert [len(skus(office, f"?page={n}")) for n in (1, 2, 3, 9, -1)] == [50, 50, 20, 20, 50]
    assert 'href="/staff/stock?sort=sku&amp;page=2"' in office.get("/staff/stock?sort=sku").text


def test_a_thousand_sizes_cost_as_many_questions_as_ten(office: FlaskClient, app: object) -> None:
    """Seven: who asks, what waits, how many, the rows, what they sold, what comes, categories."""
    asked = Catalogue(app)  # type: ignore[arg-type]
    counts = []
    for product, number in (("few", 10), ("many", 990)):
        asked.product(product, *[{"sku": f"{product}-{n}"} for n in range(number)])
        for query in ("", "?sort=-cover&q=many&show=low&page=3"):
            with asked.statements() as sent:
                assert office.get(f"/staff/stock{query}").status_code == 200
            counts.append(len(sent))
    assert counts == [7, 7, 7, 7]


def test_a_number_changed_in_place_is_booked_with_its_reason(
    office: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    answer = change(office, "34", reason="received", back="q=oil&sort=sku")
    assert answer.status_code == 303
    assert answer.location.startswith("/staff/stock?q=oil&sort=sku&sku=OIL-100&changed=")
    page = office.get(answer.location)
    assert "Magnesium Oil, 100 ml: Received, +24. Now 34 on hand. Undo" in told(page.text)
    assert shop.stock("OIL-100") == (34, 0)
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    assert (line.reason, line.change, line.actor) == ("received", 24, EMAIL)
    noted = shop.ask(lambda: audit.entries(action="stock changed").entries)
    assert [(e.actor, e.subject, e.before, e.after) for e in noted] == [
        (EMAIL, "SKU OIL-100", '{"on hand": 10}', '{"on hand": 34, "why": "Received"}')
    ]


@pytest.mark.parametrize(("written", "on_hand"), [("+24", 34), ("-1", 9), ("−1", 9), (" 12 ", 12)])
def test_what_comes_and_goes_may_be_written_with_a_sign(
    office: FlaskClient, shop: Shop, written: str, on_hand: int
) -> None:
    fill(shop)
    assert change(office, written).status_code == 303
    assert shop.stock("OIL-100") == (on_hand, 0)


@pytest.mark.parametrize("written", ["", "many", "1.5", "-11", "1000001", "99999999", "²", "1e3"])
def test_what_is_no_number_is_told_in_its_row_and_kept(
    office: FlaskClient, shop: Shop, written: str
) -> None:
    fill(shop)
    page = change(office, written, reason="damaged", back="q=oil")
    assert page.status_code == 422
    assert "Write how many there are now, such as 24" in row_of(page.text, "OIL-100")
    assert 'aria-invalid="true"' in page.text
    assert f'value="{written or 10}"' in page.text
    assert '<option value="damaged" selected>' in page.text
    assert 'name="q" type="search" value="oil"' in page.text
    assert shop.stock("OIL-100") == (10, 0)


@pytest.mark.parametrize(
    "wrong", [{"reason": "stolen"}, {"seen": "x"}, {"edits": ""}, {"edits": "99999999999"}]
)
def test_a_form_that_no_page_of_ours_made_changes_nothing(
    office: FlaskClient, shop: Shop, wrong: dict[str, object]
) -> None:
    fill(shop)
    assert change(office, "12", **wrong).status_code == 422
    assert shop.stock("OIL-100") == (10, 0)


def test_who_was_slower_is_told_what_changed_and_may_save_again(
    office: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    shop.do(
        lambda: inventory.edit(
            "OIL-100", 20, seen=inventory.Seen(10, 0), reason="counted", actor="ben@shop.example"
        )
    )
    page = change(office, "34", reason="received")
    assert page.status_code == 409
    row = row_of(page.text, "OIL-100")
    assert "Somebody was faster (Counted by ben@shop.example): it was 10" in row
    assert "and is 20 now. You wrote 34." in row
    assert shop.stock("OIL-100") == (20, 0)
    assert 'name="on_hand" value="44"' in page.text  # twenty and the 24 that came
    assert change(office, "44", reason="received", seen=20, edits=1).status_code == 303
    assert shop.stock("OIL-100") == (44, 0)


def test_the_same_form_sent_twice_books_once(office: FlaskClient, shop: Shop) -> None:
    fill(shop)
    answers = [change(office, "34", reason="received").status_code for _ in range(2)]
    assert answers == [303, 409]
    assert shop.stock("OIL-100") == (34, 0)


def test_undo_takes_a_change_back_once(office: FlaskClient, shop: Shop) -> None:
    fill(shop)
    change(office, "7", reason="damaged")
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    form = {"line": line.id, "back": "sort=sku"}
    answer = office.post("/staff/stock/OIL-100/undo", data=form)
    assert answer.location == "/staff/stock?sort=sku&sku=OIL-100&said=stock_undone"
    assert shop.stock("OIL-100") == (10, 0)
    again = office.post("/staff/stock/OIL-100/undo", data=form, follow_redirects=True)
    assert "This was taken back before. Nothing was done twice." in told(again.text)
    assert shop.stock("OIL-100") == (10, 0)
    shop.books_balance()


def test_what_has_gone_cannot_be_taken_back_and_the_row_says_so(
    office: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    change(office, "14", reason="received")
    shop.do(lambda: inventory.hold("order-1", {"OIL-100": 12}, until=SOON))
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    page = office.post("/staff/stock/OIL-100/undo", data={"line": line.id})
    assert page.status_code == 422
    assert "This cannot be undone. Open payments hold the others, so at most 2 can go now." in (
        row_of(page.text, "OIL-100")
    )
    assert shop.stock("OIL-100") == (14, 12)


def test_a_row_that_fits_no_more_is_shown_with_what_was_done(
    office: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    form = {"on_hand": "30", "reason": "received", "seen": 4, "edits": 0, "back": "show=low"}
    page = office.post("/staff/stock/OIL-250", data=form, follow_redirects=True)
    assert "Now 30 on hand." in told(page.text)
    assert re.findall(r'shop-stock-table__sku">([\w.-]+)', page.text) == ["OIL-250", "FLAKES.1kg"]


def test_a_size_that_was_never_stocked_can_be(office: FlaskClient, app: object, shop: Shop) -> None:
    Catalogue(app).product("salt", {"sku": "SALT", "opening_stock": None})  # type: ignore[arg-type]
    assert shop.count(inventory.Stock) == 0
    form = {"on_hand": "6", "reason": "received", "seen": 0, "edits": 0}
    assert office.post("/staff/stock/SALT", data=form).status_code == 303
    assert shop.stock("SALT") == (6, 0)


def test_the_ledger_is_read_with_a_running_balance(office: FlaskClient, shop: Shop) -> None:
    fill(shop)
    change(office, "34", reason="received")
    change(office, "33", reason="sample", seen=34, edits=1)
    page = office.get("/staff/stock/OIL-100")
    rows = [told(row) for row in re.findall(r'<tr id="line-.*?</tr>', page.text, re.S)]
    stripped = [re.sub(r"\d+ \w+ 2\d{3}, \d\d:\d\d UTC ", "", row) for row in rows]
    assert stripped == [
        f"Given as a sample −1 33 {EMAIL} Undo Given as a sample -1",
        f"Received +24 34 {EMAIL} Undo Received 24",
        "Opening stock +10 10 the shop",
    ]
    only = office.get("/staff/stock/OIL-100?reason=received")
    assert re.findall(r'data-heading="On hand after">(\d+)', only.text) == ["34"]
    assert office.get("/staff/stock/NOPE").status_code == 404


def test_the_ledger_of_a_sku_is_a_file_that_no_spreadsheet_runs(
    office: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    shop.do(lambda: inventory.adjust("OIL-100", -1, reason="=1+1", actor="@ida"))
    answer = office.get("/staff/stock/OIL-100/history.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="stock-OIL-100.csv"'
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "when,change,on_hand,reason,reference,who"
    assert lines[1].endswith(",-1,9,'=1+1,,'@ida")
    assert lines[2].endswith(",10,10,Opening stock,,")
    only = office.get("/staff/stock/OIL-100/history.csv?reason=opening").text
    assert len(only.splitlines()) == 2


def test_a_mark_of_its_own_says_when_a_sku_is_low(office: FlaskClient, shop: Shop) -> None:
    fill(shop)
    where = "/staff/stock/OIL-100/low-mark"
    assert office.post(where, data={"low_at": "12"}).status_code == 303
    assert skus(office, "?show=low&q=100&sort=sku") == ["FLAKES.1kg", "OIL-100", "OIL-250"]
    wrong = office.post(where, data={"low_at": "-1"})
    assert wrong.status_code == 422
    assert "Write a number from 0 to 1,000,000, or leave it empty" in told(wrong.text)
    assert office.post(where, data={"low_at": ""}).status_code == 303
    noted = shop.ask(lambda: audit.entries(action="low mark changed").entries)
    assert [(e.before, e.after) for e in noted] == [
        ('{"low at": 12}', '{"low at": null}'),
        ('{"low at": null}', '{"low at": 12}'),
    ]


def test_orders_see_the_stock_and_change_nothing(client: FlaskClient, shop: Shop) -> None:
    fill(shop)
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD, roles=["orders"]))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    for path in ("/staff/stock", "/staff/stock/OIL-100"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'name="on_hand"' not in page.text
    assert change(client, "12").status_code == 403
    assert shop.stock("OIL-100") == (10, 0)
