"""Migrations make exactly what the models say, on both databases; a host's tables stay alone."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from storefront import schema
from storefront.database import attach_engine

LEDGERS = {
    "shop_stock_movement": {"sku": "A", "change": 1, "reason": "counted"},
    "shop_price_change": {"sku": "A", "price_cents": 100, "currency": "EUR"},
}


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """An idle connection to a migrated database, as the shop opens it."""
    engine = attach_engine(sa.create_engine(database_url), is_own=True)
    with engine.connect() as found:
        yield found
        found.rollback()
    engine.dispose()


def difference(connection: Connection) -> list[object]:
    """What the models have and the tables lack, or the other way round."""
    options = {
        "include_name": schema.is_ours,
        "version_table": schema.VERSION_TABLE,
        "compare_type": True,
    }
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, schema.metadata()))


def test_models_equal_migrations(connection: Connection) -> None:
    assert difference(connection) == []


def test_a_column_that_no_migration_makes_is_noticed(connection: Connection) -> None:
    connection.execute(sa.text("ALTER TABLE shop_letter DROP COLUMN error"))
    assert [found[0] for found in difference(connection)] == ["add_column"]


def test_check_constraints_of_models_and_tables_have_the_same_names(
    connection: Connection,
) -> None:
    inspector = sa.inspect(connection)
    for table in schema.metadata().tables.values():
        wanted = {str(one.name) for one in table.constraints if isinstance(one, sa.CheckConstraint)}
        found = {one["name"] for one in inspector.get_check_constraints(table.name)}
        assert found == wanted, table.name


def test_upgrading_twice_changes_nothing(connection: Connection) -> None:
    assert schema.is_current(connection)
    connection.rollback()
    assert schema.upgrade(connection) is False


def test_upgrading_inside_a_transaction_is_refused(connection: Connection) -> None:
    connection.execute(sa.text("SELECT 1"))
    with pytest.raises(RuntimeError, match="idle connection"):
        schema.upgrade(connection)


def test_a_database_of_an_older_version_is_not_current(connection: Connection) -> None:
    connection.execute(sa.text(f"UPDATE {schema.VERSION_TABLE} SET version_num = 'older'"))
    assert not schema.is_current(connection)


def test_a_hosts_tables_and_migrations_are_left_alone(connection: Connection) -> None:
    connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    connection.execute(sa.text("INSERT INTO alembic_version VALUES ('of the host')"))
    connection.execute(sa.text("CREATE TABLE host_post (id INTEGER PRIMARY KEY)"))
    connection.commit()
    try:
        assert difference(connection) == []
        connection.rollback()
        command.downgrade(schema.alembic_config(connection), f"{schema.BRANCH}@base")
        tables = set(sa.inspect(connection).get_table_names())
        assert tables == {"alembic_version", "host_post", schema.VERSION_TABLE}
        connection.commit()
        assert schema.upgrade(connection) is True
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        assert found == "of the host"
    finally:
        connection.rollback()
        connection.execute(sa.text("DROP TABLE alembic_version"))
        connection.execute(sa.text("DROP TABLE host_post"))
        connection.commit()


def test_foreign_keys_hold_after_a_migration(connection: Connection) -> None:
    command.downgrade(schema.alembic_config(connection), f"{schema.BRANCH}@base")
    connection.commit()
    schema.upgrade(connection)
    with pytest.raises(IntegrityError):
        _insert(connection, "shop_stock_movement", LEDGERS["shop_stock_movement"])


@pytest.mark.parametrize("table", sorted(LEDGERS))
@pytest.mark.parametrize("statement", ["UPDATE {} SET sku = 'B'", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_a_ledger(
    connection: Connection, table: str, statement: str
) -> None:
    _insert(connection, "shop_stock", {"sku": "A", "on_hand": 1, "held": 0})
    _insert(connection, table, LEDGERS[table])
    connection.commit()
    with pytest.raises(IntegrityError, match="append-only"):
        connection.execute(sa.text(statement.format(table)))
    connection.rollback()
    assert connection.execute(sa.text(f"SELECT sku FROM {table}")).scalars().all() == ["A"]


def _insert(connection: Connection, table: str, values: dict[str, object]) -> None:
    connection.execute(sa.insert(schema.metadata().tables[table]).values(values))
