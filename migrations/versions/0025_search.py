"""Makes products and guides searchable, and notes in the database itself what has changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Columns whose change changes what can be found; NULL-safe, and json compared as its text.
PRODUCT = ("name", "also_called", "category_id", "state", "summary", "description", "directions",
           "ingredients", "used_for")  # fmt: skip
VARIANT = ("product_id", "sku", "name", "gtin", "is_sold")
GUIDE = ("title", "summary", "state", "blocks")
OF_CATEGORY = "SELECT 'product', p.id FROM shop_product p WHERE p.category_id = NEW.id"
# A guide is found by all names of what it mentions.
MENTIONING = "SELECT 'guide', m.guide_id FROM shop_guide_mention m WHERE m.product_id = NEW.id"
MENTIONING_CATEGORY = (
    "SELECT 'guide', m.guide_id FROM shop_guide_mention m"
    " JOIN shop_product p ON p.id = m.product_id WHERE p.category_id = NEW.id"
)
# trigger → table, event, columns that matter on update, what is noted
NOTES = {
    "product_new": ("product", "INSERT", (), ("SELECT 'product', NEW.id",)),
    "product_changed": ("product", "UPDATE", PRODUCT, ("SELECT 'product', NEW.id",)),
    "product_renamed": (
        "product", "UPDATE", ("name", "also_called", "category_id"), (MENTIONING,),
    ),
    "product_gone": ("product", "DELETE", (), ("SELECT 'product', OLD.id",)),
    "variant_new": ("variant", "INSERT", (), ("SELECT 'product', NEW.product_id",)),
    "variant_changed": (
        "variant", "UPDATE", VARIANT,
        ("SELECT 'product', NEW.product_id", "SELECT 'product', OLD.product_id"),
    ),
    "variant_gone": ("variant", "DELETE", (), ("SELECT 'product', OLD.product_id",)),
    "category_changed": (
        "category", "UPDATE", ("name", "also_called"), (OF_CATEGORY, MENTIONING_CATEGORY),
    ),
    "guide_new": ("guide", "INSERT", (), ("SELECT 'guide', NEW.id",)),
    "guide_changed": ("guide", "UPDATE", GUIDE, ("SELECT 'guide', NEW.id",)),
    "guide_gone": ("guide", "DELETE", (), ("SELECT 'guide', OLD.id",)),
}  # fmt: skip


def upgrade() -> None:
    """Brings the tables from 0024 to 0025; what the shop has is indexed by the first search."""
    op.create_table(
        "shop_search_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=80), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("also", sa.Text(), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('product', 'guide', 'passage')",
            name=op.f("ck_shop_search_document_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_search_document")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shop_search_document_kind_ref", "shop_search_document", ["kind", "ref"])
    op.create_table(
        "shop_search_word",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_shop_search_word")),
    )
    op.create_table(
        "shop_search_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('product', 'guide')", name=op.f("ck_shop_search_change_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_search_change")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_search_miss",
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("words", name=op.f("pk_shop_search_miss")),
    )
    op.create_index("ix_shop_search_miss_seen_at", "shop_search_miss", ["seen_at"])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    _index_postgresql() if is_postgresql else _index_sqlite()
    for name, note in NOTES.items():
        _notes(name, *note, is_postgresql=is_postgresql)
    for kind in ("product", "guide"):
        op.execute(
            f"INSERT INTO shop_search_change (kind, ref) SELECT '{kind}', id FROM shop_{kind}"
            " WHERE state = 'published'"
        )


def downgrade() -> None:
    """Takes the tables back from 0025 to 0024; the extension stays, others may use it."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, *_) in NOTES.items():
        on = f" ON shop_{table}" if is_postgresql else ""
        op.execute(f"DROP TRIGGER shop_search_{name}{on}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION shop_search_{name}()")
    for table in ("text", "miss", "change", "word", "document"):
        op.drop_table(f"shop_search_{table}")


def _index_sqlite() -> None:
    # The words come ready-made, so the tokenizer only has to divide them at spaces.
    op.execute(
        "CREATE VIRTUAL TABLE shop_search_text USING fts5("
        " name, also, brief, body, kind UNINDEXED, width UNINDEXED,"
        " tokenize = 'ascii', prefix = '2 3')"
    )


def _index_postgresql() -> None:
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError as error:
        raise RuntimeError(
            "The search needs PostgreSQL's extension pg_trgm, and this role may not create it: have"
            " an administrator run CREATE EXTENSION pg_trgm in this database, then migrate again."
        ) from error
    op.execute("CREATE INDEX shop_search_text_of_words ON shop_search_word"
               " USING gin (word gin_trgm_ops)")  # fmt: skip
    op.execute(
        "CREATE TABLE shop_search_text (id integer PRIMARY KEY, kind varchar(16) NOT NULL,"
        " width integer NOT NULL, words tsvector NOT NULL)"
    )
    for name, condition in (("products", "="), ("guides", "<>")):
        op.execute(
            f"CREATE INDEX ix_shop_search_text_{name} ON shop_search_text USING gin (words)"
            f" WHERE kind {condition} 'product'"
        )


def _notes(
    name: str,
    table: str,
    event: str,
    columns: tuple[str, ...],
    rows: tuple[str, ...],
    *,
    is_postgresql: bool,
) -> None:
    inserts = " ".join(f"INSERT INTO shop_search_change (kind, ref) {row};" for row in rows)
    of = f" OF {', '.join(columns)}" if columns else ""
    on = f"AFTER {event}{of} ON shop_{table} FOR EACH ROW"
    if not is_postgresql:
        differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        when = f" WHEN {differs}" if columns else ""
        op.execute(f"CREATE TRIGGER shop_search_{name} {on}{when} BEGIN {inserts} END")
        return
    differs = " OR ".join(f"OLD.{c}::text IS DISTINCT FROM NEW.{c}::text" for c in columns)
    when = f" WHEN ({differs})" if columns else ""
    op.execute(
        f"CREATE FUNCTION shop_search_{name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {inserts} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER shop_search_{name} {on}{when} EXECUTE FUNCTION shop_search_{name}()"
    )
