"""Kits: articles that are made of others and share their stock."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EMPTY = ("ck_shop_stock_kit_is_empty", "NOT is_kit OR (on_hand = 0 AND held = 0)")
SKU = sa.String(length=64)


def upgrade() -> None:
    """Brings the tables from 0005 to 0006; nothing is a kit yet."""
    # In words that both databases take as they are: SQLite copies no table for it.
    op.execute(
        "ALTER TABLE shop_stock ADD COLUMN is_kit BOOLEAN NOT NULL DEFAULT false"
        f" CONSTRAINT {EMPTY[0]} CHECK ({EMPTY[1]})"
    )
    op.create_table(
        "shop_kit_part",
        sa.Column("kit_sku", SKU, nullable=False),
        sa.Column("part_sku", SKU, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_shop_kit_part_units_positive")),
        sa.CheckConstraint("kit_sku <> part_sku", name=op.f("ck_shop_kit_part_not_of_itself")),
        sa.ForeignKeyConstraint(
            ["kit_sku"], ["shop_stock.sku"], name=op.f("fk_shop_kit_part_kit_sku")
        ),
        sa.ForeignKeyConstraint(
            ["part_sku"], ["shop_stock.sku"], name=op.f("fk_shop_kit_part_part_sku")
        ),
        sa.PrimaryKeyConstraint("kit_sku", "part_sku", name=op.f("pk_shop_kit_part")),
    )
    op.create_index("ix_shop_kit_part_part_sku", "shop_kit_part", ["part_sku"])
    op.create_table(
        "shop_kit_sold",
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("kit_sku", SKU, nullable=False),
        sa.Column("part_sku", SKU, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_shop_kit_sold_units_positive")),
        sa.PrimaryKeyConstraint(
            "reference", "kit_sku", "part_sku", name=op.f("pk_shop_kit_sold")
        ),
    )


def downgrade() -> None:
    """Takes the tables back from 0006 to 0005; kits become articles that are sold out."""
    op.drop_table("shop_kit_sold")
    op.drop_table("shop_kit_part")
    op.execute("ALTER TABLE shop_stock DROP COLUMN is_kit")
