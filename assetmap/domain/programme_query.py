"""What is asked of the matrix of initiatives by ward, and of the list of their dates, in their addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import urlencode

from assetmap.domain.errors import BadInput
from assetmap.domain.programme import KINDS
from assetmap.domain.query import MOST_FAULTS, QueryRefused
from assetmap.domain.text import short

MOST, FEWEST, NAME = ORDERS = ("most", "fewest", "name")
PROGRAMME_ORDER = "programme:"
SIGNS, WORDS = CELLS = ("signs", "words")
_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})|"
                  r"(?P<day>\d{1,2})(?P<between>[/.-])(?P<month>\d{1,2})(?P=between)(?P<year>\d{4}|\d{2})", re.ASCII)
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class MatrixQuery:
    """A checked choice. `on` None is today, `order` one of ORDERS or `programme:ID`, `cells` "" as fits how many there
    are. Empty means: not asked.
    """

    on: date | None = None
    theme: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    order: str = MOST
    cells: str = ""

    @property
    def by_programme(self) -> str:
        """The id of the programme whose progress the wards are in the order of, or ""."""
        return self.order.removeprefix(PROGRAMME_ORDER) if self.order.startswith(PROGRAMME_ORDER) else ""

    def address(self, path: str, **changes) -> str:
        """`path` with the choice behind it; what is as it would be anyway is left out."""
        return _address(replace(self, **changes), path)


@dataclass(frozen=True, slots=True)
class DatesQuery:
    """Of which programmes and in which wards, by id and code."""

    programme: tuple[str, ...] = ()
    ward: tuple[str, ...] = ()

    def address(self, path: str, **changes) -> str:
        """`path` with the choice behind it."""
        return _address(replace(self, **changes), path)


def parse_matrix_query(given: Mapping[str, Sequence[str]], *, themes: Iterable[str], programmes: Iterable[str],
                       today: date) -> MatrixQuery:
    """From a query string's values by name. Raises QueryRefused with a sentence for each fault."""
    orders = (*ORDERS, *(PROGRAMME_ORDER + one for one in programmes))
    return MatrixQuery(**_parsed(given, {
        "on": lambda text: past_day(text, today), "theme": _chosen("connected theme", tuple(themes)),
        "kind": _chosen("kind of progress", KINDS), "order": _chosen("order", orders, shown=(*ORDERS, "programme:ID")),
        "cells": _chosen("form of the cells", CELLS)}, repeatable=("theme", "kind")))


def parse_dates_query(given: Mapping[str, Sequence[str]], *, programmes: Iterable[str],
                      wards: Iterable[str]) -> DatesQuery:
    """As `parse_matrix_query`."""
    return DatesQuery(**_parsed(given, {
        "programme": _chosen("programme on this page", tuple(programmes), shown=()),
        "ward": _chosen("ward on the map", tuple(wards), shown=())}, repeatable=("programme", "ward")))


def _parsed(given: Mapping[str, Sequence[str]], known: Mapping[str, Callable[[str], object]],
            repeatable: Sequence[str]) -> dict[str, object]:
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    for name, texts in given.items():
        if len(errors) >= MOST_FAULTS:
            break
        if name not in known:
            errors[short(name)] = (f"“{short(name, 40)}” is not something this page can be asked for. "
                                   f"There are: {', '.join(known)}.")
            continue
        said = [text.strip() for text in texts if text.strip()]
        try:
            if name in repeatable:
                values[name] = tuple(dict.fromkeys(known[name](text) for text in said))
            elif len(said) > 1:
                raise BadInput(f"“{name}” is given {len(said)} times, and only one can be used.")
            elif said:
                values[name] = known[name](said[0])
        except BadInput as error:
            errors[name] = error.message
    if errors:
        raise QueryRefused(errors)
    return values


def _chosen(what: str, known: Sequence[str], shown: Sequence[str] | None = None) -> Callable[[str], str]:
    """A check that a value is one of these; its sentence lists `shown`, all of them when it is left out."""
    def check(text: str) -> str:
        if text not in known:
            listed = known if shown is None else shown
            more = f" There are: {', '.join(listed)}." if listed else ""
            raise BadInput(f"“{short(text, 40)}” is no {what}.{more}")
        return text
    return check


def past_day(text: str, today: date) -> date:
    """A day up to today, as 2026-05-04 or 4/5/2026, the day before the month. Raises BadInput."""
    found = _DAY.fullmatch(text)
    try:
        day = _day(**found.groupdict()) if found else None
    except ValueError:
        day = None
    return must_have_been(day, text, today)


def _day(y: str | None, m: str, d: str, day: str, month: str, year: str, between: str) -> date:
    if y:
        return date(int(y), int(m), int(d))
    return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def must_have_been(day: date | None, text: str, today: date) -> date:
    """The day that a text was read as, None when it could not be. Raises BadInput unless it is one up to today."""
    if day is None:
        raise BadInput(f"“{short(text, 40)}” is no day that can be read. Write it such as 24/11/2026.")
    if day > today:
        raise BadInput("This day is still to come, and how things stand then is not known yet. Choose today or a day "
                       "before.")
    if day.year < _FIRST_YEAR:
        raise BadInput(f"Nothing is recorded before {_FIRST_YEAR}. Choose a later day.")
    return day


def _address(query: MatrixQuery | DatesQuery, path: str) -> str:
    pairs: list[tuple[str, str]] = []
    for field in fields(query):
        value = getattr(query, field.name)
        if value != field.default:
            pairs += [(field.name, code) for code in value] if isinstance(value, tuple) else [(field.name, str(value))]
    return f"{path}?{urlencode(pairs)}" if pairs else path
