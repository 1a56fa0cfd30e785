"""Many prices and states at once: shown before, all or nothing, and taken back as a whole."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog
from storefront.errors import Refusal
from support.catalogue import Catalogue
from support.desk import browser_of_ida
from support.shopper import told

PAGE = "/staff/products/prices-and-states"
PERCENT = {"how": "percent", "amount": "-10", "to_90": "1"}


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    found = Catalogue(app)
    found.product("oil", {"sku": "OIL-100"}, {"sku": "OIL-250", "price": "24.90"})
    found.product("salt", {"sku": "SALT", "price": "9.90"})
    return found


@pytest.fixture
def office(app: Flask, shelf: Catalogue) -> FlaskClient:
    return browser_of_ida(app)


def prices(shelf: Catalogue) -> dict[str, int]:
    return {row["sku"]: row["price_cents"] for row in shelf.rows(catalog.Variant)}


def preview(office: FlaskClient, **wish: str) -> tuple[dict[str, object], str]:
    """What would change: the form that does it, and the page in words."""
    answer = office.get(PAGE, query_string={"id": ["1", "2"], **wish})
    found = re.search(r'name="seen" value="(\w+)"', answer.text)
    return {"id": ["1", "2"], **wish, "seen": found[1] if found else ""}, told(answer.text)


def test_every_change_is_shown_before_it_is_made_and_made_at_once(
    office: FlaskClient, shelf: Catalogue
) -> None:
    form, page = preview(office, **PERCENT)
    assert "3 of 3 would change" in page
    assert "Oil, 100 ml OIL-100 €12.90 €11.90" in page
    assert prices(shelf) == {"OIL-100": 1290, "OIL-250": 2490, "SALT": 990}
    assert office.post(PAGE, data=form).status_code == 303
    assert prices(shelf) == {"OIL-100": 1190, "OIL-250": 2290, "SALT": 890}
    assert [row["reason"] for row in shelf.rows(catalog.PriceChange)][3:] == [
        "changed with others"
    ] * 3


def test_pressed_twice_it_is_done_once(office: FlaskClient, shelf: Catalogue) -> None:
    """Fails without the comparison with `seen`: prices would fall by 10 percent twice."""
    form, _ = preview(office, how="percent", amount="-10")
    assert office.post(PAGE, data=form).status_code == 303
    again = office.post(PAGE, data=form)
    assert again.status_code == 409
    assert "Something changed since you looked." in told(again.text)
    assert prices(shelf) == {"OIL-100": 1161, "OIL-250": 2241, "SALT": 891}


def test_nothing_is_changed_that_the_reader_did_not_see(
    office: FlaskClient, shelf: Catalogue
) -> None:
    form, _ = preview(office, **PERCENT)
    shelf.run(catalog.set_price, "SALT", "10.90")
    assert office.post(PAGE, data=form).status_code == 409
    assert prices(shelf) == {"OIL-100": 1290, "OIL-250": 2490, "SALT": 1090}


@pytest.mark.parametrize(
    ("cents", "percent", "to_90", "after"),
    [
        (1290, "-10", False, 1161), (1290, "5", False, 1355), (1290, "5", True, 1390),
        (1290, "-10", True, 1190), (1000, "4", True, 1090), (1000, "3,9", True, 990),
        (100, "-50", True, 90), (5, "10", False, 6), (5, "-90", False, 1),
        (990, "+100 %", True, 1990),
    ],
)  # fmt: skip
def test_percentages_are_rounded_half_up_or_to_90(
    shelf: Catalogue, cents: int, percent: str, to_90: bool, after: int
) -> None:
    shelf.run(catalog.set_price, "SALT", f"{cents / 100:.2f}")
    wish = catalog.Wish("percent", percent, to_90)
    assert shelf.ask(catalog.would_change, [2], wish)[0].after == after


@pytest.mark.parametrize("amount", ["", "0", "abc", "-91", "501", "nan", "1e9"])
def test_what_is_no_percentage_is_refused_at_its_field(office: FlaskClient, amount: str) -> None:
    answer = office.get(PAGE, query_string={"id": "1", "how": "percent", "amount": amount})
    assert answer.status_code == 422
    assert "This is no percentage. Write a number from -90 to 500, like -10." in told(answer.text)


def test_an_edit_of_many_is_taken_back_once_and_booked_the_other_way(
    office: FlaskClient, shelf: Catalogue
) -> None:
    form, _ = preview(office, how="price", amount="5.00")
    office.post(PAGE, data=form)
    assert set(prices(shelf).values()) == {500}
    assert "The last time: 3 prices: 5.00 EUR" in told(office.get(PAGE).text)
    assert office.post(f"{PAGE}/undo", data={"edit": "1"}).status_code == 303
    assert prices(shelf) == {"OIL-100": 1290, "OIL-250": 2490, "SALT": 990}
    assert shelf.rows(catalog.PriceChange)[-1]["reason"] == "undone with others"
    again = office.post(f"{PAGE}/undo", data={"edit": "1"})
    assert again.status_code == 409
    assert "Nothing was done twice." in told(again.text)


def test_an_edit_that_somebody_has_built_on_is_not_taken_back(
    office: FlaskClient, shelf: Catalogue
) -> None:
    """Fails without the look at what is there: the newer price would be lost."""
    form, _ = preview(office, how="price", amount="5.00")
    office.post(PAGE, data=form)
    shelf.run(catalog.set_price, "SALT", "6.00")
    answer = office.post(f"{PAGE}/undo", data={"edit": "1"})
    assert answer.status_code == 409
    assert "SALT changed since. Nothing was done." in told(answer.text)
    assert prices(shelf) == {"OIL-100": 500, "OIL-250": 500, "SALT": 600}
    assert shelf.rows(catalog.BulkEdit)[0]["undone_at"] is None


def test_states_of_many_change_and_what_is_not_ready_stays(
    office: FlaskClient, shelf: Catalogue
) -> None:
    form, page = preview(office, how="state", state="archived")
    assert "2 of 2 would change" in page
    assert office.post(PAGE, data=form).status_code == 303
    assert [row["state"] for row in shelf.rows(catalog.Product)] == ["archived", "archived"]
    form, page = preview(office, how="state", state="published")
    assert "0 of 2 would change" in page
    assert "not ready: a summary, a picture" in page
    assert office.post(f"{PAGE}/undo", data={"edit": "1"}).status_code == 303
    assert [row["state"] for row in shelf.rows(catalog.Product)] == ["published", "published"]
    assert [row["position"] for row in shelf.rows(catalog.Product)] == [1, 2]


def test_all_that_a_search_finds_can_be_chosen(office: FlaskClient) -> None:
    assert "1 product chosen" in told(office.get(f"{PAGE}?all=1&q=SALT").text)
    assert "Choose products in the list first" in told(office.get(f"{PAGE}?id=x").text)


def test_a_wish_that_changes_nothing_is_told(shelf: Catalogue) -> None:
    wish = catalog.Wish("price", "9.90")
    seen = catalog.version(shelf.ask(catalog.would_change, [2], wish))
    with pytest.raises(Refusal, match="Nothing would change"):
        shelf.run(catalog.change_many, [2], wish, seen=seen, actor="ida")
    assert shelf.rows(catalog.BulkEdit) == []


def test_taking_an_edit_back_publishes_nothing_that_lacks_something_since(
    office: FlaskClient, shelf: Catalogue
) -> None:
    """Fails without the gate: what was changed while it was archived would be public again."""
    form, _ = preview(office, how="state", state="archived")
    assert office.post(PAGE, data=form).status_code == 303
    shelf.run(catalog.save_product, "oil", directions="Spray.")
    answer = office.post(f"{PAGE}/undo", data={"edit": "1"})
    assert answer.status_code == 422
    assert "Oil cannot be published yet" in told(answer.text)
    assert {row["state"] for row in shelf.rows(catalog.Product)} == {"archived"}


def test_publishing_many_takes_as_many_statements_as_publishing_one(
    office: FlaskClient, shelf: Catalogue
) -> None:
    for number in range(10):
        shelf.product(f"p{number}", state="draft")
    counts = []
    for most in (4, 4, 12):  # the first also reads what the house changed of the wording rules
        chosen = {"id": [str(n) for n in range(3, most + 1)], "how": "state", "state": "published"}
        with shelf.statements() as statements:
            office.get(PAGE, query_string=chosen)
        counts.append(len(list(statements)))
    assert counts[1] == counts[2]
