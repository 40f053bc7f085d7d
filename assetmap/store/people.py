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
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import introductions, ledger_members, opportunity_people, people
from assetmap.store.rows import dump_list, load_list
from assetmap.store.tables import opportunities

_EMPTY = {"name": "", "email": "", "phone": "", "languages": "[]"}
OVER = ("closed", "connected")


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
    """Delete a person's details at once; their offers and asks are for who calls this to end. False: none left."""
    done = connection.execute(update(people).where(people.c.id == number, people.c.forgotten_at == "").values(
        **_EMPTY, forgotten_at=now_utc(), version=people.c.version + 1))
    return bool(done.rowcount)


def forget(connection: Connection, before: str) -> int:
    """Delete the details of people who are not needed for anything any more; how many.

    That is who was kept before a moment (UTC, ISO 8601), has nothing that was open then or is now, is no member of the
    timebank and takes part in no introduction since then.
    """
    tied, record = opportunity_people.c, opportunities.c
    theirs = tied.person_id == people.c.id
    alive = exists().where(theirs, tied.opportunity_id == record.id, record.state.not_in(OVER),
                           record.status.in_(("active", "paused")), or_(
                               record.expires.is_(None), record.expires >= date.fromisoformat(before[:10])))
    talking = exists().where(theirs, tied.opportunity_id == introductions.c.opportunity_id,
                             introductions.c.last_at >= before)
    member = exists().where(ledger_members.c.person_id == people.c.id, ledger_members.c.left_at == "")
    alive, talking, member = (each.correlate(people) for each in (alive, talking, member))
    done = connection.execute(update(people).where(
        people.c.forgotten_at == "", people.c.created_at < before, ~alive, ~talking, ~member).values(
        **_EMPTY, forgotten_at=now_utc(), version=people.c.version + 1))
    return done.rowcount


def _columns(person: Person) -> dict:
    return {"name": person.name, "email": person.email, "phone": person.phone, "ward_code": person.ward_code,
            "languages": dump_list(person.languages)}


def _person(row: Mapping) -> Person:
    return replace(Person(**{name: row[name] for name in Person.__slots__ if name != "languages"}),
                   languages=load_list(row["languages"]))
