"""The plain form: which step a programme has reached in a ward, a row each, or a table with a column per programme.

Such a row says where a deployment stood on a day. It becomes an event only when what is noted so far says otherwise,
so that the same file twice adds nothing, and a lower step than before is a going back that can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assetmap.domain.programme import ELEMENTS, STATE, Deployment, Programme
from assetmap.domain.progress import (
    BEGUN,
    CONDITIONS,
    GONE_BACK,
    IN_PLACE,
    NOT_BEGUN,
    PLANNED,
    REACHED,
    UNDER_WAY,
    ProgressEvent,
    Standing,
)
from assetmap.domain.progress_course import Course
from assetmap.importing import cells
from assetmap.importing.programmes.building import Builder
from assetmap.importing.programmes.fields import Row
from assetmap.importing.programmes.known import Known
from assetmap.importing.programmes.naming import Unknown
from assetmap.importing.programmes.noting import add
from assetmap.importing.sheet import Sheet
from assetmap.layers.table import Table
from assetmap.store.programme_rows import PROGRESS

_ONLY_THERE = {"yes", "y", "x", "✓", "✔", "true", "there", "active"}
_TO_COME = {"planned", "plan", "to come", "coming", "proposed"}
_OF_EVENT = ("note", "evidence", "photo", "photo_alt", "link", "public")
_CONDITION = {PLANNED: "planned", BEGUN: "under_way", REACHED: "in_place"}


def stand(builder: Builder, rows: Iterable[Row]) -> None:
    """Read the rows, those of earlier days first."""
    said: dict[tuple, tuple[int, object]] = {}
    courses = Courses(builder)
    undated: set[int] = set()
    for row in sorted(rows, key=lambda row: (row.get("day", builder.known.today), row.index)):
        deployment = builder.deployment(row)
        if deployment is None or not row.get("step"):
            continue
        programme, day = builder.known.programmes[deployment.programme_id], row.get("day", builder.known.today)
        codes, what = _said(builder, row, programme)
        if not codes:
            continue
        key = (deployment.id, day, what == PLANNED, codes if programme.kind == ELEMENTS else ())
        first, before = said.setdefault(key, (row.index, (codes, what)))
        if before != (codes, what):
            builder.fault(row, "step", "says another step for the same place and day than row "
                                       f"{builder.sheet.numbers[first]}; give each its date, or leave one of them out")
            continue
        news = [courses.bring(row, deployment, programme, code, what) for code in codes]
        if any(news) and "day" not in row.values:
            undated.add(builder.sheet.numbers[row.index])
    if undated:
        rows = "1 row gives" if len(undated) == 1 else f"{len(undated):,} rows give"
        builder.built.remarks.append(f"{rows} no date for a step that is new: today's is taken.")


def _said(builder: Builder, row: Row, programme: Programme) -> tuple[tuple[str, ...], str]:
    """The codes of steps and what happened to them. A cell that says "planned" alone is of the first; "yes" says that
    it is there, which is all that there is to say of a programme with one state.
    """
    text, steps = str(row.get("step")).strip().casefold(), programme.steps
    if text not in {step.name.casefold() for step in steps} | {step.code for step in steps}:
        if steps and text in _TO_COME:
            return (steps[0].code,), PLANNED
        if text in _ONLY_THERE:
            return (steps[0].code,) if programme.kind == STATE and len(steps) == 1 else (), REACHED
    return _codes(builder, row, programme), str(row.get("what") or REACHED)


def _codes(builder: Builder, row: Row, programme: Programme) -> tuple[str, ...]:
    said = str(row.get("step"))
    parts = said.split(";") if programme.kind == ELEMENTS else [said]
    found = dict.fromkeys(builder.step(row, programme, part.strip()) for part in parts if part.strip())
    return () if "" in found else tuple(found)


class Courses:
    """The progress of each deployment, walked through once as its rows come in the order of their days."""

    def __init__(self, builder: Builder):
        self._builder = builder
        self._courses: dict[str, Course] = {}

    def bring(self, row: Row, deployment: Deployment, programme: Programme, code: str, what: str) -> bool:
        """Whether anything had to be noted for the deployment to stand as the row says."""
        day = row.get("day", self._builder.known.today)
        course = self._courses.get(deployment.id)
        if course is None:
            course = Course(programme, self._builder.known.entries.events_of(deployment.id))
            self._courses[deployment.id] = course
        needed = happenings(course.on(day), code, what)
        for happening in needed:
            given = {"deployment_id": deployment.id, "name": "", "step": code, "what": happening, "day": day}
            self._note(row, course, given | {name: row.values[name] for name in _OF_EVENT if name in row.values})
        return bool(needed)

    def _note(self, row: Row, course: Course, given: Mapping[str, object]) -> None:
        added = add(self._builder, row, PROGRESS, ProgressEvent, given)
        if added is None:
            return
        if added.before is None or added.before.status == "hidden":
            course.note(added.entry)
        elif added.before.day != added.entry.day:  # somebody had moved it: what was read of it is not so any more
            self._courses.pop(added.entry.deployment_id, None)


def happenings(standing: Standing, code: str, what: str) -> tuple[str, ...]:
    """What must have happened to a step for it to stand as it is said to, from where it stood."""
    now = standing.conditions[code]
    if what == GONE_BACK:
        return () if standing.back_on and _is_back_at(standing, code) else (GONE_BACK,)
    if what == PLANNED:
        return (PLANNED,) if now == "not_begun" else ()
    if standing.kind == ELEMENTS:
        return () if now == _CONDITION[what] else (what,)
    codes = list(standing.conditions)
    ahead = standing.at and codes.index(standing.at) > codes.index(code)
    if standing.kind == STATE:
        return () if standing.at == code else (GONE_BACK,) if ahead else (what,)
    if ahead:
        return (GONE_BACK, REACHED) if what == REACHED else (GONE_BACK,)
    if now == _CONDITION[what]:
        return ()
    return (GONE_BACK,) if CONDITIONS.index(now) > CONDITIONS.index(_CONDITION[what]) else (what,)


def _is_back_at(standing: Standing, code: str) -> bool:
    """Whether it stands already as it does once it has gone back."""
    if standing.kind == ELEMENTS:
        return standing.conditions[code] == NOT_BEGUN
    return standing.at == code and standing.condition == (IN_PLACE if standing.kind == STATE else UNDER_WAY)


class WideSheet(Sheet):
    """A table with a column per programme, a row for each of its cells. Faults name the column of the file."""

    def __init__(self, table: Table, mapping: dict[str, str], headings: list[str]):
        super().__init__(table, mapping)
        self.headings = headings
        self._told: set[tuple[int, str, str]] = set()

    def fault(self, index: int, field: str, message: str, level: str = "refused") -> None:
        super().fault(index, field, message, level)
        said = self.problems.pop()
        if field in ("step", "programme", "deployment"):
            said = replace(said, column=self.headings[index])
        key = said.row, said.column, said.message
        if key not in self._told:  # what all cells of a row have in common is told once
            self._told.add(key)
            self.problems.append(said)


def narrowed(sheet: Sheet, known: Known) -> Sheet | None:
    """A wide table as a long one: a row for each cell under a heading that names a programme; None without such."""
    columns: list[tuple[int, str, Programme]] = []
    for at, heading in enumerate(sheet.table.columns):
        try:
            programme = None if heading == sheet.mapping.get("ward") else known.programme(heading)
        except Unknown:
            programme = None
        if programme:
            columns.append((at, heading, programme))
    if not columns:
        return None
    kept = [(name, heading) for name, heading in sheet.mapping.items() if heading not in {one[1] for one in columns}]
    places = [sheet.table.columns.index(heading) for _name, heading in kept]
    rows, numbers, headings = [], [], []
    for number, cells_ in zip(sheet.numbers, sheet.table.rows, strict=True):
        for at, heading, programme in columns:
            if not cells.is_missing(cells_[at]) and cells_[at].strip().casefold() not in ("no", "n", "0"):
                rows.append([programme.id, cells_[at], *(cells_[place] for place in places)])
                numbers.append(number)
                headings.append(heading)
    names = ["programme", "step", *(heading for _name, heading in kept)]
    table = Table(names, rows, numbers, sheet.table.source_format, None, list(sheet.table.notices))
    return WideSheet(table, {"programme": "programme", "step": "step", **dict(kept)}, headings)
