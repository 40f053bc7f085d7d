"""What somebody types about a programme, a deployment or an entry of one, read as the record that it means.

Each reader takes the texts by field and gives the record, or a sentence for each field that is wrong. Days, times,
numbers and addresses are read as those of files are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assetmap.domain.going_back import why_not_back
from assetmap.domain.photo import id_in
from assetmap.domain.programme import KINDS, STEPS, Deployment, Programme, Role, Step
from assetmap.domain.programme_entries import DATE_KINDS, DeploymentFigure, PlannedDate
from assetmap.domain.progress import HAPPENINGS, ProgressEvent
from assetmap.domain.text import clean, name_key, one_line, short, slug
from assetmap.importing import cells
from assetmap.importing.cells import Cell
from assetmap.importing.programmes import fields as columns
from assetmap.importing.programmes.fields import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, MOST_ROLES, MOST_STEPS
from assetmap.importing.programmes.steps import PART, free_code

STATUSES = ("active", "paused", "ended")
Texts = Mapping[str, "str | Sequence[str] | Sequence[Mapping[str, str]]"]
Record = Programme | Deployment | ProgressEvent | DeploymentFigure | PlannedDate


@dataclass(frozen=True, slots=True)
class Known:
    """The codes and public ids that a record may name."""

    wards: Collection[str] = ()
    hubs: Collection[str] = ()
    themes: Collection[str] = ()
    languages: Collection[str] = ()
    opportunity_kinds: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """`record` is None when `errors` (field → sentence) has any."""

    record: Record | None
    errors: dict[str, str] = field(default_factory=dict)


class _Fields:
    """The typed fields of one record, and what is wrong with them."""

    def __init__(self, texts: Texts):
        self.texts = texts
        self.errors: dict[str, str] = {}

    def wrong(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, sentence)

    def text(self, name: str, longest: int = LONGEST_LINE, *, needed: bool = False, lines: bool = False) -> str:
        said = (clean if lines else one_line)(str(self.texts.get(name) or ""))
        if needed and not said:
            self.wrong(name, "This is needed.")
        if len(said) > longest:
            self.wrong(name, f"This is {len(said):,} characters long. At most {longest:,} fit.")
        return said

    def choice(self, name: str, known: Collection[str], *, needed: bool = True) -> str:
        said = self.text(name)
        if (said or needed) and said not in known:
            self.wrong(name, "Choose one." if not said else f"“{short(said)}” is not one of those to choose from.")
        return said

    def several(self, name: str, known: Collection[str], held: Sequence[str] = ()) -> tuple[str, ...]:
        """Codes, each once; `held` are those that the record has already, known or not."""
        said = tuple(dict.fromkeys(str(one) for one in self.texts.get(name) or () if one))
        unknown = next((one for one in said if one not in known and one not in held), None)
        if unknown is not None:
            self.wrong(name, f"“{short(unknown)}” is not one of those to choose from.")
        return said

    def cell(self, name: str, read: Cell, *, needed: str = "") -> object:
        """What a cell says; `needed` is the sentence for an empty field that may not be."""
        if read.fault and read.level == "refused":
            self.wrong(name, f"This {read.fault}.")
        elif needed and read.value is None:
            self.wrong(name, needed)
        return read.value

    def day(self, name: str, *, needed: bool = False) -> date | None:
        return self.cell(name, columns.said_day(self.text(name)),
                         needed="This is needed: a day, such as 24/11/2026." if needed else "")

    def number(self, name: str) -> float:
        said = self.text(name)
        return self.cell(name, columns.amount(said) if said else Cell(None), needed="This is needed: a number.") or 0.0

    def days(self, name: str) -> int | None:
        """A number of days; None for none said."""
        return self.whole(name, 366)

    def whole(self, name: str, most: int) -> int | None:
        """A whole number; None for none said."""
        return self.cell(name, cells.whole_number(0, most)(self.text(name)))

    def address(self, name: str, held: Collection[str] = (), *, here: bool = False) -> str:
        """A web address; with `here` also a kept photo's. `held` are those that the record has already."""
        made = self.text(name, 1_000)
        if made in held or here and id_in(made):
            return made
        return self.cell(name, columns.address(made))

    def tick(self, name: str) -> bool:
        return bool(self.texts.get(name))

    def rows(self, name: str) -> list[tuple[int, Mapping[str, str]]]:
        """The rows that hold anything, each with its number in the form."""
        return [(number, row) for number, row in enumerate(self.texts.get(name) or ()) if isinstance(row, Mapping)
                and any(str(value).strip() for key, value in row.items() if key != "code")]

    def read(self, made: Record) -> Read:
        return Read(None, self.errors) if self.errors else Read(made)


def read_programme(texts: Texts, known: Known, base: Programme | None = None,
                   in_use: Collection[str] = ()) -> Read:
    """`in_use` are the codes of steps that entries of progress name: those cannot be taken out."""
    fields = _Fields(texts)
    made = replace(
        base or Programme("", ""), name=fields.text("name", LONGEST_NAME, needed=True),
        summary=fields.text("summary", LONGEST_TEXT, lines=True),
        purpose=fields.text("purpose", LONGEST_TEXT, lines=True), kind=fields.choice("kind", KINDS),
        steps=_steps(fields), themes=fields.several("themes", known.themes, base.themes if base else ()),
        lead=fields.text("lead", LONGEST_NAME), website=fields.address("website", _held(base)),
        public=not fields.tick("internal"),
        notes=fields.text("notes", LONGEST_TEXT, lines=True), status=fields.choice("status", _statuses(base)))
    codes = {step.code for step in made.steps}
    held = [step.name for step in (base.steps if base else ()) if step.code in in_use and step.code not in codes]
    if held:
        fields.wrong("steps", f"“{short(held[0])}” has entries of progress, so it stays. Take those away first, or "
                              f"give it another name.")
    if base and made.kind != base.kind and in_use:
        fields.wrong("kind", "There is progress noted already, which means something else in another kind. Start a "
                             "new programme instead.")
    return fields.read(made)


def _steps(fields: _Fields) -> tuple[Step, ...]:
    """The steps in their order. A new one gets a code from its name, one that there was keeps its own."""
    rows = fields.rows("steps")
    if not rows:
        fields.wrong("steps", f"Write at least one {PART.get(str(fields.texts.get('kind')), PART[STEPS])}.")
    if len(rows) > MOST_STEPS:
        fields.wrong("steps", f"At most {MOST_STEPS} fit.")
    made: list[Step] = []
    taken = {str(row.get("code", "")) for _number, row in rows}
    for number, row in rows:
        part = _Fields(row)
        name, meaning = part.text("name", LONGEST_NAME, needed=True), part.text("meaning", LONGEST_TEXT, lines=True)
        days = part.days("feedback_days")
        code = slug(str(row.get("code", "")))
        if not code or code in {step.code for step in made}:
            code = free_code(name, str(fields.texts.get("kind")), taken)
            taken.add(code)
        if name and name_key(name) in {name_key(step.name) for step in made if step.name}:
            part.wrong("name", f"There is a “{short(name)}” above already.")
        for key, sentence in part.errors.items():
            fields.wrong(f"steps-{number}-{key}", sentence)
        made.append(Step(code, name, meaning, days))
    return tuple(made)


def read_deployment(texts: Texts, known: Known, base: Deployment) -> Read:
    """`base` has the programme's id, and the drawn outline, which `typed_outline` reads."""
    fields = _Fields(texts)
    made = replace(
        base, name=fields.text("name", LONGEST_NAME, needed=True),
        summary=fields.text("summary", LONGEST_TEXT, lines=True),
        wards=fields.several("wards", known.wards, base.wards),
        neighbourhood=fields.text("neighbourhood", LONGEST_NAME),
        lead=fields.text("lead", LONGEST_NAME), hub_id=_hub(fields, known, base.hub_id), starts=fields.day("starts"),
        ends=fields.day("ends"), roles=_roles(fields, {role.website for role in base.roles}),
        languages_offered=fields.several("languages_offered", known.languages, base.languages_offered),
        languages_asked=fields.several("languages_asked", known.languages, base.languages_asked),
        opportunity_kinds=fields.several("opportunity_kinds", known.opportunity_kinds, base.opportunity_kinds),
        timebank=fields.tick("timebank"), website=fields.address("website", _held(base)),
        public=not fields.tick("internal"),
        notes=fields.text("notes", LONGEST_TEXT, lines=True), status=fields.choice("status", _statuses(base)))
    if not (made.wards or made.neighbourhood or made.outline):
        fields.wrong("wards", "Say where it is: choose at least one ward, name the neighbourhood, or draw the area.")
    if made.starts and made.ends and made.ends < made.starts:
        fields.wrong("ends", "The last day is before the first.")
    return fields.read(made)


def _roles(fields: _Fields, held: Collection[str]) -> tuple[Role, ...]:
    rows = fields.rows("roles")
    if len(rows) > MOST_ROLES:
        fields.wrong("roles", f"At most {MOST_ROLES} fit.")
    made = []
    for number, row in rows:
        part = _Fields(row)
        role = Role(part.text("name", LONGEST_NAME, needed=True),
                    part.cell("phone", columns.strict(cells.phone)(part.text("phone"))),
                    part.cell("email", columns.strict(cells.email)(part.text("email"))),
                    part.address("website", held), part.tick("consent"))
        for key, sentence in part.errors.items():
            fields.wrong(f"roles-{number}-{key}", sentence)
        made.append(role)
    return tuple(made)


def read_event(texts: Texts, programme: Programme, base: ProgressEvent, today: date,
               events: Collection[ProgressEvent] = ()) -> Read:
    """An entry of progress of a deployment of the programme, which has these `events` already. Only what is planned can
    be of a day to come, and only to what was there before can it have gone back.
    """
    fields = _Fields(texts)
    made = replace(
        base, step=fields.choice("step", [step.code for step in programme.steps]),
        what=fields.choice("what", HAPPENINGS), day=fields.day("day", needed=True) or date.min,
        note=fields.text("note", LONGEST_TEXT, lines=True), evidence=fields.text("evidence", LONGEST_TEXT, lines=True),
        link=fields.address("link", (base.link,)), photo=fields.address("photo", (base.photo,), here=True),
        photo_alt=fields.text("photo_alt"),
        public=not fields.tick("internal"))
    if made.photo and not made.photo_alt:
        fields.wrong("photo_alt", "Say in words what the photo shows, for those who cannot see it.")
    if made.is_early(today):
        fields.wrong("day", "This day is still to come. What is meant to happen then is “planned”.")
    if not fields.errors and (made.step, made.what, made.day) != (base.step, base.what, base.day) and (
            why := why_not_back(programme, events, made)):
        fields.wrong("step", f"This {why}.")
    return fields.read(made)


def read_figure(texts: Texts, base: DeploymentFigure) -> Read:
    """A number of a deployment."""
    fields = _Fields(texts)
    made = replace(
        base, name=fields.text("name", LONGEST_NAME, needed=True), value=fields.number("value"),
        unit=fields.text("unit", 40), stock=fields.tick("stock"), day=fields.day("day", needed=True) or date.min,
        until=fields.day("until"),
        origin=fields.text("origin"), note=fields.text("note", LONGEST_TEXT, lines=True),
        public=not fields.tick("internal"))
    if made.until and made.until < made.day:
        fields.wrong("until", "The last day is before the first.")
    return fields.read(made)


def read_date(texts: Texts, programme: Programme, known: Known, base: PlannedDate) -> Read:
    """A date of a deployment of the programme."""
    fields = _Fields(texts)
    made = replace(
        base, name=fields.text("name", LONGEST_NAME, needed=True), day=fields.day("day", needed=True) or date.min,
        time=_clock(fields), kind=fields.choice("kind", DATE_KINDS), hub_id=_hub(fields, known, base.hub_id),
        place=fields.text("place"), step=fields.choice("step", [step.code for step in programme.steps], needed=False),
        done=fields.tick("done"), attended=fields.whole("attended", columns.MOST_PEOPLE),
        feedback_days=fields.days("feedback_days"),
        feedback_given=fields.day("feedback_given"), note=fields.text("note", LONGEST_TEXT, lines=True),
        public=not fields.tick("internal"))
    if made.feedback_given and made.feedback_given < made.day:
        fields.wrong("feedback_given", "This is before the day itself.")
    return fields.read(made)


def _clock(fields: _Fields) -> str:
    return fields.cell("time", columns.clock(fields.text("time"))) if fields.text("time") else ""


def _hub(fields: _Fields, known: Known, held: str) -> str:
    """A hub's public id; what the form made of a name that no hub has is that name."""
    said = fields.text("hub_id")
    if said and said != held and said not in known.hubs:
        fields.wrong("hub_id", f"No place on the map is called “{short(said)}”.")
    return said


def _held(base: Programme | Deployment | None) -> Sequence[str]:
    return (base.website,) if base else ()


def _statuses(base: Programme | Deployment | None) -> Sequence[str]:
    return STATUSES if base is None or base.status in STATUSES else (*STATUSES, base.status)
