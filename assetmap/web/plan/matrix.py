"""The matrix of programmes by ward: a row for each ward, a column for each programme, how far in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Programme
from assetmap.domain.programme_query import FEWEST, MOST, NAME, SIGNS, WORDS, MatrixQuery
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_words import Far, far, in_ward, there_on

_FEW_COLUMNS = 6
_FEW_ROWS, _NARROW_COLUMNS, _WIDE_COLUMNS = 24, 15, 5
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """What a programme has in a ward: its deployments there, the furthest first. Empty where it is not."""

    here: tuple[Far, ...] = ()

    @property
    def since(self) -> str:
        """From when the furthest has been so, as "Mar 26"; "" when nobody knows."""
        day = self.here[0].since
        return f"{_(wording.LONG_MONTHS[day.month - 1])[:3]} {day:%y}" if day else ""

    @property
    def in_part(self) -> bool:
        """Whether all that is here covers only a part of the ward."""
        return all(one.ward_share is not None for one in self.here)

    @property
    def internal(self) -> bool:
        """Whether the public does not see all of it."""
        return any(one.internal for one in self.here)


@dataclass(frozen=True, slots=True)
class Column:
    """A programme, and in how many wards it is. `number` tells it in the key below the table, whatever the day."""

    number: int
    programme: Programme
    wards: int
    deployments: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A ward: `cells` stand under the columns; `programmes` is how many are here, `deployments` counts overlaps too."""

    ward: int
    code: str
    name: str
    cells: tuple[Cell, ...]
    programmes: int
    deployments: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """`elsewhere` are deployments that are in no ward of the map."""

    query: MatrixQuery
    day: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    elsewhere: tuple[Far, ...]

    @property
    def cells(self) -> str:
        """SIGNS or WORDS."""
        return self.query.cells or (WORDS if len(self.columns) <= _FEW_COLUMNS else SIGNS)

    @property
    def blank(self) -> list[Row]:
        """The wards where nothing is under way."""
        return [row for row in self.rows if not row.programmes]

    @property
    def overlaps(self) -> list[tuple[Row, Column, Cell]]:
        """Where one programme has several deployments."""
        return [(row, column, cell) for row in self.rows for column, cell in zip(self.columns, row.cells, strict=True)
                if len(cell.here) > 1]

    @property
    def has_internal(self) -> bool:
        """Whether the public does not see all of it."""
        return (any(not column.programme.public for column in self.columns)
                or any(one.internal for one in self.elsewhere)
                or any(cell.internal for row in self.rows for cell in row.cells))

    @property
    def is_small(self) -> bool:
        """Whether all of it fits a window's width, and nearly its height: it needs no box of its own."""
        return len(self.rows) <= _FEW_ROWS and len(self.columns) <= (
            _NARROW_COLUMNS if self.cells == SIGNS else _WIDE_COLUMNS)

    @property
    def kinds(self) -> set[str]:
        """The kinds of progress that its columns have."""
        return {column.programme.kind for column in self.columns}


def matrix(query: MatrixQuery) -> Matrix:
    """The matrix of this request's Atlas, as its reader may see it."""
    held, today = programme_data.initiatives(), programme_data.today()
    day = query.on or today
    places: dict[str, dict[int, list[Far]]] = {}
    elsewhere = []
    for deployment in held.deployments.values():
        if not _fits(held.programmes[deployment.programme_id], query) or not there_on(held, deployment, day, today):
            continue
        one = far(held, deployment, day)
        wards = programme_data.wards_of(deployment)
        elsewhere += [] if wards else [one]
        for ward in wards:
            places.setdefault(deployment.programme_id, {}).setdefault(ward, []).append(in_ward(one, ward))
    columns = _columns(held, query, places)
    return Matrix(query, day, columns, _rows(columns, places, query), tuple(elsewhere))


def _fits(programme: Programme, query: MatrixQuery) -> bool:
    return ((not query.theme or bool(set(query.theme) & set(programme.themes)))
            and (not query.kind or programme.kind in query.kind))


def _columns(held: Initiatives, query: MatrixQuery, places: dict[str, dict[int, list[Far]]]) -> tuple[Column, ...]:
    """The programme that is or was in most wards first. One that is over, and was nowhere on the day, has no column.

    Order and numbers are those of all programmes, whatever is asked for, so that two days can be laid side by side.
    """
    ever: dict[str, set[int]] = {}
    for deployment in held.deployments.values():
        ever.setdefault(deployment.programme_id, set()).update(programme_data.wards_of(deployment))
    ordered = sorted(held.programmes.values(),
                     key=lambda one: (-len(ever.get(one.id, ())), one.name.casefold(), one.id))
    return tuple(
        Column(number, one, len(places.get(one.id, ())),
               len({each.deployment.id for here in places.get(one.id, {}).values() for each in here}),
               programme_data.programme_url(one.id)) for number, one in enumerate(ordered, 1)
        if _fits(one, query) and (one.id in places or one.status == "active"))


def _rows(columns: Sequence[Column], places: dict[str, dict[int, list[Far]]], query: MatrixQuery) -> tuple[Row, ...]:
    atlas, made = services.atlas(), []
    for ward, (code, name) in enumerate(zip(atlas.ward_codes, atlas.ward_names, strict=True)):
        here = [places.get(column.programme.id, {}).get(ward, []) for column in columns]
        cells = tuple(Cell(tuple(sorted(each, key=lambda one: (-one.rank, one.deployment.name)))) for each in here)
        made.append(Row(ward, code, name, cells, sum(bool(cell.here) for cell in cells),
                        len({one.deployment.id for cell in cells for one in cell.here})))
    made.sort(key=lambda row: (row.name.casefold(), row.code))
    if query.by_programme:
        at = next((at for at, column in enumerate(columns) if column.programme.id == query.by_programme), None)
        made.sort(key=lambda row: _rank(row.cells[at]) if at is not None else 0, reverse=True)
    elif query.order != NAME:
        made.sort(key=lambda row: (row.programmes, row.deployments), reverse=query.order == MOST)
    return tuple(made)


def _rank(cell: Cell) -> float:
    """Further before less far, that before nothing noted, and that before not here."""
    return cell.here[0].rank if cell.here else -2.0


def sentences(made: Matrix) -> list[str]:
    """What the matrix says at a glance, strengths first."""
    if not made.rows or not made.columns:
        return []
    said = []
    most = max(row.programmes for row in made.rows)
    if names := [row.name for row in made.rows if most and row.programmes == most]:
        each = ngettext("Most is under way in %(wards)s: %(num)s programme each.",
                        "Most is under way in %(wards)s: %(num)s programmes each.", most, wards=_wards(names))
        alone = ngettext("Most is under way in %(wards)s: %(num)s programme.",
                         "Most is under way in %(wards)s: %(num)s programmes.", most, wards=names[0])
        said.append(each if len(names) > 1 else alone)
    widest = max(made.columns, key=lambda column: column.wards)
    if widest.wards:
        said.append(ngettext("“%(programme)s” is in most wards: %(num)s of %(total)s.",
                             "“%(programme)s” is in most wards: %(num)s of %(total)s.", widest.wards,
                             programme=widest.programme.name, total=len(made.rows)))
    if over := made.overlaps:
        said.append(ngettext("In %(num)s place a programme has two areas or more in one ward (×2, ×3).",
                             "In %(num)s places a programme has two areas or more in one ward (×2, ×3).", len(over)))
    if made.blank:
        said.append(_("Nothing is under way here yet: %(wards)s.", wards=listed([row.name for row in made.blank])))
    elif most:
        said.append(_("Something is under way in every ward."))
    if nowhere := [column.programme.name for column in made.columns if not column.wards]:
        said.append(_("In no ward yet: %(programmes)s.", programmes=listed(nowhere)))
    return said


def _wards(names: Sequence[str]) -> str:
    """Their names, or how many they are."""
    if 1 < len(names) <= _NAMED + 1:
        return _("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])
    return names[0] if len(names) == 1 else ngettext("%(num)s ward", "%(num)s wards", len(names))


def listed(names: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    if len(names) <= _NAMED + 1:
        return ", ".join(names)
    return _("%(names)s and %(number)s more", names=", ".join(names[:_NAMED]), number=len(names) - _NAMED)


def sort_links(made: Matrix, path: str) -> dict[str, str]:
    """Where each heading leads: {"name", "most", and each programme's id} → address."""
    most = FEWEST if made.query.order == MOST else MOST
    links = {"name": made.query.address(path, order=NAME), "most": made.query.address(path, order=most)}
    return links | {column.programme.id: made.query.address(path, order=f"programme:{column.programme.id}")
                    for column in made.columns}
