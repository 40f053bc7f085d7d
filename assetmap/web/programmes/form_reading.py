"""A sent form of a programme, a deployment or an entry as the record that it means; and what the form is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import ProgressEvent
from assetmap.importing.programmes.typed import (
    Known,
    Read,
    read_date,
    read_deployment,
    read_event,
    read_figure,
    read_programme,
)
from assetmap.store import programme_steps, programmes
from assetmap.store.database import Connection
from assetmap.store.programme_rows import DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS
from assetmap.store.programmes import Kept
from assetmap.web import services
from assetmap.web.plan import programme_data
from assetmap.web.programmes import area_field
from assetmap.web.programmes.form_fields import Values
from assetmap.web.steward import shown


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form belongs to: None for what is not there yet. `record` and `version` are of what it changes."""

    programme: Programme | None = None
    deployment: Deployment | None = None
    record: Kept | None = None
    version: int = 0

    @property
    def url(self) -> str:
        """The page that shows it."""
        if self.deployment is not None:
            return programme_data.deployment_url(self.deployment)
        return programme_data.programme_url(self.programme.id) if self.programme else "/plan/programmes"

    @property
    def title(self) -> str:
        return self.deployment.name if self.deployment else self.programme.name if self.programme else ""


def subject_of_new(connection: Connection, layer_name: str, of: str) -> Subject:
    """What a new record will belong to; `of` is the programme's or the deployment's id. Raises NotFound."""
    if layer_name == PROGRAMMES:
        return Subject()
    if layer_name == DEPLOYMENTS:
        return Subject(programmes.get(connection, PROGRAMMES, of)[0])
    deployment = programmes.get(connection, DEPLOYMENTS, of)[0]
    return Subject(programmes.get(connection, PROGRAMMES, deployment.programme_id)[0], deployment)


def subject_of(connection: Connection, layer_name: str, record_id: str) -> Subject:
    """What a record belongs to, with the record. Raises NotFound."""
    record, version = programmes.get(connection, layer_name, record_id)
    if layer_name == PROGRAMMES:
        return Subject(record, None, record, version)
    deployment = record if layer_name == DEPLOYMENTS else \
        programmes.get(connection, DEPLOYMENTS, record.deployment_id)[0]
    programme = programmes.get(connection, PROGRAMMES, deployment.programme_id)[0]
    return Subject(programme, deployment, record, version)


def blank(layer_name: str, subject: Subject, today: date) -> Kept:
    """What a new record's form is filled in with at first."""
    of = subject.deployment.id if subject.deployment else ""
    if layer_name == PROGRAMMES:
        return Programme("", "")
    if layer_name == DEPLOYMENTS:
        return Deployment("", "", subject.programme.id, lead=subject.programme.lead)
    if layer_name == PROGRESS:
        return ProgressEvent("", "", of, "", "reached", today)
    if layer_name == FIGURES:
        return DeploymentFigure("", "", of, 0.0, today)
    return PlannedDate("", "", of, date.min)


def read(connection: Connection, layer_name: str, values: Values, subject: Subject, today: date) -> Read:
    """The record, its parts that the form does not show as they were; or what is wrong."""
    base = subject.record or blank(layer_name, subject, today)
    known = _known(values)
    if "hub_id" in values:
        values = values | {"hub_id": next(iter(known.hubs), values["hub_id"])}
    if layer_name == PROGRAMMES:
        used = programme_steps.in_use(connection, base.id)
        return read_programme(values, known, subject.record, used)
    if layer_name == DEPLOYMENTS:
        outline, fault = area_field.understood(values, base)
        made = read_deployment(values, known, replace(base, outline=outline or fault))
        if fault:
            return Read(None, made.errors | {"outline": fault})
        checked = made.record is not None and values["checked_today"]
        return replace(made, record=replace(made.record, last_confirmed=today)) if checked else made
    if layer_name == PROGRESS:
        return read_event(values, subject.programme, base, today,
                          programmes.progress_of(connection, base.deployment_id))
    if layer_name == FIGURES:
        return read_figure(values, base)
    return read_date(values, subject.programme, known, replace(base))


def _known(values: Values) -> Known:
    vocabulary, said = services.atlas().vocabulary, str(values.get("hub_id", "")).strip()
    hub = shown.hub_id_of(said) if said else ""
    return Known(frozenset(services.atlas().ward_codes), frozenset(filter(None, (hub,))),
                 vocabulary.of("connected_theme").keys(), vocabulary.of("language").keys(),
                 vocabulary.of("opportunity_kind").keys())
