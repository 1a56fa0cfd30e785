"""Parcels, where the goods of each order are, and words to find it by."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STAGES = "('to_pack', 'packed', 'part_shipped', 'shipped', 'nothing')"
CHECKS = {
    "packed_within": "packed_quantity BETWEEN 0 AND quantity",
    "shipped_within": "shipped_quantity BETWEEN 0 AND packed_quantity",
}
AT_ONCE = 1000
OPEN_CART = "uq_shop_order_open_cart"


def upgrade() -> None:
    """Brings the tables from 0008 to 0009; all that is paid counts as still to be packed."""
    op.drop_index(OPEN_CART, "shop_order")  # a copy on SQLite would lose its condition
    with op.batch_alter_table("shop_order") as table:
        table.add_column(
            sa.Column("stage", sa.String(length=16), nullable=False, server_default="to_pack")
        )
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.create_check_constraint(
            op.f("ck_shop_order_stage_known"), sa.text(f"stage IN {STAGES}")
        )
    with op.batch_alter_table("shop_order") as table:
        table.alter_column("stage", server_default=None)
        table.alter_column("version", server_default=None)
    _index_open_carts()
    op.create_index("ix_shop_order_state_id", "shop_order", ["state", "id"])
    op.create_index("ix_shop_order_stage_state_id", "shop_order", ["stage", "state", "id"])
    with op.batch_alter_table("shop_order_line") as table:
        for name in ("packed_quantity", "shipped_quantity"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name, rule in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_shop_order_line_{name}"), sa.text(rule))
    with op.batch_alter_table("shop_order_line") as table:
        table.alter_column("packed_quantity", server_default=None)
        table.alter_column("shipped_quantity", server_default=None)
    with op.batch_alter_table("shop_order_event") as table:
        table.add_column(
            sa.Column("actor", sa.String(length=320), nullable=False, server_default="")
        )
    with op.batch_alter_table("shop_order_event") as table:
        table.alter_column("actor", server_default=None)
    op.create_index("ix_shop_letter_reference", "shop_letter", ["reference"])
    _make_parcels()
    _make_words()


def _index_open_carts() -> None:
    is_open = sa.text("state = 'pending'")
    op.create_index(
        OPEN_CART,
        "shop_order",
        ["cart_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _make_parcels() -> None:
    op.create_table(
        "shop_parcel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("packed_by", sa.String(length=320), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=120), nullable=False),
        sa.Column("shipped_with", sa.String(length=64), nullable=False),
        sa.Column("shipped_by", sa.String(length=320), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('packed', 'shipped', 'unpacked')", name=op.f("ck_shop_parcel_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'shipped') = (shipped_at IS NOT NULL)",
            name=op.f("ck_shop_parcel_shipped_has_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_shop_parcel_order_id_shop_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_parcel")),
        sa.UniqueConstraint("order_id", "token", name=op.f("uq_shop_parcel_order_id_token")),
    )
    for columns in (["state", "id"], ["token"], ["shipped_with"], ["shipped_at"]):
        op.create_index(f"ix_shop_parcel_{'_'.join(columns)}", "shop_parcel", columns)
    op.create_table(
        "shop_parcel_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_shop_parcel_line_units_positive")),
        sa.ForeignKeyConstraint(
            ["parcel_id"],
            ["shop_parcel.id"],
            name=op.f("fk_shop_parcel_line_parcel_id_shop_parcel"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["shop_order_line.id"],
            name=op.f("fk_shop_parcel_line_order_line_id_shop_order_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_parcel_line")),
        sa.UniqueConstraint(
            "parcel_id", "order_line_id", name=op.f("uq_shop_parcel_line_parcel_id_order_line_id")
        ),
    )


def _make_words() -> None:
    word = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "shop_order_word",
        sa.Column("word", word, nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["shop_order.id"],
            name=op.f("fk_shop_order_word_order_id_shop_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "order_id", "kind", name=op.f("pk_shop_order_word")),
    )
    op.create_index("ix_shop_order_word_order_id_word", "shop_order_word", ["order_id", "word"])
    _fill_words()


def _fill_words() -> None:
    """The words of orders that are here already, as storefront/orders/words.py takes them."""
    bind, last = op.get_bind(), 0
    orders = sa.text(
        "SELECT id, email, ship_name FROM shop_order WHERE id > :last"
        f" ORDER BY id LIMIT {AT_ONCE}"
    )
    lines = sa.text(
        "SELECT order_id, sku FROM shop_order_line WHERE order_id > :first AND order_id <= :last"
    )
    table = sa.table("shop_order_word", *map(sa.column, ("word", "order_id", "kind")))
    while rows := bind.execute(orders, {"last": last}).all():
        first, last = last, rows[-1].id
        words = {(w, r.id, "label") for r in rows for w in _label(r.email, r.ship_name)}
        found = bind.execute(lines, {"first": first, "last": last})
        words |= {(_fold(line.sku), line.order_id, "goods") for line in found}
        filled = [{"word": w, "order_id": i, "kind": k} for w, i, k in sorted(words) if w]
        if filled:
            bind.execute(table.insert(), filled)


def _label(email: str, name: str) -> set[str]:
    local, _, domain = email.partition("@")
    parts = [email, domain, name, *re.split(r"[^\w]|_", local), *name.split()]
    return {_fold(part) for part in (*parts, *re.split(r"[-'’\s]", name))}


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())[:64]


def downgrade() -> None:
    """Takes the tables back from 0009 to 0008; parcels and notes' authors are lost."""
    for name in ("shop_order_word", "shop_parcel_line", "shop_parcel"):
        op.drop_table(name)
    op.drop_index("ix_shop_letter_reference", "shop_letter")
    with op.batch_alter_table("shop_order_event") as table:
        table.drop_column("actor")
    with op.batch_alter_table("shop_order_line") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_shop_order_line_{name}"), type_="check")
        table.drop_column("shipped_quantity")
        table.drop_column("packed_quantity")
    op.drop_index("ix_shop_order_stage_state_id", "shop_order")
    op.drop_index("ix_shop_order_state_id", "shop_order")
    op.drop_index(OPEN_CART, "shop_order")
    with op.batch_alter_table("shop_order") as table:
        table.drop_constraint(op.f("ck_shop_order_stage_known"), type_="check")
        table.drop_column("version")
        table.drop_column("stage")
    _index_open_carts()
