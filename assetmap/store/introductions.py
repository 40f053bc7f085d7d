"""Introductions and their messages: kept while they are needed, then emptied. Of their links only the digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, func, insert, or_, select, update

from assetmap.domain.errors import NotFound
from assetmap.domain.introduction import OPEN, Introduction, Message, Report, Side, State
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.store import messages, people, records
from assetmap.store.accounts import digest
from assetmap.store.merging import new_address
from assetmap.store.messages import INTRODUCTIONS
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import introduction_messages, introductions
from assetmap.store.rows import LAYERS, Record, record_of
from assetmap.store.tables import opportunities

_TALK = introduction_messages
_TO_STEWARDS = {f"{side.value} to stewards": side for side in Side}  # what a report's row has for its side


def start(connection: Connection, opportunity_id: str, *, name: str, email: str, body: str, form: str) -> int:
    """A new introduction's number. Its links are for `set_links`."""
    now = now_utc()
    number = connection.execute(insert(introductions).values(
        opportunity_id=opportunity_id, at=now, form=form, name=name, email=email, consent_at=now,
        owner_token=f"none {form}", answerer_token=f"none {form}", state=State.WAITING.value, last_at=now,
        followed_up_at="", ended_at="", forgotten_at="")).inserted_primary_key[0]
    connection.execute(insert(_TALK).values(introduction_id=number, at=now, side=Side.ANSWERER.value, body=body))
    return number


def sent_before(connection: Connection, form: str) -> int | None:
    """The number of the introduction that this very form began; None for a new one."""
    return connection.execute(select(introductions.c.id).where(introductions.c.form == form)).scalar()


def set_links(connection: Connection, number: int, owner_token: str, answerer_token: str) -> None:
    """The two links that open it."""
    connection.execute(update(introductions).where(introductions.c.id == number).values(
        owner_token=digest(owner_token), answerer_token=digest(answerer_token)))


def get(connection: Connection, number: int) -> Introduction:
    """One by its number. Raises NotFound."""
    row = connection.execute(select(introductions).where(introductions.c.id == number)).mappings().first()
    if row is None:
        raise NotFound("There is no introduction at this address.")
    return _made(row)


def chance_of(connection: Connection, one: Introduction) -> tuple[Record, int]:
    """The offer or ask that it is about, and its version; of one that was merged into another, that other."""
    kept = new_address(connection, "opportunities", one.opportunity_id)
    return records.get(connection, LAYERS["opportunities"], kept or one.opportunity_id)


def by_token(connection: Connection, token: str) -> tuple[Introduction, Side] | None:
    """The introduction of a link, and whose link it is."""
    mark, table = digest(token), introductions
    row = connection.execute(select(table).where(or_(
        table.c.owner_token == mark, table.c.answerer_token == mark))).mappings().first()
    return row and (_made(row), Side.OWNER if row["owner_token"] == mark else Side.ANSWERER)


def talk(connection: Connection, number: int) -> list[Message]:
    """What was written, in order."""
    rows = connection.execute(select(_TALK).where(
        _TALK.c.introduction_id == number, _TALK.c.side.in_(list(Side))).order_by(_TALK.c.id)).mappings()
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
    """Its end. False when it had come to one before."""
    now = now_utc()
    done = connection.execute(update(introductions).where(
        introductions.c.id == number, introductions.c.state.in_(OPEN)).values(
        state=state.value, last_at=now, ended_at=now))
    return bool(done.rowcount)


def go_on(connection: Connection, number: int) -> None:
    """They have not met yet: some weeks from now they are asked once more."""
    connection.execute(update(introductions).where(
        introductions.c.id == number, introductions.c.state.in_(OPEN)).values(last_at=now_utc(), followed_up_at=""))


def report(connection: Connection, number: int, side: Side, why: str) -> bool:
    """A side finds the other one's messages wrong: nothing more is written until a steward has read them.

    False when it is with the stewards already, was dealt with by them, or is forgotten.
    """
    now, table = now_utc(), introductions
    done = connection.execute(update(table).where(
        table.c.id == number, table.c.state.not_in((State.REPORTED, State.STOPPED)), table.c.forgotten_at == "").values(
        state=State.REPORTED.value, last_at=now))
    if done.rowcount:
        connection.execute(insert(_TALK).values(introduction_id=number, at=now, side=f"{side.value} to stewards",
                                                body=why))
    return bool(done.rowcount)


def reports(connection: Connection, number: int) -> list[Report]:
    """What was reported of one, in order."""
    rows = connection.execute(select(_TALK).where(
        _TALK.c.introduction_id == number, _TALK.c.side.in_(_TO_STEWARDS)).order_by(_TALK.c.id)).mappings()
    return [Report(row["at"], _TO_STEWARDS[row["side"]], row["body"]) for row in rows]


def decide(connection: Connection, number: int, stop: bool) -> bool:
    """A steward has read what was reported: it is stopped, or goes on unless it had ended by itself.

    False when somebody decided before.
    """
    table, one = introductions, get(connection, number)
    spoke = any(line.side is Side.OWNER for line in talk(connection, number))
    state = State.STOPPED if stop else State.ENDED if one.ended_at else State.TALKING if spoke else State.WAITING
    done = connection.execute(update(table).where(table.c.id == number, table.c.state == State.REPORTED.value).values(
        state=state.value, last_at=now_utc(), ended_at=now_utc() if stop else one.ended_at))
    return bool(done.rowcount)


def is_stopped(connection: Connection, email: str) -> bool:
    """Whether a steward stopped what came from an address, because the people who got it reported it."""
    table = introductions
    found = connection.execute(select(table.c.id).join(_TALK, _TALK.c.introduction_id == table.c.id).where(
        table.c.email == email, table.c.state == State.STOPPED.value,
        _TALK.c.side == f"{Side.OWNER.value} to stewards")).first()
    return found is not None


def in_states(connection: Connection) -> dict[State, int]:
    """How many there are in each state; those that are forgotten count too."""
    table = introductions
    rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
    return dict.fromkeys(State, 0) | {State(state): number for state, number in rows}


def reported(connection: Connection) -> list[Introduction]:
    """Those that wait for a steward, the oldest first."""
    rows = connection.execute(select(introductions).where(
        introductions.c.state == State.REPORTED.value, introductions.c.forgotten_at == "").order_by(
        introductions.c.last_at, introductions.c.id)).mappings()
    return [_made(row) for row in rows]


def to_pass_on(connection: Connection) -> list[Introduction]:
    """The open ones in which who answers wrote last, to people of whom nobody knows an e-mail address."""
    table, line = introductions, _TALK.alias()
    last = select(func.max(line.c.id)).where(
        line.c.introduction_id == table.c.id, line.c.side.in_(list(Side))).correlate(table).scalar_subquery()
    chosen = select(table).where(
        table.c.state.in_(OPEN), table.c.forgotten_at == "",
        table.c.id.in_(select(_TALK.c.introduction_id).where(_TALK.c.id == last, _TALK.c.side == Side.ANSWERER.value)),
        table.c.opportunity_id.in_(select(opportunities.c.id).where(opportunities.c.email == ""))).order_by(
        table.c.last_at, table.c.id)
    held = [_made(row) for row in connection.execute(chosen).mappings()]
    return [one for one in held if not address_of(connection, chance_of(connection, one)[0])]


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
    messages.forget(connection, INTRODUCTIONS, [str(number)])


def forget_about(connection: Connection, *, opportunity_ids: Sequence[str] = (), email: str = "") -> None:
    """As `forget_one`, all about some offers and asks, and all that were begun from an address."""
    about = introductions.c.opportunity_id.in_(opportunity_ids)
    wanted = or_(about, introductions.c.email == email) if email else about
    for number in connection.execute(select(introductions.c.id).where(
            introductions.c.forgotten_at == "", wanted)).scalars().all():
        forget_one(connection, number)


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
