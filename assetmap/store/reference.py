"""Wards, figures, postcodes, places, vocabulary and counts: what the assets are set against."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields

import numpy as np
import shapely
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from assetmap.domain.vocabulary import Term, Vocabulary
from assetmap.store import tables
from assetmap.store.bulk import insert_rows
from assetmap.store.database import bump_version

Told = Callable[[Mapping | None, Mapping | None], None]


def nobody(before: Mapping | None, after: Mapping | None) -> None:
    """For those who keep no history."""


def replace_where(connection: Connection, table: Table, rows: Sequence[Mapping], keys: Sequence[str],
                  told: Told = nobody) -> dict[str, int]:
    """Put rows into a table by their key: new ones added, differing ones changed, the others left alone.

    Returns the counts. Moves the data's version when anything changed. `told` is told of each row that is added or
    changed: what it was and what it is, None for no row.
    """
    known = _known(connection, table, rows, keys)
    added = [dict(row) for row in rows if tuple(row[key] for key in keys) not in known]
    changed = [dict(row) for row in rows
               if (old := known.get(tuple(row[key] for key in keys))) and _differs(old, dict(row))]
    for row in changed:
        matching = [table.c[key] == row[key] for key in keys]
        connection.execute(update(table).where(*matching).values(**row))
        told(known[tuple(row[key] for key in keys)], row)
    for row in added:
        told(None, row)
    if added:
        names = tuple(added[0])
        insert_rows(connection, table, names, [tuple([row[name] for name in names]) for row in added])
    if added or changed:
        bump_version(connection)
    return {"added": len(added), "changed": len(changed), "unchanged": len(rows) - len(added) - len(changed)}


def _differs(old: Mapping, new: Mapping) -> bool:
    """Whether a row says something else; a position or an outline that moved by less than a centimetre does not."""
    if old == new:
        return False
    return any(value != old[name] and not (name in _SAME_PLACE and _SAME_PLACE[name](old[name], value))
               for name, value in new.items())


def _same_degree(old: float | None, new: float | None) -> bool:
    return old is not None and new is not None and abs(old - new) <= _CENTIMETRE


def _same_outline(old: bytes, new: bytes) -> bool:
    """Where each ring begins and which way it goes round is not told apart."""
    one, other = (shapely.set_precision(shape, _CENTIMETRE, mode="pointwise") for shape in shapely.from_wkb([old, new]))
    one, other = (shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape
                  for shape in (one, other))
    return bool(shapely.equals_exact(one, other, 2 * _CENTIMETRE, normalize=True))


_CENTIMETRE = 1e-7  # of a degree
_SAME_PLACE = {"lat": _same_degree, "lon": _same_degree, "geometry": _same_outline}


def _known(connection: Connection, table: Table, rows: Sequence[Mapping], keys: Sequence[str]) -> dict[tuple, dict]:
    """The rows that are there already, by key; a long table with one key is asked only for the keys in question."""
    if len(keys) > 1:
        return {tuple(row[key] for key in keys): dict(row) for row in connection.execute(select(table)).mappings()}
    column, found = table.c[keys[0]], {}
    for start in range(0, len(rows), 500):
        chosen = column.in_([row[keys[0]] for row in rows[start: start + 500]])
        for row in connection.execute(select(table).where(chosen)).mappings():
            found[(row[keys[0]],)] = dict(row)
    return found


def replace_wards(connection: Connection, rows: Sequence[Mapping], councils: Iterable[str],
                  told: Told = nobody) -> dict[str, int]:
    """As `replace_where`; wards of the same councils that the new file no longer has are taken out."""
    councils, codes = {code for code in councils if code}, {row["code"] for row in rows}
    gone = [code for code, council in connection.execute(select(tables.wards.c.code, tables.wards.c.council_code))
            if council in councils and code not in codes]
    if gone:
        these = tables.wards.c.code.in_(gone)
        for row in connection.execute(select(tables.wards).where(these)).mappings():
            told(row, None)
        connection.execute(delete(tables.wards).where(these))
    counts = replace_where(connection, tables.wards, rows, ["code"], told)
    if gone:
        bump_version(connection)
        counts["removed"] = len(gone)
    return counts


def rows(connection: Connection, table: Table) -> list[Mapping]:
    """Every row of a reference table in the order of its key."""
    return connection.execute(select(table).order_by(*table.primary_key.columns)).mappings().all()


def ward_names(connection: Connection) -> dict[str, str]:
    """The name of each ward that is loaded, by its code."""
    return dict(connection.execute(select(tables.wards.c.code, tables.wards.c.name)).all())


def find_postcodes(connection: Connection, texts: Iterable[str]) -> dict[str, Mapping]:
    """Loaded postcodes by their canonical text; those not loaded are absent."""
    wanted, found = sorted(set(texts)), {}
    if not connection.execute(select(tables.postcodes.c.postcode).limit(1)).first():
        return found
    for start in range(0, len(wanted), 500):
        chosen = tables.postcodes.c.postcode.in_(wanted[start: start + 500])
        for row in connection.execute(select(tables.postcodes).where(chosen)).mappings():
            found[row["postcode"]] = row
    return found


def postcode_points(connection: Connection, west: float, south: float, east: float, north: float
                    ) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of the loaded postcodes that are in use, within a box of degrees."""
    table = tables.postcodes
    asked = select(table.c.lon, table.c.lat).where(table.c.lon.between(west, east), table.c.lat.between(south, north),
                                                   table.c.terminated == "")
    found = np.array([tuple(row) for row in connection.execute(asked)], dtype=float).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def load_vocabulary(connection: Connection) -> Vocabulary:
    """The instance's vocabulary."""
    names = {field.name for field in fields(Term)}
    made = []
    for row in connection.execute(select(tables.terms).order_by(tables.terms.c.kind, tables.terms.c.position)):
        values = {name: value for name, value in json.loads(row.document).items() if name in names}
        values |= {name: tuple(values.get(name, ())) for name in ("synonyms", "narrower", "related")}
        made.append(Term(**values))
    return Vocabulary(made)


def save_vocabulary(connection: Connection, vocabulary: Vocabulary, told: Told = nobody) -> dict[str, int]:
    """Put terms into the instance's vocabulary by kind and code.

    What somebody changed by hand stays: a word as it says or as it was taken out, a place in the list. `told` is not
    told of the first words of all: without them there is no instance to go back to.
    """
    by_hand: dict[str, set[str]] = {}
    for record_id, changes in connection.execute(select(tables.history.c.record_id, tables.history.c.changes).where(
            tables.history.c.layer == "vocabulary", tables.history.c.import_id.is_(None))):
        by_hand.setdefault(record_id, set()).update(json.loads(changes))
    moved = {(kind, code): position for kind, code, position in connection.execute(
        select(tables.terms.c.kind, tables.terms.c.code, tables.terms.c.position)) if f"{kind}:{code}" in by_hand}
    rows_ = [{"kind": term.kind, "code": term.code, "position": moved.get((term.kind, term.code), position),
              "document": json.dumps(asdict(term), ensure_ascii=False)}
             for position, term in enumerate(vocabulary.terms)
             if by_hand.get(f"{term.kind}:{term.code}", set()) <= {"position"}]
    has_words = connection.execute(select(tables.terms.c.code).limit(1)).first() is not None
    counts = replace_where(connection, tables.terms, rows_, ["kind", "code"], told if has_words else nobody)
    kept = len(vocabulary.terms) - len(rows_)
    return counts | ({"kept as changed by hand": kept} if kept else {})


def add_search_counts(connection: Connection, counts: Mapping[tuple[str, str, str, bool], int]) -> None:
    """Add to the daily counts; keys are (day, ward code, category, found)."""
    table = tables.search_counts
    for (day, ward_code, category, found), number in counts.items():
        matching = (table.c.day == day, table.c.ward_code == ward_code, table.c.category == category,
                    table.c.found == found)
        done = connection.execute(update(table).where(*matching).values(count=table.c.count + number))
        if not done.rowcount:
            connection.execute(insert(table).values(day=day, ward_code=ward_code, category=category, found=found,
                                                    count=number))


def unfound_searches(connection: Connection, since: str) -> dict[tuple[str, str], int]:
    """How many searches found nothing since a day, by (ward code or "", category or ""). A search for several
    categories is counted once for each. Exact: who shows them suppresses small ones.
    """
    table = tables.search_counts.c
    chosen = select(table.ward_code, table.category, func.sum(table.count)).where(
        table.found.is_(False), table.day >= since).group_by(table.ward_code, table.category)
    return {(ward_code, category): int(number) for ward_code, category, number in connection.execute(chosen)}
