"""Rows of a programmes file made records: what there is, with what the rows say of it. An empty cell says nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from assetmap.domain.programme import Deployment, Programme, Role, Step
from assetmap.domain.progress import ProgressEvent
from assetmap.domain.text import is_slug, name_key, short, slug
from assetmap.importing.programmes import fields
from assetmap.importing.programmes.causes import Causes
from assetmap.importing.programmes.fields import MOST_ROLES, MOST_STEPS, Row
from assetmap.importing.programmes.given import attributes_of
from assetmap.importing.programmes.identity import Identities
from assetmap.importing.programmes.ids import mark
from assetmap.importing.programmes.known import Known
from assetmap.importing.programmes.naming import Unknown
from assetmap.importing.programmes.steps import code_of, kept_steps, must_fit, steps_of_cell, with_steps
from assetmap.importing.sheet import Sheet
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS


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
        self.identities = Identities(known, sheet.numbers)
        self.backs: list[tuple[Row, ProgressEvent]] = []

    def fault(self, row: Row, where: str, message: str) -> None:
        self.causes.note(row)
        self.sheet.fault(row.index, where, message)

    def follow(self, row: Row, where: str, message: str) -> None:
        """Leave a row out on account of another."""
        self.causes.note(row)
        self.sheet.fault(row.index, where, message, "follows")

    def once(self, row: Row, where: str, *key: object) -> bool:
        """Whether no earlier row is about the same; a fault at the column `where` when one is."""
        said = str(row.get(where) or row.get("name"))
        if told := self.identities.same_as(row, said, *key):
            self.fault(row, where if row.get(where) else "name" if row.get("name") else where, told)
        return not told

    def programme(self, row: Row) -> None:
        """One row that describes a programme."""
        said = str(row.get("programme") or row.get("name"))
        try:
            there = self.known.programmes.get(str(row.get("programme"))) or self.identities.meant(
                row, PROGRAMMES, lambda: self.known.programme(said), name_key(said))
        except Unknown as fault:
            return self.fault(row, fault.column or "programme", str(fault))
        base = there or Programme(
            self.identities.free(PROGRAMMES, said if is_slug(said) else slug(said) or f"programme-{mark(said)}"),
            str(row.get("name") or said), **self.identities.feed(row, PROGRAMMES, name_key(said)))
        self.identities.keep(row, PROGRAMMES, base.id)
        if not self.once(row, "programme", base.id):
            return None
        made = seen_again(replace(base, **attributes_of(row)), row)
        if made.kind != base.kind and (used := self.known.steps_in_use(base.id)):
            return self.fault(row, "kind", f"is {made.kind}, and what is noted of “{short(base.name)}” ({len(used)} of "
                                           f"its {base.kind}) would mean something else; leave it {base.kind}, or give "
                                           "the new programme another name")
        if "steps" in row.values:
            try:
                steps, remarks = steps_of_cell(base, str(row.values["steps"])), []
                made = must_fit(with_steps(self.known, made, steps, remarks))
                self.built.remarks += remarks
            except Unknown as fault:
                return self.fault(row, "steps", str(fault))
        return self._put_programme(made)

    def _put_programme(self, made: Programme) -> None:
        self.built.programmes[made.id] = made
        self.known.put_programme(made)

    def steps(self, rows: list[Row]) -> None:
        """Rows that describe steps: a programme's are these, in their order, and those with progress noted."""
        by_programme: dict[str, list[tuple[Row, Step | None]]] = {}
        for row in rows:
            programme = self._programme(row)
            if programme is None:
                continue
            described = by_programme.setdefault(programme.id, [])
            if len(described) >= MOST_STEPS:
                described.append((row, None))
            elif (step := self._described(row, programme, [one.code for _row, one in described])) is not None:
                described.append((row, step))
        for programme_id, described in by_programme.items():
            programme = self.known.programmes[programme_id]
            kept = kept_steps(self.known, programme, [step for _row, step in described[:MOST_STEPS]])
            others = f", and {len(kept)} others stay because progress or a date names them" if kept else ""
            made = self._fitting(described, MOST_STEPS - len(kept), f"a programme has at most {MOST_STEPS}{others}")
            self._put_programme(with_steps(self.known, programme, made, self.built.remarks))

    def _described(self, row: Row, programme: Programme, taken: Collection[str]) -> Step | None:
        """The step that a row describes; None with a fault. `taken` are the codes of rows before it."""
        name, said = str(row.get("name")), str(row.get("step"))
        if said and not said.isdigit() and not slug(said):
            return self.fault(row, "step", f"is “{short(said)}”; a code is of letters a to z and digits, or is left "
                                           "out")
        code = slug(said) if said and not said.isdigit() else ""
        if not self.once(row, "step" if said else "name", programme.id, code or name_key(name)):
            return None
        code = code or code_of(programme, name, taken)
        if code in taken:
            return self.fault(row, "step" if said else "name", f"is the step “{code}” of another row too; leave one of "
                                                               "them out, or give it another name")
        return replace(programme.step(code) or Step(code, name), name=name, **{
            to: row.values[at] for at, to in (("summary", "meaning"), ("feedback_days", "feedback_days"))
            if at in row.values})

    def _fitting(self, described: list[tuple[Row, object]], most: int, why: str) -> list:
        """What the first rows describe; the others are refused, the first of them with the reason."""
        for number, (row, _made) in enumerate(described[max(most, 0):]):
            (self.follow if number else self.fault)(row, "name", f"is one too many: {why}")
        return [made for _row, made in described[:max(most, 0)]]

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
        if not _named(row) and not any(area.values()):
            return self.fault(row, "ward", "is empty; give the ward, or “all” for every one")
        try:
            there = self.deployed(programme, row, area)
        except Unknown as fault:
            return self.fault(row, fault.column or "deployment", str(fault))
        base = there or self._new_deployment(programme, row, area)
        self.identities.keep(row, DEPLOYMENTS, base.id)
        if row.record == fields.DEPLOYMENT and not self.once(row, "deployment", base.id):
            return None
        given = attributes_of(row, *(("day", "until", "name", "link") if row.record == fields.STANDING else ()))
        made = replace(base, **{name: value for name, value in given.items() if hasattr(base, name)},
                       **{name: value for name, value in area.items() if value}, **self.hub(row))
        made = seen_again(made, row)
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
        said = _named(row)
        called = _called_by_feed(programme, said, area)
        exact = self.known.deployments.get(str(row.get("deployment")))
        if exact and exact.programme_id == programme.id:
            return exact

        def find() -> Deployment | None:
            found = self.known.deployment(programme, said) if said else None
            if not said and (area["wards"] or area["neighbourhood"]):
                found = self.known.deployed_in(programme, area["wards"], str(area["neighbourhood"]))
            return found or self.known.deployments.get(self.known.of_feed(DEPLOYMENTS, called))

        return self.identities.meant(row, DEPLOYMENTS, find, called)

    def _new_deployment(self, programme: Programme, row: Row, area: Mapping) -> Deployment:
        said = str(row.get("deployment"))
        name = str(row.get("name") or said or area["neighbourhood"]) or self._ward_names(area["wards"]) or "Everywhere"
        wanted = said if is_slug(said) else slug(f"{programme.id}-{mark(name)}")
        called = _called_by_feed(programme, _named(row), area)
        return Deployment(self.identities.free(DEPLOYMENTS, wanted), name, programme.id,
                          **self.identities.feed(row, DEPLOYMENTS, called))

    def _ward_names(self, codes: tuple[str, ...]) -> str:
        said = [self.known.wards.get(code, code) for code in codes[:3]]
        return ", ".join(said) if len(codes) < 4 else f"{len(codes)} wards"

    def hub(self, row: Row) -> dict[str, str]:
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
        by_deployment: dict[str, list[tuple[Row, Role]]] = {}
        for row in rows:
            deployment = self.of_entry(row)
            if deployment and self.once(row, "name", deployment.id, name_key(str(row.get("name")))):
                by_deployment.setdefault(deployment.id, []).append((row, Role(**attributes_of(row))))
        for key, described in by_deployment.items():
            made = self._fitting(described, MOST_ROLES, f"a deployment has at most {MOST_ROLES}")
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

    def step(self, row: Row, programme: Programme, said: str) -> str:
        """The code of the step that a row names; "" with a fault."""
        try:
            return self.known.step(programme, said)
        except Unknown as fault:
            why = self.causes.of_step(programme, said)
            (self.follow if why else self.fault)(row, "step", why or str(fault))
            return ""


def _named(row: Row) -> str:
    """What a row calls its deployment; "" for one that is known by where it is."""
    return str(row.get("deployment") or (row.get("name") if row.record == fields.DEPLOYMENT else ""))


def _called_by_feed(programme: Programme, said: str, area: Mapping) -> str:
    """What tells a deployment apart in a file that gives it no number of its own."""
    where = name_key(str(area["neighbourhood"])) or "+".join(area["wards"]) or "everywhere"
    return f"{programme.id}/{name_key(said) if said else where}"


def seen_again(made, row: Row):
    """What an undo of its file hid comes back with it; what a person hid stays hidden (`threeway`)."""
    return replace(made, status="active") if made.status == "hidden" and "status" not in row.values else made
