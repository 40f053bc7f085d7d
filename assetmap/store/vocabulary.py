"""The instance's words, changed one at a time, each change with its line of history.

History has them in the layer "vocabulary" under "kind:code"; lists are JSON text there, as records' lists are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.vocabulary import Term
from assetmap.store import tables
from assetmap.store.database import bump_version
from assetmap.store.other_changes import note_change
from assetmap.store.programme_tables import deployments, programmes
from assetmap.store.reference import load_vocabulary
from assetmap.store.rows import LAYERS, load_list

LAYER = "vocabulary"
# Kind → the columns that hold its codes, and whether a column holds a list of them.
_USED_IN = {
    "category": ((tables.groups.c.categories, True), (tables.opportunities.c.topics, True)),
    "audience": ((tables.groups.c.audiences, True),),
    "cost": ((tables.groups.c.cost, False),),
    "hub_kind": ((tables.hubs.c.kind, False),),
    "opportunity_kind": ((tables.opportunities.c.kind, False), (deployments.c.opportunity_kinds, True)),
    "connected_theme": (*((table.c.connected_themes, True) for table in (tables.groups, tables.hubs,
                                                                         tables.opportunities)),
                        (programmes.c.themes, True)),
    "access": tuple((layer.table.c.access, True) for layer in LAYERS.values()),
    "language": (*((layer.table.c.languages, True) for layer in LAYERS.values()),
                 (deployments.c.languages_offered, True), (deployments.c.languages_asked, True)),
}


@dataclass(frozen=True, slots=True)
class KeptTerm:
    """A term, and the `mark` that an edit of it is made from: it differs when anything in the term differs."""

    term: Term
    mark: str


def get(connection: Connection, kind: str, code: str) -> KeptTerm:
    """One term. Raises NotFound."""
    found = load_vocabulary(connection).of(kind).get(code)
    if found is None:
        raise NotFound(f"There is no word “{code[:60]}” of this kind.")
    return KeptTerm(found, _mark(found))


def uses(connection: Connection, kind: str) -> Counter[str]:
    """How many records have each code, hidden ones too; of themes, how many categories."""
    if kind == "theme":
        return Counter(term.theme for term in load_vocabulary(connection).of("category").values())
    counted: Counter[str] = Counter()
    for column, is_list in _USED_IN[kind]:
        for value in connection.execute(select(column)).scalars():
            counted.update(load_list(value) if is_list else (value,))
    return counted


def save(connection: Connection, term: Term, *, mark: str, by: str) -> bool:
    """Change a term; False when it is as it was.

    Raises NotFound, and Conflict when somebody saved since `mark`.
    """
    before = get(connection, term.kind, term.code)
    if before.term == term:
        return False
    if before.mark != mark:
        raise Conflict(f"Somebody else changed “{before.term.label}” while you were editing.")
    was, now = _fields(before.term), _fields(term)
    connection.execute(update(tables.terms).where(*_is(term.kind, term.code)).values(document=_document(term)))
    changes = {name: [was[name], now[name]] for name in was if was[name] != now[name]}
    note_change(connection, LAYER, _id(term), "changed", changes, by=by)
    bump_version(connection)
    return True


def add(connection: Connection, term: Term, *, by: str) -> None:
    """A new term, the last of its kind. Raises Conflict when the code is taken."""
    there = _positions(connection, term.kind)
    if term.code in there:
        raise Conflict(f"There is a word with the code “{term.code}” already.", "label")
    connection.execute(insert(tables.terms).values(
        kind=term.kind, code=term.code, position=max(there.values(), default=-1) + 1, document=_document(term)))
    said = {name: ["", text] for name, text in _fields(term).items() if text}
    note_change(connection, LAYER, _id(term), "added", said, by=by)
    bump_version(connection)


def remove(connection: Connection, term: Term, *, mark: str, by: str) -> None:
    """Take out a term that nothing uses; history keeps what it said.

    Raises NotFound, Conflict when somebody saved since `mark`, and BadInput when it is in use.
    """
    before = get(connection, term.kind, term.code)
    if before.mark != mark:
        raise Conflict(f"Somebody else changed “{before.term.label}” in the meantime. Look at it again.")
    of_kind = load_vocabulary(connection).of(term.kind)
    pointing = [other.label for other in of_kind.values() if term.code in other.related]
    if uses(connection, term.kind)[term.code] or pointing or len(of_kind) == 1:
        raise BadInput(f"“{before.term.label}” is in use, so it stays.")
    connection.execute(delete(tables.terms).where(*_is(term.kind, term.code)))
    said = {name: [text, ""] for name, text in _fields(before.term).items() if text}
    note_change(connection, LAYER, _id(term), "removed", said, by=by)
    bump_version(connection)


def move(connection: Connection, kind: str, code: str, step: int, *, by: str) -> bool:
    """Change places with the one before (`step` -1) or after (1); False at the end. Raises NotFound."""
    there = _positions(connection, kind)
    if code not in there:
        raise NotFound(f"There is no word “{code[:60]}” of this kind.")
    order = list(there)
    place = order.index(code)
    if not 0 <= place + step < len(order):
        return False
    order[place], order[place + step] = order[place + step], order[place]
    for name, position in zip(order, _rising(sorted(there.values())), strict=True):
        if there[name] != position:
            connection.execute(update(tables.terms).where(*_is(kind, name)).values(position=position))
            note_change(connection, LAYER, f"{kind}:{name}", "changed", {"position": [there[name], position]}, by=by)
    bump_version(connection)
    return True


def _positions(connection: Connection, kind: str) -> dict[str, int]:
    """Code → position, in the kind's order."""
    return dict(connection.execute(select(tables.terms.c.code, tables.terms.c.position)
                                   .where(tables.terms.c.kind == kind)
                                   .order_by(tables.terms.c.position, tables.terms.c.code)).all())


def _rising(numbers: Sequence[int]) -> list[int]:
    """The numbers, each at least one more than the one before: two words in one place get one each."""
    made: list[int] = []
    for number in numbers:
        made.append(max(number, made[-1] + 1) if made else number)
    return made


def _is(kind: str, code: str) -> tuple:
    return tables.terms.c.kind == kind, tables.terms.c.code == code


def _id(term: Term) -> str:
    return f"{term.kind}:{term.code}"


def _fields(term: Term) -> dict[str, str]:
    """What may change of a term, as history has it."""
    return {name: json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) and value else value or ""
            for name, value in asdict(term).items() if name not in ("kind", "code")}


def _document(term: Term) -> str:
    return json.dumps(asdict(term), ensure_ascii=False)


def _mark(term: Term) -> str:
    return sha256(_document(term).encode("utf-8", "surrogatepass")).hexdigest()[:16]
