"""What Alembic runs to migrate or to compare: on the connection that it is given, in the caller's transaction."""

from __future__ import annotations

from alembic import context

from breeze_server.schema import metadata

# SQLite can alter little in place, so tables are rebuilt ("batch"); other databases take the same scripts as they are.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
