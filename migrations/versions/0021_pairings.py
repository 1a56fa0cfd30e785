"""Says what goes with a product, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables from 0020 to 0021."""
    column = sa.Column("goes_with", sa.Text(), nullable=False, server_default="")
    op.add_column("shop_product", column)


def downgrade() -> None:
    """Takes the tables back from 0021 to 0020; what goes with what is lost."""
    op.drop_column("shop_product", "goes_with")
