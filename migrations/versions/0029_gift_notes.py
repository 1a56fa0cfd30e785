"""Keeps a buyer's gift note with the cart, and with the order that is placed from it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = ("shop_cart", "shop_order")


def upgrade() -> None:
    """Brings the tables from 0028 to 0029; no cart or order that there is has a gift note."""
    for table in TABLES:
        column = sa.Column("gift_note", sa.Text(), nullable=False, server_default="")
        op.add_column(table, column)


def downgrade() -> None:
    """Takes the tables back from 0029 to 0028; what buyers wrote is lost."""
    for table in reversed(TABLES):
        op.drop_column(table, "gift_note")
