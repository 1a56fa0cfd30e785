"""Small parts by themselves: form encoding, typed values, cards, money."""

import ast
import calendar
from pathlib import Path

import pytest

import storefront.stripe_box
from storefront.stripe_box import Refusal
from storefront.stripe_box.api.endpoints import ENDPOINTS
from storefront.stripe_box.api.validation import typed
from storefront.stripe_box.api.wire import decode
from storefront.stripe_box.money import written
from storefront.stripe_box.payments import cards
from storefront.stripe_box.resources.emails import is_email
from storefront.stripe_box.settings import is_loopback, is_web_url

FOLDER = Path(storefront.stripe_box.__file__).parent
NOW = calendar.timegm((2026, 11, 21, 0, 0, 0))


def test_brackets_become_nested_values() -> None:
    tree = decode("a[0][b]=1&a[0][c]=%C3%A9&d[]=x&d[]=y&e=")
    assert tree == {"a": {"0": {"b": "1", "c": "é"}}, "d": {"0": "x", "1": "y"}, "e": ""}


@pytest.mark.parametrize("text", ["a=1&a[b]=2", "a[b]=2&a=1", "a[b=1"])
def test_contradicting_names_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        decode(text)


def test_values_get_the_types_of_the_schema() -> None:
    schema = {
        "type": "object",
        "properties": {
            "on": {"type": "boolean"},
            "when": {"anyOf": [{"type": "object", "properties": {"gt": {"type": "integer"}}},
                               {"type": "integer"}]},
            "list": {"type": "array", "items": {"type": "integer"}},
            "unset": {"anyOf": [{"type": "object"}, {"type": "string", "enum": [""]}]},
        },
    }  # fmt: skip
    raw = decode("on=true&when[gt]=5&list[1]=2&list[0]=1&unset=")
    assert typed(schema, raw) == {"on": True, "when": {"gt": 5}, "list": [1, 2], "unset": ""}
    assert typed(schema, decode("when=5")) == {"when": 5}
    with pytest.raises(Refusal, match="Invalid boolean: yes"):
        typed(schema, decode("on=yes"))


def test_every_known_card_number_is_a_possible_one() -> None:
    assert all(cards.passes_luhn(number) for number in cards.TEST_CARDS)
    assert not cards.passes_luhn("4242424242424241")


@pytest.mark.parametrize("expiry", ["11/26", "11 / 2026", "1126", "11-26", " 12 / 30 "])
def test_an_expiry_may_be_written_in_many_ways(expiry: str) -> None:
    card, mistakes = cards.read_card(number="4242424242424242", expiry=expiry, cvc="123", now=NOW)
    assert mistakes == []
    assert card is not None
    assert card.exp_year in (2026, 2030)


@pytest.mark.parametrize("expiry", ["10/26", "00/30", "13/30", "12/2099", "1/", "soon", ""])
def test_a_wrong_expiry_is_a_mistake(expiry: str) -> None:
    card, mistakes = cards.read_card(number="4242424242424242", expiry=expiry, cvc="123", now=NOW)
    assert card is None
    assert [mistake.field for mistake in mistakes] == ["expiry"]


@pytest.mark.parametrize("text", ["a@b.de", "first.last+tag@sub.example.com", "ö@example.com"])
def test_email_addresses(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize("text", ["", "a", "a@b", "@b.de", "a@b..de", "a b@c.de", "a@@b.de"])
def test_no_email_addresses(text: str) -> None:
    assert not is_email(text)


def test_addresses_of_the_web_and_of_this_machine() -> None:
    assert is_web_url("https://shop.example/a?b={C}")
    assert not any(is_web_url(text) for text in ("", "/a", "http://", "http://x:y/", "a b"))
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not any(is_loopback(host) for host in ("", "0.0.0.0", "127.0.0.1.example", "example"))


def test_amounts_are_written_with_their_decimals() -> None:
    assert written(123456, "eur") == "€1,234.56"
    assert written(500, "jpy") == "¥500"
    assert written(1500, "kwd") == "KWD1.500"


def test_every_endpoint_is_in_stripes_description() -> None:
    assert all("properties" in endpoint.operation.parameters for endpoint in ENDPOINTS)
    assert len({(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}) == len(ENDPOINTS)


def test_the_box_imports_nothing_of_the_shop() -> None:
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= len(file.relative_to(FOLDER).parts), file
                assert not (node.module or "").startswith("storefront"), file
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("storefront") for alias in node.names), file


def test_the_licence_travels_with_the_description() -> None:
    licence = (FOLDER / "api" / "stripe-openapi-LICENSE.txt").read_text(encoding="utf-8")
    assert "MIT License" in licence
    assert "openapi.json" in licence
