"""JSON-LD by schema.org, as Google reads it: articles, guides, the way back up, and who we are."""

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from ..delivery import DeliveryOption
from ..money import plain_money
from ..pages import settings
from ..reviews import RatingView
from .mapping import BASES, Article, Goods, Picture, brand, return_days

Node = dict[str, Any]

_SCHEMA = "https://schema.org/"
_UNIT_CODES = {"ml": "MLT", "l": "LTR", "g": "GRM", "kg": "KGM"}  # UN/CEFACT
_POSTAGE = {"shopper": "ReturnFeesCustomerResponsibility", "shop": "FreeReturn"}
_MOST_COUNTRIES = 50  # as many as a policy may name
# Nothing in a text can end the script element, or a line of it for an old reader.
_SAFE = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def script(*nodes: Node) -> Markup:
    """The text of a script element of type application/ld+json."""
    graph = {"@context": "https://schema.org", "@graph": nodes}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_SAFE))  # noqa: S704 - no < and no & is left in it


def product_nodes(goods: Goods, rating: RatingView) -> list[Node]:
    """A product, or a group of them where it comes in several sizes, and the terms they share."""
    if len(goods.articles) == 1:
        [article] = goods.articles
        node = _article(article) | _described(goods) | {"category": goods.category}
    else:
        node = _described(goods) | {
            "@type": "ProductGroup",
            "name": goods.name,
            "url": goods.url,
            "productGroupID": goods.group,
            "variesBy": [f"{_SCHEMA}size"],
            "hasVariant": [_article(article) for article in goods.articles],
        }
        node |= _brand()
    node |= _rating(rating)
    return [node, *_terms(goods.articles)]


def trail(*steps: tuple[str, str]) -> Node:
    """The way to a page: label and absolute address of each step, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": label, "item": url}
            for place, (label, url) in enumerate(steps, start=1)
        ],
    }


def returns_node() -> Node | None:
    """What may be sent back, where the pages name a number of days."""
    found, days = settings(), return_days()
    if not days:
        return None
    node = {
        "@type": "MerchantReturnPolicy",
        "@id": "#returns",
        "applicableCountry": list(found.countries[:_MOST_COUNTRIES]),
        "returnPolicyCategory": f"{_SCHEMA}MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": days,
        "returnMethod": f"{_SCHEMA}ReturnByMail",
    }
    if fees := _POSTAGE.get(found.STOREFRONT_RETURN_POSTAGE):
        node["returnFees"] = _SCHEMA + fees
    return node


def _rating(rating: RatingView) -> Node:
    """The average of all buyers who gave stars, as it stands on the page; nothing without any."""
    if not rating.count:
        return {}
    stars = {"ratingValue": str(rating.average), "ratingCount": rating.count}
    return {"aggregateRating": {"@type": "AggregateRating"} | stars}


def _described(goods: Goods) -> Node:
    return {"description": goods.summary} | _images(goods.pictures)


def _images(pictures: Sequence[Picture]) -> Node:
    return {"image": [picture.url for picture in pictures]} if pictures else {}


def _brand() -> Node:
    name = brand()
    return {"brand": {"@type": "Brand", "name": name}} if name else {}


def _article(article: Article) -> Node:
    node: Node = {
        "@type": "Product",
        "name": article.title,
        "sku": article.sku,
        "size": article.size,
        "offers": _offer(article),
    } | _images(article.pictures[:1])
    if article.gtin:
        node["gtin"] = article.gtin
    if brand():
        node |= {"mpn": article.sku} | _brand()
    return node


def _offer(article: Article) -> Node:
    stock = "InStock" if article.is_available else "OutOfStock"
    offer: Node = {
        "@type": "Offer",
        "url": article.url,
        "price": article.price,
        "priceCurrency": article.currency,
        "priceSpecification": _prices(article),
        "availability": _SCHEMA + stock,
        "itemCondition": f"{_SCHEMA}NewCondition",
        "shippingDetails": _deliveries(article),
    }
    if article.price_until:
        offer["priceValidUntil"] = article.price_until.isoformat(timespec="seconds")
    if return_days():
        offer["hasMerchantReturnPolicy"] = {"@id": "#returns"}
    return offer


def _prices(article: Article) -> list[Node]:
    """The price with what it is for, and what it was before an announced reduction."""
    now: Node = _price(article.price, article.currency) | {"valueAddedTaxIncluded": True}
    if article.unit:
        base = _quantity(1, BASES[article.unit])
        now["referenceQuantity"] = _quantity(article.content, article.unit) | {
            "valueReference": base
        }
    if not article.was:
        return [now]
    was = {"priceType": f"{_SCHEMA}StrikethroughPrice"}
    return [now, _price(article.was, article.currency) | was]


def _price(price: str, currency: str) -> Node:
    return {"@type": "UnitPriceSpecification", "price": price, "priceCurrency": currency}


def _quantity(value: int, unit: str) -> Node:
    return {"@type": "QuantitativeValue", "value": value, "unitCode": _UNIT_CODES[unit]}


def _terms(articles: Sequence[Article]) -> list[Node]:
    """Delivery and returns, each said once and named by those that it holds for."""
    ways = {
        _delivery_id(way): _delivery(way, countries, article.currency)
        for article in articles
        for way, countries in article.deliveries
    }
    nodes = list(ways.values())
    returns = returns_node()
    return [*nodes, returns] if returns else nodes


def _deliveries(article: Article) -> Node | list[Node]:
    named: list[Node] = [{"@id": _delivery_id(way)} for way, _ in article.deliveries]
    return named[0] if len(named) == 1 else named


def _delivery_id(way: DeliveryOption) -> str:
    if not way.price_cents:
        return "#delivery-free"
    is_usual = way.price_cents == settings().STOREFRONT_DELIVERY_CENTS
    return "#delivery" if is_usual else f"#delivery-{way.price_cents}"


def _delivery(way: DeliveryOption, countries: Sequence[str], currency: str) -> Node:
    """How one unit by itself travels. The shop promises days from order to door, and no parts."""
    least, most = way.days
    return {
        "@type": "OfferShippingDetails",
        "@id": _delivery_id(way),
        "shippingRate": {
            "@type": "MonetaryAmount",
            "value": plain_money(way.price_cents, currency),
            "currency": currency,
        },
        "shippingDestination": [
            {"@type": "DefinedRegion", "addressCountry": code} for code in countries
        ],
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": _days(0, 0),
            "transitTime": _days(least, most),
        },
    }


def _days(least: int, most: int) -> Node:
    return {
        "@type": "QuantitativeValue",
        "minValue": least,
        "maxValue": most,
        "unitCode": "DAY",
    }
