"""Alembic's environment: the shop's tables only, on the connection that storefront.schema gives."""

from alembic import context

from storefront.schema import VERSION_TABLE, is_ours, metadata, render_type

connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=metadata(),
    version_table=VERSION_TABLE,
    include_name=is_ours,
    render_item=render_type,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,
)

with context.begin_transaction():
    context.run_migrations()
