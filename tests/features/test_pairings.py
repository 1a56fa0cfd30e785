"""What goes with what, and why: shown while it can be bought, and through every renaming."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, inventory
from storefront.catalog.drafts import BadField
from storefront.catalog.pairings import goes_with
from storefront.database import db
from support.shop import Shop
from support.shopper import told

WHY = "For the days between."


@pytest.fixture
def pair(shop: Shop) -> int:
    """An oil that goes with flakes; the number of the oil."""
    shop.product("OIL-100", goes_with=f"flakes: {WHY}")
    shop.product("FLAKES-1", slug="flakes", name="Bath Flakes", price_cents=990)
    return shop.ask(lambda: catalog.resolve_slug("product", "oil-100")) or 0


def page(app: Flask, path: str = "/products/oil-100") -> str:
    return told(app.test_client().get(path).text)


def sell_out(shop: Shop, sku: str) -> None:
    shop.do(lambda: db.session.execute(
        sa.update(inventory.Stock).where(inventory.Stock.sku == sku).values(on_hand=0)
    ))  # fmt: skip


def test_a_product_says_what_goes_with_it_and_why(app: Flask, pair: int) -> None:
    assert f"Goes with it Bath Flakes {WHY} Add 100 ml, €9.90" in page(app)
    assert "Goes with it" not in page(app, "/products/flakes")


def test_the_cart_says_it_until_it_is_in_there(client: FlaskClient, pair: int) -> None:
    """Fails when what is in the cart is not left out."""
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": "1"})
    cart = told(client.get("/cart").text)
    assert f"Goes with what is in your cart Bath Flakes {WHY} Add 100 ml, €9.90" in cart
    client.post("/cart/lines", data={"sku": "FLAKES-1", "quantity": "1"})
    assert "Goes with" not in told(client.get("/cart").text)


def test_what_is_sold_out_or_archived_goes_with_nothing(app: Flask, shop: Shop, pair: int) -> None:
    """Fails without the guard on stock: a shopper would be led to a dead end."""
    sell_out(shop, "FLAKES-1")
    assert "Goes with" not in page(app)


def test_a_renamed_product_still_goes_with_it(app: Flask, shop: Shop, pair: int) -> None:
    shop.do(lambda: catalog.rename_product("flakes", "bath-flakes"))
    assert f"Goes with it Bath Flakes {WHY}" in page(app)
    assert 'href="/products/bath-flakes"' in app.test_client().get("/products/oil-100").text


def test_the_cheapest_size_that_is_there_is_offered(app: Flask, shop: Shop, pair: int) -> None:
    def add_sizes() -> None:
        product_id = catalog.resolve_slug("product", "flakes")
        for sku, price, units in (("FLAKES-S", 500, 0), ("FLAKES-M", 700, 3)):
            db.session.add(catalog.Variant(product_id=product_id, sku=sku, name=sku,
                                           price_cents=price, currency="EUR"))  # fmt: skip
            db.session.flush()
            inventory.open_stock(sku, units)

    shop.do(add_sizes)
    assert "Add FLAKES-M, €7.00" in page(app)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("flakes: Why not.\r\n\r\n  salt :  Because. ", "flakes: Why not.\nsalt: Because."),
        ("flakes: 20 minutes: no more", "flakes: 20 minutes: no more"),
    ],
)
def test_each_line_is_a_product_and_a_reason(written: str, kept: str) -> None:
    assert goes_with(written) == kept


@pytest.mark.parametrize(
    "written",
    ["flakes", "flakes:", "Bath Flakes: nice", "a: x\na: y", f"a: {'x' * 201}",
     "\n".join(f"p-{n}: x" for n in range(7))],
)  # fmt: skip
def test_what_is_no_pairing_is_told(written: str) -> None:
    with pytest.raises(BadField):
        goes_with(written)


def test_files_carry_it_there_and_back(shop: Shop, pair: int) -> None:
    text = shop.ask(catalog.export_yaml)
    assert f'goes_with: "flakes: {WHY}"' in text
    assert f"flakes: {WHY}" in shop.ask(catalog.export_csv)


def test_a_reason_is_checked_like_every_text(shop: Shop, pair: int) -> None:
    texts = {text.place: text.text for text in shop.ask(lambda: list(catalog.shop_texts()))}
    assert texts["product oil-100, goes_with"] == f"flakes: {WHY}"
