"""The people behind offers and asks. Their details stand here alone, and are emptied when they are not needed.

History says nothing of them: what it holds, it holds for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, exists, insert, or_, select, update

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.person import Person
from assetmap.store import messages
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import introductions, ledger_members, opportunity_people, people
from assetmap.store.rows import dump_list, load_list
from assetmap.store.tables import history, opportunities

_EMPTY = {"name": "", "email": "", "phone": "", "languages": "[]"}
OVER = ("closed", "connected")
_LAYER = opportunities.name


def add(connection: Connection, person: Person, *, by: str) -> int:
    """Keep a person and return their number. `by` is the account that heard that they agree."""
    now = now_utc()
    values = _columns(person) | {"consent_at": now, "consent_by": by, "created_at": now, "created_by": by,
                                 "version": 1, "forgotten_at": ""}
    return connection.execute(insert(people).values(**values)).inserted_primary_key[0]


def get(connection: Connection, number: int) -> Person:
    """One by their number. Raises NotFound."""
    row = connection.execute(select(people).where(people.c.id == number)).mappings().first()
    if row is None:
        raise NotFound("There is nobody at this address.")
    return _person(row)


def change(connection: Connection, person: Person) -> None:
    """Their details anew. Raises Conflict when somebody changed them since `person.version`."""
    done = connection.execute(update(people).where(
        people.c.id == person.id, people.c.version == person.version, people.c.forgotten_at == "").values(
        **_columns(person), version=person.version + 1))
    if not done.rowcount:
        raise Conflict("Somebody else changed these details while you were editing, or they were deleted. "
                       "Look at them again.")


def listed(connection: Connection) -> list[tuple[Person, list[Mapping]]]:
    """Everybody who is not forgotten, by name, each with the rows of their offers and asks."""
    rows = connection.execute(select(people).where(people.c.forgotten_at == "").order_by(people.c.name, people.c.id))
    return [(person, offers_of(connection, person.id)) for person in map(_person, rows.mappings())]


def offers_of(connection: Connection, number: int) -> list[Mapping]:
    """The rows of a person's offers and asks, the newest first."""
    chosen = select(opportunities).join(opportunity_people, opportunity_people.c.opportunity_id == opportunities.c.id)
    return connection.execute(chosen.where(opportunity_people.c.person_id == number).order_by(
        opportunities.c.state, opportunities.c.name)).mappings().all()


def tie(connection: Connection, opportunity_id: str, number: int) -> None:
    """An offer or ask is this person's."""
    connection.execute(insert(opportunity_people).values(opportunity_id=opportunity_id, person_id=number))


def behind(connection: Connection, opportunity_id: str) -> Person | None:
    """Whose offer or ask it is; None when it is no individual's, or their details are deleted."""
    chosen = select(people).join(opportunity_people, opportunity_people.c.person_id == people.c.id)
    row = connection.execute(chosen.where(opportunity_people.c.opportunity_id == opportunity_id,
                                          people.c.forgotten_at == "")).mappings().first()
    return row and _person(row)


def forget_one(connection: Connection, number: int) -> bool:
    """Delete a person's details at once, the letters about their offers and asks too. False: none were left.

    Their offers and asks are for who calls this to end.
    """
    done = connection.execute(update(people).where(people.c.id == number, people.c.forgotten_at == "").values(
        **_EMPTY, forgotten_at=now_utc(), version=people.c.version + 1))
    tied = opportunity_people
    about = select(tied.c.opportunity_id).where(tied.c.person_id == number)
    messages.forget(connection, _LAYER, connection.execute(about).scalars().all())
    return bool(done.rowcount)


def forget(connection: Connection, before: str) -> int:
    """Delete the details of people who are not needed for anything since a moment (UTC, ISO 8601); how many.

    Nothing of theirs was on the map then or is now, or was changed since; they are no member of the timebank, nor
    were then; and they take part in no introduction since.
    """
    tied, record, line, member = opportunity_people.c, opportunities.c, history.c, ledger_members.c
    theirs = tied.person_id == people.c.id
    alive = exists().where(theirs, tied.opportunity_id == record.id, record.state.not_in(OVER),
                           record.status.in_(("active", "paused")), or_(
                               record.expires.is_(None), record.expires >= date.fromisoformat(before[:10])))
    touched = exists().where(theirs, line.layer == _LAYER, line.record_id == tied.opportunity_id,
                             line.at >= before)
    talking = exists().where(theirs, tied.opportunity_id == introductions.c.opportunity_id,
                             introductions.c.last_at >= before)
    belongs = exists().where(member.person_id == people.c.id, or_(member.left_at == "", member.left_at >= before))
    needed = or_(*(each.correlate(people) for each in (alive, touched, talking, belongs)))
    gone = connection.execute(select(people.c.id).where(
        people.c.forgotten_at == "", people.c.created_at < before, ~needed)).scalars().all()
    for number in gone:
        forget_one(connection, number)
    return len(gone)


def _columns(person: Person) -> dict:
    return {"name": person.name, "email": person.email, "phone": person.phone, "ward_code": person.ward_code,
            "languages": dump_list(person.languages)}


def _person(row: Mapping) -> Person:
    return replace(Person(**{name: row[name] for name in Person.__slots__ if name != "languages"}),
                   languages=load_list(row["languages"]))
