"""Says what a product is used for, in words to choose by."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables from 0023 to 0024."""
    column = sa.Column("used_for", sa.Text(), nullable=False, server_default="")
    op.add_column("shop_product", column)


def downgrade() -> None:
    """Takes the tables back from 0024 to 0023; what products are used for is lost."""
    op.drop_column("shop_product", "used_for")
