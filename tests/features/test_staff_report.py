"""The article ledger in the back office: whoever may see it, its days, its file."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import guides, insights, orders, payments
from storefront.database import now
from storefront.local_time import today
from storefront.staff import windows
from storefront.staff.ledger.spans import read_span
from support import guides as pages
from support.parcels import paid_order
from support.people import add, browser_of
from support.shop import Shop
from support.shopper import told

TODAY = date(2026, 11, 22)


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


@pytest.fixture
def sold(shop: Shop) -> int:
    """A guide that was read, put two oils into carts, sold one and lost a cream; its number."""
    shop.product()
    pages.publish(shop, "A basin.\n\n::: product oil-100\nFor the days between.\n:::\n")
    guide_id = shop.ask(lambda: guides.guide_names()[0].id)
    order = paid_order(shop, {"OIL-100": 2})

    def count() -> None:
        line = orders.lines_of(order.id)[0]
        line.guide_slug, line.block = "the-foot-bath", "product-1"
        for _ in range(3):
            insights.count_read(today(), guide_id, ["text-1", "product-1"])
        insights.count_add(today(), guide_id, "product-1", "OIL-100")
        insights.count_add(today(), guide_id, "product-1", "OIL-100")
        insights.count_lost(today(), "OIL-100", "the-foot-bath", "product-1", is_sign_up=False)
        payments.owe_refund(f"pi_{order.id}", amount_cents=1000, reason="requested",
                            asked_by="form:t")  # fmt: skip
        orders.mark_refunded(order.id, {line.id: 1}, asked_by="form:t")

    shop.do(count)
    return guide_id


def signed_in(app: Flask, *roles: str) -> FlaskClient:
    email = f"{'-'.join(roles)}@shop.example"
    add(app, email, *roles)
    return browser_of(app, email)


def rows(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    """The file of the report."""
    answer = client.get(f"/staff/guides/report.csv{query}")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_an_owner_sees_what_a_guide_was_read_sold_and_lost(app: Flask, sold: int) -> None:
    ida = signed_in(app, "owner")
    page = told(ida.get("/staff/guides/report").text)
    assert "The foot bath 3 2 1 2 (1 refunded) €10.00 100 % 1 about €12.90" in page
    assert "Goods €10.00 Delivery €0.00 What came in €10.00" in page
    assert "Revenue by guide The foot bath €10.00" in page
    own = told(ida.get(f"/staff/guides/report/{sold}").text)
    assert "Text 1 text-1 3 – – – €0.00 –" in own
    assert "Product: Magnesium Oil product-1 3 2 1 2 (1 refunded) €10.00 1 about €12.90" in own
    assert "Magnesium Oil, 100 ml OIL-100 2 – 2 (1 refunded) €10.00 1 about €12.90" in own
    products = told(ida.get("/staff/guides/report/products").text)
    assert "Magnesium Oil The foot bath 2 2 (1 refunded) €10.00 1 about €12.90" in products


def test_what_goes_with_a_guides_products_has_lines_of_its_own(
    app: Flask, shop: Shop, sold: int
) -> None:
    """Fails when they are taken for blocks that are gone: nobody could tell them apart."""

    def count() -> None:
        insights.count_add(today(), sold, "pairings", "OIL-100")
        insights.count_add(today(), sold, "in-cart", "OIL-100")
        insights.count_add(today(), sold, "product-99", "OIL-100")

    shop.do(count)
    own = told(signed_in(app, "owner").get(f"/staff/guides/report/{sold}").text)
    assert "Goes well together, below the text pairings – 1 –" in own
    assert "Goes with what came from here, in the cart in-cart – 1 –" in own
    assert "A block that the guide has no longer product-99 – 1 –" in own


@pytest.mark.parametrize("place", ["", "/1", "/products", ".csv"])
def test_a_writer_sees_counts_and_no_money(app: Flask, sold: int, place: str) -> None:
    """Fails when has_money is not asked: a writer would see what the shop takes."""
    bo = signed_in(app, "writer")
    text = bo.get(f"/staff/guides/report{place}").text
    assert "€" not in told(text)
    assert "10.00" not in text
    assert "revenue" not in text.lower()
    assert "Magnesium Oil" in text or "The foot bath" in text


@pytest.mark.parametrize("role", ["stock", "orders"])
def test_who_packs_sees_nothing_of_it(app: Flask, sold: int, role: str) -> None:
    assert signed_in(app, role).get("/staff/guides/report").status_code == 403


def test_the_file_adds_up_and_runs_in_no_spreadsheet(app: Flask, shop: Shop, sold: int) -> None:
    """Fails without guard(): a title may begin with =."""
    shop.do(lambda: guides.save_guide(pages.read(slug="evil", title="'=SUM(1)'"), publish=True))
    evil = shop.ask(lambda: guides.place_of("evil"))
    assert evil is not None
    shop.do(lambda: insights.count_read(today(), evil.guide_id, []))
    found = rows(signed_in(app, "owner"))
    assert [(r["what"], r["guide"], r["revenue"]) for r in found] == [
        ("guide", "The foot bath", "10.00"),
        ("block", "The foot bath", "10.00"),
        ("block", "The foot bath", "0.00"),
        ("article", "The foot bath", "10.00"),
        ("guide", "'=SUM(1)", "0.00"),
        ("delivery", "", "0.00"),
        ("straight back", "", "0.00"),
        ("total", "", "10.00"),
    ]
    assert (found[0]["reads"], found[0]["adds"], found[0]["lost"]) == ("3", "2", "1")


def test_a_guide_keeps_its_past_when_it_is_renamed(app: Flask, shop: Shop, sold: int) -> None:
    shop.do(lambda: guides.rename_guide("the-foot-bath", "warm-feet"))
    page = told(signed_in(app, "owner").get("/staff/guides/report").text)
    assert "The foot bath 3 2 1 2 (1 refunded) €10.00 100 % 1 about €12.90" in page


def test_an_empty_period_says_so(app: Flask, sold: int) -> None:
    page = told(signed_in(app, "owner").get("/staff/guides/report?period=2025-01").text)
    assert "Nothing was read, put into a cart or bought in these days." in page


def test_what_happened_on_other_days_is_left_out(app: Flask, sold: int) -> None:
    day = now().date() - timedelta(days=10)
    query = f"?period=dates&first={day}&last={day}"
    assert [r["what"] for r in rows(signed_in(app, "owner"), query)] == [
        "delivery", "straight back", "total",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, date(2026, 10, 24), TODAY),
        ({"period": "7"}, date(2026, 11, 16), TODAY),
        ({"period": "90"}, date(2026, 8, 25), TODAY),
        ({"period": "2026-02"}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"period": "2026-13"}, date(2026, 10, 24), TODAY),
        ({"period": "9999-99"}, date(2026, 10, 24), TODAY),
        ({"period": "dates", "first": "2026-03-05", "last": "2026-03-01"},
         date(2026, 3, 1), date(2026, 3, 5)),
        ({"period": "dates", "first": "yesterday"}, date(2026, 10, 24), TODAY),
    ],
)  # fmt: skip
def test_the_days_are_those_that_were_asked_for(
    app: Flask, asked: dict[str, str], first: date, last: date
) -> None:
    with app.app_context():
        span = read_span(asked, today=TODAY).span
    assert (span.first, span.last) == (first, last)


def test_a_guide_that_there_is_none_of_is_not_found(app: Flask, sold: int) -> None:
    assert signed_in(app, "owner").get("/staff/guides/report/99").status_code == 404


def test_a_long_report_has_pages_and_its_file_has_all(
    app: Flask, sold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two rows, each page shows one; the sums below are those of all."""
    monkeypatch.setattr(windows, "PER_PAGE", 1)
    paid_order(Shop(app), {"OIL-100": 1})
    ida = signed_in(app, "owner")
    first, second, past = (
        ida.get(f"/staff/guides/report?period=30&page={page}").text for page in (1, 2, 99)
    )
    assert "The foot bath 3 2 1 2" in told(first)
    assert "bought from lists" not in told(first)
    assert "bought from lists" in told(second)
    assert told(second) == told(past)
    assert "Goods €20.00" in told(first)
    assert "Goods €20.00" in told(second)
    assert "/staff/guides/report?period=30&amp;page=2" in first
    products = "/staff/guides/report/products?page=2"
    assert "Magnesium Oil No guide" in told(ida.get(products).text)
    assert {row["guide"] for row in rows(ida)} >= {"The foot bath", "No guide"}
