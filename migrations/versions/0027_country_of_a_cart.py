"""Keeps with a cart the country that its shopper has chosen, for what delivery costs there."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables from 0026 to 0027; of no cart there is anybody has chosen a country."""
    column = sa.Column("country", sa.String(length=2), nullable=False, server_default="")
    op.add_column("shop_cart", column)


def downgrade() -> None:
    """Takes the tables back from 0027 to 0026; which country was chosen is lost."""
    op.drop_column("shop_cart", "country")
