"""The tables of planners: where people live, the measures of each ward as they were on a day, and kept scenarios.

A missing number is null, never 0.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text

from assetmap.store.tables import metadata

population_points = Table(
    "population_points", metadata,
    Column("id", String, primary_key=True, doc="the small area's code, as given"),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("people", Float, nullable=False),
    Column("children", Float, doc="aged 0 to 15"),
    Column("working_age", Float, doc="aged 16 to 64"),
    Column("older", Float, doc="aged 65 and over"),
    Column("deprivation", Float, doc="higher: more deprived"),
    Column("ward_code", String, nullable=False, doc="as given; empty: the ward that the point lies in"),
    Column("source", String, nullable=False),
    Column("date", String, nullable=False),
    Column("estimate", Boolean, nullable=False),
)

ward_snapshots = Table(
    "ward_snapshots", metadata,
    Column("day", String, primary_key=True, doc="ISO"),
    Column("ward_code", String, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("value", Float),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("note", String, nullable=False),
)

scenarios = Table(
    "scenarios", metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String, nullable=False, unique=True, doc="its address"),
    Column("name", String, nullable=False),
    Column("document", Text, nullable=False, doc="JSON: what was asked, and what came of it"),
    Column("at", String, nullable=False, doc="UTC, ISO 8601"),
    Column("by", String, nullable=False),
    Column("data_version", Integer, nullable=False, doc="of the data that it was worked out from"),
)
