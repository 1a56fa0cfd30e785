"""Finds what one SKU sold lately without reading what all others sold."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "shop_stock_movement"


def upgrade() -> None:
    """Brings the tables from 0011 to 0012."""
    op.drop_index(f"ix_{TABLE}_reason", TABLE)
    op.create_index(f"ix_{TABLE}_sku_reason", TABLE, ["sku", "reason", "moved_at", "change"])


def downgrade() -> None:
    """Takes the tables back from 0012 to 0011."""
    op.drop_index(f"ix_{TABLE}_sku_reason", TABLE)
    op.create_index(f"ix_{TABLE}_reason", TABLE, ["reason", "moved_at", "sku", "change"])
