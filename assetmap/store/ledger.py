"""The timebank's ledger: bookings that are only ever added to. What a member has is the sum of their entries.

Who calls anything here that writes does so within `Database.writing`, one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, insert, select

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.ledger import Kind, check, gift_of, said
from assetmap.store import ledger_members
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import ledger_entries as entries
from assetmap.store.relation_tables import ledger_members as members
from assetmap.store.relation_tables import ledger_transfers as transfers


@dataclass(frozen=True, slots=True)
class Booking:
    """`entries` are member → minutes; `reverses` and `reversed_by` are numbers of bookings; `at`: when it was done."""

    number: int
    day: str
    kind: Kind
    topic: str
    opportunity_id: str
    entries: dict[int, int]
    reverses: int | None
    reversed_by: int | None
    at: str
    by: str

    @property
    def can_be_reversed(self) -> bool:
        """Whether it stands, and takes no other back."""
        return self.reversed_by is None and self.reverses is None

    @property
    def minutes(self) -> int:
        """How long somebody gave, or how much was handed on."""
        return max(self.entries.values(), default=0)


@dataclass(frozen=True, slots=True)
class Line:
    """One booking as one member's statement shows it; `balance` is what they had after it."""

    booking: Booking
    minutes: int
    balance: int


def book(connection: Connection, booked: Mapping[int, int], *, day: str, by: str, form: str,
         kind: Kind = Kind.EXCHANGE, topic: str = "", opportunity_id: str = "", reverses: int | None = None,
         settles: bool = False) -> int:
    """Book entries (member → minutes) and return the booking's number; of a form sent twice the first one's.

    Raises BadInput for entries that are no booking, and for a member who has left; unless it reverses or `settles`.
    """
    known = _of_form(connection, form)
    if known:
        return known
    held = check(booked)
    there = connection.execute(select(members.c.id, members.c.left_at).where(members.c.id.in_(held))).all()
    if len(there) != len(held) or any(row.left_at for row in there) and not (reverses or settles):
        raise BadInput("Somebody in this is no member of the timebank any more.", "receivers")
    number = connection.execute(insert(transfers).values(
        form=form, at=now_utc(), day=day, by=by, kind=kind.value, topic=topic, opportunity_id=opportunity_id,
        reverses=reverses)).inserted_primary_key[0]
    connection.execute(insert(entries), [{"transfer_id": number, "member_id": member, "minutes": minutes}
                                         for member, minutes in held.items()])
    return number


def _of_form(connection: Connection, form: str) -> int | None:
    return connection.execute(select(transfers.c.id).where(transfers.c.form == form)).scalar()


def balance(connection: Connection, number: int) -> int:
    """The minutes that a member has: those earned less those spent."""
    return int(connection.execute(select(func.coalesce(func.sum(entries.c.minutes), 0)).where(
        entries.c.member_id == number)).scalar_one())


def give_on(connection: Connection, giver: int, receiver: int, minutes: int, *, day: str, by: str, form: str) -> int:
    """Hours that somebody has are handed on to another, or to a pot. Raises BadInput when they have fewer."""
    known = _of_form(connection, form)
    if known:
        return known
    held = balance(connection, giver)
    if minutes > held:
        raise BadInput(f"They have {said(max(held, 0))}. Nobody can hand on more than they have.", "hours")
    return book(connection, gift_of(giver, receiver, minutes), day=day, by=by, form=form, kind=Kind.GIFT)


def reverse(connection: Connection, number: int, *, day: str, by: str) -> int:
    """Take a booking back by one of the opposite; once. What that leaves with who is no member now goes to the pot.

    Raises NotFound, Conflict when it was taken back before, BadInput for a reversal and for what a leaver left.
    """
    held = booking(connection, number)
    if held.reverses is not None:
        raise BadInput("This takes another booking back. Book the hours anew instead.")
    if held.reversed_by is not None:
        raise Conflict("This booking was taken back already.")
    gone = [member for member, in connection.execute(select(members.c.id).where(
        members.c.id.in_(held.entries), members.c.left_at != ""))]
    if gone and held.kind is Kind.GIFT:
        raise BadInput("Somebody in this has left the timebank. Let them join again first.")
    back = book(connection, {member: -minutes for member, minutes in held.entries.items()}, day=day, by=by,
                kind=Kind.REVERSAL, form=f"reversal of {number}", topic=held.topic,
                opportunity_id=held.opportunity_id, reverses=number)
    for member in gone:
        _settle(connection, member, day=day, by=by, form=f"settling of {back} for {member}")
    return back


def leave(connection: Connection, number: int, *, day: str, by: str) -> None:
    """A member leaves: what they have, or owe, goes to the community pot: no hour is lost.

    Raises NotFound, and BadInput for that pot itself.
    """
    member = ledger_members.get(connection, number)
    if member.left_at:
        return
    if number == ledger_members.pot(connection):
        raise BadInput("The community pot stays: it holds what others leave.")
    last = connection.execute(select(func.max(transfers.c.id))).scalar() or 0
    _settle(connection, number, day=day, by=by, form=f"leaving of {number} after {last}")
    ledger_members.mark_left(connection, number)


def _settle(connection: Connection, number: int, *, day: str, by: str, form: str) -> None:
    """What a member has goes to the pot, and what they owe comes from it, though they may have left before."""
    minutes = balance(connection, number)
    if minutes:
        book(connection, {number: -minutes, ledger_members.pot(connection): minutes}, day=day, by=by, kind=Kind.GIFT,
             form=form, settles=True)


def statement(connection: Connection, number: int) -> list[Line]:
    """Every booking of a member, the oldest first, with what they had after it."""
    theirs = select(entries.c.transfer_id).where(entries.c.member_id == number)
    made, after = [], 0
    for one in _bookings(connection, select(transfers).where(transfers.c.id.in_(theirs)).order_by(transfers.c.id)):
        after += one.entries[number]
        made.append(Line(one, one.entries[number], after))
    return made


def recent(connection: Connection, most: int = 20) -> list[Booking]:
    """The last bookings, the newest first."""
    return _bookings(connection, select(transfers).order_by(transfers.c.id.desc()).limit(most))


def booking(connection: Connection, number: int) -> Booking:
    """One by its number. Raises NotFound."""
    found = _bookings(connection, select(transfers).where(transfers.c.id == number))
    if not found:
        raise NotFound("There is no such booking.")
    return found[0]


def _bookings(connection: Connection, chosen: Select) -> list[Booking]:
    rows = connection.execute(chosen).mappings().all()
    numbers = chosen.with_only_columns(transfers.c.id).subquery()
    held: dict[int, dict[int, int]] = {}
    for transfer, member, minutes in connection.execute(select(
            entries.c.transfer_id, entries.c.member_id, entries.c.minutes).where(
            entries.c.transfer_id.in_(select(numbers.c.id))).order_by(entries.c.id)):
        held.setdefault(transfer, {})[member] = minutes
    undone = dict(connection.execute(select(transfers.c.reverses, transfers.c.id).where(
        transfers.c.reverses.in_(select(numbers.c.id)))).all())
    return [Booking(row["id"], row["day"], Kind(row["kind"]), row["topic"], row["opportunity_id"],
                    held.get(row["id"], {}), row["reverses"], undone.get(row["id"]), row["at"], row["by"])
            for row in rows]


def faults(connection: Connection) -> list[str]:
    """What is wrong with the ledger; empty when no hour is lost.

    That is when every booking sums to nothing and has two sides, every reversal is the opposite of what it takes back,
    every entry has its booking and its member, and who has left has nothing.
    """
    return [*_unbalanced(connection), *_not_opposite(connection), *_astray(connection)]


def _unbalanced(connection: Connection) -> Iterable[str]:
    total = func.coalesce(func.sum(entries.c.minutes), 0)
    for number, minutes, sides in connection.execute(select(transfers.c.id, total, func.count(entries.c.id)).outerjoin(
            entries, entries.c.transfer_id == transfers.c.id).group_by(transfers.c.id).having(
            (total != 0) | (func.count(entries.c.id) < 2))):
        yield f"booking {number} has {sides} sides and comes to {minutes} minutes"


def _not_opposite(connection: Connection) -> Iterable[str]:
    first, back = entries.alias(), entries.alias()
    unlike = select(transfers.c.id).join(first, first.c.transfer_id == transfers.c.reverses).outerjoin(
        back, (back.c.transfer_id == transfers.c.id) & (back.c.member_id == first.c.member_id)).where(
        func.coalesce(back.c.minutes, 0) != -first.c.minutes)
    for number in connection.execute(unlike.distinct()).scalars():
        yield f"booking {number} is not the opposite of the one that it takes back"


def _astray(connection: Connection) -> Iterable[str]:
    lost = connection.execute(select(func.count()).select_from(
        entries.outerjoin(transfers, transfers.c.id == entries.c.transfer_id).outerjoin(
            members, members.c.id == entries.c.member_id)).where(
        transfers.c.id.is_(None) | members.c.id.is_(None))).scalar()
    if lost:
        yield f"{lost} entries are of no booking or no member"
    for number, minutes in connection.execute(select(members.c.id, func.sum(entries.c.minutes)).join(
            entries, entries.c.member_id == members.c.id).where(members.c.left_at != "").group_by(members.c.id).having(
            func.sum(entries.c.minutes) != 0)):
        yield f"member {number} has left, and still has {minutes} minutes"
