"""Alembic's environment: the connection is handed over by `maillon.store.desk`."""

from alembic import context

from maillon.store.every_table import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
