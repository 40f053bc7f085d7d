"""Fair shares: what the most deprived have of something, and the least deprived, in words, bars and a curve."""

from __future__ import annotations

import math

import pandas as pd
from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request
from markupsafe import Markup

from assetmap.analysis.fairness import Interval
from assetmap.atlas.fairness import MEASURED, fairness_of
from assetmap.atlas.planning import planning_of
from assetmap.domain.measure import Kind
from assetmap.domain.plan_query import PlanQuery, parse_plan_query
from assetmap.domain.query import QueryRefused
from assetmap.domain.sites_query import SitesQuery
from assetmap.maps.charts import bars, curves
from assetmap.maps.wording import Wording
from assetmap.web import services
from assetmap.web.exporting import send
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import asking, method
from assetmap.web.plan.fairness_words import FIFTHS, Words
from assetmap.web.plan.measure_words import label_of, words_of

blueprint = Blueprint("plan_fairness", __name__)
HERE = "/plan/fairness"
_REPEATED = ("category", "theme", "day", "time", "cost", "access")
SAY = Wording(_, ngettext)


def asked() -> PlanQuery:
    """The request's choice, people near something if none is named. Raises QueryRefused."""
    given = request.args.to_dict(flat=False)
    if not any(text.strip() for text in given.get("measure", ())):
        given["measure"] = [MEASURED[0]]
    query = parse_plan_query(given, services.atlas().vocabulary)
    if query.measure not in MEASURED:
        raise QueryRefused({"measure": _("“%(measure)s” cannot be set against deprivation here. There are: %(known)s.",
                                         measure=label_of(query.measure), known=", ".join(MEASURED))})
    return query


@blueprint.get(HERE)
def index() -> Response:
    """The two ends in words, the five fifths, the curve and its index."""
    errors: dict[str, str] = {}
    try:
        query = asked()
    except QueryRefused as fault:
        query, errors = PlanQuery(measure=MEASURED[0]), fault.errors
    words = _words(query)
    form = asking.form(query)
    form["measure"] = [option for option in form["measure"] if option["value"] in MEASURED]
    reaching = query.measure in ("within", "access")
    page = render_template(
        "plan/fairness.html", query=query, form=form, errors=errors, words=words, label=label_of(query.measure),
        chosen=asking.chosen_words(query), top=words_of(query).top, rows=words.rows(), pictures=_pictures(words),
        sites=SitesQuery(reach=query, candidates="grid").address("/plan/sites") if reaching else "",
        links={ending: query.address(f"{HERE}.{ending}") for ending in ("csv", "json")})
    return make_response(page, 400 if errors else 200)


@blueprint.get(HERE + ".<any(csv, json):ending>")
def data(ending: str) -> Response:
    """The five fifths as rows; as JSON the indices and the curve too."""
    words = _words(asked())
    if ending == "json":
        return jsonify(document(words))
    frame = pd.DataFrame(_fifths(words))
    frame["measure"], frame["unit"] = words.query.measure, words_of(words.query).unit
    frame["chosen"] = "; ".join(f"{name}={value}" for name, value in words.query.parameters()
                                if name not in ("measure", "order"))
    frame["deprivation_of"] = words.made.by
    frame["deprivation_source"] = method.sources(words.planning.deprivation[1])
    return send(frame, f"fairness-{words.query.measure}", "csv", "EPSG:4326", {})


def document(words: Words) -> dict:
    """Everything as plain data; null where nothing can be said."""
    made, query = words.made, words.query
    return {
        "query": {"of": query.supply, "within": query.within_m, "audience": query.audience,
                  **{name: list(getattr(query, name)) for name in _REPEATED}},
        "measure": query.measure, "kind": str(made.kind),
        "unit": words_of(query).unit, "fifths": _fifths(words), "enough": made.fifths.enough,
        "left_out": {"units": made.fifths.left_out, "people": _plain(made.fifths.left_out_people)},
        "deprivation_of": made.by, "area": _plain(made.average), "concentration_index": _index(made.index),
        "erreygers_index": _index(made.erreygers) if made.erreygers else None,
        "curve": {"people": made.curve[0].tolist(), "share": made.curve[1].tolist()},
        "sources": [{"source": source, "date": day} for source, day in words.planning.deprivation[1]],
        "words": [words.headline, *words.lines()], "notes": words.notes()}


def _words(query: PlanQuery) -> Words:
    planning = planning_of(services.atlas())
    return Words(query, planning, fairness_of(planning, query))


def _fifths(words: Words) -> list[dict]:
    fifths, each = words.made.fifths, 1 if words.made.kind is Kind.SHARE else 1_000
    return [{"fifth": number, "name": name, "value": _plain(value), "numerator": _plain(value * people / each),
             "denominator": _plain(people), "units": units}
            for number, (name, value, people, units) in enumerate(
                zip(FIFTHS, fifths.value, fifths.people, fifths.units, strict=True), 1)]


def _pictures(words: Words) -> dict[str, Markup]:
    """The bars of the fifths, and the curve."""
    made, said = words.made, words_of(words.query)
    if not made.units:
        return {}
    share = made.kind is Kind.SHARE
    each, unit, none = (100, "%", [math.nan] * 5) if share else (1, "", [math.nan] * 5)
    pictures = {"fifths": bars.interval_bars(
        "fifths", _("What each fifth of residents has"), words.headline, names=FIFTHS,
        value=[each * value for value in made.fifths.value], low=none, high=none, x_label=said.unit,
        average=each * made.average, unit=unit, say=SAY)} if made.fifths.enough else {}
    if len(made.curve[0]):
        pictures["curve"] = curves.concentration(
            "curve", _("Concentration curve"), " ".join(words.lines()), people=made.curve[0], share=made.curve[1],
            x_label=_("share of %(people)s, the most deprived first", people=words.residents),
            y_label=_("share of what there is"), curve_name=_("as it is"), say=SAY)
    return pictures


def _index(index: Interval) -> dict:
    return {"value": _plain(index.estimate), "low": _plain(index.lower), "high": _plain(index.upper),
            "level": index.level, "units": index.units, "says": index.says}


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
