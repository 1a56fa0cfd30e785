"""People of the back office: second factor, recovery codes, links in letters."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
#: table → columns that rows of before this version get, with what stands in them
ADDED = {
    "shop_staff_member": (
        ("second_factor_salt", sa.String(length=32), ""),
        ("second_factor_step", sa.Integer(), "0"),
    ),
    "shop_letter": (("is_secret", sa.Boolean(), sa.false()),),
}


def upgrade() -> None:
    """Brings the tables from 0010 to 0011; nobody has a second factor yet."""
    for name, columns in ADDED.items():
        with op.batch_alter_table(name) as table:
            for column, kind, value in columns:
                table.add_column(sa.Column(column, kind, nullable=False, server_default=value))
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.alter_column(column, server_default=None)
    with op.batch_alter_table("shop_staff_member") as table:
        table.add_column(sa.Column("signed_in_at", MOMENT, nullable=True))
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "shop_staff_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["shop_staff_member.id"],
            name=op.f("fk_shop_staff_recovery_code_member_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_staff_recovery_code")),
        sa.UniqueConstraint(
            "member_id", "code_hash", name=op.f("uq_shop_staff_recovery_code_member_id_code_hash")
        ),
    )
    op.create_table(
        "shop_staff_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("roles", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=320), nullable=False),
        sa.Column("times_sent", sa.Integer(), nullable=False),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('invitation', 'password')", name=op.f("ck_shop_staff_link_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_staff_link")),
        sa.UniqueConstraint("kind", "email", name=op.f("uq_shop_staff_link_kind_email")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shop_staff_link_token_hash")),
    )


def downgrade() -> None:
    """Takes the tables back from 0011 to 0010; second factors and open links are lost."""
    op.drop_table("shop_staff_link")
    op.drop_table("shop_staff_recovery_code")
    with op.batch_alter_table("shop_staff_member") as table:
        table.drop_column("signed_in_at")
    for name, columns in ADDED.items():
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.drop_column(column)
