"""Whatever happens to products and guides, a guide keeps its words and its page."""

import re
from decimal import Decimal

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storefront import catalog, guides, inventory
from storefront.database import db
from storefront.guides.models import GuideLean
from support.guides import page, publish
from support.shop import Shop

BODY = """\
First [the oil](product:a "instead:c"), then [the cream](product:b), then [sit](guide:other).

The oil costs {price:SKU-a} and lasts {lasts:SKU-a}.

::: product a instead=b
Because of a.
:::

::: product c
Because of c.
:::

::: compare a b
Because of both.
:::

::: takeaways
- Use [the flakes](product:c).
:::
"""
SENTENCES = [
    "First the oil, then the cream, then sit.",
    "Because of a.",
    "Because of c.",
    "Because of both.",
    "Use the flakes.",
]
SECOND = """\
::: product b
Because of b.
:::

It lasts {lasts:SKU-b}, which is [said elsewhere](guide:the-foot-bath).
"""
GUIDES = {"the-foot-bath": SENTENCES, "second": ["Because of b.", "which is said elsewhere."]}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "rename",
                "archive",
                "publish",
                "draft",
                "delete",
                "unsell",
                "new",
                "sell out",
                "restock",
                "price",
            ]
        ),
        st.sampled_from([1, 2, 3]),
        st.integers(0, 3),
    ),
    max_size=12,
)


@given(STEPS)
@example([("delete", 1, 0), ("new", 1, 0)])
@example([("sell out", 1, 0), ("sell out", 2, 0), ("sell out", 3, 0)])
@example([("delete", 2, 0), ("new", 2, 0), ("sell out", 1, 0)])
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_no_history_of_products_breaks_a_guide(
    app: Flask, shop: Shop, steps: list[tuple[str, int, int]]
) -> None:
    _start_over(app, shop)
    for step in steps:
        shop.do(lambda step=step: _happen(*step))
        app.extensions["storefront"].pages.stamp.bump()
        for guide, sentences in GUIDES.items():
            html = page(app, guide)
            words = _words(html)
            for sentence in sentences:
                assert sentence in words
            _links_lead_somewhere(app, html)
            _cards_sell_what_is_there(app, html)


def _start_over(app: Flask, shop: Shop) -> None:
    def clear() -> None:
        tables = (guides.GuideMention, GuideLean, guides.Guide, catalog.Variant, catalog.Product)
        for table in tables:
            db.session.execute(sa.delete(table))

    shop.do(clear)
    for number, slug in enumerate("abc", start=1):
        shop.product(f"SKU-{slug}", slug=slug, id=number, use_amount=Decimal(2), uses_per_week=7)
        shop.do(lambda sku=f"SKU-{slug}": inventory.count(sku, 10, reason="counted"))
    publish(shop, slug="other")
    publish(shop, BODY)
    publish(shop, SECOND, slug="second")


def _happen(what: str, product_id: int, number: int) -> None:
    product, variant = catalog.Product, catalog.Variant
    states = {"archive": "archived", "publish": "published", "draft": "draft"}
    mine = sa.update(product).where(product.id == product_id)
    if what == "rename":
        db.session.execute(mine.values(slug=f"renamed-{product_id}-{number}"))
    elif what in states:
        db.session.execute(mine.values(state=states[what]))
    elif what == "price":
        db.session.execute(
            sa.update(variant)
            .where(variant.product_id == product_id)
            .values(price_cents=1000 + number, prior_cents=None)
        )
    elif what in {"sell out", "restock"}:
        units = number + 1 if what == "restock" else 0
        skus = sa.select(variant.sku).where(variant.product_id == product_id)
        for sku in db.session.scalars(skus.order_by(variant.sku)).all():
            inventory.count(sku, units, reason="counted")
    elif what == "unsell":
        db.session.execute(
            sa.update(variant).where(variant.product_id == product_id).values(is_sold=False)
        )
    elif what == "delete":
        db.session.execute(sa.delete(variant).where(variant.product_id == product_id))
        db.session.execute(sa.delete(product).where(product.id == product_id))
    elif db.session.get(product, product_id) is None:
        _put_another_in_its_place(product_id)


def _put_another_in_its_place(product_id: int) -> None:
    """SQLite gives the number of a deleted row to the next one; a guide must not take it over."""
    shelf = db.session.scalars(sa.select(catalog.Category)).one()
    db.session.add(catalog.Product(
        id=product_id, slug=f"new-{product_id}", name="Something else", category_id=shelf.id,
        state="published",
    ))  # fmt: skip
    db.session.flush()
    db.session.add(catalog.Variant(
        product_id=product_id, sku=f"NEW-{product_id}", name="One", price_cents=100, currency="EUR",
    ))  # fmt: skip
    db.session.flush()
    inventory.open_stock(f"NEW-{product_id}", 5)


def _words(html: str) -> str:
    """What a reader reads, without the notes that the shop adds behind a link."""
    html = re.sub(r' <span class="shop-swap-note">.*?</span>', "", html)
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def _links_lead_somewhere(app: Flask, html: str) -> None:
    visitor = app.test_client()
    shown = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S)
    assert "{" not in re.sub(r"<[^>]+>", "", shown)
    for address in set(re.findall(r'href="(/(?:products|guides)/[a-z0-9-]+)[#"]', html)):
        assert visitor.get(address).status_code == 200, address
        assert "new-" not in address  # another product under an old number is not the one meant


def _cards_sell_what_is_there(app: Flask, html: str) -> None:
    """No card without a product: each names one, and its button or form is for a SKU on sale."""
    on_sale = sa.select(catalog.Variant.sku).join(catalog.Product).where(
        catalog.Variant.is_sold.is_(True), catalog.Product.state == "published"
    )  # fmt: skip
    with app.app_context():
        known = set(db.session.scalars(on_sale))
    for card in re.findall(r'<aside class="shop-product-block.*?</aside>', html, re.S):
        assert re.search(r'<h3[^>]*><a href="/products/[^"]+">[^<]+</a>', card)
        skus = re.findall(r'(?:name="sku"|<option) value="([^"]+)"', card)
        assert skus
        assert set(skus) <= known
