"""One suggestion, seen as what it would change: accept it, edit it first, or decline it with an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request

from assetmap.domain.errors import Conflict
from assetmap.domain.suggestion import Purpose, State, Suggestion
from assetmap.domain.text import clean, words
from assetmap.store import records, suggestions
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS, Record
from assetmap.web import access, services, suggested, wording
from assetmap.web.correcting import too_long
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import history_words, shown, suggestion_case
from assetmap.web.steward.suggestion_case import Case

blueprint = Blueprint("steward_deciding", __name__, url_prefix="/steward/suggestions")
HOME = "/steward/suggestions"
_LONGEST_ANSWER = 1_000
_MOST_CANDIDATES = 8
_DONE = {"accept": State.ACCEPTED, "decline": State.DECLINED, "spam": State.DECLINED}
Refused = Callable[[Case, str], Response]


@blueprint.get("/<int:number>")
def look(number: int) -> Response:
    """What somebody says, and how the record would differ."""
    with services.database().reading() as connection:
        case = suggestion_case.build(connection, number, also(request.args.getlist("also")))
    return page(case)


@blueprint.post("/<int:number>")
def decide(number: int) -> Response:
    """Accept as it is, decline, put away as rubbish, or say which record it is about."""
    do, said = request.form.get("do", ""), answer()
    with services.database().reading() as connection:
        case = suggestion_case.build(connection, number, also(request.form.getlist("also")))
    if not case.main.waits:
        return decided_before(case, do)
    if do == "same":
        return _aim(case, request.form.get("same_as", ""))
    if do not in _DONE:
        return page(case, {"do": _("Please choose what to do with it.")}, said, 400)
    errors = answer_fault(said)
    if do == "accept" and case.read.errors:
        errors["do"] = _("It cannot be accepted as it is. Edit it first: the form says what to put right.")
    if errors:
        return page(case, errors, said, 400)
    if do == "accept" and request.form.get("version") != str(case.version):
        return page(case, {"do": somebody_saved(case)}, said, 409)
    return finish(case, do, said, lambda fresh, fault: page(fresh, {"do": fault}, said, 409))


def finish(case: Case, do: str, said: str, refused: Refused) -> Response:
    """The record and the decision in one transaction. When somebody was first, `refused` shows it as it is now."""
    link = None
    try:
        with services.database().writing() as connection:
            record_id = _save(connection, case) if do == "accept" else None
            if do == "accept" and (case.is_new or case.changes):
                link = history_words.undo_of_last(connection, case.layer_name, record_id or case.record.id)
            suggestions.decide(connection, case.numbers, state=_DONE[do], by=services.by(),
                               answer="" if do == "spam" else said, record_id=record_id)
    except Conflict as conflict:
        with services.database().reading() as connection:
            fresh = suggestion_case.build(connection, case.main.id, case.numbers)
        return refused(fresh, conflict.message) if fresh.main.waits else decided_before(fresh, do)
    services.renew()
    return access.done(HOME, _what_was_done(case, do), link=link)


def _save(connection: Connection, case: Case) -> str | None:
    """Write the record. Returns the public id of a new one. Raises Conflict when somebody saved since."""
    record, layer = case.read.record, LAYERS[case.layer_name]
    if case.is_new:
        if case.layer_name == "opportunities":
            record = record.ending_by(services.last_day())
        return records.add_one(connection, layer, record, by=services.by())
    records.save_one(connection, layer, record, version=case.version, by=services.by())
    return None


def _what_was_done(case: Case, do: str) -> str:
    if do == "spam":
        said = _("Put away without an answer.")
    elif do == "decline":
        said = _("Declined: “%(name)s” stays as it is.", name=case.name)
    elif case.is_new:
        said = _accepted_new(case.read.record)
    elif case.changes:
        said = _("Accepted: “%(name)s” was changed.", name=case.name)
    else:
        said = _("Accepted: nothing of “%(name)s” had to change.", name=case.name)
    if len(case.held) > 1:
        said += " " + ngettext("%(num)s was decided.", "%(num)s were decided together.", len(case.held))
    return said


def _accepted_new(record: Record) -> str:
    """Where the public finds something new now, and what it takes to be on the map."""
    if record.location.place is not None or getattr(record, "hub_id", ""):
        return _("Accepted: “%(name)s” is on the map now.", name=record.name)
    if getattr(record, "online", False):
        return _("Accepted: “%(name)s” is in the list now, as something online.", name=record.name)
    return _("Accepted: “%(name)s” is in the list now. It has no place on the map yet: open it in the lists and add a "
             "postcode, a place to meet or a point.", name=record.name)


def decided_before(case: Case, do: str) -> Response:
    """To one steward's double press, that it is done; to the second of two stewards, who was first."""
    main = case.main
    if main.decided_by == services.by() and main.state is _DONE.get(do):
        return access.done(HOME, _("This was done already: %(state)s.", state=state_words(main)))
    return page(case, {"do": _("This was decided before: %(state)s. Yours was not done.", state=state_words(main))},
                status=409)


def state_words(one: Suggestion) -> str:
    """What became of it and by whom: "accepted by a@example.org, today"."""
    if one.state is State.TAKEN_BACK:
        return _("whoever sent it took it back, %(ago)s", ago=suggested.ago(one.decided_at))
    words = _("accepted by %(by)s, %(ago)s") if one.state is State.ACCEPTED else _("declined by %(by)s, %(ago)s")
    return words % {"by": one.decided_by, "ago": suggested.ago(one.decided_at)}


def _aim(case: Case, record_id: str) -> Response:
    """What was taken for something new is about a record that is there."""
    try:
        with services.database().writing() as connection:
            record, version = records.get(connection, LAYERS[case.layer_name], record_id)
            suggestions.aim(connection, case.main.id, record_id=record.id, version=version)
    except Conflict as conflict:
        return page(case, {"do": conflict.message}, status=409)
    return access.done(f"{HOME}/{case.main.id}",
                       _("This is now a suggestion about “%(name)s”. Below is what would change.", name=record.name))


def somebody_saved(case: Case) -> str:
    """To the steward who was second."""
    return _("Somebody changed “%(name)s” while you were looking. This is how it is now: please decide again.",
             name=case.name)


def also(texts: list[str]) -> list[int]:
    """The numbers of those that are looked at together with another."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]


def answer() -> str:
    """What the steward says to whoever sent it."""
    return clean(request.form.get("answer", ""))


def answer_fault(said: str) -> dict[str, str]:
    """What is wrong with the answer, by field."""
    fault = too_long(said, _LONGEST_ANSWER)
    return {"answer": fault} if fault else {}


def page(case: Case, errors: dict[str, str] | None = None, said: str = "", status: int = 200) -> Response:
    """The suggestion's page."""
    main, record = case.main, case.record
    url = "" if record is None else shown.record_url(case.layer_name, record.id)
    hidden = record is not None and record.status == "hidden"
    return make_response(render_template(
        "steward/suggestion.html", case=case, main=main, heading=case.name, said=told(case),
        others=[_told(one) for one in case.others], hidden=hidden, state=state_words(main), path=f"{HOME}/{main.id}",
        url=shown.edit_url(case.layer_name, record.id) if hidden else url,
        history_url=shown.history_url(case.layer_name, record.id) if record else "", together=together(case),
        moved=record is not None and any(one.version not in (None, case.version) for one in case.held),
        is_chance=any(one.layer == "opportunities" for one in case.held),
        contact=any(name in one.fields for one in case.held for name in ("phone", "email", "contact_point")
                    if one.purpose is not Purpose.GROUP),
        published=case.read.record is not None and case.read.record.contact.consent,
        candidates=_candidates(case) if main.waits else [], labelled=labelled(case.layer_name, case.read.errors),
        form={"values": {"answer": said}, "errors": errors or {}}), status)


def told(case: Case) -> list[dict]:
    """What each of those that are decided together says."""
    return [_told(one) for one in case.held]


def together(case: Case) -> str:
    """The end of an address that keeps them together."""
    return "".join(f"{'&' if place else '?'}also={one.id}" for place, one in enumerate(case.held[1:]))


def labelled(layer_name: str, errors: dict[str, str]) -> dict[str, str]:
    """Faults by field, with the field's name in front."""
    return {name: f"{shown.field_label(layer_name, name)}: {fault}" for name, fault in errors.items()}


def _told(one: Suggestion) -> dict:
    day = wording.long_day(suggested.local_day(one.at), services.now().date())
    return {"number": one.id, "kind": suggestion_case.kind_text(one), "day": day, "lines": suggested.said(one),
            "detail": one.detail, "short": suggested.in_short(one), "gone": one.state is State.TAKEN_BACK}


def _candidates(case: Case) -> list[dict]:
    """Records that something new may be already: those that are alike and near, then those of the very same name.

    Residents often do not say where it is, and then the name is all that there is to go by.
    """
    record = case.read.record
    if not case.is_new or record is None:
        return []
    # rapidfuzz and a whole layer's names: only when there is something new to compare
    from assetmap.importing.duplicates import like

    layer = LAYERS[case.layer_name]
    with services.database().reading() as connection:  # a record's own id is left out, and this one has none yet
        found = {one.id: (one.name, one.sentence()) for one in
                 like(connection, services.settings(), case.layer_name, replace(record, id=""))}
        for record_id, name, *_source in records.identities(connection, layer):
            if len(found) < _MOST_CANDIDATES and _bare(name) == _bare(record.name):
                found.setdefault(record_id, (name, _("The same name")))
    return [{"id": record_id, "name": name, "url": shown.record_url(case.layer_name, record_id), "why": why}
            for record_id, (name, why) in found.items()]


def _bare(name: str) -> list[str]:
    return [word for word in words(name) if word not in ("the", "and")]
