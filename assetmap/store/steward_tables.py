"""The tables of those who keep the map right: accounts, uploads, decisions, links and letters.

Moments are UTC in ISO 8601, as history writes them; an empty one means: not yet. Of every secret link or cookie only
the digest is kept.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from assetmap.store.tables import metadata

accounts = Table(
    "accounts", metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String, nullable=False, unique=True, doc="in lower case"),
    Column("role", String, nullable=False, doc="connector, planner or steward"),
    Column("password", String, nullable=False, doc="argon2id; empty until the invitation is taken up"),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
    Column("disabled_at", String, nullable=False),
    Column("signed_in_at", String, nullable=False, doc="when somebody last signed in with it"),
)

sign_ins = Table(
    "sign_ins", metadata,
    Column("token", String, primary_key=True, doc="digest of the cookie"),
    Column("account_id", Integer, ForeignKey("accounts.id", name="fk_sign_ins_account_id"), nullable=False),
    Column("created_at", String, nullable=False),
    Column("seen_at", String, nullable=False),
    Index("ix_sign_ins_account_id", "account_id"),
)

account_links = Table(
    "account_links", metadata,
    Column("token", String, primary_key=True, doc="digest of the link's token"),
    Column("account_id", Integer, ForeignKey("accounts.id", name="fk_account_links_account_id"), nullable=False),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("used_at", String, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("key", String, nullable=False, doc="digest of an e-mail address or a network address"),
    Index("ix_sign_in_failures_key_at", "key", "at"),
)

sent_forms = Table(
    "sent_forms", metadata,
    Column("token", String, primary_key=True, doc="of the form: one that is sent twice is done once"),
    Column("at", String, nullable=False),
    Column("result", String, nullable=False, doc="the address that the first sending led to"),
)

drafts = Table(
    "drafts", metadata,
    Column("id", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("layer", String, nullable=False),
    Column("file", String, nullable=False, doc="the name it was uploaded with"),
    Column("source", String, nullable=False),
    Column("mapping", Text, nullable=False, doc="JSON of field: column"),
    Column("constants", Text, nullable=False, doc="JSON of field: text for every row"),
    Column("skip_bad_rows", Boolean, nullable=False),
    Column("remember", Boolean, nullable=False, doc="keep the columns for the feed's next file"),
    Column("state", String, nullable=False, doc="uploaded, applied or dropped"),
    Column("import_id", Integer),
)

saved_mappings = Table(
    "saved_mappings", metadata,
    Column("layer", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("mapping", Text, nullable=False),
    Column("constants", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
)

not_same = Table(
    "not_same", metadata,
    Column("layer", String, primary_key=True),
    Column("first_id", String, primary_key=True, doc="the lesser of the two"),
    Column("second_id", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
)

redirects = Table(
    "redirects", metadata,
    Column("id", Integer, primary_key=True),
    Column("layer", String, nullable=False),
    Column("old_id", String, nullable=False),
    Column("new_id", String, nullable=False),
    Column("import_id", Integer, nullable=False, doc="the merge: a set of changes"),
    Column("at", String, nullable=False),
    Column("ended_at", String, nullable=False, doc="when the merge was undone"),
    Index("ix_redirects_layer_old_id", "layer", "old_id"),
)

confirmations = Table(
    "confirmations", metadata,
    Column("token", String, primary_key=True, doc="digest of the link's token"),
    Column("layer", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("email", String, nullable=False),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("used_at", String, nullable=False),
    Column("outcome", String, nullable=False, doc="right, change or closed"),
    Index("ix_confirmations_layer_record_id", "layer", "record_id"),
)

messages = Table(
    "messages", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("layer", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("state", String, nullable=False, doc="queued, sent or by_hand"),
    Column("sent_at", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
)
