"""What readers write below guides."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COMMENT, CLOSED = "shop_comment", "shop_closed_comments"
STATES = "state IN ('waiting', 'shown', 'refused', 'withdrawn')"


def upgrade() -> None:
    """Brings the tables from 0019 to 0020."""
    op.create_table(
        COMMENT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=320), nullable=False),
        sa.CheckConstraint(STATES, name=op.f(f"ck_{COMMENT}_state_known")),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["shop_guide.id"], name=op.f(f"fk_{COMMENT}_guide_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{COMMENT}")),
    )
    op.create_index(f"ix_{COMMENT}_guide_id_state_id", COMMENT, ["guide_id", "state", "id"])
    op.create_index(f"ix_{COMMENT}_state_id", COMMENT, ["state", "id"])
    op.create_table(
        CLOSED,
        sa.Column("guide_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["shop_guide.id"], name=op.f(f"fk_{CLOSED}_guide_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guide_id", name=op.f(f"pk_{CLOSED}")),
    )


def downgrade() -> None:
    """Takes the tables back from 0020 to 0019; what readers wrote is lost."""
    for name in (CLOSED, COMMENT):
        op.drop_table(name)
