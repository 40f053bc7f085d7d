"""The timebank's ledger: bookings that are only ever added to. What a member has is the sum of their entries.

Who calls anything here that writes does so within `Database.writing`, one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.ledger import Kind, Member, check
from assetmap.store.accounts import digest
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import ledger_entries as entries
from assetmap.store.relation_tables import ledger_members as members
from assetmap.store.relation_tables import ledger_transfers as transfers
from assetmap.store.relation_tables import people
from assetmap.store.rows import LAYERS

POT = "Community pot"
_LAYER_OF = {"group": "groups", "hub": "hubs", "organisation": "organisations"}


@dataclass(frozen=True, slots=True)
class Line:
    """One booking as one member's statement shows it; `balance` is what they had after it."""

    transfer: int
    day: str
    kind: Kind
    topic: str
    opportunity_id: str
    minutes: int
    balance: int
    others: tuple[int, ...]
    reverses: int | None
    reversed_by: int | None
    by: str


def add_member(connection: Connection, kind: str, *, by: str, person_id: int | None = None, record_id: str = "",
               label: str = "", ward_code: str = "") -> int:
    """A new member's number. Raises Conflict when the person or the group is one already."""
    same = members.c.person_id == person_id if person_id else (
        (members.c.kind == kind) & (members.c.record_id == record_id) & (members.c.label == label))
    if connection.execute(select(members.c.id).where(same, members.c.left_at == "")).first():
        raise Conflict("They are a member already.", "who")
    return connection.execute(insert(members).values(
        kind=kind, person_id=person_id, record_id=record_id, label=label, ward_code=ward_code, joined_at=now_utc(),
        joined_by=by, left_at="", statement="")).inserted_primary_key[0]


def pot(connection: Connection, by: str = "assetmap") -> int:
    """The community pot: it takes in what several spend on one, and what a member leaves behind."""
    found = connection.execute(select(members.c.id).where(members.c.kind == "pot", members.c.left_at == "").order_by(
        members.c.id)).scalar()
    return found or add_member(connection, "pot", by=by, label=POT)


def listed(connection: Connection) -> list[Member]:
    """Every member, those that left too, by name."""
    sums = dict(connection.execute(select(entries.c.member_id, func.sum(entries.c.minutes)).group_by(
        entries.c.member_id)).all())
    names = {"person": dict(connection.execute(select(people.c.id, people.c.name)).all())}
    for kind, layer in _LAYER_OF.items():
        table = LAYERS[layer].table
        names[kind] = dict(connection.execute(select(table.c.id, table.c.name)).all())
    made = []
    for row in connection.execute(select(members)).mappings():
        name = row["label"] if row["kind"] == "pot" else names[row["kind"]].get(
            row["person_id"] if row["kind"] == "person" else row["record_id"], "")
        made.append(Member(row["id"], row["kind"], name, row["person_id"], row["record_id"], row["ward_code"],
                           row["joined_at"], row["left_at"], int(sums.get(row["id"], 0))))
    return sorted(made, key=lambda one: (one.kind == "pot", one.name.casefold(), one.id))


def get(connection: Connection, number: int) -> Member:
    """One member. Raises NotFound."""
    found = next((one for one in listed(connection) if one.id == number), None)
    if found is None:
        raise NotFound("There is no such member of the timebank.")
    return found


def book(connection: Connection, booked: Mapping[int, int], *, day: str, by: str, form: str,
         kind: Kind = Kind.EXCHANGE, topic: str = "", opportunity_id: str = "", reverses: int | None = None) -> int:
    """Book entries (member → minutes) and return the booking's number; of a form sent twice the first one's.

    Raises BadInput for entries that are no booking, and for a member who has left.
    """
    known = connection.execute(select(transfers.c.id).where(transfers.c.form == form)).scalar()
    if known:
        return known
    held = check(booked)
    gone = connection.execute(select(members.c.id).where(members.c.id.in_(held), members.c.left_at != "")).first()
    there = connection.execute(select(func.count()).select_from(members).where(members.c.id.in_(held))).scalar()
    if there != len(held) or gone and kind is not Kind.REVERSAL:
        raise BadInput("Somebody in this is no member of the timebank any more.", "receivers")
    number = connection.execute(insert(transfers).values(
        form=form, at=now_utc(), day=day, by=by, kind=kind.value, topic=topic, opportunity_id=opportunity_id,
        reverses=reverses)).inserted_primary_key[0]
    connection.execute(insert(entries), [{"transfer_id": number, "member_id": member, "minutes": minutes}
                                         for member, minutes in held.items()])
    return number


def reverse(connection: Connection, number: int, *, day: str, by: str) -> int:
    """Take a booking back by one of the opposite; once. Raises NotFound, Conflict, and BadInput for a reversal."""
    row = connection.execute(select(transfers).where(transfers.c.id == number)).mappings().first()
    if row is None:
        raise NotFound("There is no such booking.")
    if row["reverses"] is not None:
        raise BadInput("This takes another booking back. Book the hours anew instead.")
    if connection.execute(select(transfers.c.id).where(transfers.c.reverses == number)).first():
        raise Conflict("This booking was taken back already.")
    booked = connection.execute(select(entries.c.member_id, entries.c.minutes).where(entries.c.transfer_id == number))
    return book(connection, {member: -minutes for member, minutes in booked}, day=day, by=by, kind=Kind.REVERSAL,
                form=f"reversal of {number}", topic=row["topic"], opportunity_id=row["opportunity_id"], reverses=number)


def leave(connection: Connection, number: int, *, day: str, by: str) -> None:
    """A member leaves: what they have, or owe, goes to the pot: no hour is lost. Raises BadInput for the pot."""
    member = get(connection, number)
    if member.kind == "pot":
        raise BadInput("The community pot stays: it holds what others leave.")
    if member.left_at:
        return
    if member.minutes:
        book(connection, {number: -member.minutes, pot(connection): member.minutes}, day=day, by=by, kind=Kind.GIFT,
             form=f"leaving of {number}")
    connection.execute(update(members).where(members.c.id == number).values(left_at=now_utc(), statement=""))


def statement(connection: Connection, number: int) -> list[Line]:
    """Every booking of a member, the oldest first, with what they had after it."""
    rows = connection.execute(select(transfers, entries.c.minutes).join(
        entries, entries.c.transfer_id == transfers.c.id).where(entries.c.member_id == number).order_by(
        transfers.c.id)).mappings().all()
    numbers = [row["id"] for row in rows]
    others: dict[int, list[int]] = {}
    for transfer, member in connection.execute(select(entries.c.transfer_id, entries.c.member_id).where(
            entries.c.transfer_id.in_(numbers), entries.c.member_id != number)):
        others.setdefault(transfer, []).append(member)
    undone = dict(connection.execute(select(transfers.c.reverses, transfers.c.id).where(
        transfers.c.reverses.in_(numbers))).all())
    made, balance = [], 0
    for row in rows:
        balance += row["minutes"]
        made.append(Line(row["id"], row["day"], Kind(row["kind"]), row["topic"], row["opportunity_id"], row["minutes"],
                         balance, tuple(others.get(row["id"], ())), row["reverses"], undone.get(row["id"]), row["by"]))
    return made


def recent(connection: Connection, most: int = 20) -> list[Mapping]:
    """The last bookings, each with its entries as `entries` (member → minutes)."""
    rows = connection.execute(select(transfers).order_by(transfers.c.id.desc()).limit(most)).mappings().all()
    held: dict[int, dict[int, int]] = {}
    for transfer, member, minutes in connection.execute(select(
            entries.c.transfer_id, entries.c.member_id, entries.c.minutes).where(
            entries.c.transfer_id.in_([row["id"] for row in rows]))):
        held.setdefault(transfer, {})[member] = minutes
    undone = set(connection.execute(select(transfers.c.reverses).where(transfers.c.reverses.is_not(None))).scalars())
    return [{**row, "entries": held.get(row["id"], {}), "reversed": row["id"] in undone} for row in rows]


def given(connection: Connection, since: str = "") -> int:
    """Minutes given since a day (ISO), by exchanges that stand."""
    undone = select(transfers.c.reverses).where(transfers.c.reverses.is_not(None))
    return int(connection.execute(select(func.coalesce(func.sum(entries.c.minutes), 0)).join(
        transfers, entries.c.transfer_id == transfers.c.id).join(members, entries.c.member_id == members.c.id).where(
        entries.c.minutes > 0, transfers.c.kind == Kind.EXCHANGE.value, transfers.c.day >= since,
        members.c.kind != "pot", transfers.c.id.not_in(undone))).scalar_one())


def hours_by_ward(connection: Connection) -> dict[str, tuple[int, int]]:
    """Ward code → (minutes given there by exchanges that stand, members who gave); "" for members of no ward."""
    undone = select(transfers.c.reverses).where(transfers.c.reverses.is_not(None))
    rows = connection.execute(select(
        members.c.ward_code, func.sum(entries.c.minutes), func.count(members.c.id.distinct())).join(
        transfers, entries.c.transfer_id == transfers.c.id).join(members, entries.c.member_id == members.c.id).where(
        entries.c.minutes > 0, transfers.c.kind == Kind.EXCHANGE.value, members.c.kind != "pot",
        transfers.c.id.not_in(undone)).group_by(members.c.ward_code))
    return {code: (int(minutes), people_) for code, minutes, people_ in rows}


def faults(connection: Connection) -> list[str]:
    """What is wrong with the ledger; empty when every booking sums to nothing and has two sides."""
    wrong = connection.execute(select(transfers.c.id, func.coalesce(func.sum(entries.c.minutes), 0),
                                      func.count(entries.c.id)).outerjoin(
        entries, entries.c.transfer_id == transfers.c.id).group_by(transfers.c.id).having(
        (func.coalesce(func.sum(entries.c.minutes), 0) != 0) | (func.count(entries.c.id) < 2)))
    return [f"booking {number} has {sides} sides and comes to {total} minutes" for number, total, sides in wrong]


def set_link(connection: Connection, number: int, token: str) -> None:
    """The private link to a member's statement; the one of before ends. An empty token ends it."""
    connection.execute(update(members).where(members.c.id == number).values(statement=digest(token) if token else ""))


def by_link(connection: Connection, token: str) -> int | None:
    """Whose statement a link opens."""
    return connection.execute(select(members.c.id).where(
        members.c.statement == digest(token), members.c.left_at == "")).scalar()


def names_of(held: Sequence[Member]) -> dict[int, str]:
    """What each member is called; those whose details were deleted by their number."""
    return {one.id: one.name or f"Former member {one.id}" for one in held}
