"""Migrations make exactly what the models say, on both databases; a host's tables stay alone."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from conftest import new_database
from storefront import schema
from storefront.database import attach_engine
from storefront.orders import words

LEDGERS = {
    "shop_stock_movement": {"sku": "A", "change": 1, "reason": "counted"},
    "shop_price_change": {"sku": "A", "price_cents": 100, "currency": "EUR"},
    "shop_audit_entry": {"actor": "A", "action": "counted", "subject": "SKU A"},
}


@pytest.fixture(scope="module")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of these tests' own, as they drop its tables and make others."""
    made = new_database("migrations", tmp_path_factory.mktemp("template"))
    return made.removeprefix("sqlite:///")


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
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 'B'", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_a_ledger(
    connection: Connection, table: str, statement: str
) -> None:
    _insert(connection, "shop_stock", {"sku": "A", "on_hand": 1, "held": 0})
    _insert(connection, table, LEDGERS[table])
    connection.commit()
    column = next(iter(LEDGERS[table]))
    with pytest.raises(IntegrityError, match="append-only"):
        connection.execute(sa.text(statement.format(table, column)))
    connection.rollback()
    assert connection.execute(sa.text(f"SELECT {column} FROM {table}")).scalars().all() == ["A"]


def _insert(connection: Connection, table: str, values: dict[str, object]) -> None:
    connection.execute(sa.insert(schema.metadata().tables[table]).values(values))


MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLD_ORDER = {
    "content_key": "k", "currency": "EUR", "subtotal_cents": 1290, "delivery_name": "Post",
    "delivery_cents": 490, "total_cents": 1780, "vat_cents": 284, "attempt": 1, "email": "",
    "session_expires_at": MOMENT, "ship_name": "", "ship_address": "", "ship_country": "",
    "placed_at": MOMENT, "attention": "",
}  # fmt: skip
OLD_REFUND = {
    "order_reference": "r-paid", "amount_cents": 1780, "currency": "EUR", "attempts": 3,
    "error": "", "due_at": MOMENT,
}  # fmt: skip
SKUS = ("OIL-100", "FÜSSE/75")


def test_money_of_the_first_version_is_kept(connection: Connection) -> None:
    """Payments, second payments, refunds that failed and orders on hold, with their sentence."""
    command.downgrade(schema.alembic_config(connection), f"{schema.BRANCH}@0001")
    connection.commit()
    old = sa.MetaData()
    old.reflect(connection, only=["shop_order", "shop_refund"])
    for state, payment, attention in (
        ("paid", "pi_1", "Paid a second time."),
        ("on_hold", "pi_2", "Paid 1 EUR but the order says 17.80 EUR."),
        ("expired", None, ""),
    ):
        row = {"reference": f"r-{state}", "state": state, "payment_id": payment}
        connection.execute(
            old.tables["shop_order"].insert(), {**OLD_ORDER, **row, "attention": attention}
        )
    for state, payment, reason in (("failed", "pi_3", "paid_twice"), ("done", "pi_4", "sold_out")):
        row = {"state": state, "payment_id": payment, "reason": reason}
        connection.execute(old.tables["shop_refund"].insert(), {**OLD_REFUND, **row})
    connection.commit()
    schema.upgrade(connection)
    assert _rows(connection, "SELECT id, order_reference, amount_cents FROM shop_payment") == [
        ("pi_1", "r-paid", 1780),
        ("pi_2", "r-on_hold", 1780),
        ("pi_3", "r-paid", 1780),
        ("pi_4", "r-paid", 1780),
    ]
    assert _rows(connection, "SELECT asked_by, state, attempts FROM shop_refund") == [
        ("paid_twice:pi_3", "due", 3),
        ("sold_out:pi_4", "done", 3),
    ]
    assert _rows(connection, "SELECT kind, subject, sentence FROM shop_money_case") == [
        ("paid_otherwise", "pi_2", "Paid 1 EUR but the order says 17.80 EUR.")
    ]
    connection.rollback()
    command.downgrade(schema.alembic_config(connection), f"{schema.BRANCH}@0001")
    connection.commit()
    assert len(_rows(connection, "SELECT id, attention FROM shop_order")) == 3
    connection.rollback()
    assert schema.upgrade(connection) is True
    for table in ("shop_money_case", "shop_payment", "shop_refund", "shop_order"):
        connection.execute(sa.text(f"DELETE FROM {table}"))
    connection.commit()


BUYERS = (
    ("ida.o'neill+shop@Mail.Example", "Ida O’Neill-Lüdenscheidt"),
    ("müller_7@post.example", "  JÜRGEN  Straße "),
    ("", ""),
    ("a@b.example", "نور الهدى"),
)


def test_old_orders_are_found_by_the_same_words_as_new_ones(connection: Connection) -> None:
    """More of them than are read at once. Fails when _fill_words() forgets lines or a batch."""
    many = 1005
    command.downgrade(schema.alembic_config(connection), f"{schema.BRANCH}@0008")
    connection.commit()
    old = sa.MetaData()
    old.reflect(connection, only=["shop_order", "shop_order_line"])
    order = {name: value for name, value in OLD_ORDER.items() if name != "attention"}
    connection.execute(
        old.tables["shop_order"].insert(),
        [
            {**order, "id": n, "reference": f"r-{n}", "state": "paid", "email": BUYERS[n % 4][0],
             "ship_name": BUYERS[n % 4][1]}
            for n in range(1, many + 1)
        ],
    )  # fmt: skip
    line = {
        "name": "Oil", "variant": "100 ml", "quantity": 1, "unit_price_cents": 1290,
        "line_cents": 1290, "tax_basis_points": 0, "guide_slug": "", "block": "",
        "refunded_quantity": 0,
    }  # fmt: skip
    rows = [{**line, "order_id": n, "sku": sku} for n in (1, 1000, 1001, many) for sku in SKUS]
    connection.execute(old.tables["shop_order_line"].insert(), rows)
    connection.commit()
    schema.upgrade(connection)
    for n in range(1, many + 1):
        label = {(word, n, "label") for word in words.words_of_label(*BUYERS[n % 4])}
        goods = {(word, n, "goods") for word in words.words_of_goods(SKUS)}
        wanted = label | (goods if n in {1, 1000, 1001, many} else set())
        ask = sa.text("SELECT word, order_id, kind FROM shop_order_word WHERE order_id = :n")
        assert {tuple(row) for row in connection.execute(ask, {"n": n})} == wanted, n
    connection.rollback()
    for table in ("shop_order_word", "shop_order_line", "shop_order"):
        connection.execute(sa.text(f"DELETE FROM {table}"))
    connection.commit()


def _rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return sorted(tuple(row) for row in connection.execute(sa.text(query)))


def test_the_text_of_each_guide_becomes_its_first_revision(connection: Connection) -> None:
    """A public one is shown, a draft is not. Fails without the INSERT, or with shown for all."""
    command.downgrade(schema.alembic_config(connection), f"{schema.BRANCH}@0016")
    connection.commit()
    old = sa.MetaData()
    old.reflect(connection, only=["shop_guide"])
    guide = {"summary": "S", "blocks": [], "minutes_to_read": 1, "author": "A", "reviewer": "",
             "updated_on": MOMENT.date(), "ai_use": "", "picture_alt": "",
             "updated_at": MOMENT}  # fmt: skip
    for state in ("published", "draft"):
        row = {"slug": state, "title": state, "state": state, "source": f"text of {state}"}
        connection.execute(old.tables["shop_guide"].insert(), {**guide, **row})
    connection.commit()
    schema.upgrade(connection)
    assert _rows(
        connection,
        "SELECT g.slug, g.newest, g.shown, r.number, r.source FROM shop_guide g"
        " JOIN shop_guide_revision r ON r.guide_id = g.id",
    ) == [("draft", 1, 0, 1, "text of draft"), ("published", 1, 1, 1, "text of published")]
    connection.execute(sa.text("DELETE FROM shop_guide_revision"))
    connection.execute(sa.text("DELETE FROM shop_guide"))
    connection.commit()


def test_of_signatures_for_the_same_words_the_newest_counts(connection: Connection) -> None:
    """One for other markets, and one withdrawn before, stay as they are."""
    command.downgrade(schema.alembic_config(connection), f"{schema.BRANCH}@0025")
    connection.commit()
    words = {"place": "guide 7", "rule_id": "D12", "sentence": "s", "reason": "r", "evidence": "e",
             "author": "a"}  # fmt: skip
    for by, markets, withdrawn in (
        ("ann", "US UK EU", MOMENT), ("bo", "US UK EU", None), ("cy", "EU", None),
        ("di", "US UK EU", None),
    ):  # fmt: skip
        row = {"signed_by": by, "markets": markets, "withdrawn_at": withdrawn}
        _insert(connection, "shop_claim_sign_off", {**words, **row})
    connection.commit()
    schema.upgrade(connection)
    assert _rows(connection, "SELECT signed_by, withdrawn_by FROM shop_claim_sign_off") == [
        ("ann", ""), ("bo", "an update of the shop"), ("cy", ""), ("di", ""),
    ]  # fmt: skip
    counting = "SELECT signed_by FROM shop_claim_sign_off WHERE withdrawn_at IS NULL"
    assert _rows(connection, counting) == [("cy",), ("di",)]
    connection.execute(sa.text("DELETE FROM shop_claim_sign_off"))
    connection.commit()
