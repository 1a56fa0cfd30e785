"""What machines and people read of the shop, each in a way of its own, to be compared."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import extruct
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

G = "{http://base.google.com/ns/1.0}"
_METRIC = {"ml": 1, "l": 1000, "g": 1, "kg": 1000, "MLT": 1, "LTR": 1000, "GRM": 1, "KGM": 1000}
_CURRENCIES = {"€": "EUR", "EUR": "EUR", "$": "USD", "USD": "USD", "£": "GBP", "GBP": "GBP"}

Node = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What somebody says that an article costs; the unit price is for a litre or a kilogram."""

    currency: str
    price: Decimal
    was: Decimal | None
    unit_price: Decimal | None
    is_available: bool


def nodes(html: str, kind: str) -> list[Node]:
    """The nodes of one type in a page's JSON-LD, as extruct reads them."""
    found = extruct.extract(html, syntaxes=["json-ld"], errors="strict")["json-ld"]
    return [node for graph in found for node in graph["@graph"] if node["@type"] == kind]


def products(html: str) -> list[Node]:
    """The products of a page, those of a group by themselves."""
    groups = nodes(html, "ProductGroup")
    return [*nodes(html, "Product"), *(one for group in groups for one in group["hasVariant"])]


def in_linked_data(html: str) -> dict[str, Said]:
    """SKU → what the JSON-LD of a product page says."""
    return {node["sku"]: _in_offer(node["offers"]) for node in products(html)}


def _in_offer(offer: Node) -> Said:
    now, *before = offer["priceSpecification"]
    assert now["price"] == offer["price"]
    per = None
    if "referenceQuantity" in now:
        of = now["referenceQuantity"]
        per = _per(now["price"], of["value"], of["unitCode"], of["valueReference"]["unitCode"])
    was = Decimal(before[0]["price"]) if before else None
    stock = offer["availability"].rpartition("/")[2]
    assert {part["priceCurrency"] for part in (now, *before)} == {offer["priceCurrency"]}
    is_available = {"InStock": True, "OutOfStock": False}[stock]
    return Said(offer["priceCurrency"], Decimal(offer["price"]), was, per, is_available)


def items(client: FlaskClient) -> dict[str, Node]:
    """SKU → name → text of each item of the product feed; nothing is said twice but pictures."""
    found = {}
    for item in fromstring(client.get("/feeds/google.xml").data).iter("item"):
        parts = {part.tag.removeprefix(G): part.text for part in item if not len(part)}
        assert parts["id"] not in found
        found[parts["id"]] = parts
    return found


def in_feed(client: FlaskClient) -> dict[str, Said]:
    """SKU → what the product feed says."""
    return {sku: _in_item(item) for sku, item in items(client).items()}


def _in_item(item: Node) -> Said:
    price, currency = _money(item["price"]), _currency(item["price"])
    assert _currency(item.get("sale_price", item["price"])) == currency
    now = _money(item["sale_price"]) if "sale_price" in item else price
    per = None
    if "unit_pricing_measure" in item:
        value, unit = item["unit_pricing_measure"].split()
        per = _per(now, int(value), unit, item["unit_pricing_base_measure"].removeprefix("1 "))
    is_available = {"in_stock": True, "out_of_stock": False}[item["availability"]]
    was = price if now != price else None
    return Said(currency, now, was, per, is_available)


def on_page(html: str) -> Said:
    """What a product page shows of the size that is chosen on it."""
    shown = BeautifulSoup(html, "html.parser").select_one(".shop-product__price")
    assert shown
    amount = shown.select_one(".shop-price__amount")
    unit = shown.select_one(".shop-price__unit")
    stock = shown.select_one(".shop-stock")
    assert amount
    assert stock
    was = re.search(r"Lowest price in the last 30 days: (\S+)", shown.text)
    return Said(
        _currency(amount.text),
        _money(amount.text),
        _money(was[1]) if was else None,
        _money(unit.text) if unit else None,
        stock.text != "Sold out",
    )


def _currency(text: str) -> str:
    (found,) = {name for sign, name in _CURRENCIES.items() if sign in text}
    return found


def _per(price: Decimal | str, value: int, unit: str, base: str) -> Decimal:
    exact = Decimal(price) * _METRIC[base] / (value * _METRIC[unit])
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _money(text: str) -> Decimal:
    found = re.search(r"[\d,]+\.\d\d", text)
    assert found, text
    return Decimal(found[0].replace(",", ""))
