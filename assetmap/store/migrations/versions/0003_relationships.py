"""What relationships need: people, introductions, the timebank's ledger, signposts, packs and favourites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_APPENDED_TO = ("ledger_transfers", "ledger_entries")


def upgrade() -> None:
    """Make the tables of relationships."""
    _people()
    _ledger()
    _signposts()
    _append_only()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("consent_at", sa.String(), nullable=False),
        sa.Column("consent_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("forgotten_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "opportunity_people",
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_opportunity_people_person_id"),
        sa.PrimaryKeyConstraint("opportunity_id", name="pk_opportunity_people"),
    )
    op.create_index("ix_opportunity_people_person_id", "opportunity_people", ["person_id"], unique=False)
    op.create_table(
        "introductions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("consent_at", sa.String(), nullable=False),
        sa.Column("owner_token", sa.String(), nullable=False),
        sa.Column("answerer_token", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("last_at", sa.String(), nullable=False),
        sa.Column("followed_up_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=False),
        sa.Column("forgotten_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_introductions"),
        sa.UniqueConstraint("answerer_token", name="uq_introductions_answerer_token"),
        sa.UniqueConstraint("form", name="uq_introductions_form"),
        sa.UniqueConstraint("owner_token", name="uq_introductions_owner_token"),
    )
    op.create_index("ix_introductions_opportunity_id", "introductions", ["opportunity_id"], unique=False)
    op.create_table(
        "introduction_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["introduction_id"], ["introductions.id"],
                                name="fk_introduction_messages_introduction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_introduction_messages"),
    )
    op.create_index("ix_introduction_messages_introduction_id", "introduction_messages",
                    ["introduction_id"], unique=False)


def _ledger() -> None:
    op.create_table(
        "ledger_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("joined_at", sa.String(), nullable=False),
        sa.Column("joined_by", sa.String(), nullable=False),
        sa.Column("left_at", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_ledger_members_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_members"),
        sa.UniqueConstraint("person_id", name="uq_ledger_members_person_id"),
    )
    op.create_table(
        "ledger_transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["reverses"], ["ledger_transfers.id"], name="fk_ledger_transfers_reverses"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_transfers"),
        sa.UniqueConstraint("form", name="uq_ledger_transfers_form"),
        sa.UniqueConstraint("reverses", name="uq_ledger_transfers_reverses"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes <> 0", name="ck_ledger_entries_minutes"),
        sa.ForeignKeyConstraint(["member_id"], ["ledger_members.id"], name="fk_ledger_entries_member_id"),
        sa.ForeignKeyConstraint(["transfer_id"], ["ledger_transfers.id"], name="fk_ledger_entries_transfer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
    )
    op.create_index("ix_ledger_entries_member_id", "ledger_entries", ["member_id"], unique=False)
    op.create_index("ix_ledger_entries_transfer_id", "ledger_entries", ["transfer_id"], unique=False)


def _signposts() -> None:
    op.create_table(
        "signposts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("suggested", sa.Text(), nullable=False),
        sa.Column("unmet", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_day", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signposts"),
    )
    op.create_index("ix_signposts_day", "signposts", ["day"], unique=False)
    op.create_table(
        "packs",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("signpost_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["signpost_id"], ["signposts.id"], name="fk_packs_signpost_id"),
        sa.PrimaryKeyConstraint("token", name="pk_packs"),
        sa.UniqueConstraint("id", name="uq_packs_id"),
    )
    op.create_index("ix_packs_by", "packs", ["by"], unique=False)
    op.create_table(
        "favourites",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("hub_id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_favourites"),
    )


def _append_only() -> None:
    """An hour that is booked stays booked: a mistake is put right by another transfer, never by an edit."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _APPENDED_TO:
        for action in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                       f"BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END")
