"""What crawlers are given: heads of pages, site map, product feed, llms.txt and robots.txt."""

import re

import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader

from conftest import Starter
from storefront import catalog, inventory
from storefront.database import db
from storefront.errors import SettingsError
from support.catalogue import Catalogue, picture
from support.guides import publish
from support.shop import Shop

HERE = "http://127.0.0.1"
CRAWLED = ["/sitemap.xml", "/sitemap-pages.xml", "/sitemap-guides.xml", "/sitemap-products-0.xml",
           "/feeds/google.xml", "/llms.txt"]  # fmt: skip


@pytest.fixture
def filled(shop: Shop) -> Shop:
    """A product, a shelf and a guide."""
    shop.product(slug="oil")
    publish(shop, slug="bath")
    return shop


def head(client: FlaskClient, path: str) -> dict[str, str]:
    """What a page's head says, by the name of each thing."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    soup = BeautifulSoup(answer.text, "html.parser")
    found = {
        str(meta.get("property") or meta.get("name")): str(meta["content"])
        for meta in soup.select("head meta[content]")
    }
    for link in soup.select("head link[rel=canonical]"):
        assert "canonical" not in found
        found["canonical"] = str(link["href"])
    for link in soup.select("head link[hreflang]"):
        found[f"hreflang {link['hreflang']}"] = str(link["href"])
    return found


def addresses(client: FlaskClient, path: str) -> list[str]:
    """Every <loc> of a file."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return [str(e.text) for e in fromstring(answer.data).iter() if e.tag.endswith("}loc")]


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/", "/"),
        ("/?from=letter", "/"),
        ("/products/", "/products/"),
        ("/products/?page=1&from=letter", "/products/"),
        ("/products/?page=2", "/products/?page=2"),
        ("/products/?page=9", "/products/"),
        ("/products/in/oil", "/products/in/oil"),
        ("/products/oil", "/products/oil"),
        ("/products/oil?variant=OIL-100", "/products/oil"),
        ("/guides/", "/guides/"),
        ("/guides/bath", "/guides/bath"),
    ],
)
def test_a_page_has_one_address(
    client: FlaskClient, filled: Shop, path: str, canonical: str
) -> None:
    for number in range(25):  # two pages
        filled.product(f"P-{number}", slug=f"p-{number}")
    found = head(client, path)
    assert found["canonical"] == found["og:url"] == f"{HERE}{canonical}"
    assert "robots" not in found


@pytest.mark.parametrize("query", ["in_stock=1", "sort=price", "sort=name&page=1"])
def test_a_filtered_list_is_not_to_be_found(client: FlaskClient, filled: Shop, query: str) -> None:
    for path in ("/products/", "/products/in/oil"):
        found = head(client, f"{path}?{query}")
        assert found["robots"] == "noindex, follow"
        assert found["canonical"].startswith(f"{HERE}{path}?")


@pytest.mark.parametrize("path", ["/cart", "/orders/find", "/checkout/cancelled", "/nowhere"])
def test_private_pages_and_errors_are_in_no_search_engine(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "canonical" not in answer.text


def test_a_link_that_is_shared_shows_a_picture_that_is_there(
    app: Flask, client: FlaskClient, filled: Shop
) -> None:
    media = app.extensions["storefront"].settings.instance / "media"
    with app.app_context():
        taken = catalog.take_in(picture(size=(1600, 1200)), "oil.jpg", media)
    shelf = Catalogue(app)
    shelf.run(catalog.set_pictures, "oil", [(taken, "A bottle.", "")])
    found = head(client, "/products/oil")
    assert (found["og:type"], found["og:title"]) == ("product", "Magnesium Oil")
    assert found["og:description"] == "An oil."
    size = found["og:image:width"], found["og:image:height"]
    assert (size, found["og:image:alt"]) == (("960", "720"), "A bottle.")
    assert found["og:image"].startswith(f"{HERE}/media/")
    assert client.get(found["og:image"].removeprefix(HERE)).status_code == 200
    assert found["og:image"] in addresses(client, "/sitemap-products-0.xml")
    assert found["og:image"] in client.get("/feeds/google.xml").text
    assert head(client, "/products/")["og:image"] == found["og:image"]


def test_a_page_names_itself_in_every_language_that_the_shop_speaks(
    filled: Shop, config: dict[str, object], start_shop: Starter
) -> None:
    both = f"en={HERE},de=https://de.shop.example/laden/"
    client = start_shop(config | {"STOREFRONT_LANGUAGES": both}).test_client()
    found = head(client, "/products/oil?variant=OIL-100")
    assert {name: url for name, url in found.items() if name.startswith("hreflang")} == {
        "hreflang en": f"{HERE}/products/oil",
        "hreflang de": "https://de.shop.example/laden/products/oil",
        "hreflang x-default": f"{HERE}/products/oil",
    }
    assert "hreflang de" not in head(client, "/products/?in_stock=1")
    assert "hreflang de" not in head(filled.app.test_client(), "/products/oil")


@pytest.mark.parametrize(
    "languages",
    ["de", "de=ftp://shop.example", "de=https://de.example", f"en={HERE},en={HERE}", f"x={HERE}"],
)
def test_languages_that_make_no_sense_stop_the_start(
    config: dict[str, object], start_shop: Starter, languages: str
) -> None:
    with pytest.raises(SettingsError, match="STOREFRONT_LANGUAGES must look like"):
        start_shop(config | {"STOREFRONT_LANGUAGES": languages})


def test_the_site_map_leads_to_every_page_that_is_open_and_to_no_other(
    app: Flask, client: FlaskClient, filled: Shop
) -> None:
    shelf = Catalogue(app)
    for state in ("draft", "archived"):
        shelf.product(f"oil-{state}", state=state)
    shelf.product("unsold", {"is_sold": "no"}, category="cream")
    shelf.product("sold-out", {"opening_stock": "0"})
    files = addresses(client, "/sitemap.xml")
    found = [url for file in files for url in addresses(client, file.removeprefix(HERE))]
    assert sorted(url.removeprefix(HERE) for url in found) == [
        "/", "/guides/", "/guides/bath", "/products/", "/products/in/oil", "/products/oil",
        "/products/sold-out",
    ]  # fmt: skip
    for url in found:
        assert head(client, url.removeprefix(HERE))["canonical"] == url


@pytest.mark.parametrize("number", ["1", "999999", "1000000", "99999999999999999999", "-1", "x"])
def test_a_part_of_the_site_map_without_products_is_not_there(
    client: FlaskClient, filled: Shop, number: str
) -> None:
    assert client.get(f"/sitemap-products-{number}.xml").status_code == 404


def far_off(shop: Shop) -> None:
    """A product whose id is of another thousand."""

    def make() -> None:
        db.session.add(
            catalog.Product(
                id=12_345, slug="far", name="Far", category_id=1, state="published", summary="Far."
            )
        )
        db.session.flush()
        db.session.add(
            catalog.Variant(
                product_id=12_345, sku="FAR", name="1 piece", price_cents=500, currency="EUR"
            )
        )
        inventory.open_stock("FAR", 3)

    shop.do(make)


def test_a_large_shop_is_mapped_and_fed_in_parts(
    app: Flask, client: FlaskClient, filled: Shop
) -> None:
    far_off(filled)
    files = addresses(client, "/sitemap.xml")
    assert files[2:] == [f"{HERE}/sitemap-products-{number}.xml" for number in (0, 12)]
    assert addresses(client, "/sitemap-products-12.xml") == [f"{HERE}/products/far"]
    with Catalogue(app).statements() as sent:
        answer = client.get("/feeds/google.xml", buffered=True)
    assert len(sent) == 1 + 2 * 2
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    ids = [str(e.text) for e in fromstring(answer.data).iter() if e.tag.endswith("}id")]
    assert ids == ["OIL-100", "FAR"]


def test_a_feed_in_parts_is_answered_with_nothing_new_until_something_public_changes(
    app: Flask, client: FlaskClient, filled: Shop
) -> None:
    far_off(filled)
    tag = client.get("/feeds/google.xml", buffered=True).headers["ETag"]
    with Catalogue(app).statements() as sent:
        known = client.get("/feeds/google.xml", headers={"If-None-Match": tag})
    assert (known.status_code, known.data, sent) == (304, b"", [])
    Catalogue(app).run(inventory.adjust, "FAR", -3, reason="damaged")
    answer = client.get("/feeds/google.xml", headers={"If-None-Match": tag}, buffered=True)
    assert answer.status_code == 200
    assert "<g:availability>out_of_stock</g:availability>" in answer.text


def test_between_the_parts_of_a_feed_no_connection_is_held(
    app: Flask, client: FlaskClient, filled: Shop
) -> None:
    far_off(filled)
    pool = app.extensions["storefront"].engine.pool
    taken: list[int] = []
    with client.get("/feeds/google.xml", buffered=False) as answer:
        for _ in answer.response:
            taken.append(pool.checkedout())
    assert taken == [0] * 4


@pytest.mark.parametrize("path", CRAWLED)
def test_what_crawlers_ask_for_is_kept_like_a_page_and_dropped_like_one(
    app: Flask, client: FlaskClient, filled: Shop, path: str
) -> None:
    client.get("/cart")  # a process looks at the clock of prices once
    with Catalogue(app).statements() as sent:
        first = client.get(path)
    assert 0 < len(sent) <= 6
    with Catalogue(app).statements() as sent:
        tag = {"If-None-Match": first.headers["ETag"]}
        assert client.get(path).data == first.data
        assert client.get(path, headers=tag).status_code == 304
        assert client.head(path).data == b""
    assert sent == []
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Set-Cookie" not in first.headers
    shelf = Catalogue(app)
    shelf.product("new", {"sku": "NEW"}, category="new")
    publish(filled, slug="new-guide")
    assert client.get(path, headers=tag).status_code == 200
    assert "new" in client.get(path).text or path == "/sitemap.xml"


def test_what_xml_cannot_say_is_left_out_of_it(app: Flask, client: FlaskClient) -> None:
    Shop(app).product(slug="oil", name="Oil \x0b<&> \ufffe\U0001f6c1 ]]>")
    [title] = [e.text for e in fromstring(client.get("/feeds/google.xml").data).iter()
               if e.tag.endswith("}title")]  # fmt: skip
    assert title == "Oil <&> \U0001f6c1 ]]>, 100 ml"


def test_nothing_in_llms_txt_means_more_than_its_words(app: Flask, client: FlaskClient) -> None:
    Shop(app).product(slug="oil", name="Oil](https://evil.example)\n# [x")
    text = client.get("/llms.txt").text
    assert f"- [Oil\\](https://evil.example) \\# \\[x]({HERE}/products/oil): An oil.\n" in text
    assert text.startswith("# Stillwater\n\n> Magnesium for bath and skin\n")


def test_llms_txt_names_terms_products_shelves_and_guides(
    client: FlaskClient, filled: Shop
) -> None:
    text = client.get("/llms.txt").text
    assert "Delivery €4.90, free from €49.00." in text
    assert re.findall(r"\]\(http://127\.0\.0\.1([^)]*)\)", text) == [
        "/products/oil", "/products/in/oil", "/guides/bath", "/feeds/google.xml", "/sitemap.xml",
        "/guides/feed.atom",
    ]  # fmt: skip


def test_robots_are_shown_the_site_map_and_kept_from_what_is_private(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /cart", "Disallow: /staff", f"Sitemap: {HERE}/sitemap.xml"} <= set(lines)


def layout_of_a_host(app: Flask) -> FlaskClient:
    app.jinja_loader = DictLoader({"own.html": "{% extends 'storefront/layout.html' %}"})
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/products/oil", "/guides/bath"])
def test_a_public_page_may_be_found_also_inside_a_hosts_layout(
    filled: Shop, config: dict[str, object], start_shop: Starter, path: str
) -> None:
    client = layout_of_a_host(start_shop(config | {"STOREFRONT_LAYOUT": "own.html"}))
    answer = client.get(path)
    assert "X-Robots-Tag" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
    assert head(client, path)["canonical"] == f"{HERE}{path}"
