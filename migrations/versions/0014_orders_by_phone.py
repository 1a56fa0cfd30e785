"""Orders taken by phone: what staff put together, and carts that close."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
INDEX = "ix_shop_order_draft_reference"


def upgrade() -> None:
    """Brings the tables from 0013 to 0014; every cart there is stays open for ever."""
    op.add_column("shop_cart", sa.Column("open_until", MOMENT, nullable=True))
    reference = sa.Column("draft_reference", sa.String(length=40), nullable=False, server_default="")
    op.add_column("shop_order", reference)
    op.create_index(INDEX, "shop_order", ["draft_reference"])
    op.create_table(
        "shop_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("cart_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=320), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.Column("times_sent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["shop_cart.id"], name=op.f("fk_shop_draft_cart_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_draft")),
        sa.UniqueConstraint("cart_id", name=op.f("uq_shop_draft_cart_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_shop_draft_reference")),
        sa.UniqueConstraint("token", name=op.f("uq_shop_draft_token")),
    )


def downgrade() -> None:
    """Takes the tables back from 0014 to 0013; what was put together by phone is lost."""
    op.drop_table("shop_draft")
    op.drop_index(INDEX, "shop_order")
    with op.batch_alter_table("shop_order") as table:
        table.drop_column("draft_reference")
    with op.batch_alter_table("shop_cart") as table:
        table.drop_column("open_until")
