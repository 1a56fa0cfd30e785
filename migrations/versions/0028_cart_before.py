"""Keeps what a cart held before a link was taken into it, so that this can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables from 0027 to 0028; nothing can be undone in the carts there are."""
    column = sa.Column("before", sa.Text(), nullable=False, server_default="")
    op.add_column("shop_cart", column)


def downgrade() -> None:
    """Takes the tables back from 0028 to 0027; what could be undone stays as it is."""
    op.drop_column("shop_cart", "before")
