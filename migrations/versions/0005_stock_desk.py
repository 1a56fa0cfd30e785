"""What staff need to keep the stock: low marks, counts that are undone, stock-takes, files."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOVEMENT = "shop_stock_movement"


def upgrade() -> None:
    """Brings the tables from 0004 to 0005.

    Columns are added in words that both databases take as they are: copying the ledger to change
    it would lose its triggers on SQLite.
    """
    for column in (
        "low_at INTEGER CONSTRAINT ck_shop_stock_low_at_not_negative CHECK (low_at >= 0)",
        "edits INTEGER NOT NULL DEFAULT 0",
        "is_low_told BOOLEAN NOT NULL DEFAULT false",
    ):
        op.execute(f"ALTER TABLE shop_stock ADD COLUMN {column}")
    op.execute(f"ALTER TABLE {MOVEMENT} ADD COLUMN undoes_id INTEGER")
    op.create_index(f"uq_{MOVEMENT}_undoes_id", MOVEMENT, ["undoes_id"], unique=True)
    op.create_index(f"ix_{MOVEMENT}_reason", MOVEMENT, ["reason", "moved_at", "sku", "change"])
    _make_counts()
    _make_files()


def _make_counts() -> None:
    op.create_table(
        "shop_stock_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_by", sa.String(length=320), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=320), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'booked', 'cancelled')",
            name=op.f("ck_shop_stock_count_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_stock_count")),
    )
    op.create_index("ix_shop_stock_count_state_id", "shop_stock_count", ["state", "id"])
    line = "shop_stock_count_line"
    op.create_table(
        line,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("books", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_by", sa.String(length=320), nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f(f"ck_{line}_counted_not_negative")),
        sa.ForeignKeyConstraint(
            ["count_id"], ["shop_stock_count.id"], name=op.f(f"fk_{line}_count_id")
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_stock.sku"], name=op.f(f"fk_{line}_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{line}")),
        sa.UniqueConstraint("count_id", "sku", name=op.f(f"uq_{line}_count_id_sku")),
    )
    op.create_index(f"ix_{line}_count_id_place", line, ["count_id", "place"])


def _make_files() -> None:
    op.create_table(
        "shop_stock_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("handed_in_by", sa.String(length=320), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_stock_file")),
    )


def downgrade() -> None:
    """Takes the tables back from 0005 to 0004; marks, open counts and files are lost."""
    for table in ("shop_stock_file", "shop_stock_count_line", "shop_stock_count"):
        op.drop_table(table)
    op.drop_index(f"ix_{MOVEMENT}_reason", MOVEMENT)
    op.drop_index(f"uq_{MOVEMENT}_undoes_id", MOVEMENT)
    op.execute(f"ALTER TABLE {MOVEMENT} DROP COLUMN undoes_id")
    for column in ("is_low_told", "edits", "low_at"):
        op.execute(f"ALTER TABLE shop_stock DROP COLUMN {column}")
