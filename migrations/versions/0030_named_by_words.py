"""Lets PostgreSQL find what is named by words without reading all that holds them."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables from 0029 to 0030; on SQLite they stay as they are."""
    if op.get_bind().dialect.name != "postgresql":
        return
    # Of all kinds: of a partial index PostgreSQL does not use what it counted about an expression.
    op.execute(
        "CREATE INDEX ix_shop_search_text_names ON shop_search_text"
        " USING gin (ts_filter(words, CAST('{a,b}' AS \"char\"[])))"
    )
    op.execute(
        "CREATE INDEX ix_shop_search_text_first ON shop_search_text (width, id)"
        " WHERE kind = 'product'"
    )


def downgrade() -> None:
    """Takes the tables back from 0030 to 0029."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_shop_search_text_names")
    op.execute("DROP INDEX ix_shop_search_text_first")
