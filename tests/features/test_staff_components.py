"""The living page: every component is on it, drawn by its own macro, and it does nothing."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from storefront.staff.components.drawing import set_apart
from storefront.staff.components.samples import LEFT_OUT
from support.markup import keep, mistakes
from support.people import add, browser_of

IDA, PAGE = "ida@shop.example", "/staff/components"
MACROS = Path(__file__).parents[2] / "templates/storefront/components"


@pytest.fixture
def html(app: Flask) -> str:
    """The page as a writer sees it."""
    add(app, IDA, "writer")
    answer = browser_of(app, IDA).get(PAGE)
    assert answer.status_code == 200
    return answer.text


def unnamed(macros: Path, html: str, left_out: Mapping[str, str]) -> Iterator[str]:
    """What is wrong between the files of macros, the page, and the list of what it leaves out."""
    files = {path.stem for path in macros.glob("*.html")}
    shown = set(re.findall(r'<h3 class="shop-parts__name">(\w+)</h3>', html))
    yield from (f"{name} is neither shown nor left out" for name in files - shown - set(left_out))
    yield from (f"{name} is left out, but shown" for name in shown & set(left_out))
    yield from (f"{name} is no component" for name in (shown | set(left_out)) - files)


def test_every_component_is_shown_or_left_out_for_a_reason(html: str) -> None:
    assert sorted(unnamed(MACROS, html, LEFT_OUT)) == []
    assert len(LEFT_OUT) < 20


def test_a_component_that_nobody_shows_is_told(html: str, tmp_path: Path) -> None:
    for macro in MACROS.glob("*.html"):
        (tmp_path / macro.name).touch()
    (tmp_path / "gift_wrap.html").touch()
    found = unnamed(tmp_path, html, LEFT_OUT | {"price": "forgotten", "gone": "long ago"})
    assert sorted(found) == [
        "gift_wrap is neither shown nor left out",
        "gone is no component",
        "price is left out, but shown",
    ]


@pytest.mark.html_validate
def test_its_markup_has_no_mistake(html: str, tmp_path: Path) -> None:
    keep(html, PAGE, tmp_path)
    assert mistakes(tmp_path) == []


def test_nothing_on_it_sends_anything_or_leads_elsewhere(html: str) -> None:
    stages = html.split('<div class="shop-parts__stage">')[1:]
    assert len(stages) > 140
    for stage in stages[:-1]:
        assert 'method="post"' not in stage
        assert not re.search(r'href="[^#"]', stage)
        assert "autofocus" not in stage


def test_ids_are_set_apart_and_still_belong_together() -> None:
    one = Markup(
        '<a href="/x">X</a><a href="#size">Y</a>'
        '<label for="size"></label><input id="size" form="b">'
    )
    assert str(set_apart(one, "field-2")) == (
        '<a href="#field-2">X</a><a href="#field-2-size">Y</a>'
        '<label for="field-2-size"></label><input id="field-2-size" form="b">'
    )


@pytest.mark.parametrize("role", ["orders", "stock"])
def test_only_those_who_write_pages_see_it(app: Flask, client: FlaskClient, role: str) -> None:
    assert client.get(PAGE).headers["Location"] == "/staff/sign-in"
    add(app, IDA, role)
    assert browser_of(app, IDA).get(PAGE).status_code == 403
