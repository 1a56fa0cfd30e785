"""JSON-LD of the pages, read back by another parser: what Google requires and recommends."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from conftest import Starter
from storefront import catalog, claims, reviews
from storefront.database import db
from support.catalogue import Catalogue, picture
from support.crawler import items, nodes, products
from support.guides import publish
from support.shop import Shop

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "https://schema.org/"
# developers.google.com/search/docs/appearance/structured-data/merchant-listing and
# /product-variants, but for what the shop does not keep: colours, materials, certificates.
PRODUCT = {"name", "image", "offers", "description", "brand", "gtin", "sku", "mpn", "size",
           "category"}  # fmt: skip
OFFER = {"price", "priceCurrency", "priceSpecification", "availability", "itemCondition", "url",
         "priceValidUntil", "shippingDetails", "hasMerchantReturnPolicy"}  # fmt: skip
GROUP = {"name", "description", "url", "brand", "productGroupID", "variesBy", "hasVariant", "image"}
VARIANT = PRODUCT - {"category", "description"}  # the group says them
DELIVERY = {"shippingRate", "shippingDestination", "deliveryTime"}
RETURNS = {"applicableCountry", "returnPolicyCategory", "merchantReturnDays", "returnMethod",
           "returnFees"}  # fmt: skip
ARTICLE = {"headline", "image", "datePublished", "dateModified", "author"}
EVIL = "</script><script>alert(1)</script> & <!-- \u2028 \u2029 ]]> \"quote\" 'and' ü"


@pytest.fixture
def shelf(config: dict[str, object], start_shop: Starter) -> Catalogue:
    """A shop that says who pays to send back."""
    return Catalogue(start_shop(config | {"STOREFRONT_RETURN_POSTAGE": "shopper"}))


def bottle(shelf: Catalogue, slug: str, **facts: str) -> dict[str, str]:
    """A size of a product, and a picture of it."""
    return {"sku": slug.upper(), "gtin": "4006381333931", "net_content": "100", "net_unit": "ml",
            **facts}  # fmt: skip


def show(shelf: Catalogue, slug: str, *sizes: dict[str, str], **facts: str) -> str:
    """The page of a product with a picture and prices that run for a time."""
    shelf.product(slug, *sizes, summary="Salt and water.", **facts)
    media = shelf.app.extensions["storefront"].settings.instance / "media"
    with shelf.app.app_context():
        taken = catalog.take_in(picture(size=(1600, 1200)), f"{slug}.jpg", media)
    shelf.run(catalog.set_pictures, slug, [(taken, "A bottle.", "")])
    for size in sizes:
        end = datetime.now(UTC) + timedelta(days=2)
        shelf.run(catalog.plan_price, catalog.NewPlan(size["sku"], "9.90", ends_at=end))
    return shelf.app.test_client().get(f"/products/{slug}").text


def test_a_product_of_one_size_holds_what_google_requires_and_recommends(shelf: Catalogue) -> None:
    html = show(shelf, "oil", bottle(shelf, "oil"))
    [product] = nodes(html, "Product")
    assert product.keys() >= PRODUCT
    assert product["offers"].keys() >= OFFER
    assert product["brand"] == {"@type": "Brand", "name": "Stillwater"}
    assert product["image"][0].startswith("http://127.0.0.1/media/")
    assert product["offers"]["url"] == "http://127.0.0.1/products/oil?variant=OIL"
    until = datetime.fromisoformat(product["offers"]["priceValidUntil"])
    assert timedelta(days=1) < until - datetime.now(UTC) < timedelta(days=2)
    assert nodes(html, "ProductGroup") == []


def test_sizes_are_a_group_in_which_each_is_a_product_of_its_own(shelf: Catalogue) -> None:
    html = show(shelf, "oil", bottle(shelf, "oil-a", name="100 ml"), bottle(shelf, "oil-b",
                name="250 ml", net_content="250"))  # fmt: skip
    [group] = nodes(html, "ProductGroup")
    assert group.keys() >= GROUP
    assert group["variesBy"] == [f"{SCHEMA}size"]
    assert [one["sku"] for one in group["hasVariant"]] == ["OIL-A", "OIL-B"]
    assert [one["size"] for one in group["hasVariant"]] == ["100 ml", "250 ml"]
    for variant in group["hasVariant"]:
        assert variant.keys() >= VARIANT
        assert variant["offers"].keys() >= OFFER
    feed = items(shelf.app.test_client())
    assert {item["item_group_id"] for item in feed.values()} == {group["productGroupID"]}


def test_delivery_and_returns_are_said_once_and_named_by_each_offer(shelf: Catalogue) -> None:
    html = show(shelf, "oil", bottle(shelf, "oil-a"), bottle(shelf, "oil-b", net_content="250"))
    shelf.run(catalog.set_price, "OIL-B", "49.00")
    html = shelf.app.test_client().get("/products/oil").text
    ways = {node["@id"]: node for node in nodes(html, "OfferShippingDetails")}
    rates = {id_: node["shippingRate"] for id_, node in ways.items()}
    amount = {"@type": "MonetaryAmount", "currency": "EUR"}
    assert rates == {
        "#delivery": amount | {"value": "4.90"}, "#delivery-free": amount | {"value": "0.00"},
    }  # fmt: skip
    assert all(node.keys() >= DELIVERY for node in ways.values())
    [returns] = nodes(html, "MerchantReturnPolicy")
    assert returns.keys() >= RETURNS
    assert (returns["merchantReturnDays"], returns["returnFees"]) == (
        14, f"{SCHEMA}ReturnFeesCustomerResponsibility",
    )  # fmt: skip
    offers = {one["sku"]: one["offers"] for one in products(html)}
    assert offers["OIL-A"]["shippingDetails"] == {"@id": "#delivery"}
    assert offers["OIL-B"]["shippingDetails"] == {"@id": "#delivery-free"}
    assert all(o["hasMerchantReturnPolicy"] == {"@id": "#returns"} for o in offers.values())


@pytest.mark.parametrize(
    ("note", "days"),
    [("Send it back within 30 days.", [30]), ("Send it back within 14 days.", [])],
)
def test_machines_are_told_days_of_return_only_if_people_are_told_the_same(
    config: dict[str, object], start_shop: Starter, note: str, days: list[int]
) -> None:
    own = {"STOREFRONT_RETURNS_NOTE": note, "STOREFRONT_RETURN_DAYS": "30"}
    app = start_shop(config | own)
    Shop(app).product(slug="oil")
    html = app.test_client().get("/products/oil").text
    found = [node["merchantReturnDays"] for node in nodes(html, "MerchantReturnPolicy")]
    assert found == days
    assert ["hasMerchantReturnPolicy" in one["offers"] for one in products(html)] == [bool(days)]


def test_a_reduction_that_is_announced_is_measured_as_on_the_page(shelf: Catalogue) -> None:
    show(shelf, "oil", bottle(shelf, "oil-a"))
    shelf.product("cream", {"sku": "CREAM"})
    end = datetime.now(UTC) + timedelta(days=2)
    plan = catalog.NewPlan("CREAM", "10.00", ends_at=end, is_announced=True)
    shelf.run(catalog.plan_price, plan)
    client = shelf.app.test_client()
    [product] = products(client.get("/products/cream").text)
    now, was = product["offers"]["priceSpecification"]
    assert (now["price"], was["price"]) == ("10.00", "12.90")
    assert was["priceType"] == f"{SCHEMA}StrikethroughPrice"
    item = items(client)["CREAM"]
    assert (item["price"], item["sale_price"]) == ("12.90 EUR", "10.00 EUR")
    assert "sale_price" not in items(client)["OIL-A"]  # reduced, and announced nowhere


def test_the_stars_of_buyers_are_told_as_the_page_shows_them_and_none_before_there_are_some(
    shelf: Catalogue,
) -> None:
    show(shelf, "oil", bottle(shelf, "oil-a"), bottle(shelf, "oil-b", net_content="250"))
    client = shelf.app.test_client()
    assert "aggregateRating" not in client.get("/products/oil").text
    shelf.run(lambda: db.session.add(reviews.Rating(product_id=1, fours=1, fives=2)))
    shelf.app.extensions["storefront"].pages.stamp.bump()
    html = client.get("/products/oil").text
    [group] = nodes(html, "ProductGroup")
    told = group["aggregateRating"]
    assert (told["ratingValue"], told["ratingCount"]) == ("4.7", 3)
    assert "4.7" in html.partition("<body")[2]


@pytest.mark.parametrize(
    ("own", "is_told"),
    [({"STOREFRONT_ADDRESS": "Shop Ltd, Cork"}, False),
     ({"STOREFRONT_ADDRESS": "Shop Ltd, Cork", "STOREFRONT_BRAND": "Bergquell"}, True)],
)  # fmt: skip
def test_no_brand_is_made_up(
    config: dict[str, object], start_shop: Starter, own: dict[str, str], is_told: bool
) -> None:
    app = start_shop(config | own)
    Shop(app).product(slug="oil")
    client = app.test_client()
    [product] = products(client.get("/products/oil").text)
    item = items(client)["OIL-100"]
    if is_told:
        assert (product["brand"]["name"], product["mpn"]) == ("Bergquell", "OIL-100")
        assert (item["brand"], item["mpn"]) == ("Bergquell", "OIL-100")
        assert "identifier_exists" not in item
    else:
        assert not product.keys() & {"brand", "mpn"}
        assert (item["identifier_exists"], "brand" in item) == ("no", False)


def test_a_guide_is_an_article_and_its_steps_are_a_how_to(shop: Shop, client: FlaskClient) -> None:
    steps = "::: steps minutes=20\n1. Fill **the** bowl\n   - warm\n2. Sit & rest.\n:::\n"
    publish(shop, steps, slug="bath", title="The bath")
    html = client.get("/guides/bath").text
    [article] = nodes(html, "Article")
    assert article.keys() >= ARTICLE - {"image"}
    assert article["author"] == {"@type": "Person", "name": "Ida Marwitz"}
    assert article["dateModified"] >= article["datePublished"]
    [how_to] = nodes(html, "HowTo")
    assert (how_to["name"], how_to["totalTime"]) == ("The bath", "PT20M")
    assert [step["text"] for step in how_to["step"]] == ["Fill the bowl warm", "Sit & rest."]


def test_every_page_says_the_way_back_up_and_the_front_page_who_we_are(
    shop: Shop, client: FlaskClient
) -> None:
    shop.product(slug="oil")
    publish(shop, slug="bath")
    ways = {
        path: [step["item"] for step in nodes(client.get(path).text, "BreadcrumbList")[0]
               ["itemListElement"]]
        for path in ("/products/oil", "/products/in/oil", "/guides/bath")
    }  # fmt: skip
    assert ways == {
        "/products/oil": [f"http://127.0.0.1/products/{p}" for p in ("", "in/oil", "oil")],
        "/products/in/oil": [f"http://127.0.0.1/products/{path}" for path in ("", "in/oil")],
        "/guides/bath": [f"http://127.0.0.1/guides/{path}" for path in ("", "bath")],
    }
    [store] = nodes(client.get("/").text, "OnlineStore")
    assert store.keys() >= {"name", "url", "logo", "email", "address", "contactPoint",
                            "hasMerchantReturnPolicy"}  # fmt: skip


def test_no_text_ends_the_element_or_changes_on_the_way(app: Flask, client: FlaskClient) -> None:
    Shop(app).product(slug="oil", name=EVIL)
    html = client.get("/products/oil").text
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert not set("<>&\u2028\u2029") & set(script)
    [product] = products(html)
    assert product["name"] == items(client)["OIL-100"]["title"] == f"{EVIL}, 100 ml"


def test_the_words_of_feeds_and_json_ld_pass_the_wording_rules(app: Flask, tmp_path: Path) -> None:
    """Those of the demo, whose pages are under the rules as well."""
    written = yaml.safe_load((ROOT / "demo" / "catalogue.yaml").read_text(encoding="utf-8"))
    for product in written["products"]:
        product.pop("pictures", None)
    file = tmp_path / "catalogue.yaml"
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    result = Catalogue(app).command("import-catalogue", file, "--apply")
    assert result.exit_code == 0, result.output
    client = app.test_client()
    texts = [client.get("/llms.txt").text]
    for item in items(client).values():
        texts += [item["title"], item["description"], item["product_type"]]
    for slug in re.findall(r"/products/([\w-]+)<", client.get("/sitemap-products-0.xml").text):
        html = client.get(f"/products/{slug}").text
        [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
        texts += re.findall(r'"(?:name|description|category|size)":"([^"]+)"', script)
    assert len(texts) > 100
    hits = [hit for text in texts for hit in claims.check(text)]
    assert [hit for hit in hits if hit.is_block] == []
    assert [hit for hit in claims.check("Relieves cramps.") if hit.is_block] != []
