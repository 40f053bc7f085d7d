"""Rows of a programmes file made records: what there is, with what the rows say of it. An empty cell says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assetmap.domain.programme import Deployment, Programme, Role, Step
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import GONE_BACK, ProgressEvent
from assetmap.domain.text import is_slug, name_key, short, slug
from assetmap.importing.programmes import fields
from assetmap.importing.programmes.causes import Causes
from assetmap.importing.programmes.fields import Row
from assetmap.importing.programmes.given import attributes_of, natural_key
from assetmap.importing.programmes.known import Known, Unknown
from assetmap.importing.programmes.steps import code_of, steps_of_cell, with_steps
from assetmap.importing.sheet import Sheet
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRESS
from assetmap.store.programmes import event_name

_MADE = {fields.PROGRESS: (PROGRESS, ProgressEvent), fields.FIGURE: (FIGURES, DeploymentFigure),
         fields.DATE: (DATES, PlannedDate)}


@dataclass(slots=True)
class Built:
    """Public id → record, by layer, of what the rows speak of; ids of new ones are free."""

    programmes: dict[str, Programme] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    entries: dict[str, dict[str, object]] = field(default_factory=lambda: {PROGRESS: {}, FIGURES: {}, DATES: {}})
    remarks: list[str] = field(default_factory=list)


class Builder:
    """Makes records of rows, programmes first. Faults go to the sheet; what belongs to a refused row is refused."""

    def __init__(self, sheet: Sheet, known: Known, outlines: Mapping[int, str]):
        self.sheet, self.known, self.outlines = sheet, known, outlines
        self.built, self.causes = Built(), Causes(sheet.numbers)
        self._rows_of: dict[tuple, int] = {}
        self._entry_of: dict[tuple, str] = {}
        for name, held in known.entries.items():
            for entry in held.values():
                self._entry_of.setdefault(natural_key(name, entry), entry.id)
                self._entry_of[name, entry.source, entry.source_id] = entry.id
        self.backs: list[tuple[Row, ProgressEvent]] = []
        self._events: dict[str, dict[str, ProgressEvent]] = {}
        for event in known.entries[PROGRESS].values():
            self._events.setdefault(event.deployment_id, {})[event.id] = event

    def fault(self, row: Row, where: str, message: str) -> None:
        self.causes.note(row)
        self.sheet.fault(row.index, where, message)

    def follow(self, row: Row, where: str, message: str) -> None:
        """Leave a row out on account of another."""
        self.causes.note(row)
        self.sheet.fault(row.index, where, message, "follows")

    def events_of(self, deployment_id: str) -> list[ProgressEvent]:
        """The progress of a deployment, with what the rows have brought so far."""
        return list(self._events.get(deployment_id, {}).values())

    def _once(self, row: Row, where: str, *key: object) -> bool:
        """Whether no earlier row is about the same."""
        first = self._rows_of.setdefault((row.record, *key), row.index)
        if first != row.index:
            self.fault(row, where, f"is about the same as row {self.sheet.numbers[first]}; leave one of the two out")
        return first == row.index

    def programme(self, row: Row) -> None:
        """One row that describes a programme."""
        said = str(row.get("programme") or row.get("name"))
        try:
            there = self.known.programme(said)
        except Unknown as fault:
            return self.fault(row, "programme", str(fault))
        base = there or Programme(_free(said if is_slug(said) else slug(said) or "programme", self.known.programmes),
                                  str(row.get("name") or said), **self._feed(row, name_key(said)))
        if not self._once(row, "programme", base.id):
            return None
        made = _seen_again(replace(base, **attributes_of(row)), row)
        if made.kind != base.kind and (used := self.known.steps_in_use(base.id)):
            return self.fault(row, "kind", f"is {made.kind}, and what is noted of “{short(base.name)}” ({len(used)} of "
                                           f"its {base.kind}) would mean something else; leave it {base.kind}, or give "
                                           "the new programme another name")
        if "steps" in row.values:
            try:
                made = with_steps(self.known, made, steps_of_cell(base, str(row.values["steps"])), self.built.remarks)
            except Unknown as fault:
                return self.fault(row, "steps", str(fault))
        return self._put_programme(made)

    def _put_programme(self, made: Programme) -> None:
        self.built.programmes[made.id] = made
        self.known.put_programme(made)

    def steps(self, rows: list[Row]) -> None:
        """Rows that describe steps: a programme's are these, in their order, and those with progress noted."""
        by_programme: dict[str, list[Step]] = {}
        coded: dict[tuple[str, str], str] = {}  # two steps of names in another script are two
        for row in rows:
            programme = self._programme(row)
            name, said = str(row.get("name")), str(row.get("step"))
            if programme is None:
                continue
            if said and not said.isdigit() and not slug(said):
                self.fault(row, "step", f"is “{short(said)}”; a code is of letters a to z and digits, or is left out")
                continue
            code = slug(said) if said and not said.isdigit() else coded.setdefault(
                (programme.id, name_key(name)), code_of(programme, name, coded.values()))
            if self._once(row, "step" if said else "name", programme.id, code):
                there = programme.step(code) or Step(code, name)
                by_programme.setdefault(programme.id, []).append(replace(
                    there, name=name, **{to: row.values[at] for at, to in (
                        ("summary", "meaning"), ("feedback_days", "feedback_days")) if at in row.values}))
        for programme_id, made in by_programme.items():
            self._put_programme(with_steps(self.known, self.known.programmes[programme_id], made, self.built.remarks))

    def _programme(self, row: Row) -> Programme | None:
        """The programme that a row names, else that of its deployment; None with a fault."""
        said = str(row.get("programme"))
        try:
            if not said and row.get("deployment"):
                return self._programme_of_deployment(row)
            if not said:
                return self.fault(row, "programme", "is empty, and should be the name of a programme")
            found = self.known.programme(said)
            if found is None and (why := self.causes.of_programme(said, row)):
                return self.follow(row, "programme", why)
            return found or self.known.must_be_programme(said)
        except Unknown as fault:
            return self.fault(row, "programme" if said else "deployment", str(fault))

    def _programme_of_deployment(self, row: Row) -> Programme | None:
        found = self.known.deployment(None, str(row.get("deployment")))
        if found is None and (why := self.causes.of_deployment(None, row)):
            return self.follow(row, "deployment", why)
        return self.known.programmes.get(found.programme_id) if found else self.fault(
            row, "deployment", f"is “{short(str(row.get('deployment')))}”, and there is no deployment of that name; "
                               "say of which programme, and describe it in a row")

    def deployment(self, row: Row) -> Deployment | None:
        """One row that describes a deployment; None with a fault."""
        programme = self._programme(row)
        area = self.area(row) if programme else None
        if programme is None or area is None:
            return None
        if row.record == fields.STANDING and not row.get("deployment") and not any(area.values()):
            return self.fault(row, "ward", "is empty; give the ward, or “all” for every one")
        try:
            there = self.deployed(programme, row, area)
        except Unknown as fault:
            return self.fault(row, "deployment", str(fault))
        base = there or self._new_deployment(programme, row, area)
        if row.record == fields.DEPLOYMENT and not self._once(row, "deployment", base.id):
            return None
        given = attributes_of(row, *(("day", "until", "name", "link") if row.record == fields.STANDING else ()))
        made = replace(base, **{name: value for name, value in given.items() if hasattr(base, name)},
                       **{name: value for name, value in area.items() if value}, **self._hub(row))
        made = _seen_again(made, row)
        if made.starts and made.ends and made.ends < made.starts:
            return self.fault(row, "until", f"is {made.ends}, before its start on {made.starts}")
        self.built.deployments[made.id] = made
        self.known.put_deployment(made)
        return made

    def area(self, row: Row) -> dict[str, object] | None:
        """The wards, neighbourhood and outline that a row names; None with a fault."""
        try:
            wards = self.known.ward_codes(str(row.get("ward"))) if row.get("ward") else ()
        except Unknown as fault:
            return self.fault(row, "ward", str(fault))
        outline = "" if row.get("outline_from") == "wards" else self.outlines.get(row.index, "")
        return {"wards": wards, "neighbourhood": row.get("neighbourhood"), "outline": outline}

    def deployed(self, programme: Programme, row: Row, area: Mapping) -> Deployment | None:
        """The deployment that a row is about; None for a new one. Raises Unknown."""
        said, found = _named(row), None
        if said:
            found = self.known.deployment(programme, said)
        elif area["wards"] or area["neighbourhood"]:
            found = self.known.deployed_in(programme, area["wards"], str(area["neighbourhood"]))
        own = str(row.get("source_id")) if row.record in (fields.DEPLOYMENT, fields.STANDING) else ""
        return found or self.known.deployments.get(
            self.known.of_feed(DEPLOYMENTS, own or _called_by_feed(programme, said, area)))

    def _new_deployment(self, programme: Programme, row: Row, area: Mapping) -> Deployment:
        said = str(row.get("deployment"))
        name = str(row.get("name") or said or area["neighbourhood"]) or self._ward_names(area["wards"]) or "Everywhere"
        wanted = said if is_slug(said) else slug(f"{programme.id}-{name}")
        return Deployment(_free(wanted, self.known.deployments), name, programme.id,
                          **self._feed(row, _called_by_feed(programme, _named(row), area)))

    def _ward_names(self, codes: tuple[str, ...]) -> str:
        names = dict(self.known.wards)
        said = [names.get(code, code) for code in codes]
        return ", ".join(said) if len(said) < 4 else f"{len(said)} wards"

    def _hub(self, row: Row) -> dict[str, str]:
        said = str(row.get("hub"))
        if not said:
            return {}
        hub_id = self.known.hub(said)
        if not hub_id:
            other = "; a place that is not on the map goes into the column place" if row.record == fields.DATE else ""
            self.fault(row, "hub", f"is “{short(said)}”, which is no place on this map, or the name of several; give "
                                   f"the last part of its page's address{other}")
        return {"hub_id": hub_id}

    def roles(self, rows: list[Row]) -> None:
        """Rows that describe roles: a deployment's are these."""
        by_deployment: dict[str, list[Role]] = {}
        for row in rows:
            deployment = self.of_entry(row)
            if deployment and self._once(row, "name", deployment.id, name_key(str(row.get("name")))):
                by_deployment.setdefault(deployment.id, []).append(Role(**attributes_of(row)))
        for key, made in by_deployment.items():
            deployment = replace(self.known.deployments[key], roles=tuple(made))
            self.built.deployments[key] = deployment
            self.known.put_deployment(deployment)

    def of_entry(self, row: Row) -> Deployment | None:
        """The deployment that an entry belongs to, which must be there; None with a fault."""
        programme = self._programme(row)
        area = self.area(row) if programme else None
        if programme is None or area is None:
            return None
        try:
            found = self.deployed(programme, row, area)
            where = "deployment" if row.get("deployment") or not row.get("ward") else "ward"
            if found is None and (why := self.causes.of_deployment(programme, row)):
                return self.follow(row, where, why)
            if found is None and not row.get("deployment") and not row.get("ward"):
                found = self.known.only_deployment(programme)
        except Unknown as fault:
            return self.fault(row, "deployment", str(fault))
        if found is None:
            self.fault(row, where, f"is “{short(str(row.get(where)))}”, and “{short(programme.name)}” has no "
                                   "deployment there; describe it in a row whose record is deployment")
        return found

    def entry(self, row: Row) -> None:
        """One row of progress, a figure or a date."""
        deployment = self.of_entry(row)
        if deployment is None:
            return
        programme = self.known.programmes[deployment.programme_id]
        given = attributes_of(row) | (self._hub(row) if row.record == fields.DATE else {})
        if row.get("step"):
            given["step"] = self.step(row, programme, str(row.get("step")))
            if not given["step"]:
                return None
        if row.record == fields.PROGRESS:
            given = {"what": "reached", "name": "", **given}
        if given.get("until") and given["until"] < given["day"]:
            return self.fault(row, "until", f"is {given['until']}, before its start on {given['day']}")
        self.add(row, *_MADE[row.record], {**given, "deployment_id": deployment.id})

    def step(self, row: Row, programme: Programme, said: str) -> str:
        """The code of the step that a row names; "" with a fault."""
        try:
            return self.known.step(programme, said)
        except Unknown as fault:
            why = self.causes.of_step(programme, said)
            (self.follow if why else self.fault)(row, "step", why or str(fault))
            return ""

    def add(self, row: Row, layer_name: str, kind: type, given: dict[str, object]) -> None:
        """An entry with these values, over the one that is there."""
        entry = kind(**{"id": "", "source": "", "source_id": ""} | given)
        if isinstance(entry, ProgressEvent):
            programme = self.known.programmes[self.known.deployments[entry.deployment_id].programme_id]
            if entry.is_early(self.known.today):
                return self.fault(row, "day", f"is {entry.day}, which has not come yet; what is to come is planned")
            entry = replace(entry, name=event_name(programme, entry))
        key = natural_key(layer_name, entry)
        feed = self._feed(row, "/".join(map(str, key[1:])))
        there = self._there(row, layer_name, key, feed["source_id"])
        if there is not None:
            made = _seen_again(replace(there, **given | {"name": entry.name}), row)
        else:
            own, wanted = str(row.get("id")), slug(f"{entry.deployment_id}-{slug(entry.name, 30)}")
            made = replace(entry, id=_free(own if is_slug(own) else wanted, self.known.entries[layer_name]),
                           **feed)
        if self._once(row, "day", made.id):
            self.built.entries[layer_name][made.id] = made
            self.known.entries[layer_name][made.id] = made
            self._entry_of.setdefault(key, made.id)
            if isinstance(made, ProgressEvent):
                self._events.setdefault(made.deployment_id, {})[made.id] = made
                self.backs += [(row, made)] if made.what == GONE_BACK else []

    def _there(self, row: Row, layer_name: str, key: tuple, source_id: str) -> object | None:
        """The entry that a row is about: its own line of an export, one that says the same, or its feed's, which people
        may have changed.
        """
        held, own = self.known.entries[layer_name], held_id(row)
        if own in held and (held[own].source, held[own].source_id) == (row.get("source"), row.get("source_id")):
            return held[own]
        of_feed = self._entry_of.get((layer_name, self.known.context.source, source_id))
        return held.get(of_feed if row.get("source_id") else self._entry_of.get(key, of_feed))

    def _feed(self, row: Row, otherwise: str) -> dict[str, str]:
        return {"source": self.known.context.source, "source_id": str(row.get("source_id") or otherwise)}


def _named(row: Row) -> str:
    """What a row calls its deployment; "" for one that is known by where it is."""
    return str(row.get("deployment") or (row.get("name") if row.record == fields.DEPLOYMENT else ""))


def _called_by_feed(programme: Programme, said: str, area: Mapping) -> str:
    """What tells a deployment apart in a file that gives it no number of its own."""
    where = name_key(str(area["neighbourhood"])) or "+".join(area["wards"]) or "everywhere"
    return f"{programme.id}/{name_key(said) if said else where}"


def _seen_again(made, row: Row):
    """What an undo of its file hid comes back with it; what a person hid stays hidden (`threeway`)."""
    return replace(made, status="active") if made.status == "hidden" and "status" not in row.values else made


def held_id(row: Row) -> str:
    """The public id that a row of an export has."""
    return str(row.get("id"))


def _free(wanted: str, taken: Mapping[str, object]) -> str:
    number, made = 2, wanted or "unnamed"
    while made in taken:
        made, number = f"{wanted}-{number}", number + 1
    return made
