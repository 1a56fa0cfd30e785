"""Guides that know the stock: amount per use, products a guide falls back on, swaps, outside links."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")
CHECKS = {
    "ck_shop_product_use_positive": "use_amount",
    "ck_shop_product_uses_positive": "uses_per_week",
}


def upgrade() -> None:
    """Brings the tables from 0017 to 0018; of the products that are there no use is known yet."""
    with op.batch_alter_table("shop_product") as table:
        table.add_column(sa.Column("use_amount", sa.Integer(), nullable=True))
        table.add_column(sa.Column("uses_per_week", sa.Integer(), nullable=True))
        for name, column in CHECKS.items():
            table.create_check_constraint(op.f(name), f"{column} IS NULL OR {column} > 0")
    _leans_on()
    _swaps()
    _outside_links()


def downgrade() -> None:
    """Takes the tables back from 0018 to 0017; swaps, answers and amounts per use are lost."""
    op.drop_table("shop_outside_link")
    op.drop_table("shop_guide_swap")
    op.drop_table("shop_guide_lean")
    with op.batch_alter_table("shop_product") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(name), type_="check")
        table.drop_column("uses_per_week")
        table.drop_column("use_amount")


def _leans_on() -> None:
    op.create_table(
        "shop_guide_lean",
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["shop_guide.id"], name=op.f("fk_shop_guide_lean_guide_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["shop_product.id"],
            name=op.f("fk_shop_guide_lean_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("guide_id", "product_id", name=op.f("pk_shop_guide_lean")),
    )
    op.create_index("ix_shop_guide_lean_product_id", "shop_guide_lean", ["product_id"])


def _swaps() -> None:
    op.create_table(
        "shop_guide_swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("block", sa.String(length=40), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=False),
        sa.Column("instead_id", sa.Integer(), nullable=True),
        sa.Column("instead", sa.String(length=200), nullable=False),
        sa.Column("chosen_by", sa.String(length=16), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "chosen_by IN ('editor', 'nearest', 'nobody')", name=op.f("ck_shop_guide_swap_chosen_by_known")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["shop_guide.id"], name=op.f("fk_shop_guide_swap_guide_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_guide_swap")),
    )
    op.create_index(
        "uq_shop_guide_swap_open",
        "shop_guide_swap",
        ["guide_id", "block", "product_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _outside_links() -> None:
    op.create_table(
        "shop_outside_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("is_fine", sa.Boolean(), nullable=False),
        sa.Column("failed_days", sa.Integer(), nullable=False),
        sa.Column("last_failed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_outside_link")),
        sa.UniqueConstraint("address", name=op.f("uq_shop_outside_link_address")),
    )
    op.create_index("ix_shop_outside_link_asked_at", "shop_outside_link", ["asked_at"])
