"""A stock-take: sheet, counting, differences, booking; the shop sells on meanwhile."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import audit, catalog, inventory, staff
from storefront.database import db
from storefront.inventory import Entry
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


@pytest.fixture
def count(shop: Shop) -> int:
    """A stock-take of twelve oils and four balms, begun an hour ago."""
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)

    def begin() -> int:
        for sku, units in (("OIL-100", 12), ("BALM-50", 4)):
            line = {"sku": sku, "change": units, "reason": "received", "moved_at": an_hour_ago}
            db.session.execute(sa.insert(inventory.StockMovement).values(line))
            db.session.execute(
                sa.update(inventory.Stock).where(inventory.Stock.sku == sku).values(on_hand=units)
            )
        number = inventory.start_count("Everything", ["OIL-100", "BALM-50"], actor="ida")
        db.session.execute(sa.update(inventory.StockCount).values(started_at=an_hour_ago))
        return number

    shop.product("OIL-100", stock=0)
    shop.product("BALM-50", stock=0)
    return shop.do(begin)


def sell(shop: Shop, units: int, reference: str = "order-1") -> None:
    shop.do(lambda: inventory.hold(reference, {"OIL-100": units}, until=SOON))
    shop.do(lambda: inventory.sell(reference))


def enter(shop: Shop, count: int, counted: int | None, *, was: int | None = None,
          ago: timedelta = timedelta(0)) -> int:  # fmt: skip
    """Somebody enters a number into the first row, counted a while ago."""
    line = shop.ask(lambda: inventory.count_lines(count))[0]
    at = datetime.now(UTC) - ago
    entry = Entry(line.id, counted, was)
    return shop.do(lambda: inventory.enter_counts(count, [entry], at=at, actor="ida"))


def book(shop: Shop, count: int) -> int:
    return shop.do(lambda: inventory.book_count(count, actor="ida"))


def test_sales_before_and_after_entering_do_not_falsify_a_count(shop: Shop, count: int) -> None:
    """Counted eleven of twelve half an hour ago; one was sold before it was entered, two after.

    Fails with the difference taken to what the books say when it is entered, or when it is booked.
    """
    sell(shop, 1, "before")
    enter(shop, count, 11, ago=timedelta(minutes=30))
    sell(shop, 2, "after")
    assert book(shop, count) == 1
    assert shop.stock("OIL-100") == (8, 0)  # one is missing, three were sold
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    assert (line.change, line.reason, line.reference) == (-1, "counted", f"count-{count}")
    shop.books_balance()


def test_a_number_entered_at_the_shelf_is_of_that_moment(shop: Shop, count: int) -> None:
    sell(shop, 2)
    enter(shop, count, 10)
    assert book(shop, count) == 0
    assert shop.stock("OIL-100") == (10, 0)


def test_goods_that_came_after_a_row_was_counted_stay(shop: Shop, count: int) -> None:
    enter(shop, count, 11, ago=timedelta(minutes=5))
    shop.do(lambda: inventory.adjust("OIL-100", 24, reason="received"))
    shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
    book(shop, count)
    assert shop.stock("OIL-100") == (34, 0)


def test_a_sku_that_was_counted_once_more_is_not_booked_over(shop: Shop, count: int) -> None:
    """Fails without _refuse_if_counted_since: the one that is missing would go twice."""
    enter(shop, count, 11, ago=timedelta(minutes=5))
    shop.do(lambda: inventory.adjust("OIL-100", -1, reason="missing"))
    with pytest.raises(inventory.CountedAgain):
        book(shop, count)
    assert shop.stock("OIL-100") == (11, 0)
    enter(shop, count, None, was=11)
    assert book(shop, count) == 0


def test_a_stock_take_is_booked_once(shop: Shop, count: int) -> None:
    """Fails without the state in the condition of _end_or_keep."""
    enter(shop, count, 10)
    book(shop, count)
    for again in (
        lambda: inventory.book_count(count, actor="ben"),
        lambda: inventory.cancel_count(count, actor="ben"),
    ):
        with pytest.raises(inventory.CountOver):
            shop.do(again)
    with pytest.raises(inventory.CountOver):
        enter(shop, count, 9, was=10)
    assert shop.stock("OIL-100") == (10, 0)


def test_two_people_at_the_same_row_do_not_overwrite_each_other(shop: Shop, count: int) -> None:
    """Fails without what stood there before in the condition of the update."""
    enter(shop, count, 11)
    with pytest.raises(inventory.CountedByAnother) as other:
        enter(shop, count, 9)
    assert other.value.sentence == "ida has entered 11 here meanwhile."
    assert shop.ask(lambda: inventory.count_lines(count))[0].counted == 11


def test_what_open_payments_hold_stops_the_booking_of_everything(shop: Shop, count: int) -> None:
    enter(shop, count, 1)
    shop.do(lambda: inventory.hold("order-1", {"OIL-100": 2}, until=SOON))
    with pytest.raises(inventory.CountTooLow):
        book(shop, count)
    assert shop.stock("OIL-100") == (12, 2)
    found = shop.ask(lambda: inventory.stock_count(count))
    assert found is not None
    assert found.state == "open"


def post(office: FlaskClient, path: str, **form: object) -> TestResponse:
    return office.post(f"/staff/stock-takes{path}", data=form, follow_redirects=True)


def fields(page: str) -> list[str]:
    return re.findall(r'name="n-(\d+)"', page)


def test_sixty_rows_are_begun_entered_in_two_pages_and_booked(
    office: FlaskClient, shop: Shop
) -> None:
    many_sizes(shop, 60, stock=5)
    first = post(office, "", category="oil", show="")
    assert "Everything, Oil · Open · 0 of 60 counted" in told(first.text)
    ids = fields(first.text)
    assert len(ids) == 50
    sheet = told(office.get("/staff/stock-takes/1/sheet").text)
    assert "60 Oil, 0059 S-0059" in sheet
    assert "5" not in re.findall(r"shop-sheet__box[^>]*>([^<]*)<", sheet)
    numbers = {f"n-{n}": "5" for n in ids} | {f"was-{n}": "" for n in ids}
    numbers |= {f"n-{ids[0]}": "4", f"n-{ids[1]}": "7"}
    second = post(office, "/1?page=1", **numbers)
    assert "Kept. You can go on at any time" in told(second.text)
    assert "50 of 60 counted" in told(second.text)
    assert len(fields(second.text)) == 10
    last = fields(second.text)[-1]
    review = post(
        office, "/1?page=2", **{f"n-{last}": "0", f"was-{last}": "", "then": "differences"}
    )
    assert "3 SKUs differ 51 of 60 counted; what was not counted stays as it is" in told(
        review.text
    )
    assert "Oil, 0000 S-0000 5 4 −1 Not known" in told(review.text)
    done = post(office, "/1/book")
    assert "The differences are booked" in told(done.text)
    assert [shop.stock(sku)[0] for sku in ("S-0000", "S-0001", "S-0002", "S-0059")] == [4, 7, 5, 0]
    again = post(office, "/1/book")
    assert again.status_code == 409
    assert "This stock-take is over" in told(again.text)
    noted = shop.ask(lambda: audit.entries("stock-take 1").entries)
    assert [entry.action for entry in noted] == ["stock-take booked", "stock-take begun"]
    assert "Stock-take 1" in told(office.get("/staff/stock/S-0000").text)
    shop.books_balance()


def test_what_is_no_count_is_told_in_its_row_and_nothing_is_lost(
    office: FlaskClient, shop: Shop, count: int
) -> None:
    one, two = fields(office.get(f"/staff/stock-takes/{count}").text)
    form = {f"n-{one}": "11", f"was-{one}": "", f"n-{two}": "lots", f"was-{two}": ""}
    page = post(office, f"/{count}", **form)
    assert page.status_code == 422
    assert "Write how many there are, from 0 to 1,000,000" in told(page.text)
    assert f'name="n-{one}" value="11"' in page.text
    assert f'name="n-{two}" value="lots"' in page.text
    late = post(
        office, f"/{count}", **{f"n-{one}": "11", f"was-{one}": "", "at": "2020-01-01T10:00"}
    )
    assert late.status_code == 422
    assert "Write a moment between the start of the stock-take and now" in told(late.text)
    assert shop.ask(lambda: inventory.count_lines(count))[0].counted is None


def test_who_counts_the_same_shelf_is_told_and_sees_both_numbers(
    office: FlaskClient, shop: Shop, count: int
) -> None:
    one, _ = fields(office.get(f"/staff/stock-takes/{count}").text)
    enter(shop, count, 11)
    page = post(office, f"/{count}", **{f"n-{one}": "9", f"was-{one}": ""})
    assert page.status_code == 409
    assert "ida has entered 11 here meanwhile." in told(page.text)
    assert f'name="n-{one}" value="9"' in page.text
    assert f'name="was-{one}" value="11"' in page.text


def test_a_stock_take_is_cancelled_and_can_still_be_read(
    office: FlaskClient, shop: Shop, count: int
) -> None:
    enter(shop, count, 1)
    assert "nothing was booked" in told(post(office, f"/{count}/cancel").text)
    assert shop.stock("OIL-100") == (12, 0)
    page = told(office.get(f"/staff/stock-takes/{count}").text)
    assert "Cancelled · 1 of 2 counted" in page
    assert "There is nothing in it to count." in told(post(office, "", category="nope").text)
    assert office.get("/staff/stock-takes/99").status_code == 404


def test_a_difference_is_booked_with_the_reason_that_somebody_found(
    office: FlaskClient, shop: Shop, count: int
) -> None:
    enter(shop, count, 11)
    page = office.get(f"/staff/stock-takes/{count}/differences").text
    (row,) = re.findall(r'name="why-(\d+)"', page)
    assert "Not known Damaged Given as a sample Past its date Missing" in told(page)
    post(office, f"/{count}/book", **{f"why-{row}": "sample"})
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    assert (line.change, line.reason, line.reference) == (-1, "sample", f"count-{count}")
    assert not line.can_be_undone


@pytest.mark.parametrize("word", ["sold", "", "<b>"])
def test_a_reason_that_there_is_none_of_is_no_reason(
    office: FlaskClient, shop: Shop, count: int, word: str
) -> None:
    enter(shop, count, 11)
    (row,) = re.findall(
        r'name="why-(\d+)"', office.get(f"/staff/stock-takes/{count}/differences").text
    )
    post(office, f"/{count}/book", **{f"why-{row}": word, "why-²": "sample"})
    line = shop.ask(lambda: inventory.last_edit("OIL-100"))
    assert line is not None
    assert line.reason == "counted"


def test_a_reason_for_missing_units_explains_none_that_were_found(
    office: FlaskClient, shop: Shop, count: int
) -> None:
    """Somebody else counted 13 after the page was opened; fails without OtherDifference."""
    enter(shop, count, 13)
    (row,) = re.findall(
        r'name="why-(\d+)"', office.get(f"/staff/stock-takes/{count}/differences").text
    )
    answer = post(office, f"/{count}/book", **{f"why-{row}": "sample"})
    assert "OIL-100 differs the other way by now" in told(answer.text)
    assert shop.stock("OIL-100") == (12, 0)


def test_two_stock_takes_do_not_book_the_same_bottle_twice_whatever_its_reason(
    shop: Shop, count: int
) -> None:
    """Fails without the reference in the condition of _refuse_if_counted_since."""
    other = shop.do(lambda: inventory.start_count("Oil", ["OIL-100"], actor="ben"))
    line = shop.ask(lambda: inventory.count_lines(other))[0]
    enter(shop, count, 11, ago=timedelta(minutes=5))
    entry = inventory.Entry(line.id, 11, None)
    shop.do(lambda: inventory.enter_counts(other, [entry], at=datetime.now(UTC), actor="ben"))
    shop.do(lambda: inventory.book_count(other, actor="ben", reasons={line.id: "sample"}))
    with pytest.raises(inventory.CountedAgain):
        book(shop, count)
    assert shop.stock("OIL-100") == (11, 0)


def test_zeros_before_a_number_do_not_lift_it_over_the_bound(
    office: FlaskClient, count: int, shop: Shop
) -> None:
    """Fails when the first digits alone are looked at: 9,999,999,999 would be taken down."""
    (line, *_) = shop.ask(lambda: inventory.count_lines(count))
    for written in ("000000009999999999", "0" * 9 + "9" * 5000):
        sent = {f"n-{line.id}": written, f"was-{line.id}": ""}
        assert office.post(f"/staff/stock-takes/{count}", data=sent).status_code == 422
        mark = office.post(f"/staff/stock/{line.sku}/low-mark", data={"low_at": written})
        assert mark.status_code == 422
        table = f"sku,on_hand\n{line.sku},{written}\n"
        reading = shop.ask(partial(catalog.read_stock_file, table))
        assert [problem.column for problem in reading.problems] == ["on_hand"]
    (line, *_) = shop.ask(lambda: inventory.count_lines(count))
    assert line.counted is None
