"""Products in the back office: made, written, shown, published; and two people at one of them."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, catalog, inventory, staff
from storefront.database import db
from support.catalogue import Catalogue
from support.desk import browser_of_ida
from support.shop import Shop
from support.shopper import told

COMPLETE = {
    "summary": "A brine.", "directions": "Spray.", "warnings": "For external use only.",
    "ingredients": "Magnesium Chloride, Aqua", "opened_months": "24", "origin_country": "DE",
    "responsible_name": "Bergquell Ltd", "responsible_address": "1 Quay, Cork",
    "responsible_contact": "care@shop.example",
}  # fmt: skip


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    return Catalogue(app)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser_of_ida(app)


@pytest.fixture
def oil(shelf: Catalogue) -> int:
    """A published product of two sizes that lacks nothing but a picture; returns its id."""
    shelf.product(
        "oil",
        {"sku": "OIL-100", "net_content": 100, "net_unit": "ml"},
        {
            "sku": "OIL-250",
            "name": "250 ml",
            "price": "24.90",
            "net_content": 250,
            "net_unit": "ml",
        },
        **COMPLETE,
    )
    return 1


def form_of(page: str) -> dict[str, str]:
    """Everything that a browser would send of the long form, unchanged."""
    found = re.search(r'<form class="shop-form shop-product-desk__form".*?</form>', page, re.S)
    assert found
    return dict(inputs(found[0]))


def inputs(form: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<input[^>]*>", form):
        named = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_off = named.get("type") == "checkbox" and " checked" not in tag
        if "name" in named and not is_off:
            yield named["name"], unescape(named.get("value", ""))
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S
    ):
        yield name, unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(
            r'value="([^"]*)"', options
        )
        yield name, unescape(chosen[1]) if chosen else "standard"


def save(office: FlaskClient, id_: int, **changed: str) -> tuple[int, str]:
    """Opens the page of a product, changes some inputs and presses Save."""
    form = form_of(office.get(f"/staff/products/{id_}").text) | changed
    answer = office.post(f"/staff/products/{id_}", data=form)
    return answer.status_code, answer.text


def product(shelf: Catalogue, id_: int = 1) -> dict[str, object]:
    return next(row for row in shelf.rows(catalog.Product) if row["id"] == id_)


def test_a_product_is_made_from_a_name_and_a_new_shelf(
    office: FlaskClient, shelf: Catalogue
) -> None:
    answer = office.post(
        "/staff/products/new", data={"name": "Crème, 75 ml", "new_category": "Cream", "kind": "set"}
    )
    assert answer.location == "/staff/products/1?said=product_created"
    made = product(shelf)
    assert (made["slug"], made["name"], made["state"], made["kind"]) == (
        "creme-75-ml", "Crème, 75 ml", "draft", "set",
    )  # fmt: skip
    assert shelf.rows(catalog.Category)[0]["slug"] == "cream"
    assert "Nobody sees it before you publish it." in told(office.get(answer.location).text)


def test_the_same_form_sent_twice_makes_one_product(office: FlaskClient, shelf: Catalogue) -> None:
    form = {"name": "Oil", "new_category": "Oil"}
    assert office.post("/staff/products/new", data=form).status_code == 303
    again = office.post("/staff/products/new", data=form)
    assert again.status_code == 422
    assert "belongs to another product" in told(again.text)
    assert len(shelf.rows(catalog.Product)) == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "new_category": "Oil"}, "This is empty. Write what people will call it."),
        ({"name": "漢字", "new_category": "Oil"}, "This is empty. Write what people will call it."),
        ({"name": "Oil"}, "This is missing. Choose one, or write a new one."),
        ({"name": "x" * 201, "new_category": "Oil"}, "This is 201 characters long."),
    ],
)
def test_a_product_without_a_name_or_shelf_is_not_made(
    office: FlaskClient, shelf: Catalogue, form: dict[str, str], sentence: str
) -> None:
    answer = office.post("/staff/products/new", data=form)
    assert (answer.status_code, sentence in told(answer.text)) == (422, True)
    assert shelf.rows(catalog.Product) == []


def test_saving_a_page_unchanged_changes_nothing(
    office: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    before = [
        shelf.rows(t) for t in (catalog.Variant, catalog.PriceChange, inventory.StockMovement)
    ]
    facts = {k: v for k, v in product(shelf).items() if k != "updated_at"}
    assert save(office, oil)[0] == 303
    assert [
        shelf.rows(t) for t in (catalog.Variant, catalog.PriceChange, inventory.StockMovement)
    ] == before
    assert {k: v for k, v in product(shelf).items() if k != "updated_at"} == facts


def test_facts_sizes_prices_and_order_are_saved_at_once_and_written_down(
    office: FlaskClient, shelf: Catalogue, oil: int, shop: Shop
) -> None:
    changed = {
        "name": "Night oil", "size-1-price": "13.50", "size-1-place": "2", "size-2-place": "1",
        "size-3-sku": "OIL-50", "size-3-name": "50 ml", "size-3-price": "7.90",
        "size-3-net_content": "50", "size-3-net_unit": "ml", "size-3-opening_stock": "4",
        "size-3-is_sold": "1",
    }  # fmt: skip
    assert save(office, oil, **changed)[0] == 303
    sizes = sorted(shelf.rows(catalog.Variant), key=lambda row: row["position"])
    assert [(s["sku"], s["price_cents"]) for s in sizes] == [
        ("OIL-250", 2490), ("OIL-100", 1350), ("OIL-50", 790),
    ]  # fmt: skip
    assert product(shelf)["name"] == "Night oil"
    assert shop.stock("OIL-50") == (4, 0)
    assert [c["price_cents"] for c in shelf.rows(catalog.PriceChange)] == [1290, 2490, 1350, 790]
    entry = shelf.rows(audit.AuditEntry)[-1]
    assert entry["action"] == "product changed"
    assert '"OIL-100 price": "13.50"' in entry["after"]
    assert '"name": "Oil"' in entry["before"]
    assert "directions" not in entry["after"]


def test_a_size_is_taken_off_sale_and_put_on_again(
    office: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    form = form_of(office.get(f"/staff/products/{oil}").text)
    del form["size-2-is_sold"]
    assert office.post(f"/staff/products/{oil}", data=form).status_code == 303
    assert [row["is_sold"] for row in shelf.rows(catalog.Variant)] == [True, False]
    assert save(office, oil, **{"size-2-is_sold": "1"})[0] == 303
    assert [row["is_sold"] for row in shelf.rows(catalog.Variant)] == [True, True]


def test_every_mistake_stands_at_its_field_and_nothing_is_lost(
    office: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    before = product(shelf)
    status, page = save(
        office, oil, name="", slug="Not Good", opened_months="ten", description="Kept & safe",
        **{"size-1-price": "12,9x", "size-2-price": "", "size-2-gtin": "123",
           "size-3-sku": "OIL-100", "size-3-name": "More"},
    )  # fmt: skip
    assert status == 422
    errors = dict(re.findall(r'id="([\w-]+)-error">([^<]+)<', page))
    assert {name: unescape(text) for name, text in errors.items()} == {
        "name": "This is empty. Write something here.",
        "slug": "'Not Good' cannot be an address. Write not-good.",
        "opened_months": "'ten' is not a whole number. Write digits only, like 250.",
        "size-1-price": "'12,9x' is not a price. Write it like 12.90.",
        "size-2-price": "This is empty. Write a price like 12.90.",
        "size-2-gtin": "'123' is not a GTIN. Write its 8, 12, 13 or 14 digits, or leave it empty.",
        "size-3-sku": "OIL-100 is the SKU of size 1 already. Give it another.",
        "size-3-price": "This is empty. Write a price like 12.90.",
    }
    kept = form_of(page)
    assert (kept["description"], kept["size-1-price"], kept["size-3-name"]) == (
        "Kept & safe", "12,9x", "More",
    )  # fmt: skip
    assert re.search(r'id="name"[^>]*aria-invalid="true" autofocus', page)
    assert product(shelf) == before


def test_the_second_of_two_people_is_told_and_sees_the_difference(
    office: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    """Fails without the version in claim(): the later press overwrites the earlier one."""
    mine = form_of(office.get(f"/staff/products/{oil}").text)
    assert save(office, oil, name="Hers", **{"size-1-price": "11.00"})[0] == 303
    answer = office.post(f"/staff/products/{oil}", data=mine | {"summary": "Mine."})
    assert answer.status_code == 409
    page = told(answer.text)
    assert "Somebody else changed this product while you had it open." in page
    assert "The shop says now: Hers" in page
    assert "The shop says now: 11.00" in page
    assert product(shelf)["name"] == "Hers"
    again = office.post(f"/staff/products/{oil}", data=form_of(answer.text))
    assert again.status_code == 303
    assert (product(shelf)["name"], product(shelf)["summary"]) == ("Oil", "Mine.")


def test_a_new_address_leads_on_from_the_old_one_for_ever(
    office: FlaskClient, client: FlaskClient, oil: int
) -> None:
    assert save(office, oil, slug="night-oil")[0] == 303
    answer = client.get("/products/oil")
    assert (answer.status_code, answer.location) == (301, "/products/night-oil")


def test_an_address_of_another_product_is_refused_at_its_field(
    office: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    shelf.product("cream")
    status, page = save(office, oil, slug="cream", name="")
    assert status == 422
    assert "This belongs to another product, now or once. Choose another." in told(page)
    assert "This is empty. Write something here." in told(page)
    assert product(shelf)["slug"] == "oil"


def test_what_is_in_the_shop_keeps_its_facts_and_its_words(
    office: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    """Fails without _refuse_what_gets_worse(): the shop would show it without its warnings."""
    status, page = save(office, oil, warnings="")
    assert status == 422
    assert "cannot be published yet: a picture, warnings." in told(page)
    status, page = save(office, oil, summary="Magnesium oil for nerve pain.")
    assert status == 422
    assert "Magnesium oil for nerve pain" in told(page)
    assert (product(shelf)["warnings"], product(shelf)["summary"]) == (
        "For external use only.", "A brine.",
    )  # fmt: skip


def test_the_gate_lists_what_each_market_lacks_with_links_to_its_fields(
    office: FlaskClient, shelf: Catalogue
) -> None:
    shelf.product("oil", state="draft")
    page = office.get("/staff/products/1").text
    gate = page[page.index('class="shop-gate"') :]
    assert re.findall(r'<a href="#(\w+)">', gate) == [
        "summary", "sizes", "ingredients", "directions", "warnings", "opened_months",
        "origin_country", "responsible_name", "responsible_address", "responsible_contact",
    ]  # fmt: skip
    words = told(gate)
    assert "EU 11 missing" in words
    assert "UK the shop does not deliver there" in words
    assert "the responsible person in the UK" in words
    assert "where US buyers report harm" in words
    for field in re.findall(r'<a href="#(\w+)">', gate):
        assert f'id="{field}"' in page


def test_a_scoop_needs_no_ingredients(shelf: Catalogue) -> None:
    shelf.product("scoop", kind="article", state="draft")
    gate = shelf.ask(catalog.gate_of, 1)
    assert [need.field for need in gate.missing] == [
        "summary", "pictures", "responsible_name", "responsible_address", "responsible_contact",
    ]  # fmt: skip


def test_a_market_is_waited_for_when_the_shop_delivers_there(
    config: dict[str, object], start_shop: object
) -> None:
    app = start_shop(config | {"STOREFRONT_COUNTRIES": "GB,US"})  # type: ignore[operator]
    shelf = Catalogue(app)
    shelf.product("oil", state="draft")
    fields = [need.field for need in shelf.ask(catalog.gate_of, 1).missing]
    assert "responsible_name" not in fields
    assert {"responsible_uk", "contact_us"} <= set(fields)


def move(office: FlaskClient, id_: int, state: str) -> str:
    page = office.get(f"/staff/products/{id_}").text
    seen = form_of(page)["seen"]
    answer = office.post(f"/staff/products/{id_}/state", data={"state": state, "seen": seen})
    assert answer.status_code == 303
    return answer.location


def test_nothing_is_published_that_lacks_something(
    office: FlaskClient, client: FlaskClient, shelf: Catalogue
) -> None:
    shelf.product("oil", state="draft")
    assert move(office, 1, "published").endswith("said=not_ready#gate")
    assert product(shelf)["state"] == "draft"
    assert client.get("/products/oil").status_code == 404


def test_a_product_goes_out_of_the_shop_and_comes_back(
    office: FlaskClient, client: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    assert client.get("/products/oil").status_code == 200
    move(office, oil, "archived")
    assert client.get("/products/oil").status_code == 404
    assert "Bring back as a draft" in office.get(f"/staff/products/{oil}").text
    move(office, oil, "draft")
    assert product(shelf)["state"] == "draft"
    assert [row["action"] for row in shelf.rows(audit.AuditEntry)] == [
        "product archived", "product draft",
    ]  # fmt: skip


def test_a_press_on_an_old_page_moves_nothing(
    office: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    seen = form_of(office.get(f"/staff/products/{oil}").text)["seen"]
    save(office, oil, name="Hers")
    answer = office.post(f"/staff/products/{oil}/state", data={"state": "archived", "seen": seen})
    assert answer.status_code == 409
    assert product(shelf)["state"] == "published"


def test_the_preview_is_the_page_of_the_shop_and_nobody_elses(
    office: FlaskClient, client: FlaskClient, shelf: Catalogue, oil: int
) -> None:
    public = client.get("/products/oil").text
    move(office, oil, "draft")
    answer = office.get(f"/staff/products/{oil}/preview")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Preview. Draft: only staff see this page." in told(answer.text)
    article = re.compile(r'<article class="shop-product">.*?</article>', re.S)
    assert article.findall(answer.text) == article.findall(public)
    assert client.get(f"/staff/products/{oil}/preview").status_code == 303
    assert client.get("/products/oil").status_code == 404


def test_a_product_without_a_size_has_no_preview_yet(office: FlaskClient) -> None:
    office.post("/staff/products/new", data={"name": "Oil", "new_category": "Oil"})
    answer = office.get("/staff/products/1/preview")
    assert answer.status_code == 422
    assert "it needs a size" in told(answer.text) or "needs a size on sale" in told(answer.text)


def listed(office: FlaskClient, query: str = "") -> list[str]:
    page = office.get(f"/staff/products{query}")
    assert page.status_code == 200
    return re.findall(r'<a href="/staff/products/\d+">([^<]+)<', page.text)


def test_products_are_found_by_name_address_and_sku_with_or_without_hyphens(
    office: FlaskClient, shelf: Catalogue
) -> None:
    shelf.product("oil", {"sku": "OIL-SPRAY-100"})
    shelf.product("cream", {"sku": "CR-200"}, category="cream", name="Body 100% cream")
    assert listed(office, "?q=spray") == ["Oil"]
    assert listed(office, "?q=oilspray100") == ["Oil"]
    assert listed(office, "?q=oil-spray") == ["Oil"]
    assert listed(office, "?q=BODY") == ["Body 100% cream"]
    assert listed(office, "?q=%25") == ["Body 100% cream"]
    assert listed(office, "?q=nothing") == []
    assert listed(office, "?category=cream") == ["Body 100% cream"]
    assert listed(office, "?state=archived&q=oil") == []


def test_products_are_listed_by_state_lack_and_in_every_order(
    office: FlaskClient, shelf: Catalogue
) -> None:
    for name, price, stock in (("b", "9.00", 5), ("a", "3.00", 9), ("c", "6.00", 1)):
        shelf.product(name, {"price": price, "opening_stock": stock})
    shelf.run(catalog.archive_product, "c")
    assert listed(office) == ["C", "A", "B"]
    assert listed(office, "?sort=name") == ["A", "B", "C"]
    assert listed(office, "?sort=price") == ["A", "C", "B"]
    assert listed(office, "?sort=stock") == ["C", "B", "A"]
    assert listed(office, "?sort=shop") == ["B", "A", "C"]
    assert listed(office, "?state=archived") == ["C"]
    assert listed(office, "?missing=1&sort=name") == ["A", "B"]
    assert listed(office, "?sort=made-up&state=made-up&page=x") == ["C", "A", "B"]


def many(shop: Shop, number: int) -> None:
    def rows() -> None:
        session = db.session
        session.add(catalog.Category(id=1, slug="oil", name="Oil"))
        session.flush()
        numbers = range(1, number + 1)
        session.execute(
            sa.insert(catalog.Product),
            [{"id": n, "slug": f"p-{n}", "name": f"P {n}", "category_id": 1} for n in numbers],
        )
        size = {"name": "S", "price_cents": 100, "currency": "EUR"}
        session.execute(
            sa.insert(catalog.Variant),
            [{"product_id": n, "sku": f"S-{n}", **size} for n in numbers],
        )

    shop.do(rows)


def test_the_list_takes_as_many_statements_for_a_thousand_products_as_for_ten(
    app: Flask, office: FlaskClient, shop: Shop
) -> None:
    """Nine: who asks, how much money waits, categories, count, ids, rows, facts, pictures."""

    def cost() -> int:
        with Catalogue(app).statements() as sent:
            assert office.get("/staff/products?q=p&sort=stock").status_code == 200
        return len(sent)

    many(shop, 1000)
    a_thousand = cost()
    shop.do(lambda: db.session.execute(sa.delete(catalog.Variant).where(catalog.Variant.id > 10)))
    shop.do(lambda: db.session.execute(sa.delete(catalog.Product).where(catalog.Product.id > 10)))
    assert cost() == a_thousand <= 9
    assert len(listed(office)) == 10


def test_fifty_products_stand_on_a_page(office: FlaskClient, shop: Shop) -> None:
    many(shop, 120)
    assert [len(listed(office, f"?page={n}")) for n in (1, 2, 3, 99)] == [50, 50, 20, 20]


def test_categories_are_named_ordered_and_made_on_one_page(
    office: FlaskClient, shelf: Catalogue
) -> None:
    shelf.category("oil", "Oil")
    shelf.category("salt", "Salt")
    page = office.get("/staff/categories").text
    found = re.search(r'<form class="shop-form shop-categories".*?</form>', page, re.S)
    assert found
    form = dict(inputs(found[0]))
    changed = {"name-oil": "Oils", "place-salt": "1", "place-oil": "2", "new-name": "Cream"}
    changed |= {"also_called-oil": "mag oil,  magnesium oil", "new-also_called": "lotion"}
    assert office.post("/staff/categories", data=form | changed).status_code == 303
    rows = sorted(shelf.rows(catalog.Category), key=lambda row: row["position"])
    assert [(row["slug"], row["name"], row["also_called"]) for row in rows] == [
        ("salt", "Salt", ""), ("oil", "Oils", "mag oil, magnesium oil"),
        ("cream", "Cream", "lotion"),
    ]  # fmt: skip
    stale = office.post("/staff/categories", data=form | {"name-oil": "Old"})
    assert stale.status_code == 409
    assert [row["name"] for row in shelf.rows(catalog.Category)] == ["Oils", "Salt", "Cream"]


def test_a_category_without_a_name_is_refused_at_its_field(
    office: FlaskClient, shelf: Catalogue
) -> None:
    shelf.category("oil", "Oil")
    page = office.get("/staff/categories").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    form = {"seen": seen[1], "name-oil": "", "place-oil": "1", "new-description": "Lost?"}
    answer = office.post("/staff/categories", data=form)
    assert answer.status_code == 422
    assert dict(re.findall(r'id="([\w-]+)-error">([^<]+)<', answer.text)) == {
        "name-oil": "This is empty. Write something here.",
        "new-name": "This is missing. A new category needs one.",
    }
    assert "Lost?" in answer.text


def test_whoever_may_not_change_prices_changes_none(
    app: Flask, shop: Shop, shelf: Catalogue, oil: int
) -> None:
    """Fails without _keep_prices(): the field is only read-only in the page."""
    shop.do(lambda: staff.add_member("w@shop.example", "right-password", roles=["writer"]))
    writer = app.test_client()
    writer.post("/staff/sign-in", data={"email": "w@shop.example", "password": "right-password"})
    status, _ = save(writer, oil, name="Mine", **{"size-1-price": "0.01"})
    assert status == 303
    assert [row["price_cents"] for row in shelf.rows(catalog.Variant)] == [1290, 2490]
    assert product(shelf)["name"] == "Mine"


def test_the_amount_of_a_use_is_written_on_the_page_and_told_to_shoppers(
    office: FlaskClient, oil: int
) -> None:
    assert save(office, oil, use_amount="2.50", uses_per_week="14")[0] == 303
    assert form_of(office.get(f"/staff/products/{oil}").text)["use_amount"] == "2.5"
    assert "Lasts about 20 days, at 2.5 ml twice a day." in office.get("/products/oil").text

    status, page = save(office, oil, use_amount="a drop")
    assert status == 422
    assert "is no amount. Write a number like 1.5." in told(page)
