"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = ("storefront",)
depends_on = None

APPEND_ONLY = ("shop_price_change", "shop_stock_movement")


def upgrade() -> None:
    """Brings the tables from nothing to 0001."""
    op.create_table(
        "shop_cart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_cart")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shop_cart_token_hash")),
    )
    op.create_index(op.f("ix_shop_cart_changed_at"), "shop_cart", ["changed_at"], unique=False)
    op.create_table(
        "shop_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_shop_category_slug")),
    )
    op.create_table(
        "shop_former_slug",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_former_slug")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_shop_former_slug_kind_slug")),
    )
    op.create_table(
        "shop_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed')",
            name=op.f("ck_shop_letter_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_letter")),
        sa.UniqueConstraint("kind", "reference", name=op.f("uq_shop_letter_kind_reference")),
    )
    op.create_index("ix_shop_letter_state_due_at", "shop_letter", ["state", "due_at"], unique=False)
    op.create_table(
        "shop_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("cart_id", sa.Integer(), nullable=True),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("subtotal_cents", sa.Integer(), nullable=False),
        sa.Column("delivery_name", sa.String(length=100), nullable=False),
        sa.Column("delivery_cents", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("vat_cents", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(length=255), nullable=True),
        sa.Column("session_url", sa.Text(), nullable=True),
        sa.Column("session_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_id", sa.String(length=255), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("ship_name", sa.String(length=200), nullable=False),
        sa.Column("ship_address", sa.Text(), nullable=False),
        sa.Column("ship_country", sa.String(length=2), nullable=False),
        sa.Column("attention", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'paid', 'expired', 'cancelled', 'on_hold', 'refunding', 'refunded')",
            name=op.f("ck_shop_order_state_known"),
        ),
        sa.CheckConstraint(
            "total_cents = subtotal_cents + delivery_cents",
            name=op.f("ck_shop_order_total_adds_up"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_shop_order_payment_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_shop_order_reference")),
        sa.UniqueConstraint("session_id", name=op.f("uq_shop_order_session_id")),
    )
    op.create_index("ix_shop_order_email", "shop_order", ["email"], unique=False)
    op.create_index(
        "ix_shop_order_state_placed_at", "shop_order", ["state", "placed_at"], unique=False
    )
    op.create_index(
        "uq_shop_order_open_cart",
        "shop_order",
        ["cart_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "shop_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("widths", sa.String(length=100), nullable=False),
        sa.Column("placeholder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_shop_picture_name")),
    )
    op.create_table(
        "shop_price_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_price_change")),
    )
    op.create_index(
        "ix_shop_price_change_sku_valid_from",
        "shop_price_change",
        ["sku", "valid_from"],
        unique=False,
    )
    op.create_table(
        "shop_refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_reference", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=255), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("stripe_id", sa.String(length=255), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'done', 'failed')", name=op.f("ck_shop_refund_state_known")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_shop_refund_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_refund")),
        sa.UniqueConstraint("payment_id", "reason", name=op.f("uq_shop_refund_payment_id_reason")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_shop_refund_stripe_id")),
    )
    op.create_index("ix_shop_refund_state_due_at", "shop_refund", ["state", "due_at"], unique=False)
    op.create_table(
        "shop_staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_shop_staff_member_email")),
    )
    op.create_table(
        "shop_stock",
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("held <= on_hand", name=op.f("ck_shop_stock_held_within_on_hand")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_shop_stock_held_not_negative")),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_shop_stock")),
    )
    op.create_table(
        "shop_stripe_event",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('new', 'done', 'failed')", name=op.f("ck_shop_stripe_event_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_stripe_event")),
    )
    op.create_index(
        "ix_shop_stripe_event_state_received_at",
        "shop_stripe_event",
        ["state", "received_at"],
        unique=False,
    )
    op.create_table(
        "shop_cart_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cart_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("seen_price_cents", sa.Integer(), nullable=False),
        sa.Column("guide_slug", sa.String(length=120), nullable=False),
        sa.Column("block", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shop_cart_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["cart_id"],
            ["shop_cart.id"],
            name=op.f("fk_shop_cart_line_cart_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_cart_line")),
        sa.UniqueConstraint("cart_id", "sku", name=op.f("uq_shop_cart_line_cart_id_sku")),
    )
    op.create_table(
        "shop_guide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("minutes_to_read", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.Column("ai_use", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("picture_alt", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'archived')", name=op.f("ck_shop_guide_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["shop_picture.id"], name=op.f("fk_shop_guide_picture_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_guide")),
        sa.UniqueConstraint("slug", name=op.f("uq_shop_guide_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_shop_guide_state_published_on", "shop_guide", ["state", "published_on"], unique=False
    )
    op.create_table(
        "shop_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'released', 'sold')", name=op.f("ck_shop_hold_state_known")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shop_hold_quantity_positive")),
        sa.ForeignKeyConstraint(["sku"], ["shop_stock.sku"], name=op.f("fk_shop_hold_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_hold")),
        sa.UniqueConstraint("reference", "sku", name=op.f("uq_shop_hold_reference_sku")),
    )
    op.create_index(op.f("ix_shop_hold_owner"), "shop_hold", ["owner"], unique=False)
    op.create_index(
        "ix_shop_hold_state_expires_at", "shop_hold", ["state", "expires_at"], unique=False
    )
    op.create_table(
        "shop_order_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_shop_order_event_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order_event")),
    )
    op.create_index("ix_shop_order_event_order_id", "shop_order_event", ["order_id"], unique=False)
    op.create_table(
        "shop_order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("variant", sa.String(length=100), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_cents", sa.Integer(), nullable=False),
        sa.Column("line_cents", sa.Integer(), nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), nullable=False),
        sa.Column("guide_slug", sa.String(length=120), nullable=False),
        sa.Column("block", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "line_cents = unit_price_cents * quantity", name=op.f("ck_shop_order_line_line_adds_up")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shop_order_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_shop_order_line_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order_line")),
    )
    op.create_index("ix_shop_order_line_order_id", "shop_order_line", ["order_id"], unique=False)
    op.create_index("ix_shop_order_line_sku", "shop_order_line", ["sku"], unique=False)
    op.create_table(
        "shop_product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column("ingredients", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("opened_months", sa.Integer(), nullable=True),
        sa.Column("responsible_name", sa.String(length=200), nullable=False),
        sa.Column("responsible_address", sa.Text(), nullable=False),
        sa.Column("responsible_contact", sa.String(length=320), nullable=False),
        sa.Column("origin_country", sa.String(length=2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'archived')", name=op.f("ck_shop_product_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["shop_category.id"], name=op.f("fk_shop_product_category_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_product")),
        sa.UniqueConstraint("slug", name=op.f("uq_shop_product_slug")),
    )
    op.create_index(
        "ix_shop_product_state_category_id_position",
        "shop_product",
        ["state", "category_id", "position"],
        unique=False,
    )
    op.create_index(
        "ix_shop_product_state_position", "shop_product", ["state", "position"], unique=False
    )
    op.create_table(
        "shop_stock_movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sku"], ["shop_stock.sku"], name=op.f("fk_shop_stock_movement_sku")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_stock_movement")),
    )
    op.create_index(
        "ix_shop_stock_movement_sku_id", "shop_stock_movement", ["sku", "id"], unique=False
    )
    op.create_table(
        "shop_guide_mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("block", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"],
            ["shop_guide.id"],
            name=op.f("fk_shop_guide_mention_guide_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["shop_product.id"],
            name=op.f("fk_shop_guide_mention_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_guide_mention")),
    )
    op.create_index(
        "ix_shop_guide_mention_guide_id", "shop_guide_mention", ["guide_id"], unique=False
    )
    op.create_index(
        "ix_shop_guide_mention_product_id", "shop_guide_mention", ["product_id"], unique=False
    )
    op.create_table(
        "shop_product_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["shop_picture.id"], name=op.f("fk_shop_product_picture_picture_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["shop_product.id"], name=op.f("fk_shop_product_picture_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_product_picture")),
    )
    op.create_index(
        "ix_shop_product_picture_product_id_position",
        "shop_product_picture",
        ["product_id", "position"],
        unique=False,
    )
    op.create_table(
        "shop_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_content", sa.Integer(), nullable=True),
        sa.Column("net_unit", sa.String(length=2), nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("tax_class", sa.String(length=32), nullable=False),
        sa.Column("is_sold", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "net_unit IN ('', 'ml', 'g')", name=op.f("ck_shop_variant_net_unit_known")
        ),
        sa.CheckConstraint(
            "net_content IS NULL OR net_content > 0",
            name=op.f("ck_shop_variant_net_content_positive"),
        ),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_shop_variant_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["shop_product.id"], name=op.f("fk_shop_variant_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_variant")),
        sa.UniqueConstraint("sku", name=op.f("uq_shop_variant_sku")),
    )
    op.create_index(
        "ix_shop_variant_product_id_position",
        "shop_variant",
        ["product_id", "position"],
        unique=False,
    )
    for table in APPEND_ONLY:
        refuse_change(table, is_postgresql=op.get_bind().dialect.name == "postgresql")


def refuse_change(table: str, *, is_postgresql: bool) -> None:
    """The database itself keeps a ledger append-only, whoever writes to it."""
    if not is_postgresql:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"""
        CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuses()"
    )


def downgrade() -> None:
    """Takes the tables back from 0001 to nothing."""
    op.drop_index("ix_shop_variant_product_id_position", table_name="shop_variant")
    op.drop_table("shop_variant")
    op.drop_index("ix_shop_product_picture_product_id_position", table_name="shop_product_picture")
    op.drop_table("shop_product_picture")
    op.drop_index("ix_shop_guide_mention_product_id", table_name="shop_guide_mention")
    op.drop_index("ix_shop_guide_mention_guide_id", table_name="shop_guide_mention")
    op.drop_table("shop_guide_mention")
    op.drop_index("ix_shop_stock_movement_sku_id", table_name="shop_stock_movement")
    op.drop_table("shop_stock_movement")
    op.drop_index("ix_shop_product_state_position", table_name="shop_product")
    op.drop_index("ix_shop_product_state_category_id_position", table_name="shop_product")
    op.drop_table("shop_product")
    op.drop_index("ix_shop_order_line_sku", table_name="shop_order_line")
    op.drop_index("ix_shop_order_line_order_id", table_name="shop_order_line")
    op.drop_table("shop_order_line")
    op.drop_index("ix_shop_order_event_order_id", table_name="shop_order_event")
    op.drop_table("shop_order_event")
    op.drop_index("ix_shop_hold_state_expires_at", table_name="shop_hold")
    op.drop_index(op.f("ix_shop_hold_owner"), table_name="shop_hold")
    op.drop_table("shop_hold")
    op.drop_index("ix_shop_guide_state_published_on", table_name="shop_guide")
    op.drop_table("shop_guide")
    op.drop_table("shop_cart_line")
    op.drop_index("ix_shop_stripe_event_state_received_at", table_name="shop_stripe_event")
    op.drop_table("shop_stripe_event")
    op.drop_table("shop_stock")
    op.drop_table("shop_staff_member")
    op.drop_index("ix_shop_refund_state_due_at", table_name="shop_refund")
    op.drop_table("shop_refund")
    op.drop_index("ix_shop_price_change_sku_valid_from", table_name="shop_price_change")
    op.drop_table("shop_price_change")
    op.drop_table("shop_picture")
    op.drop_index(
        "uq_shop_order_open_cart",
        table_name="shop_order",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index("ix_shop_order_state_placed_at", table_name="shop_order")
    op.drop_index("ix_shop_order_email", table_name="shop_order")
    op.drop_table("shop_order")
    op.drop_index("ix_shop_letter_state_due_at", table_name="shop_letter")
    op.drop_table("shop_letter")
    op.drop_table("shop_former_slug")
    op.drop_table("shop_category")
    op.drop_index(op.f("ix_shop_cart_changed_at"), table_name="shop_cart")
    op.drop_table("shop_cart")
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_refuses()")
