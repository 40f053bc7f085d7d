"""Introductions and their messages: kept while they are needed, then emptied. Of their links only the digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, func, insert, or_, select, update

from assetmap.domain.introduction import OPEN, Introduction, Message, Side, State
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.store import people, records
from assetmap.store.accounts import digest
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import introduction_messages, introductions
from assetmap.store.rows import LAYERS, Record, record_of
from assetmap.store.steward_tables import messages as letters
from assetmap.store.tables import opportunities

LETTERS = "introductions"  # the layer that letters about an introduction carry; their record is its number
_TALK = introduction_messages


def start(connection: Connection, opportunity_id: str, *, name: str, email: str, body: str, form: str) -> int | None:
    """A new introduction's number; None when this very form was sent before. Its links are for `set_links`."""
    if connection.execute(select(introductions.c.id).where(introductions.c.form == form)).first():
        return None
    now = now_utc()
    number = connection.execute(insert(introductions).values(
        opportunity_id=opportunity_id, at=now, form=form, name=name, email=email, consent_at=now,
        owner_token=f"none {form}", answerer_token=f"none {form}", state=State.WAITING.value, last_at=now,
        followed_up_at="", ended_at="", forgotten_at="")).inserted_primary_key[0]
    connection.execute(insert(_TALK).values(introduction_id=number, at=now, side=Side.ANSWERER.value, body=body))
    return number


def set_links(connection: Connection, number: int, owner_token: str, answerer_token: str) -> None:
    """The two links that open it."""
    connection.execute(update(introductions).where(introductions.c.id == number).values(
        owner_token=digest(owner_token), answerer_token=digest(answerer_token)))


def by_token(connection: Connection, token: str) -> tuple[Introduction, Side] | None:
    """The introduction of a link, and whose link it is."""
    mark, table = digest(token), introductions
    row = connection.execute(select(table).where(or_(
        table.c.owner_token == mark, table.c.answerer_token == mark))).mappings().first()
    return row and (_made(row), Side.OWNER if row["owner_token"] == mark else Side.ANSWERER)


def talk(connection: Connection, number: int) -> list[Message]:
    """What was written, in order."""
    rows = connection.execute(select(_TALK).where(_TALK.c.introduction_id == number).order_by(_TALK.c.id)).mappings()
    return [Message(row["at"], Side(row["side"]), row["body"]) for row in rows]


def say(connection: Connection, number: int, side: Side, body: str) -> bool:
    """Add a message. False when it is over. What the owner writes makes it a talk."""
    state = State.TALKING if side is Side.OWNER else introductions.c.state
    done = connection.execute(update(introductions).where(
        introductions.c.id == number, introductions.c.state.in_(OPEN), introductions.c.forgotten_at == "").values(
        last_at=now_utc(), state=state))
    if done.rowcount:
        connection.execute(insert(_TALK).values(introduction_id=number, at=now_utc(), side=side.value, body=body))
    return bool(done.rowcount)


def settle(connection: Connection, number: int, state: State) -> bool:
    """Its end, or that it goes on (talking). False when it had come to an end before."""
    now = now_utc()
    done = connection.execute(update(introductions).where(
        introductions.c.id == number, introductions.c.state.in_(OPEN)).values(
        state=state.value, last_at=now, ended_at="" if state in OPEN else now))
    return bool(done.rowcount)


def count(connection: Connection, since: str, *, email: str = "", opportunity_id: str = "") -> int:
    """How many were begun since a moment, by one address, about one offer or ask."""
    wanted = [introductions.c.at >= since]
    wanted += [introductions.c.email == email] if email else []
    wanted += [introductions.c.opportunity_id == opportunity_id] if opportunity_id else []
    return connection.execute(select(func.count()).select_from(introductions).where(*wanted)).scalar_one()


def listed(connection: Connection, most: int = 100) -> list[Introduction]:
    """The newest, for those who look after the map."""
    rows = connection.execute(select(introductions).order_by(introductions.c.id.desc()).limit(most)).mappings()
    return [_made(row) for row in rows]


def due_for_follow_up(connection: Connection, before: str) -> list[Introduction]:
    """Those in which nobody wrote since a moment, that are open and were not followed up yet."""
    table = introductions
    rows = connection.execute(select(table).where(
        table.c.state.in_(OPEN), table.c.last_at < before, table.c.followed_up_at == "",
        table.c.forgotten_at == "").order_by(table.c.id)).mappings()
    return [_made(row) for row in rows]


def note_follow_up(connection: Connection, number: int) -> None:
    """They were asked what came of it."""
    connection.execute(update(introductions).where(introductions.c.id == number).values(followed_up_at=now_utc()))


def ending(connection: Connection, first: date, last: date) -> list[Record]:
    """Open offers and asks that end from one day to another, both included."""
    table = opportunities
    rows = connection.execute(select(table).where(
        table.c.expires >= first, table.c.expires <= last, table.c.state == "open",
        table.c.status == "active").order_by(table.c.expires, table.c.id)).mappings()
    return [record_of(LAYERS["opportunities"], row) for row in rows]


def address_of(connection: Connection, chance: Record) -> str:
    """The e-mail address of the people behind an offer or ask; "" when nobody knows one.

    An individual's own; else that of the entry, of its group or hub. None of them need be published for that.
    """
    if chance.giver_kind == INDIVIDUAL:
        person = people.behind(connection, chance.id)
        return person.email if person else ""
    if chance.contact.email:
        return chance.contact.email
    for layer, record_id in ((chance.giver_kind, chance.giver), ("hubs", chance.hub_id)):
        if layer in LAYERS and record_id:
            found = records.rows_of(connection, LAYERS[layer], [record_id]).get(record_id)
            if found and found["email"]:
                return found["email"]
    return ""


def forget_one(connection: Connection, number: int) -> None:
    """Delete what identifies anybody in one introduction, the letters about it too, and end it."""
    now = now_utc()
    connection.execute(update(introductions).where(introductions.c.id == number).values(
        name="", email="", forgotten_at=now))
    connection.execute(update(introductions).where(
        introductions.c.id == number, introductions.c.state.in_(OPEN)).values(state=State.ENDED.value, ended_at=now))
    connection.execute(update(_TALK).where(_TALK.c.introduction_id == number).values(body=""))
    forget_letters(connection, [str(number)])


def forget_letters(connection: Connection, numbers: Sequence[str]) -> None:
    """Empty the letters about some introductions; those that wait are not sent."""
    mine = (letters.c.layer == LETTERS) & letters.c.record_id.in_(numbers)
    connection.execute(update(letters).where(mine, letters.c.state == "queued").values(state="dropped"))
    connection.execute(update(letters).where(mine).values(recipient="", subject="", body="", error=""))


def forget(connection: Connection, before: str) -> int:
    """Empty those in which nothing happened since a moment (UTC, ISO 8601); how many."""
    table = introductions
    held = connection.execute(select(table.c.id).where(
        table.c.forgotten_at == "", table.c.last_at < before)).scalars().all()
    for number in held:
        forget_one(connection, number)
    return len(held)


def _made(row: Mapping) -> Introduction:
    values = {name: row[name] for name in Introduction.__slots__}
    return Introduction(**values | {"state": State(row["state"])})
