"""A programme's page: what it is for, its steps explained, where each area stands, figures, dates, languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template

from assetmap.analysis.suppression import LEAST, suppress
from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Deployment, Programme
from assetmap.store import ledger_figures
from assetmap.web import services
from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_map import map_of
from assetmap.web.plan.programme_words import there_on
from assetmap.web.programmes import by_ward, figures, held, past_days, views, words
from assetmap.web.wording import hours

blueprint = Blueprint("programme_page", __name__)


@blueprint.get("/programmes/<programme_id>")
def page(programme_id: str) -> Response:
    """Everything about it that whoever asks may see; where it stands, or stood at the end of the day `on`."""
    programme, everything, today = held.programme(programme_id), programme_data.initiatives(), services.now().date()
    deployments, asked = everything.of_programme(programme.id), past_days.asked(today)
    ids, day = {one.id for one in deployments}, asked.day
    there = [one for one in deployments if there_on(everything, one, day, today)] if asked.past else deployments
    body = render_template(
        "programmes/programme.html", programme=programme, url=programme_data.programme_url(programme.id),
        kind_said=words.KINDS[programme.kind], parts_label=words.PARTS[programme.kind], status=words.STATUS,
        themes=views.labels_of("connected_theme", programme.themes), may_edit=programme_data.sees_internal(),
        on=asked, day_said=words.day_said(day),
        deployments=[_deployment(programme, one, everything, day) for one in there],
        map_of_it=map_of(programme, everything, day) if there else None, covers=views.residents_said(there),
        dates=views.next_dates(everything, ids, today), languages=by_ward.languages_by_ward(deployments, today),
        rounds=by_ward.rounds_that_could_be_one(deployments, today),
        sums=figures.figure_sums(_noted(everything.figures, ids), today),
        attendance=views.attendance_said(_noted(everything.dates, ids), today),
        credits=time_credits(deployments), least=LEAST, kinds=views.opportunities_of(deployments))
    return make_response(body, 400 if asked.fault else 200)


@blueprint.get("/programmes/<programme_id>.json")
def data(programme_id: str) -> Response:
    """The same as data; `on` too."""
    programme, everything, today = held.programme(programme_id), programme_data.initiatives(), services.now().date()
    day = past_days.asked_of_data(today)
    return jsonify({"programme": programme_document(programme), "deployments": [
        deployment_document(programme, one, everything, day) for one in everything.of_programme(programme.id)
        if day == today or there_on(everything, one, day, today)]})


def programme_document(programme: Programme) -> dict:
    """A programme as data."""
    return {"id": programme.id, "name": programme.name, "summary": programme.summary, "purpose": programme.purpose,
            "kind": programme.kind, "steps": [{"code": step.code, "name": step.name, "meaning": step.meaning,
                                               "feedback_days": step.feedback_days} for step in programme.steps],
            "themes": list(programme.themes), "lead": programme.lead, "website": programme.website,
            "status": programme.status, "internal": not programme.public,
            "url": services.root() + programme_data.programme_url(programme.id)}


def deployment_document(programme: Programme, one: Deployment, everything: Initiatives, day: date) -> dict:
    """A deployment as data, with where it stood at the end of a day."""
    standing, parts = views.parts_of(programme, everything.progress.get(one.id, ()), day)
    return {
        "id": one.id, "name": one.name, "programme": programme.id, "summary": one.summary, "wards": list(one.wards),
        "neighbourhood": one.neighbourhood, "outline": one.outline, "lead": one.lead, "hub_id": one.hub_id,
        "starts": _iso(one.starts), "ends": _iso(one.ends), "status": one.status, "website": one.website,
        "internal": not one.public,
        "roles": [{"name": role.name, "phone": role.phone, "email": role.email, "website": role.website}
                  for role in one.roles],
        "languages_offered": list(one.languages_offered), "languages_asked": list(one.languages_asked),
        "opportunity_kinds": list(one.opportunity_kinds),
        "standing": {"on": day.isoformat(), "at": standing.at, "since": _iso(standing.since), "share": standing.share,
                     "went_back_on": [back.isoformat() for back in standing.back_on],
                     "parts": {part["code"]: {"condition": part["condition"], "since": _iso(part["since"]),
                                              "noted": part["noted"]}
                               for part in parts}},
        "url": services.root() + programme_data.deployment_url(one)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _deployment(programme: Programme, one: Deployment, everything: Initiatives, today: date) -> dict:
    standing, parts = views.parts_of(programme, everything.progress.get(one.id, ()), today)
    return views.facts_of(one) | {
        "said": views.standing_said(programme, standing), "parts": parts, "since": words.day_said(standing.since),
        "back": words.day_said(standing.back_on[-1]) if standing.back_on else ""}


def _noted(entries: Mapping[str, Sequence], ids: set[str]) -> list:
    return [entry for one in ids for entry in entries.get(one, ())]


def time_credits(deployments: list[Deployment]) -> dict | None:
    """Hours given through the timebank in the wards of those deployments that it belongs to; None when to none.

    Of a ward where few people gave them they are held back: how many gave is what decides. `others` counts those, and
    those where nobody gave any.
    """
    wards = {code for one in deployments if one.timebank for code in views.ward_codes(one)}
    if not wards:
        return None
    with services.database().reading() as connection:
        by_ward = ledger_figures.hours_by_ward(connection)
    shown, _total = suppress({code: givers for code, (_minutes, givers) in by_ward.items()})
    rows = [ward | {"people": shown[ward["code"]], "hours": hours(by_ward[ward["code"]][0] / 60)}
            for ward in views.wards_of(wards) if shown.get(ward["code"]) is not None]
    return {"rows": rows, "others": len(wards) - len(rows)}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
