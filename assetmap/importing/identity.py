"""How a row is known again: its public id, and the id that its source knows it by."""

from __future__ import annotations

from assetmap.domain.text import one_line, slug
from assetmap.importing import cells
from assetmap.importing.sheet import Sheet


def public_ids(sheet: Sheet, names: list[str]) -> list[str]:
    """The slug each new record would like: the file's own id when it is one, else its name."""
    given = sheet.values("id", cells.text(200))
    return [slug(own) if own and own == slug(own, 200) and len(own) <= 60 else slug(name)
            for own, name in zip(given, names, strict=True)]


def source_ids(sheet: Sheet, layer: str, names: list[str], postcodes: list[str], addresses: list[str]) -> list[str]:
    """What the source calls each row. Without an id column: its name and place.

    Two rows with one given id are refused. Two rows with one name and place are told apart by a number,
    unless they are the same to the letter: then the second is left out, with a notice.
    """
    column = next((field for field in ("source_id", "id") if sheet.has(field)), None)
    given = [one_line(text) if not cells.is_missing(text) else "" for text in sheet.raw(column)] if column else None
    seen: dict[str, int] = {}
    made = []
    for index, name in enumerate(names):
        if given and given[index]:
            key = given[index][:200]
            if key in seen:
                sheet.fault(index, column, f"“{key[:60]}” is also the id in row {seen[key]}; each row needs its own")
            seen.setdefault(key, sheet.numbers[index])
        else:
            key = _natural(sheet, index, name, postcodes[index] or addresses[index], seen)
        made.append(key)
    return made


def _natural(sheet: Sheet, index: int, name: str, where: str, seen: dict[str, int]) -> str:
    base = f"{slug(name, 120)}@{slug(where, 60)}"
    key, number = base, 1
    while key in seen:
        twin = seen[key]
        if sheet.table.rows[sheet.index_of(twin)] == sheet.table.rows[index]:
            sheet.fault(index, "name", f"this row is the same as row {twin}; it was taken once", "notice")
            sheet.twins.add(sheet.numbers[index])
            return f"{key}#same{sheet.numbers[index]}"
        number += 1
        key = f"{base}#{number}"
    seen[key] = sheet.numbers[index]
    return key
