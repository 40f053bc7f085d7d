"""What of a change can be taken back: fields that still have the value that the change gave them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from assetmap.store.history import Line

Together = Sequence[tuple[str, ...]]


def set_back(line: Line, there: Mapping[str, object], done: Collection[str],
             together: Together) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """(column → its value before the line, (public id, column) of what was changed since and so is left).

    `there` is the row as it is, `done` are columns that an undo has set back already. Of columns that go `together`
    all are set back or none.
    """
    made: dict[str, object] = {}
    left: list[tuple[str, str]] = []
    wanted = {name: change for name, change in line.changes.items() if name in there and name not in done}
    for names in _units(wanted, together):
        since = [name for name in names if there[name] not in wanted[name]]
        left += [(line.record_id, name) for name in since]
        if not since:
            made |= {name: wanted[name][0] for name in names}
    return made, left


def _units(names: Iterable[str], together: Together) -> list[list[str]]:
    unit_of = {name: unit for unit in together for name in unit}
    units: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        units.setdefault(unit_of.get(name, (name,)), []).append(name)
    return list(units.values())
