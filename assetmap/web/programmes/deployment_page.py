"""A deployment's page: where it stands or stood on a past day, its timeline, area, dates, figures and people."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template

from assetmap.analysis.suppression import LEAST
from assetmap.web import services
from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_map import map_of
from assetmap.web.plan.programme_words import there_on
from assetmap.web.programmes import figures, held, past_days, photos, views, words
from assetmap.web.programmes.programme_page import deployment_document, programme_document, time_credits

blueprint = Blueprint("deployment_page", __name__)


@blueprint.get("/programmes/<programme_id>/<deployment_id>")
def page(programme_id: str, deployment_id: str) -> Response:
    """As it stands, or as it stood at the end of the day `on`."""
    programme, deployment = held.deployment(programme_id, deployment_id)
    everything, today = programme_data.initiatives(), services.now().date()
    asked = past_days.asked(today)
    day, past = asked.day, asked.past
    events = everything.progress.get(deployment.id, ())
    standing, parts = views.parts_of(programme, events, day)
    body = render_template(
        "programmes/deployment.html", programme=programme, deployment=deployment,
        facts=views.facts_of(deployment), programme_url=programme_data.programme_url(programme.id),
        standing=standing, said=views.standing_said(programme, standing), parts_of_it=parts,
        parts_label=words.PARTS[programme.kind], kind_said=words.KINDS[programme.kind],
        since=words.day_said(standing.since),
        back=words.day_said(standing.back_on[-1]) if standing.back_on else "", day_said=words.day_said(day), past=past,
        on=asked,
        later=sum(event.day > day for event in events) if past else 0, today=today,
        map_of_it=map_of(programme, everything, day, deployment)
        if views.ward_codes(deployment) and there_on(everything, deployment, day, today) else None,
        moments=views.moments_of(programme, events, day if past else date.max), photo_sizes=photos.of_events(events),
        dates=views.next_dates(everything, {deployment.id}, today),
        been=[views.date_view(entry, programme) for entry in reversed(everything.dates.get(deployment.id, ()))
              if entry.day < today or entry.done],
        sums=figures.figure_sums(everything.figures.get(deployment.id, ()), today),
        entries=[{"entry": entry, "when": words.span_said(entry.day, entry.until),
                  "amount": words.amount(entry.value, entry.unit)}
                 for entry in reversed(everything.figures.get(deployment.id, ()))],
        attendance=views.attendance_said(everything.dates.get(deployment.id, ()), today),
        covers=views.residents_said([deployment]), credits=time_credits([deployment]), least=LEAST,
        may_edit=programme_data.sees_internal())
    return make_response(body, 400 if asked.fault else 200)


@blueprint.get("/programmes/<programme_id>/<deployment_id>.json")
def data(programme_id: str, deployment_id: str) -> Response:
    """The same as data; `on` too."""
    programme, deployment = held.deployment(programme_id, deployment_id)
    everything = programme_data.initiatives()
    day = past_days.asked_of_data(services.now().date())
    events = everything.progress.get(deployment.id, ())
    return jsonify(deployment_document(programme, deployment, everything, day) | {
        "of": programme_document(programme),
        "timeline": [{"day": one["day"].isoformat(), "step": one["event"].step, "what": one["event"].what,
                      "went_back": one["back"], "note": one["event"].note, "evidence": one["event"].evidence,
                      "link": one["event"].link, "photo": one["event"].photo, "photo_alt": one["event"].photo_alt,
                      "internal": not one["event"].public}
                     for one in views.moments_of(programme, events, day, newest_first=False)],
        "figures": [{"name": entry.name, "value": entry.value, "unit": entry.unit, "stock": entry.stock,
                     "day": entry.day.isoformat(), "until": entry.until.isoformat() if entry.until else None,
                     "source": entry.origin, "note": entry.note, "internal": not entry.public}
                    for entry in everything.figures.get(deployment.id, ())],
        "dates": [{"name": entry.name, "day": entry.day.isoformat(), "time": entry.time, "kind": entry.kind,
                   "step": entry.step, "done": entry.done, "attended": entry.attended, "place": entry.place,
                   "hub_id": entry.hub_id, "internal": not entry.public,
                   "feedback_given": entry.feedback_given.isoformat() if entry.feedback_given else None}
                  for entry in everything.dates.get(deployment.id, ())]})


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
