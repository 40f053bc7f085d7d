"""What the timebank comes to: hours given in all, by topic and by ward. Bookings that were taken back do not count."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, func, select

from assetmap.domain.ledger import Kind
from assetmap.store.relation_tables import ledger_entries as entries
from assetmap.store.relation_tables import ledger_members as members
from assetmap.store.relation_tables import ledger_transfers as transfers


def given(connection: Connection, since: str = "") -> int:
    """Minutes given since a day (ISO) by members other than pots."""
    chosen = _standing(func.coalesce(func.sum(entries.c.minutes), 0))
    return int(connection.execute(chosen.where(transfers.c.day >= since)).scalar_one())


def by_topic(connection: Connection) -> dict[str, tuple[int, int]]:
    """A category's code, or "" → (minutes given, exchanges)."""
    rows = connection.execute(_standing(transfers.c.topic, func.sum(entries.c.minutes),
                                        func.count(transfers.c.id.distinct())).group_by(transfers.c.topic))
    return {topic: (int(minutes), exchanges) for topic, minutes, exchanges in rows}


def hours_by_ward(connection: Connection) -> dict[str, tuple[int, int]]:
    """Ward code → (minutes that its members gave, how many members gave); "" for members of no ward.

    For whoever sees all: counts of few people are to be kept back before others see them (analysis.suppression).
    """
    rows = connection.execute(_standing(members.c.ward_code, func.sum(entries.c.minutes),
                                        func.count(members.c.id.distinct())).group_by(members.c.ward_code))
    return {code: (int(minutes), givers) for code, minutes, givers in rows}


def _standing(*columns: ColumnElement) -> Select:
    """Columns of what members other than pots earned by exchanges that stand."""
    undone = select(transfers.c.reverses).where(transfers.c.reverses.is_not(None))
    return select(*columns).select_from(
        entries.join(transfers, entries.c.transfer_id == transfers.c.id).join(
            members, entries.c.member_id == members.c.id)).where(
        entries.c.minutes > 0, transfers.c.kind == Kind.EXCHANGE.value, members.c.kind != "pot",
        transfers.c.id.not_in(undone))
