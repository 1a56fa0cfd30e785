"""A test's hands in the shop: fill it, look into it, buy from it."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask

from storefront import catalog, inventory, mail, orders
from storefront.database import db, transaction

T = TypeVar("T")


class Shop:
    """Factories and questions, each in an app context of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def do(self, work: Callable[[], T]) -> T:
        """Runs work in a transaction and returns what it returns."""
        with self.app.app_context(), transaction():
            return work()

    def ask(self, question: Callable[[], T]) -> T:
        """Runs a read in a fresh app context."""
        with self.app.app_context():
            return question()

    def product(
        self,
        sku: str = "OIL-100",
        *,
        price_cents: int = 1290,
        stock: int = 10,
        slug: str = "",
        name: str = "Magnesium Oil",
        **more: Any,
    ) -> str:
        """A published product with one variant and some stock; returns its SKU."""

        def make() -> None:
            session = db.session
            shelf = session.scalar(sa.select(catalog.Category)) or catalog.Category(
                slug="oil", name="Oil"
            )
            session.add(shelf)
            session.flush()
            product = catalog.Product(
                slug=slug or sku.lower(),
                name=name,
                category_id=shelf.id,
                state="published",
                summary="An oil.",
                **more,
            )
            session.add(product)
            session.flush()
            session.add(
                catalog.Variant(
                    product_id=product.id,
                    sku=sku,
                    name="100 ml",
                    price_cents=price_cents,
                    currency="EUR",
                    net_content=100,
                    net_unit="ml",
                )
            )
            session.flush()
            inventory.open_stock(sku, stock)

        self.do(make)
        return sku

    def stock(self, sku: str = "OIL-100") -> tuple[int, int]:
        """On hand and held."""
        row = self.ask(lambda: db.session.get(inventory.Stock, sku))
        assert row is not None
        return row.on_hand, row.held

    def orders(self) -> list[orders.Order]:
        """All orders, oldest first."""
        query = sa.select(orders.Order).order_by(orders.Order.id)
        return self.ask(lambda: list(db.session.scalars(query)))

    def letters(self, kind: str = "order_confirmation") -> list[mail.Letter]:
        """All letters of a kind."""
        query = sa.select(mail.Letter).where(mail.Letter.kind == kind)
        return self.ask(lambda: list(db.session.scalars(query)))

    def count(self, table: type) -> int:
        """How many rows a table has."""
        query = sa.select(sa.func.count()).select_from(table)
        return self.ask(lambda: db.session.execute(query).scalar_one())

    def books_balance(self) -> None:
        """Asserts that stock, ledger, holds and lots agree and nothing is negative."""
        assert self.ask(inventory.disagreements) == []
        assert self.ask(inventory.lot_disagreements) == []


def seen_key(page: str) -> str:
    """The hidden field of the cart page that says what the shopper saw."""
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert found, "the cart page has no checkout form"
    return found.group(1)
