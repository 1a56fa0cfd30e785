"""What guides sell: reads and adds of guides, the block of lost demand, the lines of a refund."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LOST, KEY = "shop_lost_demand", "pk_shop_lost_demand"


def upgrade() -> None:
    """Brings the tables from 0015 to 0016."""
    block = sa.Column("block", sa.String(length=40), nullable=False, server_default="")
    with op.batch_alter_table(LOST) as table:
        table.add_column(block)
        table.drop_constraint(KEY, type_="primary")
        table.create_primary_key(KEY, ["day", "sku", "guide_slug", "block"])
    for name, more in (("shop_guide_read", []), ("shop_guide_add", ["sku"])):
        op.create_table(
            name,
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("guide_id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("block", sa.String(length=40), nullable=False),
            *(sa.Column(column, sa.String(length=64), nullable=False) for column in more),
            sa.Column("adds" if more else "reads", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("day", "guide_id", "block", *more, name=op.f(f"pk_{name}")),
        )
    op.create_table(
        "shop_refunded_units",
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["shop_order_line.id"], name=op.f("fk_shop_refunded_units_line_id")
        ),
        sa.PrimaryKeyConstraint("asked_by", "line_id", name=op.f("pk_shop_refunded_units")),
    )
    op.create_index("ix_shop_refunded_units_line_id", "shop_refunded_units", ["line_id"])


def downgrade() -> None:
    """Takes the tables back from 0016 to 0015; reads and adds are lost, lost demand is not."""
    for name in ("shop_refunded_units", "shop_guide_add", "shop_guide_read"):
        op.drop_table(name)
    op.execute(
        f"CREATE TABLE shop_lost_sums AS SELECT day, sku, guide_slug, SUM(refused) AS refused,"
        f" SUM(sign_ups) AS sign_ups FROM {LOST} GROUP BY day, sku, guide_slug"
    )
    op.execute(f"DELETE FROM {LOST}")
    with op.batch_alter_table(LOST) as table:
        table.drop_constraint(KEY, type_="primary")
        table.drop_column("block")
        table.create_primary_key(KEY, ["day", "sku", "guide_slug"])
    op.execute(
        f"INSERT INTO {LOST} (day, sku, guide_slug, refused, sign_ups)"
        " SELECT day, sku, guide_slug, refused, sign_ups FROM shop_lost_sums"
    )
    op.drop_table("shop_lost_sums")
