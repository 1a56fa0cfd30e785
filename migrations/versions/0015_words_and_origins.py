"""Other words for products and kinds; where imported guides came from."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("shop_category", "shop_product")
ORIGIN = "shop_guide_origin"


def upgrade() -> None:
    """Brings the tables to this revision; nothing is called by other words yet."""
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.add_column(
                sa.Column("also_called", sa.Text(), nullable=False, server_default="")
            )
        with op.batch_alter_table(name) as table:
            table.alter_column("also_called", server_default=None)
    op.create_table(
        ORIGIN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"],
            ["shop_guide.id"],
            name=op.f("fk_shop_guide_origin_guide_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_guide_origin")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_guide_origin_key")),
    )
    op.create_index("ix_shop_guide_origin_path", ORIGIN, ["path"])
    op.create_index("ix_shop_guide_origin_guide_id", ORIGIN, ["guide_id"])


def downgrade() -> None:
    """Takes the tables back; other words and the memory of imports are lost."""
    op.drop_table(ORIGIN)
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_column("also_called")
