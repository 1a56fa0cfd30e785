"""Sign-ups for sold-out articles, and what was wanted in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('asked', 'waiting')")


def upgrade() -> None:
    """Brings the tables from 0007 to 0008."""
    op.create_table(
        "shop_sign_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'waiting', 'told')", name=op.f("ck_shop_sign_up_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_sign_up")),
        sa.UniqueConstraint("token", name=op.f("uq_shop_sign_up_token")),
    )
    op.create_index(
        "uq_shop_sign_up_open",
        "shop_sign_up",
        ["email", "sku"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_shop_sign_up_state_sku_id", "shop_sign_up", ["state", "sku", "id"])
    op.create_table(
        "shop_lost_demand",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("guide_slug", sa.String(length=120), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("sign_ups", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "sku", "guide_slug", name=op.f("pk_shop_lost_demand")),
    )
    op.create_index("ix_shop_lost_demand_sku_day", "shop_lost_demand", ["sku", "day"])
    op.execute("ALTER TABLE shop_letter ADD COLUMN unsubscribe_url TEXT NOT NULL DEFAULT ''")


def downgrade() -> None:
    """Takes the tables back from 0008 to 0007; who waits is forgotten."""
    op.execute("ALTER TABLE shop_letter DROP COLUMN unsubscribe_url")
    op.drop_table("shop_lost_demand")
    op.drop_table("shop_sign_up")
