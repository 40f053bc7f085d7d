"""The first shape of the tables."""

from __future__ import annotations

from alembic import op

from assetmap.store.database import create_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_tables(op.get_bind())
