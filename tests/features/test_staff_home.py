"""The overview: what needs somebody, and nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, customers, guides, insights, inventory, mail, orders, payments
from storefront.audit import AuditEntry
from storefront.database import db
from storefront.staff.home.charts import chart
from support.catalogue import Catalogue
from support.desk import browser_of_ida, many
from support.shop import Shop
from support.shopper import told

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def ida(app: Flask) -> FlaskClient:
    return browser_of_ida(app)


def pay(shop: Shop, number: int, cents: int, at: datetime, *, currency: str = "EUR") -> None:
    shop.do(
        lambda: db.session.add(
            payments.Payment(
                id=f"pi_{number}", order_reference=f"r{number}", session_id="", paid_at=at,
                amount_cents=cents, currency=currency,
            )
        )
    )  # fmt: skip


def send_back(shop: Shop, number: int, cents: int, at: datetime, *, state: str = "done") -> None:
    shop.do(
        lambda: db.session.add(
            payments.Refund(
                payment_id=f"pi_{number}", order_reference=f"r{number}", reason="requested",
                amount_cents=cents, currency="EUR", asked_by=f"test:{number}:{cents}", state=state,
                asked_at=at,
            )
        )
    )  # fmt: skip


def guide(shop: Shop, slug: str, product_slug: str, *, state: str = "published") -> None:
    """A guide that speaks of a product."""

    def write() -> None:
        product_id = catalog.product_ids()[product_slug]
        new = guides.Guide(
            slug=slug, title=f"All about {slug}", summary="", state=state, source="", blocks=[],
            minutes_to_read=1, author="Ida", updated_on=NOW.date(),
        )  # fmt: skip
        db.session.add(new)
        db.session.flush()
        db.session.add(guides.GuideMention(guide_id=new.id, product_id=product_id, block="b"))

    shop.do(write)


def test_takings_are_payments_less_what_went_back(shop: Shop) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    pay(shop, 1, 5000, NOW - timedelta(minutes=5))
    pay(shop, 2, 700, midnight)
    send_back(shop, 1, 1500, NOW)
    send_back(shop, 1, 100, NOW, state="failed")  # the bank refused it: the money is here again
    pay(shop, 3, 3000, midnight - timedelta(seconds=1))  # yesterday, after this hour
    pay(shop, 4, 2000, midnight - timedelta(hours=15))  # yesterday by this hour
    pay(shop, 5, 4000, NOW - timedelta(days=8))
    pay(shop, 6, 9000, NOW - timedelta(days=40))
    pay(shop, 7, 10_000, NOW - timedelta(days=60))
    pay(shop, 8, 800, NOW, currency="USD")
    today, week, month = shop.ask(lambda: insights.takings(NOW, currency="EUR"))
    assert [(p.cents, p.payments, p.cents_before) for p in (today, week, month)] == [
        (4200, 2, 2000),
        (9200, 4, 4000),
        (13_200, 5, 9000),
    ]
    assert [len(p.bars) for p in (today, week, month)] == [24, 7, 30]
    assert [b.cents for b in week.bars] == [0, 0, 0, 0, 0, 5000, 4200]
    assert (today.bars[0].cents, today.bars[9].cents) == (700, 3500)


def test_what_a_bank_kept_is_taken_off_the_takings(shop: Shop) -> None:
    """On the day on which it took the money; while it decides, the money may come back."""
    pay(shop, 1, 5000, NOW - timedelta(days=3))
    pay(shop, 2, 4000, NOW - timedelta(days=3))

    def dispute(number: int, cents: int, status: str, *, currency: str = "EUR") -> None:
        db.session.add(
            payments.Dispute(
                id=f"dp_{number}_{cents}", payment_id=f"pi_{number}", reason="fraudulent",
                order_reference=f"r{number}", amount_cents=cents, currency=currency,
                status=status, opened_at=NOW - timedelta(days=1),
            )
        )  # fmt: skip

    shop.do(lambda: dispute(1, 3000, "lost"))
    shop.do(lambda: dispute(1, 1000, "lost", currency="USD"))
    for number, status in enumerate(("won", "needs_response", "warning_closed")):
        shop.do(lambda n=number, s=status: dispute(2, 4000 - n, s))  # type: ignore[misc]
    _, week, month = shop.ask(lambda: insights.takings(NOW, currency="EUR"))
    assert (week.cents, month.cents) == (6000, 6000)
    assert [bar.cents for bar in week.bars] == [0, 0, 0, 9000, 0, -3000, 0]


def test_a_day_on_which_more_went_back_than_came_is_shown_as_that(
    ida: FlaskClient, shop: Shop
) -> None:
    pay(shop, 1, 1000, datetime.now(UTC) - timedelta(days=3))
    send_back(shop, 1, 1000, datetime.now(UTC))
    page = ida.get("/staff/").text
    assert "shop-takings__bar--back" in page
    assert "-€10.00" in page


def test_what_guides_advertise_and_the_shelf_lacks_stands_with_what_it_lost(
    ida: FlaskClient, shop: Shop
) -> None:
    for sku, stock in (("GONE", 0), ("LOW", 3), ("FULL", 50), ("UNSAID", 0)):
        shop.product(sku, stock=stock, name=f"Article {sku}")
    guide(shop, "baths", "gone")
    guide(shop, "feet", "gone")
    guide(shop, "sleep", "low")
    guide(shop, "all", "full")
    guide(shop, "draft", "unsaid", state="draft")
    visitor = shop.app.test_client()
    for slug in ("feet", "feet", ""):
        visitor.post("/cart/lines", data={"sku": "GONE", "quantity": "1", "guide": slug})
    shop.do(lambda: customers.ask("GONE", "a@b.example", now=NOW))
    (token,) = [s.token for s in shop.ask(lambda: db.session.query(customers.SignUp).all())]
    shop.do(lambda: customers.confirm(token, now=NOW))
    words = told(ida.get("/staff/").text)
    assert "Article GONE, 100 ml Sold out" in words
    assert "Wanted in vain 3 times in 30 days, about €38.70. 1 person waits for it." in words
    assert "In All about feet (2 times), All about baths" in words
    assert words.index("Article GONE") < words.index("Article LOW, 100 ml Only 3 left")
    assert "Article FULL" not in words
    assert "Article UNSAID" not in words
    shop.do(lambda: inventory.set_low_mark("LOW", 2))
    assert "Article LOW" not in told(ida.get("/staff/").text)


def test_letters_that_failed_are_sent_again_with_one_press(ida: FlaskClient, shop: Shop) -> None:
    def fail() -> None:
        for number in (1, 2):
            mail.write(mail.NewLetter("test", f"r{number}", "a@b.example", f"N° {number}", "", ""))
        for letter in db.session.query(mail.Letter):
            letter.state, letter.attempts, letter.error = "failed", 10, "Connection refused"

    shop.do(fail)
    page = ida.get("/staff/").text
    assert "Letters that were not sent" in page
    assert "Connection refused" in page
    assert "Send all of them again" in page
    answer = ida.post("/staff/letters/again")
    assert answer.location == "/staff/?said=letters_again"
    again = shop.ask(lambda: db.session.query(mail.Letter.state, mail.Letter.attempts).all())
    assert [tuple(row) for row in again] == [("waiting", 0)] * 2
    assert "on their way again" in ida.get(answer.location).text
    assert ida.post("/staff/letters/again").location == "/staff/?said=faster"
    log = shop.ask(lambda: db.session.query(AuditEntry).all())
    assert [(e.actor, e.action) for e in log] == [("ida@shop.example", "letters sent again")]


def test_orders_to_pack_are_counted_with_the_oldest(ida: FlaskClient, shop: Shop) -> None:
    many(shop, 3)
    assert "To pack" not in told(ida.get("/staff/").text)
    shop.do(lambda: [orders.move(order_id, "paid") for order_id in (1, 2)])
    words = told(ida.get("/staff/").text)
    assert "To pack 2 orders The oldest is paid since" in words


def test_a_brand_new_shop_is_told_its_first_steps(ida: FlaskClient, shop: Shop) -> None:
    words = told(ida.get("/staff/").text)
    assert "Until the first sale Publish what you sell One product" in words
    shop.product(stock=2)
    words = told(ida.get("/staff/").text)
    assert "Publish what you sell Done Say how many there are Done Write a guide An" in words
    many(shop, 1)
    shop.do(lambda: orders.move(1, "paid"))
    assert "Until the first sale" not in told(ida.get("/staff/").text)


def test_the_overview_takes_as_many_statements_however_much_there_is(
    app: Flask, ida: FlaskClient, shop: Shop
) -> None:
    """At most 16, with the look at who is asking."""
    shelf = Catalogue(app)

    def count() -> int:
        with shelf.statements() as sent:
            assert ida.get("/staff/").status_code == 200
        return len(sent)

    empty = count()
    for number in range(8):
        shop.product(f"SKU-{number}", stock=0)
        guide(shop, f"guide-{number}", f"sku-{number}")
        pay(shop, number, 1000, datetime.now(UTC) - timedelta(days=number))
    many(shop, 8)
    shop.do(lambda: [orders.move(order_id, "paid") for order_id in range(1, 9)])
    assert empty <= count() <= 16


@pytest.mark.parametrize("path", ["/staff/", "/staff/wanted", "/staff/kits"])
def test_what_people_wrote_is_never_html(ida: FlaskClient, shop: Shop, path: str) -> None:
    shop.product("OIL", stock=0, name="<script>x</script>")
    guide(shop, "baths", "oil")
    shop.app.test_client().post("/cart/lines", data={"sku": "OIL", "quantity": "1"})
    page = ida.get(f"{path}?q=<script>x</script>").text
    assert "<script>x" not in page


def test_who_waits_and_what_was_wanted_is_one_list(ida: FlaskClient, shop: Shop) -> None:
    for sku in ("OIL", "TEA", "SALT"):
        shop.product(sku, stock=0, name=f"Article {sku}")
    visitor = shop.app.test_client()
    for _ in range(3):
        visitor.post("/cart/lines", data={"sku": "TEA", "quantity": "1"})
    visitor.post("/sign-ups", data={"sku": "OIL", "email": "a@b.example"})
    words = told(ida.get("/staff/wanted?sort=lost").text)
    assert "2 articles" in words
    rows = [("Article TEA, 100 ml TEA", "0 0 3 Sold out"), ("Article OIL, 100 ml OIL", "0 1 1")]
    assert [words.index(f"{name} {numbers}") > 0 for name, numbers in rows] == [True, True]
    assert words.index("Article TEA") < words.index("Article OIL")
    assert "Article SALT" not in words
    found = told(ida.get("/staff/wanted?q=oil").text)
    assert "1 article" in found
    assert "Article TEA" not in found
    assert "Nothing fits" in told(ida.get("/staff/wanted?q=nothing").text)


def test_the_list_of_wanted_articles_has_pages_and_few_statements(
    app: Flask, ida: FlaskClient, shop: Shop
) -> None:
    """Four statements, with the look at who is asking and the count of cases."""
    shelf = Catalogue(app)
    for number in range(60):
        shop.product(f"SKU-{number:02}", stock=0)

    def count_all() -> None:
        for number in range(60):
            insights.count_lost(datetime.now(UTC).date(), f"SKU-{number:02}", "", is_sign_up=False)

    shop.do(count_all)
    ida.get("/staff/wanted")  # the first page of a process also asks when prices change
    with shelf.statements() as sent:
        page = ida.get("/staff/wanted?page=99").text
    assert len(sent) == 4
    assert "60 articles, page 2 of 2" in told(page)
    assert len(re.findall(r"<tr>\s*<th scope=\"row\"", page)) == 10


@pytest.mark.parametrize(
    ("cents", "before", "words"),
    [
        (0, 0, "As yesterday by this hour."),
        (500, 500, "As much as yesterday by this hour."),
        (750, 500, "50 % more than yesterday by this hour."),
        (100, 500, "80 % less than yesterday by this hour."),
        (500, 0, "More than yesterday by this hour."),
        (5000, 500, "10 times yesterday by this hour."),
        (2_250_000, 500, "4,500 times yesterday by this hour."),
    ],
)
def test_a_period_is_measured_in_words_that_people_can_read(
    cents: int, before: int, words: str
) -> None:
    period = insights.Period(days=1, bars=(), cents=cents, payments=1, cents_before=before)
    assert chart(period).compared == words
