"""Payments, refunds by line or amount, disputes, and cases for staff."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD_STATES = "pending paid expired cancelled on_hold refunding refunded"
STATES = (
    "pending processing paid on_hold expired failed cancelled refunding refunded disputed"
    " charged_back"
)
OLD_REFUNDS = "due done failed"
REFUNDS = "due sent done failed void"
REFUNDED = ("ck_shop_order_line_refunded_within", "refunded_quantity BETWEEN 0 AND quantity")


def upgrade() -> None:
    """Brings the tables from 0001 to 0002, with what they hold."""
    _create_tables()
    _add_to_refunds()
    _change_states("shop_refund", REFUNDS)
    _change_states("shop_order", STATES)
    with op.batch_alter_table("shop_order_line") as table:
        table.add_column(_counted("refunded_quantity"))
        table.create_check_constraint(op.f(REFUNDED[0]), sa.text(REFUNDED[1]))
    with op.batch_alter_table("shop_order_line") as table:
        table.alter_column("refunded_quantity", server_default=None)
    op.create_index("ix_shop_stock_movement_reference", "shop_stock_movement", ["reference"])
    for statement in _KEEP:
        op.execute(statement)
    op.drop_column("shop_order", "attention")


def downgrade() -> None:
    """Takes the tables back from 0002 to 0001; what 0001 cannot say is lost."""
    for statement in _FORGET:
        op.execute(statement)
    op.drop_index("ix_shop_stock_movement_reference", table_name="shop_stock_movement")
    with op.batch_alter_table("shop_order_line") as table:
        table.drop_constraint(op.f(REFUNDED[0]), type_="check")
        table.drop_column("refunded_quantity")
    _change_states("shop_order", OLD_STATES)
    op.add_column("shop_order", sa.Column("attention", sa.Text(), nullable=False, server_default=""))
    _change_states("shop_refund", OLD_REFUNDS)
    op.drop_index("ix_shop_refund_payment_id", table_name="shop_refund")
    with op.batch_alter_table("shop_refund") as table:
        table.drop_constraint(op.f("uq_shop_refund_asked_by"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_shop_refund_payment_id_reason"), ["payment_id", "reason"]
        )
        for column in ("asked_at", "key_number", "actor", "note", "asked_by"):
            table.drop_column(column)
    for name in ("shop_dispute", "shop_money_case", "shop_payment"):
        op.drop_table(name)


def _create_tables() -> None:
    op.create_table(
        "shop_dispute",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("payment_id", sa.String(length=255), nullable=False),
        sa.Column("order_reference", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_dispute")),
    )
    op.create_index("ix_shop_dispute_payment_id", "shop_dispute", ["payment_id"])
    op.create_table(
        "shop_money_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("order_reference", sa.String(length=40), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=320), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_money_case")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_shop_money_case_kind_subject")),
    )
    op.create_index("ix_shop_money_case_closed_at", "shop_money_case", ["closed_at"])
    op.create_index("ix_shop_money_case_order_reference", "shop_money_case", ["order_reference"])
    op.create_table(
        "shop_payment",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("order_reference", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=255), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee_cents", sa.Integer(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_shop_payment_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_payment")),
    )
    op.create_index("ix_shop_payment_order_reference", "shop_payment", ["order_reference"])
    op.create_index("ix_shop_payment_paid_at", "shop_payment", ["paid_at"])


def _add_to_refunds() -> None:
    texts = {"asked_by": sa.String(255), "note": sa.Text(), "actor": sa.String(320)}
    with op.batch_alter_table("shop_refund") as table:
        for name, kind in texts.items():
            table.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        table.add_column(_counted("key_number", first="1"))
        table.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f("uq_shop_refund_payment_id_reason"), type_="unique")
    op.execute(
        "UPDATE shop_refund SET asked_by = reason || ':' || payment_id, asked_at = due_at,"
        " state = CASE state WHEN 'failed' THEN 'due' ELSE state END"
    )
    with op.batch_alter_table("shop_refund") as table:
        for name in (*texts, "key_number"):
            table.alter_column(name, server_default=None)
        table.alter_column("asked_at", nullable=False)
        table.create_unique_constraint(op.f("uq_shop_refund_asked_by"), ["asked_by"])
    op.create_index("ix_shop_refund_payment_id", "shop_refund", ["payment_id"])


def _change_states(name: str, states: str) -> None:
    """Other states for a table that keeps everything else; a copy on SQLite loses an index."""
    is_order = name == "shop_order"
    if is_order:
        op.drop_index("uq_shop_order_open_cart", table_name=name)
    known = ", ".join(f"'{state}'" for state in states.split())
    with op.batch_alter_table(name) as table:
        table.drop_constraint(op.f(f"ck_{name}_state_known"), type_="check")
        table.create_check_constraint(op.f(f"ck_{name}_state_known"), sa.text(f"state IN ({known})"))
    if is_order:
        is_open = sa.text("state = 'pending'")
        op.create_index(
            "uq_shop_order_open_cart",
            name,
            ["cart_id"],
            unique=True,
            sqlite_where=is_open,
            postgresql_where=is_open,
        )


def _counted(name: str, *, first: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=first)


#: Payments of orders and second payments; orders on hold go on the staff's list.
_KEEP = (
    "INSERT INTO shop_payment"
    " (id, order_reference, session_id, amount_cents, currency, fee_cents, paid_at)"
    " SELECT payment_id, reference, COALESCE(session_id, ''), total_cents, currency, NULL,"
    " COALESCE(paid_at, placed_at) FROM shop_order"
    " WHERE payment_id IS NOT NULL AND total_cents > 0",
    "INSERT INTO shop_payment"
    " (id, order_reference, session_id, amount_cents, currency, fee_cents, paid_at)"
    " SELECT payment_id, MIN(order_reference), '', MAX(amount_cents), MIN(currency), NULL,"
    " MIN(asked_at) FROM shop_refund"
    " WHERE payment_id NOT IN (SELECT id FROM shop_payment) GROUP BY payment_id",
    "INSERT INTO shop_money_case"
    " (kind, subject, order_reference, sentence, opened_at, closed_at, closed_by)"
    " SELECT 'paid_otherwise', COALESCE(payment_id, session_id, reference), reference, attention,"
    " COALESCE(paid_at, placed_at), NULL, '' FROM shop_order WHERE state = 'on_hold'",
)
_FORGET = (
    "UPDATE shop_refund SET state = CASE state WHEN 'due' THEN 'due' ELSE 'done' END",
    "UPDATE shop_order SET state = CASE state WHEN 'failed' THEN 'expired'"
    " WHEN 'processing' THEN 'on_hold' WHEN 'disputed' THEN 'paid' WHEN 'charged_back' THEN 'paid'"
    " ELSE state END",
)
