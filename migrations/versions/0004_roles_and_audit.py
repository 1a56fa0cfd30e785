"""Roles of staff, and the book of what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "shop_audit_entry"


def upgrade() -> None:
    """Brings the tables from 0003 to 0004; whoever is there already becomes an owner."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=320), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_audit_entry")),
    )
    for column in ("actor", "subject", "action"):
        op.create_index(f"ix_{TABLE}_{column}_id", TABLE, [column, "id"])
    _make_append_only()
    with op.batch_alter_table("shop_staff_member") as table:
        table.add_column(
            sa.Column("roles", sa.String(length=100), nullable=False, server_default="owner")
        )
    with op.batch_alter_table("shop_staff_member") as table:
        table.alter_column("roles", server_default=None)


def _make_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_refuses_{verb.lower()} BEFORE {verb} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
        return
    op.execute(
        f"""
        CREATE FUNCTION {TABLE}_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{TABLE} is append-only' USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_change BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuses()"
    )


def downgrade() -> None:
    """Takes the tables back from 0004 to 0003; the book is lost."""
    with op.batch_alter_table("shop_staff_member") as table:
        table.drop_column("roles")
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {TABLE}_refuses()")
