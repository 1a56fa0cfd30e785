"""What Stripe keeps for a dispute."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables from 0002 to 0003; the fees of old disputes come with the next look."""
    with op.batch_alter_table("shop_dispute") as table:
        table.add_column(sa.Column("fee_cents", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("shop_dispute") as table:
        table.alter_column("fee_cents", server_default=None)


def downgrade() -> None:
    """Takes the tables back from 0003 to 0002."""
    with op.batch_alter_table("shop_dispute") as table:
        table.drop_column("fee_cents")
