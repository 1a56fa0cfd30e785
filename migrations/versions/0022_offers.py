"""Offers and their codes, every order that has one, and what each took off its lines."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ADDS_UP = "ck_shop_order_line_line_adds_up"
WITHIN = "ck_shop_order_line_reduced_within"
PLAIN = "line_cents = unit_price_cents * quantity"
KINDS = "'buy_get', 'percent', 'amount', 'free_delivery'"


def upgrade() -> None:
    """Brings the tables from 0021 to 0022; no order that there is has an offer."""
    for name, size in (("code", 32), ("code_email", 320)):
        column = sa.Column(name, sa.String(length=size), nullable=False, server_default="")
        op.add_column("shop_cart", column)
    op.add_column(
        "shop_order",
        sa.Column("ship_only_to", sa.String(length=800), nullable=False, server_default=""),
    )
    op.execute(  # a table of this size is not written anew for a condition
        "ALTER TABLE shop_order ADD COLUMN reduced_cents INTEGER DEFAULT '0' NOT NULL"
        " CONSTRAINT ck_shop_order_reduced_not_negative CHECK (reduced_cents >= 0)"
    )
    with op.batch_alter_table("shop_order_line") as table:
        table.add_column(_count("reduced_cents", default="0"))
        table.drop_constraint(op.f(ADDS_UP), type_="check")
        table.create_check_constraint(op.f(ADDS_UP), sa.text(f"{PLAIN} - reduced_cents"))
        table.create_check_constraint(
            op.f(WITHIN), sa.text("reduced_cents BETWEEN 0 AND unit_price_cents * quantity")
        )
    _make_offers()
    _make_uses()
    _make_reductions()


def downgrade() -> None:
    """Takes the tables back from 0022 to 0021; fails while there is an order that has an offer."""
    op.drop_table("shop_order_reduction")
    op.drop_table("shop_offer_use")
    op.drop_table("shop_offer")
    with op.batch_alter_table("shop_order_line") as table:
        table.drop_constraint(op.f(WITHIN), type_="check")
        table.drop_constraint(op.f(ADDS_UP), type_="check")
        table.create_check_constraint(op.f(ADDS_UP), sa.text(PLAIN))
        table.drop_column("reduced_cents")
    for table_name, columns in (
        ("shop_order", ("reduced_cents", "ship_only_to")),
        ("shop_cart", ("code", "code_email")),
    ):
        for name in columns:
            op.drop_column(table_name, name)


def _count(name: str, *, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _make_offers() -> None:
    words = {"name": sa.String(length=120), "kind": sa.String(length=16)}
    lists = {"category_ids": sa.Text(), "skus": sa.Text(), "countries": sa.String(length=800)}
    counts = ("percent", "amount_cents", "buy_units", "free_units", "minimum_cents", "used", "late")
    op.create_table(
        "shop_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        *(sa.Column(name, kind, nullable=False) for name, kind in (words | lists).items()),
        *(_count(name) for name in counts),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_combinable", sa.Boolean(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("most_per_shopper", sa.Integer(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("made_by", sa.String(length=320), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        _count("version"),
        *_checks(
            "shop_offer",
            kind_known=f"kind IN ({KINDS})",
            percent_within="percent BETWEEN 0 AND 100",
            money_not_negative="amount_cents >= 0 AND minimum_cents >= 0",
            counts_not_negative="used >= 0 AND late >= 0",
            limit_holds="most_uses IS NULL OR used - late <= most_uses",
            ends_after_start="ends_at IS NULL OR ends_at > starts_at",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_offer")),
        sa.UniqueConstraint("code", name=op.f("uq_shop_offer_code")),
    )


def _make_uses() -> None:
    name = "shop_offer_use"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        _count("offer_id"),
        sa.Column("order_reference", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("shopper", sa.String(length=64), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        _count("cents"),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        *_checks(name, turn_positive="turn IS NULL OR turn > 0"),
        sa.ForeignKeyConstraint(["offer_id"], ["shop_offer.id"], name=op.f(f"fk_{name}_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "offer_id", "order_reference", name=op.f(f"uq_{name}_offer_id_order_reference")
        ),
        sa.UniqueConstraint(
            "offer_id", "shopper", "turn", name=op.f(f"uq_{name}_offer_id_shopper_turn")
        ),
    )
    for column in ("order_reference", "owner"):
        op.create_index(f"ix_{name}_{column}", name, [column])


def _make_reductions() -> None:
    name = "shop_order_reduction"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        _count("order_id"),
        sa.Column("line_id", sa.Integer(), nullable=True),
        _count("offer_id"),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        _count("cents"),
        *_checks(name, cents_positive="cents > 0"),
        sa.ForeignKeyConstraint(["line_id"], ["shop_order_line.id"], name=op.f(f"fk_{name}_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f(f"fk_{name}_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in ("offer_id", "order_id"):
        op.create_index(f"ix_{name}_{column}", name, [column])


def _checks(table: str, **conditions: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(sql, name=op.f(f"ck_{table}_{name}")) for name, sql in conditions.items()
    ]
