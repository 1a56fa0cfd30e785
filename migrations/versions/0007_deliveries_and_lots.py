"""Deliveries, lots, and recalls of a lot; stock that lies in blocked lots."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STOCK = "shop_stock"
BOOK = "shop_lot_movement"


def upgrade() -> None:
    """Adds the tables; no SKU is kept in lots until somebody says so."""
    for name in ("blocked", "shelf_life_days"):
        check = f"CONSTRAINT ck_{STOCK}_{name.removesuffix('_days')}_not_negative CHECK ({name} >= 0)"
        op.execute(f"ALTER TABLE {STOCK} ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0 {check}")
    op.execute(f"ALTER TABLE {STOCK} ADD COLUMN lots_from INTEGER")
    _make_deliveries()
    _make_lots()
    _make_receipts()
    _make_recalls()
    _make_append_only()


def _make_deliveries() -> None:
    op.create_table(
        "shop_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_delivery")),
        sa.UniqueConstraint("token", name=op.f("uq_shop_delivery_token")),
    )
    for columns in (["closed_at", "id"], ["closed_at", "expected_on"]):
        op.create_index(f"ix_shop_delivery_{'_'.join(columns)}", "shop_delivery", columns)
    op.create_table(
        "shop_delivery_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.CheckConstraint("units > 0", name=op.f("ck_shop_delivery_line_units_positive")),
        sa.CheckConstraint(
            "received >= 0", name=op.f("ck_shop_delivery_line_received_not_negative")
        ),
        _key("shop_delivery_line", "delivery_id", "shop_delivery.id"),
        _key("shop_delivery_line", "sku", "shop_stock.sku"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_delivery_line")),
        sa.UniqueConstraint("delivery_id", "sku", name=op.f("uq_shop_delivery_line_delivery_id_sku")),
    )
    op.create_index("ix_shop_delivery_line_sku", "shop_delivery_line", ["sku"])


def _make_lots() -> None:
    op.create_table(
        "shop_lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("last_sale_on", sa.Date(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_short", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("units >= 0", name=op.f("ck_shop_lot_units_not_negative")),
        sa.CheckConstraint(
            "state IN ('usable', 'quarantined')", name=op.f("ck_shop_lot_state_known")
        ),
        _key("shop_lot", "sku", "shop_stock.sku"),
        _key("shop_lot", "delivery_id", "shop_delivery.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_lot")),
        sa.UniqueConstraint("sku", "code", name=op.f("uq_shop_lot_sku_code")),
    )
    for columns in (
        ["code"], ["expires_on", "id"], ["state", "id"], ["is_short", "last_sale_on"]
    ):  # fmt: skip
        op.create_index(f"ix_shop_lot_{'_'.join(columns)}", "shop_lot", columns)
    op.create_table(
        BOOK,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        _key(BOOK, "lot_id", "shop_lot.id"),
        _key(BOOK, "sku", "shop_stock.sku"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{BOOK}")),
    )
    for columns in (["lot_id", "id"], ["reference", "sku"], ["sku", "id"]):
        op.create_index(f"ix_{BOOK}_{'_'.join(columns)}", BOOK, columns)


def _make_receipts() -> None:
    op.create_table(
        "shop_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=120), nullable=False),
        _key("shop_receipt", "delivery_id", "shop_delivery.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_receipt")),
        sa.UniqueConstraint("token", name=op.f("uq_shop_receipt_token")),
    )
    op.create_index("ix_shop_receipt_delivery_id", "shop_receipt", ["delivery_id"])
    op.create_table(
        "shop_receipt_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.CheckConstraint("units > 0", name=op.f("ck_shop_receipt_line_units_positive")),
        _key("shop_receipt_line", "receipt_id", "shop_receipt.id"),
        _key("shop_receipt_line", "sku", "shop_stock.sku"),
        _key("shop_receipt_line", "lot_id", "shop_lot.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_receipt_line")),
    )
    op.create_index("ix_shop_receipt_line_receipt_id", "shop_receipt_line", ["receipt_id"])
    op.create_index("ix_shop_receipt_line_sku_id", "shop_receipt_line", ["sku", "id"])


def _make_recalls() -> None:
    op.create_table(
        "shop_recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=300), nullable=False),
        sa.Column("hazard", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("remedies", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        _key("shop_recall", "lot_id", "shop_lot.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_recall")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_shop_recall_lot_id")),
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _make_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {BOOK}_refuses_{verb.lower()} BEFORE {verb} ON {BOOK} "
                f"BEGIN SELECT RAISE(ABORT, '{BOOK} is append-only'); END"
            )
        return
    op.execute(
        f"""
        CREATE FUNCTION {BOOK}_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{BOOK} is append-only' USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {BOOK}_refuses_change BEFORE UPDATE OR DELETE ON {BOOK} "
        f"FOR EACH ROW EXECUTE FUNCTION {BOOK}_refuses()"
    )


def downgrade() -> None:
    """Takes the tables away again; stock stays as it is, and blocked units can be sold."""
    tables = ("shop_recall", "shop_receipt_line", "shop_receipt", BOOK, "shop_lot")
    for table in (*tables, "shop_delivery_line", "shop_delivery"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {BOOK}_refuses()")
    for name in ("lots_from", "shelf_life_days", "blocked"):
        op.execute(f"ALTER TABLE {STOCK} DROP COLUMN {name}")
