"""Residents' suggestions, to decide on: the list of those that wait, and of those that were decided."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.suggestion import Purpose, State, Suggestion
from assetmap.domain.text import short
from assetmap.store import records, suggestions
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import access, services, suggested
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import deciding, shown, suggestion_edit
from assetmap.web.steward.suggestion_case import kind_text

blueprint = Blueprint("steward_suggestions", __name__)
PER_PAGE = 20
_MOST_OF_ONE = 30
_HOME = "/steward/suggestions"
_STATES = {"": _("Waiting"), State.ACCEPTED.value: _("Accepted"), State.DECLINED.value: _("Declined"),
           State.TAKEN_BACK.value: _("Taken back")}
_STATE_KINDS = {State.WAITING: "warn", State.ACCEPTED: "good", State.DECLINED: "plain", State.TAKEN_BACK: "plain"}
_LAYERS = {"": _("Everything"), "groups": _("Groups"), "hubs": _("Places"), "opportunities": _("Offers and asks"),
           "organisations": _("Organisations")}
_PURPOSES = {"": _("Any kind"), Purpose.REPORT.value: _("Something is wrong"), Purpose.NEW.value: _("Something new"),
             Purpose.RUNNING.value: _("Still running, or closed"), Purpose.GROUP.value: _("From the group itself")}
_FILTERS = {"state": _STATES, "layer": _LAYERS, "what": _PURPOSES}


@blueprint.get(_HOME)
def index() -> str:
    """Those that wait, the oldest first, together when they speak of one record; or those that were decided."""
    asked = {name: _chosen(name, known) for name, known in _FILTERS.items()}
    page = _page_number(request.args.get("page", "1"))
    wanted = {"layer": asked["layer"], "purpose": asked["what"], "first": (page - 1) * PER_PAGE, "most": PER_PAGE}
    with services.database().reading() as connection:
        waits = suggestions.waiting(connection)
        if asked["state"]:
            found, total = suggestions.decided(connection, state=asked["state"], **wanted)
            groups = [[one] for one in found]
        else:
            groups, total = suggestions.waiting_by_record(connection, **wanted)
        entries = [_entry(connection, group) for group in groups]
    pages = max(1, -(-total // PER_PAGE))
    if page > pages:
        raise NotFound(_("There is no page %(page)s here: there are %(pages)s.", page=f"{page:,}", pages=f"{pages:,}"))
    return render_template("steward/suggestions.html", entries=entries, asked=asked, waits=waits,
                           filters=_choices(asked), narrowed=bool(asked["layer"] or asked["what"]),
                           pages={"page": page, "pages": pages, "total": total,
                                  "prev_url": _address(asked, page - 1) if page > 1 else "",
                                  "next_url": _address(asked, page + 1) if page < pages else ""})


@blueprint.post(_HOME)
def put_away() -> Response:
    """Decline those that were ticked, without an answer: advertisements and rubbish."""
    numbers = {int(text) for text in request.form.getlist("number") if text.isascii() and text.isdigit()
               and len(text) < 10}
    if not numbers:
        return access.done(_HOME, _("Nothing was ticked, so nothing was put away."), level="warn")
    with services.database().writing() as connection:
        waiting = sorted(numbers & {one.id for one in suggestions.pending(connection)})
        suggestions.decide(connection, waiting, state=State.DECLINED, by=services.by())
    said = ngettext("One suggestion was put away without an answer.",
                    "%(num)s suggestions were put away without an answer.", len(waiting))
    gone = len(numbers) - len(waiting)
    if gone:
        said += " " + ngettext("One was decided before.", "%(num)s were decided before.", gone)
    return access.done(_HOME, said, level="good" if waiting else "warn")


def _entry(connection: Connection, group: list[Suggestion]) -> dict:
    """A record, or something new, and what is said of it."""
    first = group[0]
    name, url = first.fields.get("name") or _("Something new"), ""
    if first.record_id:
        record, _version = records.get(connection, LAYERS[first.layer], first.record_id)
        name, url = record.name, shown.record_url(first.layer, first.record_id)
        if record.status == "hidden":
            url = shown.edit_url(first.layer, first.record_id)
    return {"name": name, "url": url, "layer": _LAYERS.get(first.layer, first.layer),
            "is_new": not first.record_id, "count": len(group), "lines": [_line(one) for one in group[:_MOST_OF_ONE]]}


def _line(one: Suggestion) -> dict:
    return {"number": one.id, "url": f"{_HOME}/{one.id}", "kind": kind_text(one),
            "text": short(suggested.in_short(one), 200) or _("No words"), "ago": suggested.ago(one.at),
            "state": _STATES.get(one.state.value, _STATES[""]), "state_kind": _STATE_KINDS[one.state],
            "decided_by": one.decided_by, "decided": suggested.ago(one.decided_at), "answer": short(one.answer, 120)}


def _chosen(name: str, known: Mapping[str, str]) -> str:
    given = request.args.get(name, "")
    if given not in known:
        raise BadInput(_("“%(text)s” is not a choice of this list.", text=short(given, 40)), name)
    return given


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text)):
        raise BadInput(_("“%(text)s” is not a page. Pages are numbered from 1.", text=short(text, 40)), "page")
    return int(text)


def _choices(asked: Mapping[str, str]) -> dict[str, list[dict]]:
    return {name: [{"value": value, "label": label, "on": asked[name] == value,
                    "url": _address({**asked, name: value})} for value, label in known.items()]
            for name, known in _FILTERS.items()}


def _address(asked: Mapping[str, str], page: int = 1) -> str:
    given = {name: text for name, text in asked.items() if text} | ({"page": page} if page > 1 else {})
    return _HOME + (f"?{urlencode(given)}" if given else "")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(deciding.blueprint)
    app.register_blueprint(suggestion_edit.blueprint)
