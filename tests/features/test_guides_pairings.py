"""What goes with the products of a guide stands below it, sells from there, and counts for it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, guides, inventory
from storefront.database import db
from storefront.insights.models import GuideAdd, LostDemand
from support.catalogue import Catalogue
from support.guides import in_request, page, publish, written
from support.shop import Shop
from support.shopper import told

WHY = "For the days between."
CARD = "Warm water.\n\n::: product oil\nBecause it dries quickly.\n:::\n"
SAID = f"Goes well together Salt with Oil {WHY} Add 1 kg, €9.90"


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    """An oil that goes with salt, and a cream that goes with nothing."""
    shelf = Catalogue(app)
    shelf.product("oil", {"sku": "OIL"}, goes_with=f"salt: {WHY}")
    kilo = {"sku": "SALT", "name": "1 kg", "net_content": 1000, "net_unit": "g", "price": "9.90"}
    shelf.product("salt", kilo, category="salt")
    shelf.product("cream", {"sku": "CREAM"}, category="cream")
    return shelf


def sell_out(app: Flask, *skus: str) -> None:
    shelf = Catalogue(app)
    for sku in skus:
        shelf.run(inventory.count, sku, 0, reason="counted")


def below(app: Flask) -> str:
    """The words below the guide, '' without any."""
    words = told(page(app))
    at = words.find("Goes well together")
    return words[at : words.index("Read and write comments")] if at >= 0 else ""


def counted(shop: Shop, table: type = GuideAdd) -> list[tuple[str, str]]:
    """Block and SKU of everything in the sums."""
    query = sa.select(table.block, table.sku)  # type: ignore[attr-defined]
    return shop.ask(lambda: sorted(tuple(row) for row in db.session.execute(query)))


def hidden(html: str, name: str) -> list[str]:
    """The values of the hidden fields of this name, in their order."""
    return [part.split('"')[0] for part in html.split(f'name="{name}" value="')[1:]]


def test_a_guide_says_what_goes_with_its_products_and_why(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, CARD)
    assert below(app).startswith(SAID)
    assert "€9.90 / kg" in below(app)
    publish(shop, "Take [the oil](product:oil).\n")
    assert below(app).startswith(SAID)


def test_what_is_added_there_counts_for_the_guide_and_the_reader_stays(
    app: Flask, shop: Shop, shelf: Catalogue, client: FlaskClient
) -> None:
    """Fails when the ledger does not know the place: the press would be of no block."""
    publish(shop, CARD)
    section = page(app).split('<section class="shop-pairings')[1]
    form = {
        name: hidden(section, name)[0] for name in ("sku", "quantity", "guide", "block", "next")
    }
    answer = client.post("/cart/lines", data=form)

    assert (answer.status_code, answer.location) == (303, "/guides/the-foot-bath#pairings")
    assert 'id="pairings"' in page(app)
    assert counted(shop) == [("pairings", "SALT")]
    assert "Chosen in The foot bath" in told(client.get("/cart").text)
    sell_out(app, "SALT")
    client.set_cookie("shop_cart", "")
    client.post("/cart/lines", data=form)
    assert counted(shop, LostDemand) == [("pairings", "SALT")]


@pytest.mark.parametrize(
    "more",
    [
        "Or [salt](product:salt).\n",
        "::: product salt\nFor the bath.\n:::\n",
        "::: product cream instead=salt\nFor the skin.\n:::\n",
    ],
)
def test_what_the_guide_speaks_of_is_not_said_once_more(
    app: Flask, shop: Shop, shelf: Catalogue, more: str
) -> None:
    """Fails when what the text names is not left out."""
    publish(shop, f"{CARD}\n{more}")
    assert below(app) == ""


def test_what_stands_in_for_a_sold_out_product_is_not_said_once_more(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    """Fails when only what the text names is left out: here the salt is the nearest to another."""
    small = {"sku": "GRAIN", "net_content": 900, "net_unit": "g"}
    shelf.product("grain", small, category="salt")
    publish(shop, f"{CARD}\n::: product grain\nFor the sink.\n:::\n")
    assert below(app).startswith(SAID)
    sell_out(app, "GRAIN")
    assert "Instead Salt" in told(page(app))
    assert below(app) == ""


@pytest.mark.parametrize("sku", ["SALT", "OIL"])
def test_nothing_goes_together_while_one_of_both_is_sold_out(
    app: Flask, shop: Shop, shelf: Catalogue, sku: str
) -> None:
    """Fails without either look at the stock; a page that was kept is dropped by the sale."""
    publish(shop, CARD)
    assert below(app)
    sell_out(app, sku)
    assert below(app) == ""
    shelf.run(inventory.count, sku, 2, reason="received")
    assert below(app).startswith(SAID)


def say(*lines: str) -> Callable[[Catalogue], object]:
    return lambda shelf: shelf.run(catalog.save_product, "oil", goes_with="\n".join(lines))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (say(), ""),
        (say("salt: Twice a week."), "Goes well together Salt with Oil Twice a week."),
        (say("cream: Later."), "Goes well together Cream with Oil Later."),
        (say("no-such: Why not."), ""),
        (lambda shelf: shelf.run(catalog.archive_product, "salt"), ""),
        (lambda shelf: shelf.run(catalog.archive_product, "oil"), ""),
        (lambda shelf: shelf.run(catalog.save_product, "salt", state="draft"), ""),
        (lambda shelf: shelf.run(catalog.save_variant, "salt", "SALT", is_sold=False), ""),
        (lambda shelf: shelf.run(catalog.rename_product, "salt", "sea-salt"), SAID),
        (
            lambda shelf: shelf.run(catalog.save_variant, "salt", "SALT", price="8.00"),
            SAID.replace("9.90", "8.00"),
        ),
    ],
)
def test_a_kept_page_is_dropped_when_a_pairing_changes(
    app: Flask,
    shop: Shop,
    shelf: Catalogue,
    change: Callable[[Catalogue], object],
    words: str,
) -> None:
    publish(shop, CARD)
    assert below(app).startswith(SAID)
    change(shelf)
    assert below(app).startswith(words) if words else below(app) == ""


def test_a_former_address_leads_to_its_product_and_not_to_who_has_it_now(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    shelf.run(catalog.rename_product, "salt", "sea-salt")
    shelf.run(catalog.rename_product, "sea-salt", "rock-salt")
    shelf.run(catalog.save_product, "oil", goes_with=f"sea-salt: {WHY}\nsalt: Again.")
    publish(shop, CARD)
    assert below(app).startswith(SAID)
    assert "Again" not in below(app)
    assert 'href="/products/rock-salt"' in page(app)


def test_three_are_shown_in_the_order_in_which_the_guide_speaks_of_the_products(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    for name in ("a", "b", "c"):
        shelf.product(name, {"sku": name.upper()})
    shelf.run(catalog.save_product, "cream", goes_with="b: First.\na: Second.\nsalt: Third.")
    shelf.run(catalog.save_product, "oil", goes_with="a: Too late.\nc: Fourth.")
    publish(shop, "Take [cream](product:cream).\n\n" + CARD)
    found = in_request(app, lambda: guides.guide_page("the-foot-bath"))
    assert found is not None
    assert [(one.name, one.reason, one.beside_name) for one in found.pairings] == [
        ("B", "First.", "Cream"), ("A", "Second.", "Cream"), ("Salt", "Third.", "Cream"),
    ]  # fmt: skip


def test_what_goes_together_costs_a_page_no_statement(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    """With everything at once: thirty products, all of them paired, one sold out, one renamed."""
    for number in range(30):
        shelf.product(f"p-{number}", {"sku": f"P-{number}", "net_content": 9, "net_unit": "ml"})
    names = [f"p-{number}" for number in range(25)]
    publish(shop, "".join(f"::: product {name}\nWhy.\n:::\n\n" for name in names))
    sell_out(app, "P-7")
    without = statements(app)
    for name in names:
        shelf.run(catalog.save_product, name, goes_with="p-28: x\nsalt: y\np-1: z")
    shelf.run(catalog.rename_product, "p-28", "q-28")
    assert statements(app) == without <= 6
    assert below(app).startswith("Goes well together P-28 with P-0 x Add")


def statements(app: Flask) -> int:
    app.extensions["storefront"].pages.stamp.bump()
    app.extensions["storefront"].pictures.clear()
    client = app.test_client()
    client.get("/cart")  # a process looks at the clocks once
    with Catalogue(app).statements() as sent:
        assert client.get("/guides/the-foot-bath").status_code == 200
    return len(sent)


def test_a_preview_shows_it_too(app: Flask, shop: Shop, shelf: Catalogue) -> None:
    found = in_request(app, lambda: guides.preview_page(written(CARD).decode()))
    assert [(one.name, one.reason) for one in found.pairings] == [("Salt", WHY)]


def test_what_the_cart_adds_to_an_article_counts_for_the_guide_of_that_article(
    app: Flask, shop: Shop, shelf: Catalogue, client: FlaskClient
) -> None:
    """Fails when the cart's form carries no guide; the place is told from those in the guide."""
    publish(shop, CARD)
    client.post("/cart/lines", data={"sku": "OIL", "quantity": 1, "guide": "the-foot-bath",
                                     "block": "product-1"})  # fmt: skip
    section = client.get("/cart").text.split('<section class="shop-pairings')[1]
    form = {name: hidden(section, name)[0] for name in ("sku", "quantity", "guide", "block")}
    assert client.post("/cart/lines", data=form).location == "/cart"

    assert counted(shop) == [("in-cart", "SALT"), ("product-1", "OIL")]
    words = told(client.get("/cart").text)
    assert "Oil 100 ml · €12.90 each Chosen in The foot bath" in words
    assert "€9.90 / kg per kilogram Goes with what you chose in The foot bath" in words


def test_what_the_cart_adds_to_an_article_of_no_guide_is_no_guides(
    app: Flask, shop: Shop, shelf: Catalogue, client: FlaskClient
) -> None:
    """Fails when any guide in the cart will do: the cream came from one, the oil did not."""
    publish(shop, CARD)
    client.post("/cart/lines", data={"sku": "CREAM", "quantity": 1, "guide": "the-foot-bath"})
    client.post("/cart/lines", data={"sku": "OIL", "quantity": 1})
    section = client.get("/cart").text.split('<section class="shop-pairings')[1]
    assert hidden(section, "sku") == ["SALT"]
    assert hidden(section, "guide") == hidden(section, "block") == []
