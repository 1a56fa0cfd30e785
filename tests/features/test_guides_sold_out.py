"""Guides that know the stock: what stands in for what is sold out, and words that never change."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, guides, inventory
from storefront.database import db
from storefront.insights.models import LostDemand
from support.catalogue import Catalogue
from support.guides import page, problems, publish, written
from support.shop import Shop
from support.shopper import told

CARD = "::: product oil\nBecause it dries quickly.\n:::\n"
LINK = "Take [the oil](product:oil), then sit.\n"


def size(sku: str, content: int | None = 100, unit: str = "ml", **more: Any) -> dict[str, Any]:
    return {
        "sku": sku,
        "name": f"{content} {unit}",
        "net_content": content,
        "net_unit": unit,
        **more,
    }


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    """Oils of 100, 90, 250 ml and one by weight on one shelf, a cream of 100 ml on another."""
    shelf = Catalogue(app)
    shelf.product("oil", size("OIL-100"))
    shelf.product("near", size("NEAR-90", 90))
    shelf.product("far", size("FAR-250", 250))
    shelf.product("salt", size("SALT-100", 100, "g"))
    shelf.product("cream", size("CREAM-100"), category="cream")
    return shelf


def sell_out(shop: Shop, *skus: str) -> None:
    shop.do(lambda: [inventory.count(sku, 0, reason="counted") for sku in sorted(skus)])


def come_back(shop: Shop, sku: str, units: int = 3) -> None:
    shop.do(lambda: inventory.count(sku, units, reason="received"))


def block(html: str, id_: str = "product-1") -> str:
    found = re.search(rf'<aside class="shop-product-block[^>]*id="{id_}".*?</aside>', html, re.S)
    assert found, html
    return found[0]


def test_a_card_in_stock_sells_the_product_that_the_guide_speaks_of(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, CARD)
    card = block(page(app))
    assert 'name="sku" value="OIL-100"' in card
    assert "€129.00" in card  # a litre
    assert "Sold out" not in card


def test_the_nearest_of_the_same_shelf_and_unit_stands_in_for_what_is_sold_out(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, CARD)
    sell_out(shop, "OIL-100")
    card = block(page(app))
    words = told(card)
    assert (
        "Oil Because it dries quickly. Sold out for now, so we show something else: Near" in words
    )
    assert 'name="sku" value="NEAR-90"' in card
    assert 'name="block" value="product-1"' in card  # the sale is still this block's
    assert 'name="sku" value="OIL-100"' not in card

    sell_out(shop, "NEAR-90")
    assert 'name="sku" value="FAR-250"' in block(page(app))
    come_back(shop, "OIL-100")
    assert 'name="sku" value="OIL-100"' in block(page(app))


def test_the_authors_alternative_comes_before_the_nearest_as_long_as_there_is_some(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, CARD.replace("product oil", "product oil instead=cream"))
    sell_out(shop, "OIL-100")
    assert 'name="sku" value="CREAM-100"' in block(page(app))
    sell_out(shop, "CREAM-100")
    assert 'name="sku" value="NEAR-90"' in block(page(app))


def test_without_anything_near_readers_sign_up_for_one_letter_and_the_guide_is_counted(
    app: Flask, shop: Shop, shelf: Catalogue, client: FlaskClient
) -> None:
    publish(shop, "::: product salt\nFor the bath.\n:::\n")
    sell_out(shop, "SALT-100")
    card = block(page(app), "product-4")
    assert "Salt For the bath. Sold out for now Tell me when it is back" in told(card)
    sent = {
        "email": "ida@mail.example",
        **dict(re.findall(r'name="(sku|guide)" value="([^"]+)', card)),
    }
    assert client.post("/sign-ups", data=sent).status_code == 303
    lost = shop.ask(lambda: db.session.scalars(sa.select(LostDemand)).one())
    assert (lost.sku, lost.guide_slug, lost.sign_ups) == ("SALT-100", "the-foot-bath", 1)


def test_several_sold_out_sizes_are_chosen_in_the_sign_up_and_two_forms_share_no_id(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    shelf.product("balm", size("BALM-1", 30, "g"), size("BALM-2", 60, "g"), category="balm")
    publish(shop, CARD.replace("oil", "balm") + "\n" + CARD.replace("oil", "salt"))
    sell_out(shop, "BALM-1", "BALM-2", "SALT-100", "OIL-100", "NEAR-90", "FAR-250")
    html = page(app)
    assert re.findall(r'<option value="(BALM-\d)"', block(html, "product-6")) == [
        "BALM-1",
        "BALM-2",
    ]
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_an_archived_product_leaves_the_sentence_and_nothing_else(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, CARD + "\n" + LINK)
    shelf.run(catalog.archive_product, "oil")
    html = page(app)
    assert 'class="shop-product-block' not in html
    assert "Because it dries quickly." in html
    assert "<p>Take the oil, then sit.</p>" in html


def test_a_link_keeps_its_words_and_is_followed_by_a_note_once_in_each_block(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    body = (
        LINK
        + '\nOr [again](product:oil).\n\n::: takeaways\n- [Oil](product:oil "instead:cream")\n:::\n'
    )
    publish(shop, body)
    assert "sold out" not in page(app)
    sell_out(shop, "OIL-100")
    html = page(app)
    note = (
        '<span class="shop-swap-note">(sold out for now; see <a href="/products/{}">{}</a>)</span>'
    )
    assert f'<a href="/products/oil">the oil</a> {note.format("near", "Near")}, then sit.' in html
    assert '<a href="/products/oil">again</a>.' in html
    assert f'<a href="/products/oil">Oil</a> {note.format("cream", "Cream")}' in html


def test_a_link_to_what_nothing_is_near_to_leads_to_the_sign_up(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, LINK.replace("product:oil", "product:salt"))
    sell_out(shop, "SALT-100")
    html = page(app)
    assert (
        '(sold out for now; <a href="/products/salt#sign-up">be told when it is back</a>)' in html
    )
    assert 'id="sign-up"' in app.test_client().get("/products/salt").text


def test_a_comparison_names_what_stands_in(app: Flask, shop: Shop, shelf: Catalogue) -> None:
    publish(shop, "::: compare oil salt\nTwo ways.\n:::\n")
    sell_out(shop, "OIL-100", "SALT-100")
    words = told(page(app))
    assert "Sold out for now. Instead: Near Sold out for now. Be told when it is back" in words


def test_of_two_that_are_equally_near_the_cheaper_stands_in(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    shelf.product("cheap", size("CHEAP-110", 110, price="9.90"))
    publish(shop, CARD)
    sell_out(shop, "OIL-100")
    assert 'name="sku" value="CHEAP-110"' in block(page(app))


def test_a_kit_stands_in_only_while_its_parts_are_there(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    shelf.product(
        "pair", size("PAIR", 100, price="9.90", kit="1 CREAM-100, 1 SALT-100", opening_stock=0)
    )
    publish(shop, CARD)
    sell_out(shop, "OIL-100")
    assert 'name="sku" value="PAIR"' in block(page(app))
    sell_out(shop, "SALT-100")
    assert 'name="sku" value="NEAR-90"' in block(page(app))


@pytest.mark.parametrize(("unfit", "by"), [("archived", "state"), ("draft", "state")])
def test_what_is_not_on_sale_never_stands_in(
    app: Flask, shop: Shop, shelf: Catalogue, unfit: str, by: str
) -> None:
    publish(shop, CARD.replace("product oil", "product oil instead=cream"))
    sell_out(shop, "OIL-100")
    for slug in ("cream", "near"):
        shelf.run(catalog.save_product, slug, **{by: unfit})
    assert 'name="sku" value="FAR-250"' in block(page(app))


def test_a_new_product_under_the_number_of_a_deleted_alternative_is_not_it(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    """SQLite gives numbers again; without shop_guide_lean the page would show the newcomer."""
    publish(shop, CARD.replace("product oil", "product oil instead=cream"))

    def replace() -> None:
        cream = db.session.scalar(
            sa.select(catalog.Product.id).where(catalog.Product.slug == "cream")
        )
        db.session.execute(sa.delete(catalog.Variant).where(catalog.Variant.product_id == cream))
        db.session.execute(sa.delete(catalog.Product).where(catalog.Product.id == cream))
        db.session.add(
            catalog.Product(id=cream, slug="new", name="New", category_id=2, state="published")
        )
        db.session.flush()
        db.session.add(catalog.Variant(
            product_id=cream, sku="NEW", name="One", price_cents=100, currency="EUR",
        ))  # fmt: skip
        db.session.flush()
        inventory.open_stock("NEW", 5)

    shop.do(replace)
    sell_out(shop, "OIL-100")
    assert 'name="sku" value="NEAR-90"' in block(page(app))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("::: product oil instead=oil\nWhy.\n:::\n", "“instead” names no other product."),
        ("::: product oil instead=\"\"\nWhy.\n:::\n", "“instead” names no other product."),
        ("::: quote by=Ida instead=cream\nWhy.\n:::\n", "A quote block has no “instead”."),
        ('[Oil](product:oil "instaed:cream")\n', "“instaed:cream” names no other product."),
        ('[Oil](product:oil "instead:oil")\n', "“instead:oil” names no other product."),
    ],
)  # fmt: skip
def test_an_alternative_that_is_none_is_told_with_its_place(body: str, wrong: str) -> None:
    (problem,) = problems(written(body))
    assert wrong in problem
    assert problem.startswith("guide.md:8:")


def test_an_unknown_alternative_is_told_with_the_one_that_was_meant(
    shop: Shop, shelf: Catalogue
) -> None:
    with pytest.raises(guides.BrokenGuide) as broken:
        publish(shop, '[Oil](product:oil "instead:craem")\n')
    assert str(broken.value) == (
        "guide.md:8:28: There is no product “craem”. Did you mean “cream”?"
    )
