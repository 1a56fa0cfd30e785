"""A host's database with the shop in it: one engine, two of everything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from conftest import POSTGRES
from storefront import Storefront, cart, schema
from storefront.database import Model
from support.host import Hosts
from support.shop import Shop

CARD = {"sku": "OIL-100", "quantity": "1"}


@pytest.fixture
def hosts(config: dict[str, object], tmp_path: Path) -> Iterator[Hosts]:
    found = Hosts(config, tmp_path / "host")
    yield found
    found.end()


class Base(DeclarativeBase):
    """A host's tables; it knows a product of its own, too."""


class Product(Base):
    """Named like one of the shop's."""

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.fixture
def hosts_db(hosts: Hosts) -> Iterator[tuple[Flask, SQLAlchemy]]:
    """A host with a database of its own and the shop on it."""
    app, db = hosts.make(), SQLAlchemy(model_class=Base)
    db.init_app(app)
    Storefront(app, url_prefix="/shop")
    with app.app_context():
        db.create_all()
    yield app, db
    with app.app_context():
        db.drop_all()


@pytest.mark.parametrize("sku", ["OIL-100", "NONE-0"], ids=["a sale", "a refusal"])
def test_the_shop_neither_commits_nor_rolls_back_what_the_host_has_half_done(
    hosts_db: tuple[Flask, SQLAlchemy], sku: str
) -> None:
    app, db = hosts_db
    Shop(app).product()
    rows = sa.select(sa.func.count()).select_from(Product)
    left: list[int | None] = []

    def begin() -> None:
        db.session.add(Product(id=7))
        if POSTGRES:  # SQLite lets one write at a time, so a host there must not wait in the middle
            db.session.flush()

    app.before_request(begin)
    app.teardown_request(lambda _: left.append(db.session.scalar(rows)))
    answer = app.test_client().post("/shop/cart/lines", data=CARD | {"sku": sku})
    assert answer.status_code == (303 if sku == "OIL-100" else 404)
    assert left == [1]
    with app.app_context():
        assert db.session.scalar(rows) == 0
    assert Shop(app).count(cart.CartLine) == (1 if sku == "OIL-100" else 0)


def test_tables_of_host_and_shop_keep_apart(hosts_db: tuple[Flask, SQLAlchemy]) -> None:
    app, db = hosts_db
    assert set(db.metadata.tables) == {"product"}
    assert {name.partition("_")[0] for name in Model.metadata.tables} == {"shop"}
    with app.app_context():
        db.drop_all()
        with db.engine.connect() as connection:
            assert not sa.inspect(connection).has_table("product")
            assert schema.is_current(connection)
        assert app.extensions["storefront"].engine.pool is db.engine.pool
    Shop(app).product()
    assert app.test_client().get("/shop/products/oil-100").status_code == 200


def test_a_host_without_flask_sqlalchemy_gets_one(hosts: Hosts) -> None:
    host = hosts.make()
    Storefront(host, url_prefix="/shop")
    assert isinstance(host.extensions["sqlalchemy"], SQLAlchemy)
    with host.app_context():
        engine = host.extensions["sqlalchemy"].engine
        assert engine.hide_parameters
        with host.extensions["storefront"].engine.connect() as connection:
            if not POSTGRES:
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_foreign_keys_of_a_hosts_sqlite_stay_as_the_host_has_them(
    hosts_db: tuple[Flask, SQLAlchemy],
) -> None:
    app, db = hosts_db
    with app.app_context():
        shops = app.extensions["storefront"].engine
        db.engine.dispose()  # a new connection, which the shop has seen begin
        with shops.connect() as connection:
            if db.engine.dialect.name == "sqlite":
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
