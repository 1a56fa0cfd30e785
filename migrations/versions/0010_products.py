"""Products by hand: what they need to be published, prices by the clock, edits of many."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PRODUCT, VARIANT = "shop_product", "shop_variant"
_COLUMNS = {
    "kind": (sa.String(length=16), "cosmetic"),
    "has_best_before": (sa.Boolean(), sa.false()),
    "responsible_uk": (sa.Text(), ""),
    "contact_us": (sa.Text(), ""),
}
# What nobody opens and nobody measures is no cosmetic: a scoop, a brush.
_ARTICLES = f"""
    UPDATE {PRODUCT} SET kind = 'article' WHERE opened_months IS NULL AND NOT EXISTS (
        SELECT 1 FROM {VARIANT} WHERE product_id = {PRODUCT}.id AND net_content IS NOT NULL)
"""


def upgrade() -> None:
    """Brings the tables from 0009 to 0010, with what they hold."""
    with op.batch_alter_table(PRODUCT) as table:
        for name, (kind, default) in _COLUMNS.items():
            table.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        table.create_check_constraint(
            op.f("ck_shop_product_kind_known"), sa.text("kind IN ('cosmetic', 'set', 'article')")
        )
    with op.batch_alter_table(PRODUCT) as table:
        for name in _COLUMNS:
            table.alter_column(name, server_default=None)
    op.create_index("ix_shop_product_updated_at", PRODUCT, ["updated_at"])
    op.execute(_ARTICLES)
    with op.batch_alter_table(VARIANT) as table:
        table.add_column(sa.Column("prior_cents", sa.Integer(), nullable=True))
        table.create_check_constraint(
            op.f("ck_shop_variant_prior_is_higher"),
            sa.text("prior_cents IS NULL OR prior_cents > price_cents"),
        )
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "shop_planned_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("back_to_cents", sa.Integer(), nullable=True),
        sa.Column("planned_by", sa.String(length=320), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'withdrawn')",
            name=op.f("ck_shop_planned_price_state_known"),
        ),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at",
            name=op.f("ck_shop_planned_price_ends_after_start"),
        ),
        sa.CheckConstraint(
            "price_cents >= 0", name=op.f("ck_shop_planned_price_price_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_planned_price")),
    )
    op.create_index(
        "ix_shop_planned_price_state_starts_at", "shop_planned_price", ["state", "starts_at"]
    )
    op.create_index("ix_shop_planned_price_sku_state", "shop_planned_price", ["sku", "state"])
    op.create_table(
        "shop_bulk_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=320), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('price', 'state')", name=op.f("ck_shop_bulk_edit_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_bulk_edit")),
    )


def downgrade() -> None:
    """Takes the tables back from 0010 to 0009; plans and edits of many are lost."""
    op.drop_table("shop_bulk_edit")
    op.drop_table("shop_planned_price")
    with op.batch_alter_table(VARIANT) as table:
        table.drop_constraint(op.f("ck_shop_variant_prior_is_higher"), type_="check")
        table.drop_column("prior_cents")
    op.drop_index("ix_shop_product_updated_at", table_name=PRODUCT)
    with op.batch_alter_table(PRODUCT) as table:
        table.drop_constraint(op.f("ck_shop_product_kind_known"), type_="check")
        for name in reversed(_COLUMNS):
            table.drop_column(name)
