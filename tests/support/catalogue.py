"""A test's catalogue: products in one line, files to import, pictures to take in."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from PIL import Image

from storefront import catalog
from storefront.database import db, transaction


class Catalogue:
    """Verbs of the catalogue, each in an app context and a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def category(self, slug: str = "oil", name: str = "Oil") -> None:
        with self.app.app_context(), transaction():
            catalog.save_category(slug, name=name)

    def product(self, slug: str, *sizes: dict[str, Any], **facts: Any) -> None:
        """A published product; each size is its facts, a SKU and a price being made up."""
        category = facts.pop("category", "oil")
        self.category(category, category.title())
        with self.app.app_context(), transaction():
            facts = {"name": slug.title(), "state": "published", **facts}
            catalog.save_product(slug, category=category, **facts)
            for number, size in enumerate(sizes or ({},), start=1):
                given = {"name": "100 ml", "price": "12.90", "opening_stock": 10, **size}
                sku = given.pop("sku", f"{slug}-{number}".upper())
                catalog.save_variant(slug, sku, **given)

    def run(self, verb: Any, *args: Any, **more: Any) -> Any:
        """Calls a verb in a transaction."""
        with self.app.app_context(), transaction():
            return verb(*args, **more)

    def ask(self, query: Any, *args: Any, **more: Any) -> Any:
        """Calls a read as a page would."""
        with self.app.test_request_context():
            return query(*args, **more)

    def command(self, *words: str | Path) -> Result:
        """Runs flask shop …"""
        return self.app.test_cli_runner().invoke(args=["shop", *map(str, words)])

    def rows(self, table: type) -> list[dict[str, Any]]:
        """All rows of a table, by id."""
        with self.app.app_context():
            query = sa.select(*table.__table__.columns).order_by(table.id)  # type: ignore[attr-defined]
            return [dict(row) for row in db.session.execute(query).mappings()]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collects the SQL that is sent, without BEGIN."""
        sent: list[str] = []

        def listen(*args: Any) -> None:
            if not args[2].startswith("BEGIN"):
                sent.append(args[2])

        with self.app.app_context():
            engine = self.app.extensions["storefront"].engine
        sa.event.listen(engine, "before_cursor_execute", listen)
        try:
            yield sent
        finally:
            sa.event.remove(engine, "before_cursor_execute", listen)


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: Any
) -> bytes:
    """A small picture file with a gradient in it."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()
