"""Searches without result at the desk: seen, named, taken off the list."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, search
from storefront.database import now
from storefront.search.models import SearchMiss
from support.catalogue import Catalogue
from support.people import add, browser_of
from support.shop import Shop

IDA = "ida@shop.example"
NAME = "/staff/searches/name"


@pytest.fixture
def desk(app: Flask, shop: Shop) -> FlaskClient:
    """A writer's browser, in a shop with flakes, in which a roller was looked for in vain."""
    Catalogue(app).product("bath-flakes", name="Bath Flakes", category="flakes",
                           also_called="foot soak")  # fmt: skip
    for words in ("bath pearls", "bath pearls", "steel roller"):
        shop.do(lambda words=words: search.note_miss(words, at=now()))  # type: ignore[misc]
    add(app, IDA, "writer")
    return browser_of(app, IDA)


def left(shop: Shop) -> int:
    return shop.count(SearchMiss)


def test_what_was_wanted_most_stands_first_and_can_be_tried(desk: FlaskClient) -> None:
    page = desk.get("/staff/searches").text
    assert page.index("bath pearls") < page.index("steel roller")
    assert 'data-heading="Times">2<' in page
    assert 'href="/search?q=bath+pearls"' in page
    assert 'href="/staff/searches/name?words=bath+pearls"' in page


@pytest.mark.parametrize("target", ["product:bath-flakes", "category:flakes"])
def test_words_become_another_name_and_are_found_at_once(
    app: Flask, desk: FlaskClient, shop: Shop, target: str
) -> None:
    page = desk.get(f"{NAME}?words=bath+pearls&q=flakes").text
    assert f'value="{target}"' in page
    sent = {"words": "bath pearls", "asked": "bath pearls", "target": target}
    answer = desk.post(NAME, data=sent)
    assert answer.headers["Location"] == "/staff/searches?said=search_named"
    assert left(shop) == 1
    assert "/products/bath-flakes" in app.test_client().get("/search?q=bath+pearls").text
    assert "foot soak" in str(Catalogue(app).command("export-catalogue").output)
    assert "name added" in shop.ask(audit.actions)


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"words": "bath pearls"}, 422, "Please write the words, and choose"),
        ({"target": "product:bath-flakes"}, 422, "Please write the words, and choose"),
        ({"words": "x y", "target": "product:bath-flakes"}, 422, "Please write the words"),
        ({"words": "pearl" * 19, "target": "product:bath-flakes"}, 422, "at most 80"),
        ({"words": "pearls", "target": "product:gone"}, 409, "There is no product gone."),
        ({"words": "pearls", "target": "drawer:flakes"}, 422, "Please write the words, and choose"),
    ],
)
def test_what_is_no_name_is_told_and_changes_nothing(
    desk: FlaskClient, shop: Shop, sent: dict[str, str], status: int, told: str
) -> None:
    answer = desk.post(NAME, data={"asked": "bath pearls", **sent})
    assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert left(shop) == 2


def test_words_that_mean_nothing_are_taken_off_once(desk: FlaskClient, shop: Shop) -> None:
    for said in ("search_forgotten", "search_gone"):
        answer = desk.post("/staff/searches/forget", data={"words": "steel roller"})
        assert answer.headers["Location"] == f"/staff/searches?said={said}"
    assert left(shop) == 1


def test_a_shop_that_answers_everything_says_so(app: Flask) -> None:
    add(app, IDA, "writer")
    page = browser_of(app, IDA).get("/staff/searches").text
    assert "Every search of the last 90 days found something." in page
