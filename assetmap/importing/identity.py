"""How a row is known again: its public id, its feed, and the id that the feed knows it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from assetmap.domain.text import is_slug, one_line, short, slug
from assetmap.importing import cells
from assetmap.importing.context import Context
from assetmap.importing.sheet import Sheet

_LONGEST_ID = 200


def public_ids(sheet: Sheet, names: Sequence[str]) -> list[str]:
    """The slug each new record would like: the file's own id when it is one, else its name."""
    slug_of = lru_cache(maxsize=None)(slug)
    return [own if _is_words(own) else slug_of(name) for own, name in zip(sheet.raw("id"), names, strict=True)]


def _is_words(own: str) -> bool:
    """Whether an id can stand in an address; a bare number is a poor one, and every feed has a 17."""
    return is_slug(own) and not own.isdigit() and not cells.is_missing(own)


def sources(sheet: Sheet, layer: str, context: Context) -> list[str]:
    """The feed each row belongs to: this one, unless the row is a record's own line from an export.

    Such a line names the record's public id, source and source id, and all three are as the store has them.
    """
    if not (sheet.has("id") and sheet.has("source") and sheet.has("source_id")):
        return [context.source] * len(sheet)
    feeds = context.directory.known_feeds
    return [source if feeds.get((layer, public_id)) == (source, source_id) else context.source
            for public_id, source, source_id in zip(sheet.raw("id"), sheet.raw("source"), sheet.raw("source_id"),
                                                    strict=True)]


def source_ids(sheet: Sheet, feeds: Sequence[str], names: Sequence[str], postcodes: Sequence[str],
               addresses: Sequence[str]) -> list[str]:
    """What the source calls each row. Without an id column: its name and place.

    Two rows that are the same to the letter are one: the second is left out, with a notice. Two others with one
    given id are refused; two with one name and place are told apart by a number.
    """
    column = next((field for field in ("source_id", "id") if sheet.has(field)), None)
    given = [_given_id(text) for text in sheet.raw(column)] if column else [""] * len(sheet)
    seen: dict[tuple[str, str], int] = {}
    alike: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
    made = []
    for index, (feed, own) in enumerate(zip(feeds, given, strict=True)):
        key = (feed, own or f"{slug(names[index], 120)}@{slug(postcodes[index] or addresses[index], 60)}")
        if key in seen:
            rows = alike.setdefault(key, {tuple(sheet.table.rows[seen[key]]): seen[key]})
            key = _told_apart(sheet, index, column if own else None, key, rows, seen)
        seen[key] = index
        made.append(key[1])
    return made


def _given_id(raw: str) -> str:
    return "" if cells.is_missing(raw) else one_line(raw)[:_LONGEST_ID]


def _told_apart(sheet: Sheet, index: int, column: str | None, key: tuple[str, str], rows: dict[tuple[str, ...], int],
                seen: Mapping[tuple[str, str], int]) -> tuple[str, str]:
    """A key for a row whose key an earlier one has; `rows` are the rows with that key so far."""
    feed, base = key
    number = sheet.numbers[index]
    twin = rows.setdefault(tuple(sheet.table.rows[index]), index)
    if twin != index:
        sheet.fault(index, column or "name", f"this row is the same as row {sheet.numbers[twin]}; it was taken once",
                    "notice")
        sheet.twins.add(number)
    elif column:
        sheet.fault(index, column, f"“{short(base)}” is also the id in row {sheet.numbers[seen[key]]}; each row needs "
                                   "its own")
    else:
        count = len(rows)
        while (feed, f"{base}#{count}") in seen:
            count += 1
        return feed, f"{base}#{count}"
    return feed, f"{base}#row{number}"
