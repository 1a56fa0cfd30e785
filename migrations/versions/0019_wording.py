"""What the house changes of the wording rules, and who signed for blocked words."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CHANGES, SIGNED = "shop_wording_change", "shop_claim_sign_off"


def upgrade() -> None:
    """Brings the tables from 0018 to 0019."""
    op.create_table(
        CHANGES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=20), nullable=False),
        sa.Column("us", sa.String(length=5), nullable=False),
        sa.Column("uk", sa.String(length=5), nullable=False),
        sa.Column("eu", sa.String(length=5), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("rewording", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=320), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.String(length=320), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHANGES}")),
    )
    op.create_index(f"ix_{CHANGES}_rule_id", CHANGES, ["rule_id"])
    op.create_table(
        SIGNED,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("rule_id", sa.String(length=20), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("markets", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=320), nullable=False),
        sa.Column("signed_by", sa.String(length=320), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by", sa.String(length=320), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SIGNED}")),
    )
    op.create_index(f"ix_{SIGNED}_place", SIGNED, ["place"])


def downgrade() -> None:
    """Takes the tables back from 0019 to 0018; house rules and signatures are lost."""
    op.drop_index(f"ix_{SIGNED}_place", SIGNED)
    op.drop_table(SIGNED)
    op.drop_index(f"ix_{CHANGES}_rule_id", CHANGES)
    op.drop_table(CHANGES)
