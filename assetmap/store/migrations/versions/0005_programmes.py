"""Programmes: what they are, their deployments, and progress, figures and dates of these."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
_THEMES = (
    ("people", "People", ["residents", "citizens"]),
    ("services", "Services", ["public services"]),
    ("neighbourhoods", "Neighbourhoods", ["places", "localities"]),
    ("community_organisations", "Voluntary, community and faith organisations",
     ["voluntary sector", "vcs", "vcfs", "vcse", "community organisations", "charities"]),
    ("decision_making", "Decision making", ["decisions", "power", "democracy", "having a say"]),
)
_NOTHING = dict.fromkeys(("icon", "theme", "colour", "colour_dark", "own_name"), "")


def upgrade() -> None:
    """Make the tables of programmes, and the words for what they connect."""
    _programmes()
    _deployments()
    _entries()
    _words()


def _kept(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("source", "source_id", name=f"uq_{name}_source_source_id"),
    )


def _programmes() -> None:
    _kept(
        "programmes",
        sa.Column("last_confirmed", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("themes", sa.Text(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
    )


def _deployments() -> None:
    _kept(
        "deployments",
        sa.Column("last_confirmed", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("wards", sa.Text(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("hub_id", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("languages_offered", sa.Text(), nullable=False),
        sa.Column("languages_asked", sa.Text(), nullable=False),
        sa.Column("opportunity_kinds", sa.Text(), nullable=False),
        sa.Column("timebank", sa.Boolean(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
    )


def _entries() -> None:
    own = {
        "deployment_progress": (
            sa.Column("step", sa.String(), nullable=False),
            sa.Column("what", sa.String(), nullable=False),
            sa.Column("evidence", sa.Text(), nullable=False),
            sa.Column("link", sa.String(), nullable=False),
            sa.Column("photo", sa.String(), nullable=False),
            sa.Column("photo_alt", sa.Text(), nullable=False),
        ),
        "deployment_figures": (
            sa.Column("value", sa.Float(), nullable=False),
            sa.Column("until", sa.Date(), nullable=True),
            sa.Column("unit", sa.String(), nullable=False),
            sa.Column("origin", sa.String(), nullable=False),
        ),
        "deployment_dates": (
            sa.Column("time", sa.String(), nullable=False),
            sa.Column("kind", sa.String(), nullable=False),
            sa.Column("hub_id", sa.String(), nullable=False),
            sa.Column("place", sa.String(), nullable=False),
            sa.Column("step", sa.String(), nullable=False),
            sa.Column("done", sa.Boolean(), nullable=False),
            sa.Column("feedback_days", sa.Integer(), nullable=True),
            sa.Column("feedback_given", sa.Date(), nullable=True),
        ),
    }
    for name, columns in own.items():
        _kept(
            name,
            sa.Column("deployment_id", sa.String(), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("note", sa.Text(), nullable=False),
            *columns,
        )
        op.create_index(f"ix_{name}_deployment_id", name, ["deployment_id"])


def _words() -> None:
    """An instance that has words gets the connected themes; a new one gets them with all the others."""
    terms = sa.table("terms", *(sa.column(name) for name in ("kind", "code", "position", "document")))
    connection = op.get_bind()
    if connection.execute(sa.select(sa.func.count()).select_from(terms)).scalar_one():
        op.bulk_insert(terms, [
            {"kind": "connected_theme", "code": code, "position": number, "document": json.dumps(
                {"kind": "connected_theme", "code": code, "label": label, **_NOTHING, "synonyms": synonyms,
                 "narrower": [], "related": []}, ensure_ascii=False)}
            for number, (code, label, synonyms) in enumerate(_THEMES)])
