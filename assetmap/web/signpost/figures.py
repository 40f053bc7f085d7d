"""What signposts come to: by ward, category, month and outcome; and what nobody runs yet."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.analysis.suppression import LEAST, suppress
from assetmap.domain.errors import BadInput
from assetmap.domain.opportunity import Opportunity
from assetmap.store import records, sent_forms, signposts
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.relations.meeting_words import joined
from assetmap.web.signpost.packs import OUTCOMES, interests_of, ward_of

blueprint = Blueprint("signpost_figures", __name__)
LAYER = LAYERS["opportunities"]
_DAYS = 365


@blueprint.get("/signpost/figures")
def figures() -> str:
    """Of the last year; counts under ten are kept back."""
    since = services.now().date() - timedelta(days=_DAYS)
    with services.database().reading() as connection:
        counts = signposts.counts(connection, since.isoformat())
    unmet = Counter({_pair(pair): number for pair, number in counts["unmet"].items()})
    tables = [
        _table(_("By ward"), _("Ward"), counts["ward"], _ward),
        _table(_("By interest"), _("Interest"), counts["category"], _category, total=False),
        _table(_("By month"), _("Month"), counts["month"], str),
        _table(_("What came of it"), _("Outcome"), counts["outcome"], _outcome),
        _table(_("Nothing suitable, by ward and interest"), _("Ward and interest"), unmet, str, total=False)]
    return render_template("signpost/figures.html", tables=tables, least=LEAST, since=since)


def _table(title: str, heading: str, counts: Counter, label, total: bool = True) -> dict:
    shown, whole = suppress(counts)
    rows = [{"label": label(key), "count": shown[key]} for key, _number in sorted(
        counts.items(), key=lambda pair: (shown[pair[0]] is None, -pair[1], str(pair[0])))]
    # those kept back stand in the order of their names, or their order would tell how large they are
    known = [row for row in rows if row["count"] is not None]
    kept_back = sorted((row for row in rows if row["count"] is None), key=lambda row: row["label"])
    return {"title": title, "heading": heading, "rows": known + kept_back, "total": whole if total else None,
            "has_total": total and bool(rows)}


def _outcome(code: str) -> str:
    return OUTCOMES.get(code, _("Not said yet"))


def _ward(code: str) -> str:
    atlas = services.atlas()
    number = atlas.ward_number.get(code)
    return atlas.ward_names[number] if number is not None else _("No ward was named")


def _category(code: str) -> str:
    return services.atlas().vocabulary.get("category", code).label if code else _("No interest was named")


def _pair(pair: tuple[str, str]) -> str:
    return f"{_ward(pair[0])}: {_category(pair[1])}"


@blueprint.post("/signpost/unmet")
def unmet() -> Response:
    """Nothing suitable: counted by ward and interests; then, in one more click, an ask on the map."""
    ward, interests = ward_of(request.form.get("ward", "")), interests_of(request.form.getlist("interests"))
    if not interests:
        raise BadInput(_("Say first what they enjoy, would like to learn, or could give."))
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        if request.form.get("do") == "ask":
            address = _ask(connection, ward, interests)
        elif sent_forms.result_of(connection, once):
            address = ""
        else:
            signposts.add(connection, day=services.now().date().isoformat(), ward_code=ward, interests=interests,
                          suggested=(), unmet=True)
            sent_forms.keep(connection, once, "/signpost")
            address = ""
    if address:
        services.renew()
        return redirect(address, 303)
    where = _ward(ward) if ward else services.area_name()
    return make_response(render_template("signpost/unmet.html", ward=ward, interests=interests, where=where,
                                         what=joined([_category(code) for code in interests])))


def _ask(connection: Connection, ward: str, interests: list[str]) -> str:
    """The address of an open ask that is like it; a new one when there is none."""
    where = _ward(ward) if ward else services.area_name()
    what = joined([_category(code).lower() for code in interests[:3]])
    name = _("Who would start something here: %(what)s", what=what) if not where else \
        _("Who would start something in %(where)s: %(what)s", where=where, what=what)
    for row in records.rows(connection, LAYER):
        if row["name"] == name and row["state"] == "open" and row["status"] == "active":
            return f"/opportunities/{row['id']}"
    today = services.now().date()
    record = Opportunity(
        id="", name=name, kind="start_a_group", direction="ask", topics=tuple(interests[:3]), ward_code=ward,
        summary=_("Somebody looked for this and found nothing near. Nobody runs it here yet: would you?"),
        expires=today + timedelta(days=services.settings().opportunity_days), last_confirmed=today,
        confirmed_by="a steward")
    return f"/opportunities/{records.add_one(connection, LAYER, record, by=services.by())}"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
