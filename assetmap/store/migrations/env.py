"""Alembic's environment: it runs inside the transaction that `Database.migrate` opened."""

from __future__ import annotations

from alembic import context

from assetmap.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata,
                  transactional_ddl=False, render_as_batch=True)
context.run_migrations()
