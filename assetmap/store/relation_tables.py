"""The tables of relationships: people behind offers and asks, introductions, the timebank, signposts and packs.

What identifies a person stands in `people`, `introductions` and `introduction_messages` alone, and `assetmap tidy`
empties it there when it is no longer needed; every other table knows a person by number. Moments are UTC in ISO 8601,
an empty one means: not yet. Of every secret link only the digest is kept.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from assetmap.store.tables import metadata

people = Table(
    "people", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, doc="what they like to be called; empty once forgotten"),
    Column("email", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("ward_code", String, nullable=False),
    Column("languages", Text, nullable=False, doc="JSON list of codes"),
    Column("consent_at", String, nullable=False, doc="when they agreed that this is kept, to be introduced to others"),
    Column("consent_by", String, nullable=False, doc="the account that heard it"),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("forgotten_at", String, nullable=False, doc="when their details were deleted; the row stays, empty"),
)

opportunity_people = Table(
    "opportunity_people", metadata,
    Column("opportunity_id", String, primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id", name="fk_opportunity_people_person_id"), nullable=False),
    Index("ix_opportunity_people_person_id", "person_id"),
)

introductions = Table(
    "introductions", metadata,
    Column("id", Integer, primary_key=True),
    Column("opportunity_id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("form", String, nullable=False, unique=True, doc="of the form; one that is sent twice is kept once"),
    Column("name", String, nullable=False, doc="of who answers the offer or ask; empty once forgotten"),
    Column("email", String, nullable=False),
    Column("consent_at", String, nullable=False, doc="when they agreed that it is passed on"),
    Column("owner_token", String, nullable=False, unique=True, doc="digest: the link of the offer's or ask's people"),
    Column("answerer_token", String, nullable=False, unique=True, doc="digest: the link of who answers"),
    Column("state", String, nullable=False, doc="waiting, talking, connected, declined or ended"),
    Column("last_at", String, nullable=False),
    Column("followed_up_at", String, nullable=False, doc="when they were asked what came of it"),
    Column("ended_at", String, nullable=False),
    Column("forgotten_at", String, nullable=False),
    Index("ix_introductions_opportunity_id", "opportunity_id"),
)

introduction_messages = Table(
    "introduction_messages", metadata,
    Column("id", Integer, primary_key=True),
    Column("introduction_id", Integer,
           ForeignKey("introductions.id", name="fk_introduction_messages_introduction_id"), nullable=False),
    Column("at", String, nullable=False),
    Column("side", String, nullable=False, doc="owner or answerer"),
    Column("body", Text, nullable=False, doc="empty once forgotten"),
    Index("ix_introduction_messages_introduction_id", "introduction_id"),
)

ledger_members = Table(
    "ledger_members", metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False, doc="person, group, hub, organisation or pot"),
    Column("person_id", Integer, ForeignKey("people.id", name="fk_ledger_members_person_id"), unique=True),
    Column("record_id", String, nullable=False, doc="of the group, hub or organisation; empty for others"),
    Column("label", String, nullable=False, doc="of a pot; empty for others, whose names stand elsewhere"),
    Column("ward_code", String, nullable=False),
    Column("joined_at", String, nullable=False),
    Column("joined_by", String, nullable=False),
    Column("left_at", String, nullable=False),
    Column("statement", String, nullable=False, doc="digest of the private link to the statement; empty: none"),
)

ledger_transfers = Table(
    "ledger_transfers", metadata,
    Column("id", Integer, primary_key=True),
    Column("form", String, nullable=False, unique=True, doc="of the form; one that is sent twice is booked once"),
    Column("at", String, nullable=False),
    Column("day", String, nullable=False, doc="the day that the hours were given, ISO"),
    Column("by", String, nullable=False),
    Column("kind", String, nullable=False, doc="exchange, gift or reversal"),
    Column("topic", String, nullable=False, doc="a category's code, or empty: no free text, which could name people"),
    Column("opportunity_id", String, nullable=False),
    Column("reverses", Integer, ForeignKey("ledger_transfers.id", name="fk_ledger_transfers_reverses"), unique=True),
)

ledger_entries = Table(
    "ledger_entries", metadata,
    Column("id", Integer, primary_key=True),
    Column("transfer_id", Integer, ForeignKey("ledger_transfers.id", name="fk_ledger_entries_transfer_id"),
           nullable=False),
    Column("member_id", Integer, ForeignKey("ledger_members.id", name="fk_ledger_entries_member_id"), nullable=False),
    Column("minutes", Integer, nullable=False, doc="earned by giving: more than 0; spent by receiving: less"),
    CheckConstraint("minutes <> 0", name="ck_ledger_entries_minutes"),
    Index("ix_ledger_entries_transfer_id", "transfer_id"),
    Index("ix_ledger_entries_member_id", "member_id"),
)

signposts = Table(
    "signposts", metadata,
    Column("id", Integer, primary_key=True),
    Column("day", String, nullable=False, doc="ISO; no time of day, which could tell people apart"),
    Column("ward_code", String, nullable=False),
    Column("interests", Text, nullable=False, doc="JSON list of category codes"),
    Column("suggested", Text, nullable=False, doc="JSON list of [layer, id]"),
    Column("unmet", Boolean, nullable=False, doc="nothing suitable was found"),
    Column("outcome", String, nullable=False, doc="went, did_not or unknown; empty: not asked yet"),
    Column("outcome_day", String, nullable=False),
    Index("ix_signposts_day", "day"),
)

packs = Table(
    "packs", metadata,
    Column("token", String, primary_key=True, doc="digest of the link's token"),
    Column("id", String, nullable=False, unique=True, doc="by which its connector finds it again"),
    Column("created_at", String, nullable=False),
    Column("by", String, nullable=False, doc="the connector's account"),
    Column("expires_at", String, nullable=False),
    Column("language", String, nullable=False),
    Column("document", Text, nullable=False, doc="JSON: the items, in order, each with the connector's line"),
    Column("signpost_id", Integer, ForeignKey("signposts.id", name="fk_packs_signpost_id")),
    Index("ix_packs_by", "by"),
)

favourites = Table(
    "favourites", metadata,
    Column("id", String, primary_key=True, doc="a slug: its address"),
    Column("title", String, nullable=False),
    Column("hub_id", String, nullable=False, doc="the hub or surgery whose page it is; empty: another place"),
    Column("document", Text, nullable=False, doc="JSON: lead, and the items, each with a line"),
    Column("created_at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("hidden", Boolean, nullable=False),
)
