"""Members of the timebank: people, groups, places, organisations and pots. What they are called stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Select, and_, func, insert, select, update

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.ledger import LAYER_OF, LONGEST_LABEL, Member
from assetmap.store.accounts import digest
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import ledger_entries as entries
from assetmap.store.relation_tables import ledger_members as members
from assetmap.store.relation_tables import people
from assetmap.store.rows import LAYERS

POT = "Community pot"
_TABLES = {kind: LAYERS[layer].table for kind, layer in LAYER_OF.items()}


def add(connection: Connection, kind: str, *, by: str, person_id: int | None = None, record_id: str = "",
        label: str = "", ward_code: str = "") -> int:
    """A new member's number; who comes back after leaving gets their own again. `label` names a pot.

    Raises Conflict, on the field `who`, when they are a member already, and BadInput for a pot without a name.
    """
    if kind == "pot" and not 0 < len(label) <= LONGEST_LABEL:
        raise BadInput(f"Give the pot a name, of {LONGEST_LABEL} characters at most.", "label")
    same = members.c.person_id == person_id if person_id else and_(
        members.c.kind == kind, members.c.record_id == record_id, members.c.label == label)
    before = connection.execute(select(members.c.id, members.c.left_at).where(same)).first()
    if before and not before.left_at:
        raise Conflict("They are a member already.", "who")
    if before:
        come_back(connection, before.id)
        return before.id
    return connection.execute(insert(members).values(
        kind=kind, person_id=person_id, record_id=record_id, label=label, ward_code=ward_code, joined_at=now_utc(),
        joined_by=by, left_at="", statement="")).inserted_primary_key[0]


def come_back(connection: Connection, number: int) -> None:
    """Somebody who left is a member again, with the statement that they had."""
    connection.execute(update(members).where(members.c.id == number).values(left_at=""))


def mark_left(connection: Connection, number: int) -> None:
    """They are no member from now on, and their private link ends."""
    connection.execute(update(members).where(members.c.id == number).values(left_at=now_utc(), statement=""))


def pot(connection: Connection, by: str = "assetmap") -> int:
    """The community pot: it takes in what several spend on one, and what a member leaves behind."""
    return pot_if_any(connection) or add(connection, "pot", by=by, label=POT)


def pot_if_any(connection: Connection) -> int | None:
    """The same, when there is one: of several pots the first."""
    return connection.execute(select(members.c.id).where(members.c.kind == "pot", members.c.left_at == "").order_by(
        members.c.id).limit(1)).scalar()


def listed(connection: Connection) -> list[Member]:
    """Every member, those that left too, by name; pots last."""
    made = [_member(row) for row in connection.execute(_chosen()).mappings()]
    return sorted(made, key=lambda one: (one.kind == "pot", one.name.casefold(), one.id))


def get(connection: Connection, number: int) -> Member:
    """One member. Raises NotFound."""
    row = connection.execute(_chosen().where(members.c.id == number)).mappings().first()
    if row is None:
        raise NotFound("There is no such member of the timebank.")
    return _member(row)


def some(connection: Connection, numbers: Iterable[int]) -> dict[int, Member]:
    """Members by their number."""
    wanted = list(numbers)
    if len(wanted) > 1_000:  # a database takes no more than so many values at once
        return {one.id: one for one in listed(connection)}
    rows = connection.execute(_chosen().where(members.c.id.in_(wanted))).mappings()
    return {row["id"]: _member(row) for row in rows}


def _chosen() -> Select:
    """Members with their names, and what they have: the sum of their entries."""
    minutes = select(func.coalesce(func.sum(entries.c.minutes), 0)).where(
        entries.c.member_id == members.c.id).correlate(members).scalar_subquery()
    chosen, names = select(members), [people.c.name]
    joined = members.outerjoin(people, people.c.id == members.c.person_id)
    for kind, table in _TABLES.items():
        joined = joined.outerjoin(table, and_(members.c.kind == kind, table.c.id == members.c.record_id))
        names.append(table.c.name)
    return chosen.add_columns(func.coalesce(*names, members.c.label).label("name"),
                              minutes.label("minutes")).select_from(joined)


def _member(row: Mapping) -> Member:
    return Member(row["id"], row["kind"], row["name"], row["person_id"], row["record_id"], row["ward_code"],
                  row["joined_at"], row["left_at"], int(row["minutes"]))


def of_person(connection: Connection, person_id: int) -> int | None:
    """The number of a person who is a member now."""
    return connection.execute(select(members.c.id).where(
        members.c.person_id == person_id, members.c.left_at == "")).scalar()


def of_record(connection: Connection, layer: str, record_id: str) -> int | None:
    """The number of a group, hub or organisation that is a member now. `layer` is groups, hubs or organisations."""
    kind = next((kind for kind, name in LAYER_OF.items() if name == layer), "")
    return connection.execute(select(members.c.id).where(
        members.c.kind == kind, members.c.record_id == record_id, members.c.left_at == "")).scalar()


def named(connection: Connection, kind: str, name: str) -> list[Mapping]:
    """The groups, hubs or organisations of this name or public id that are not hidden: `id`, `name`, `postcode`."""
    table = _TABLES[kind]
    where = (func.lower(table.c.name) == func.lower(name)) | (table.c.name == name) | (table.c.id == name)
    return connection.execute(select(table.c.id, table.c.name, table.c.postcode).where(
        where, table.c.status != "hidden").order_by(table.c.id)).mappings().all()


def names(connection: Connection, kind: str, most: int) -> list[str]:
    """Names of groups, hubs or organisations that are not hidden, in order."""
    table = _TABLES[kind]
    return list(connection.execute(select(table.c.name).where(table.c.status != "hidden").order_by(
        table.c.name).limit(most)).scalars())


def set_link(connection: Connection, number: int, token: str) -> None:
    """The private link to a member's statement; the one of before ends. An empty token ends it."""
    connection.execute(update(members).where(members.c.id == number).values(statement=digest(token) if token else ""))


def has_link(connection: Connection, number: int) -> bool:
    """Whether a member has a link that works."""
    return bool(connection.execute(select(members.c.statement).where(members.c.id == number)).scalar())


def by_link(connection: Connection, token: str) -> int | None:
    """Whose statement a link opens."""
    return connection.execute(select(members.c.id).where(
        members.c.statement == digest(token), members.c.left_at == "")).scalar()
