"""Says which parcel the units went into that left a lot."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "shop_lot_movement"
INDEX = f"ix_{TABLE}_parcel_id"


def upgrade() -> None:
    """Brings the tables from 0012 to 0013."""
    op.add_column(TABLE, sa.Column("parcel_id", sa.Integer(), nullable=True))
    op.create_index(INDEX, TABLE, ["parcel_id"])


def downgrade() -> None:
    """Takes the tables back from 0013 to 0012."""
    op.drop_index(INDEX, TABLE)
    op.drop_column(TABLE, "parcel_id")
