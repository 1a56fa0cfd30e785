"""Revisions of guides, the moment at which one is published by itself, and links to previews."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

GUIDE, TABLE = "shop_guide", "shop_guide_revision"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Brings the tables from 0016 to 0017; the text of each guide becomes its first revision."""
    for name in ("newest", "shown", "publish_number"):
        op.add_column(GUIDE, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column(GUIDE, sa.Column("publish_at", MOMENT, nullable=True))
    who = sa.Column("publish_by", sa.String(length=320), nullable=False, server_default="")
    op.add_column(GUIDE, who)
    why_not = sa.Column("publish_problem", sa.Text(), nullable=False, server_default="")
    op.add_column(GUIDE, why_not)
    op.add_column(GUIDE, sa.Column("preview_token", sa.String(length=64), nullable=True))
    op.create_index("ix_shop_guide_publish_at", GUIDE, ["publish_at"])
    op.create_index("ix_shop_guide_preview_token", GUIDE, ["preview_token"], unique=True)
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=320), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["shop_guide.id"], name=op.f(f"fk_{TABLE}_guide_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("guide_id", "number", name=op.f(f"uq_{TABLE}_guide_id_number")),
    )
    op.execute(
        f"INSERT INTO {TABLE} (guide_id, number, source, saved_by, saved_at, note)"
        f" SELECT id, 1, source, '', updated_at, 'As it was before revisions were kept' FROM {GUIDE}"
    )
    op.execute(f"UPDATE {GUIDE} SET newest = 1")
    op.execute(f"UPDATE {GUIDE} SET shown = 1 WHERE state = 'published'")


def downgrade() -> None:
    """Takes the tables back from 0017 to 0016; all but what is public of each guide is lost."""
    op.drop_table(TABLE)
    op.drop_index("ix_shop_guide_preview_token", GUIDE)
    op.drop_index("ix_shop_guide_publish_at", GUIDE)
    for name in ("newest", "shown", "publish_number", "publish_at", "publish_by",
                 "publish_problem", "preview_token"):  # fmt: skip
        op.drop_column(GUIDE, name)
