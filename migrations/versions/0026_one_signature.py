"""Leaves one signature for the same words: of those that were given at once, the newest counts."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SAME = ("place", "rule_id", "sentence", "markets")


def upgrade() -> None:
    """Withdraws the older ones, which stay to be read; from now on only one is given."""
    signed = sa.table(
        "shop_claim_sign_off",
        *map(sa.column, ("id", *SAME, "withdrawn_by", "withdrawn_at")),
    )
    newer = signed.alias("newer")
    has_newer = sa.exists().where(
        newer.c.id > signed.c.id,
        newer.c.withdrawn_at.is_(None),
        *(newer.c[name] == signed.c[name] for name in SAME),
    )
    op.execute(
        signed.update()
        .where(signed.c.withdrawn_at.is_(None), has_newer)
        .values(withdrawn_by="an update of the shop", withdrawn_at=sa.func.current_timestamp())
    )


def downgrade() -> None:
    """Changes nothing: the newest of them counts in 0025 as well."""
