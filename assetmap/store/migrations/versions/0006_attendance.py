"""How many came to a date, and whether a figure stays or adds up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nobody has counted who came to the dates that there are, and the figures that there are add up."""
    op.add_column("deployment_dates", sa.Column("attended", sa.Integer(), nullable=True))
    op.add_column("deployment_figures", sa.Column("stock", sa.Boolean(), nullable=False, server_default=sa.false()))
