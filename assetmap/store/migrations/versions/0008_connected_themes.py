"""Groups, hubs and opportunities say which connected themes they belong to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """A list of codes for each; those that are there carry none yet."""
    for table in ("hubs", "groups", "opportunities"):
        op.add_column(table, sa.Column("connected_themes", sa.Text(), nullable=False, server_default="[]"))
