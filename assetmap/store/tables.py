"""The tables. Lists and sessions are JSON text, so that SQLite and PostgreSQL hold them alike."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
})

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))


def _record_columns() -> list[Column]:
    """What every asset has: a public id that is never reused, its source, and the version an edit is made from."""
    return [
        Column("id", String, primary_key=True),
        Column("name", String, nullable=False),
        Column("status", String, nullable=False),
        Column("last_confirmed", Date),
        Column("confirmed_by", String, nullable=False, server_default="",
               doc="the group, a steward, or the list it came with; empty: nobody said"),
        Column("source", String, nullable=False),
        Column("source_id", String, nullable=False),
        Column("fingerprint", String, nullable=False),
        Column("version", Integer, nullable=False),
        Column("lat", Float),
        Column("lon", Float),
        Column("location_source", String, nullable=False),
        Column("postcode", String, nullable=False),
        Column("phone", String, nullable=False),
        Column("email", String, nullable=False),
        Column("website", String, nullable=False),
        Column("consent", Boolean, nullable=False),
        Column("summary", Text, nullable=False),
        Column("notes", Text, nullable=False),
        Column("languages", Text, nullable=False),
        Column("access", Text, nullable=False),
    ]


def _connected_themes() -> Column:
    return Column("connected_themes", Text, nullable=False, server_default="[]", doc="JSON list of codes")


hubs = Table(
    "hubs", metadata, *_record_columns(), _connected_themes(),
    Column("kind", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("opening_hours", Text, nullable=False),
    Column("rooms", Text, nullable=False),
    Column("capacity", Integer),
    UniqueConstraint("source", "source_id"),
)

groups = Table(
    "groups", metadata, *_record_columns(), _connected_themes(),
    Column("description", Text, nullable=False),
    Column("organisation", String, nullable=False),
    Column("categories", Text, nullable=False),
    Column("other_categories", Text, nullable=False),
    Column("audiences", Text, nullable=False),
    Column("age_min", Integer),
    Column("age_max", Integer),
    Column("cost", String, nullable=False),
    Column("cost_note", Text, nullable=False),
    Column("times", Text, nullable=False),
    Column("meetings", Text, nullable=False),
    Column("hub_id", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("meets_in_home", Boolean, nullable=False),
    UniqueConstraint("source", "source_id"),
)

organisations = Table(
    "organisations", metadata, *_record_columns(),
    Column("charity_number", String, nullable=False),
    Column("company_number", String, nullable=False),
    Column("address", Text, nullable=False),
    UniqueConstraint("source", "source_id"),
)

opportunities = Table(
    "opportunities", metadata, *_record_columns(), _connected_themes(),
    Column("kind", String, nullable=False),
    Column("direction", String, nullable=False),
    Column("topics", Text, nullable=False),
    Column("giver", String, nullable=False),
    Column("giver_kind", String, nullable=False),
    Column("hub_id", String, nullable=False),
    Column("ward_code", String, nullable=False),
    Column("reach_m", Integer),
    Column("online", Boolean, nullable=False),
    Column("times", Text, nullable=False),
    Column("meetings", Text, nullable=False),
    Column("hours", Float),
    Column("reward", String, nullable=False),
    Column("amount", String, nullable=False),
    Column("expires", Date),
    Column("state", String, nullable=False),
    UniqueConstraint("source", "source_id"),
)

wards = Table(
    "wards", metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("council_code", String, nullable=False),
    Column("council_name", String, nullable=False),
    Column("boundary_year", Integer),
    Column("approximate", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("geometry", LargeBinary, nullable=False, doc="WKB, WGS84 longitude and latitude"),
)

ward_figures = Table(
    "ward_figures", metadata,
    Column("ward_code", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Float, nullable=False),
    Column("source", String, nullable=False),
    Column("date", String, nullable=False),
    Column("estimate", Boolean, nullable=False),
)

postcodes = Table(
    "postcodes", metadata,
    Column("postcode", String, primary_key=True),
    Column("lat", Float),
    Column("lon", Float),
    Column("ward_code", String, nullable=False),
    Column("terminated", String, nullable=False, doc="year and month it ended, or empty"),
)

places = Table(
    "places", metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("also_known_as", Text, nullable=False),
)

terms = Table(
    "terms", metadata,
    Column("kind", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("document", Text, nullable=False, doc="the Term as JSON"),
)

imports = Table(
    "imports", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False, doc="UTC, ISO 8601"),
    Column("by", String, nullable=False),
    Column("layer", String, nullable=False),
    Column("file", String, nullable=False),
    Column("source", String, nullable=False),
    Column("counts", Text, nullable=False),
    Column("kind", String, nullable=False, server_default="import", doc="import, merge or undo: a set of changes"),
    Column("undoes", Integer, doc="the set of changes that this one takes back"),
    Column("draft_id", String, nullable=False, server_default="", doc="the upload that it was applied from"),
)

history = Table(
    "history", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False, doc="UTC, ISO 8601"),
    Column("by", String, nullable=False),
    Column("layer", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("action", String, nullable=False),
    Column("import_id", Integer),
    Column("changes", Text, nullable=False, doc="JSON of field: [from, to]; empty when the record was added"),
    Column("undoes", Integer, doc="the line of history that this one takes back"),
    Index("ix_history_layer_record_id", "layer", "record_id"),
    Index("ix_history_import_id", "import_id"),
)
Index("ix_history_undoes", history.c.undoes, sqlite_where=history.c.undoes.is_not(None),
      postgresql_where=history.c.undoes.is_not(None))

search_counts = Table(
    "search_counts", metadata,
    Column("day", String, primary_key=True),
    Column("ward_code", String, primary_key=True, doc="empty: outside every ward, or nowhere named"),
    Column("category", String, primary_key=True, doc="empty: none named"),
    Column("found", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
)

suggestions = Table(
    "suggestions", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("token", String, nullable=False, unique=True, doc="of the form; a form sent twice is kept once"),
    Column("layer", String, nullable=False),
    Column("record_id", String, nullable=False, doc="empty: something new"),
    Column("document", Text, nullable=False),
    Column("state", String, nullable=False, doc="pending, accepted, declined or withdrawn"),
    Column("follow", String, nullable=False, server_default="", doc="digest of the private link's token"),
    Column("version", Integer, doc="of the record, when it was suggested"),
    Column("decided_at", String, nullable=False, server_default=""),
    Column("decided_by", String, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default="", doc="what the steward says to the suggester"),
)
