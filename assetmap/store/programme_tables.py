"""The tables of programmes: what they are, where they are under way, how far, with which figures and next dates.

Progress, figures and dates have rows of their own, each with its history: a feed that brings its own entries again
leaves those of people alone, and a mistaken entry is corrected by itself.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from assetmap.store.tables import metadata


def _kept_columns() -> list[Column]:
    """What every record has: a public id that is never reused, its source, and the version an edit is made from."""
    return [
        Column("id", String, primary_key=True),
        Column("name", String, nullable=False),
        Column("status", String, nullable=False),
        Column("source", String, nullable=False),
        Column("source_id", String, nullable=False),
        Column("fingerprint", String, nullable=False),
        Column("version", Integer, nullable=False),
        Column("public", Boolean, nullable=False),
    ]


def _confirmed_columns() -> list[Column]:
    return [Column("last_confirmed", Date), Column("confirmed_by", String, nullable=False)]


def _of_deployment() -> list[Column]:
    return [Column("deployment_id", String, nullable=False), Column("day", Date, nullable=False),
            Column("note", Text, nullable=False)]


programmes = Table(
    "programmes", metadata, *_kept_columns(), *_confirmed_columns(),
    Column("summary", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("kind", String, nullable=False, doc="steps, elements or state"),
    Column("steps", Text, nullable=False, doc="JSON list of the steps' fields"),
    Column("themes", Text, nullable=False),
    Column("lead", String, nullable=False),
    Column("website", String, nullable=False),
    Column("notes", Text, nullable=False, doc="internal"),
    UniqueConstraint("source", "source_id"),
)

deployments = Table(
    "deployments", metadata, *_kept_columns(), *_confirmed_columns(),
    Column("programme_id", String, nullable=False),
    Column("summary", Text, nullable=False),
    Column("wards", Text, nullable=False),
    Column("neighbourhood", String, nullable=False),
    Column("outline", Text, nullable=False, doc="well-known text, WGS84"),
    Column("lead", String, nullable=False),
    Column("hub_id", String, nullable=False),
    Column("starts", Date),
    Column("ends", Date),
    Column("roles", Text, nullable=False, doc="JSON list of the roles' fields"),
    Column("languages_offered", Text, nullable=False),
    Column("languages_asked", Text, nullable=False),
    Column("opportunity_kinds", Text, nullable=False),
    Column("timebank", Boolean, nullable=False),
    Column("website", String, nullable=False),
    Column("notes", Text, nullable=False, doc="internal"),
    UniqueConstraint("source", "source_id"),
)

progress = Table(
    "deployment_progress", metadata, *_kept_columns(), *_of_deployment(),
    Column("step", String, nullable=False),
    Column("what", String, nullable=False, doc="planned, begun, reached or gone_back"),
    Column("evidence", Text, nullable=False),
    Column("link", String, nullable=False),
    Column("photo", String, nullable=False),
    Column("photo_alt", Text, nullable=False),
    UniqueConstraint("source", "source_id"), Index("ix_deployment_progress_deployment_id", "deployment_id"),
)

figures = Table(
    "deployment_figures", metadata, *_kept_columns(), *_of_deployment(),
    Column("value", Float, nullable=False),
    Column("until", Date),
    Column("unit", String, nullable=False),
    Column("stock", Boolean, nullable=False),
    Column("origin", String, nullable=False),
    UniqueConstraint("source", "source_id"), Index("ix_deployment_figures_deployment_id", "deployment_id"),
)

dates = Table(
    "deployment_dates", metadata, *_kept_columns(), *_of_deployment(),
    Column("time", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("hub_id", String, nullable=False),
    Column("place", String, nullable=False),
    Column("step", String, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("attended", Integer),
    Column("feedback_days", Integer),
    Column("feedback_given", Date),
    UniqueConstraint("source", "source_id"), Index("ix_deployment_dates_deployment_id", "deployment_id"),
)

photos = Table(
    "photos", metadata,
    Column("id", String, primary_key=True, doc="digest of the picture"),
    Column("at", String, nullable=False, doc="UTC, ISO 8601"),
    Column("by", String, nullable=False, doc="who chose it, and said that the people on it agree"),
    Column("unused_since", String, nullable=False, doc="UTC, ISO 8601; empty: an entry uses it"),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False, doc="bytes"),
    Column("data", LargeBinary, nullable=False, doc="WebP"),
)
