"""Made-up programmes and their deployments in the square wards of tests/planned.py."""

from dataclasses import replace
from datetime import date, timedelta

from assetmap.domain.programme import ELEMENTS, KINDS, STATE, STEPS, Deployment, Programme, Step
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.progress import BEGUN, GONE_BACK, PLANNED, REACHED, ProgressEvent
from assetmap.store import records
from assetmap.store.database import Database
from assetmap.store.programme_rows import PROGRAMME_LAYERS
from tests.planned import code

SEVEN = tuple(Step(f"s{number}", name) for number, name in enumerate(
    ("Engage", "Workshops", "Listening event", "Partnership", "Monthly meetings", "New groups", "Established"), 1))
TEN = tuple(Step(f"e{number}", f"Element {number}") for number in range(1, 11))
STATES = (Step("dev", "In development"), Step("open", "Open"))
_STEPS = {STEPS: SEVEN, ELEMENTS: TEN, STATE: STATES}
FIRST = date(2025, 1, 6)


def programme(id: str, kind: str = STEPS, **values) -> Programme:
    return Programme(id, values.pop("name", id.replace("-", " ").capitalize()), kind=kind,
                     steps=values.pop("steps", _STEPS[kind]), **values)


def deployed(programme_id: str, *wards: int, id: str = "", **values) -> Deployment:
    """A deployment in the wards of these numbers."""
    id = id or f"{programme_id}-{'-'.join(map(str, wards)) or 'drawn'}"
    return Deployment(id, values.pop("name", f"{programme_id} at {id}"), programme_id,
                      wards=tuple(code(ward) for ward in wards), **values)


def event(deployment_id: str, step: str, what: str, day: date, **values) -> ProgressEvent:
    id = f"{deployment_id}-{step}-{what}-{day:%Y%m%d}"
    return ProgressEvent(id, f"{step} {what}", deployment_id, step, what, day, **values)


def planned(deployment_id: str, name: str, day: date, **values) -> PlannedDate:
    id = values.pop("id", "") or f"{deployment_id}-{day:%Y%m%d}"
    return PlannedDate(id, name, deployment_id, day, **values)


def store_programmes(settings, **layers) -> None:
    """Save records by layer: store_programmes(settings, programmes=[…], deployments=[…], progress=[…], dates=[…])."""
    names = {"progress": "deployment-progress", "figures": "deployment-figures", "dates": "deployment-dates"}
    database = Database(settings.database_address)
    for name in ("programmes", "deployments", "progress", "figures", "dates"):
        if layers.get(name):
            with database.writing() as connection:
                records.save_feed(connection, PROGRAMME_LAYERS[names.get(name, name)],
                                  [replace(one, source="test", source_id=one.id) for one in layers[name]],
                                  by="test", start=lambda: 1)
    database.dispose()


def many(wards: int, programmes: int) -> dict[str, list]:
    """A full matrix: every kind, some wards blank, some programmes twice in a ward, some gone back, some internal."""
    made: dict[str, list] = {"programmes": [], "deployments": [], "progress": [], "dates": []}
    for column in range(programmes):
        kind = KINDS[column % 3]
        one = programme(f"programme-{column:02d}", kind, name=f"{_NAMES[column % len(_NAMES)]} {column + 1}",
                        themes=(("people", "services", "neighbourhoods")[column % 3],), public=column % 12 != 11)
        made["programmes"].append(one)
        for ward in range(wards):
            if ward % 20 == 19 or (ward * 7 + column * 3) % 5 > 2:
                continue
            for copy in range(2 if (ward + column) % 23 == 0 else 1):
                where = deployed(one.id, ward, id=f"d-{column:02d}-{ward:02d}-{copy}",
                                 name=f"{one.name} in ward {ward + 1}" + (" again" if copy else ""))
                made["deployments"].append(where)
                made["progress"] += _progress(where.id, one, (ward + column + copy) % (len(one.steps) + 2))
    return made


_NAMES = ("Connecting Communities", "Community hubs", "Local Area Coordination", "Community organisers",
          "Small grants matched by residents’ effort", "Time credits", "Community connectors by language",
          "Ten-element neighbourhood framework", "Neighbourhood networks", "Shared home-visit rounds")


def _progress(deployment_id: str, one: Programme, far: int) -> list[ProgressEvent]:
    """0: nothing noted; 1: planned; else so many steps, elements or states."""
    if far == 1:
        return [event(deployment_id, one.steps[0].code, PLANNED, FIRST)]
    made = [event(deployment_id, step.code, REACHED if number % 2 else BEGUN, FIRST + timedelta(days=20 * number))
            for number, step in enumerate(one.steps[:max(far - 1, 0)])]
    if far == 5 and one.kind == STEPS:
        made.append(event(deployment_id, one.steps[1].code, GONE_BACK, FIRST + timedelta(days=300)))
    return made
