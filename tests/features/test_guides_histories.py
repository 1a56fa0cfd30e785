"""Whatever happens to products and guides, a guide keeps its words and its page."""

import re

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storefront import catalog, guides
from storefront.database import db
from support.guides import page, publish
from support.shop import Shop

BODY = """\
First [the oil](product:a), then [the cream](product:b), then [sit](guide:other).

::: product a
Because of a.
:::

::: compare a b
Because of both.
:::

::: takeaways
- Use [the flakes](product:c).
:::
"""
SENTENCES = ["First the oil, then the cream, then sit.", "Use the flakes."]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rename", "archive", "publish", "draft", "delete", "unsell", "new"]),
        st.sampled_from([1, 2, 3]),
        st.integers(0, 3),
    ),
    max_size=12,
)


@given(STEPS)
@example([("delete", 1, 0), ("new", 1, 0)])
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_no_history_of_products_breaks_a_guide(
    app: Flask, shop: Shop, steps: list[tuple[str, int, int]]
) -> None:
    _start_over(app, shop)
    for step in steps:
        shop.do(lambda step=step: _happen(*step))
        app.extensions["storefront"].pages.stamp.bump()
        words = _words(page(app))
        for sentence in SENTENCES:
            assert sentence in words
        _links_lead_somewhere(app)


def _start_over(app: Flask, shop: Shop) -> None:
    def clear() -> None:
        for table in (guides.GuideMention, guides.Guide, catalog.Variant, catalog.Product):
            db.session.execute(sa.delete(table))

    shop.do(clear)
    for number, slug in enumerate("abc", start=1):
        shop.product(f"SKU-{slug}", slug=slug, id=number)
    publish(shop, slug="other")
    publish(shop, BODY)


def _happen(what: str, product_id: int, number: int) -> None:
    product, variant = catalog.Product, catalog.Variant
    states = {"archive": "archived", "publish": "published", "draft": "draft"}
    mine = sa.update(product).where(product.id == product_id)
    if what == "rename":
        db.session.execute(mine.values(slug=f"renamed-{product_id}-{number}"))
    elif what in states:
        db.session.execute(mine.values(state=states[what]))
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


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def _links_lead_somewhere(app: Flask) -> None:
    visitor = app.test_client()
    for address in set(re.findall(r'href="(/(?:products|guides)/[a-z0-9-]+)"', page(app))):
        assert visitor.get(address).status_code == 200, address
        assert "new-" not in address  # another product under an old number is not the one meant
