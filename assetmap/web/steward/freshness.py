"""What has not been confirmed for long, the riskiest first, and what a steward does about it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.analysis.risk import MANY_SEARCHES, OFTEN_A_WEEK, POINTS, Reason
from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.freshness import BY_STEWARD, Freshness
from assetmap.store import confirmations, messages, records, sent_forms
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS, Record
from assetmap.web import access, asking, entry, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import freshness_list, history_words, shown
from assetmap.web.steward.freshness_list import Choice, Item

blueprint = Blueprint("steward_freshness", __name__)
MOST_PRINTED = 200
MOST_AT_ONCE = 100
_HERE = "/steward/freshness"
_LAYER_LABELS = {"groups": _("Groups"), "hubs": _("Places"), "opportunities": _("Offers and asks"),
                 "organisations": _("Organisations")}
_KIND_LABELS = {"groups": _("Group"), "hubs": _("Place"), "opportunities": _("Offer or ask"),
                "organisations": _("Organisation")}
_ACTIONS = ("right", "ask", "ended")


@blueprint.get(_HERE)
def work() -> str:
    """The work list, narrowed as the address says, a page of it."""
    choice, today = Choice.of(request.args), services.now().date()
    with services.database().reading() as connection:
        found = freshness_list.build(connection, choice, services.settings(), today)
        pages = max(1, math.ceil(len(found.items) / freshness_list.PER_PAGE))
        choice = replace(choice, page=min(choice.page, pages))
        first = (choice.page - 1) * freshness_list.PER_PAGE
        rows = _rows(connection, found.items[first: first + freshness_list.PER_PAGE], today)
        letters = messages.queued(connection)
    pager = {"page": choice.page, "pages": pages, "total": len(found.items),
             "prev_url": choice.address(page=choice.page - 1) if choice.page > 1 else "",
             "next_url": choice.address(page=choice.page + 1) if choice.page < pages else ""}
    return render_template(
        "steward/freshness.html", rows=rows, pages=pager, total=len(found.items), figures=_figures(found, choice),
        form={"values": {name: getattr(choice, name) for name in ("layer", "state", "ward", "category", "email")}},
        options=_options(), narrowed=choice.address(page=1) != _HERE, here=choice.address(), reset=_HERE,
        print_url=choice.address(_HERE + "/print", page=1), sums=_sums(), letters=letters,
        mail_set=bool(services.settings().smtp_host), days=services.settings(),
        root="" if services.settings().site_url else services.root())


@blueprint.get(_HERE + "/print")
def phone_round() -> str:
    """The list to take to the telephone: names, numbers, times, and boxes to tick."""
    choice, today = Choice.of(request.args), services.now().date()
    with services.database().reading() as connection:
        found = freshness_list.build(connection, choice, services.settings(), today)
        rows = _rows(connection, found.items[:MOST_PRINTED], today)
    return render_template("steward/freshness_print.html", rows=rows, total=len(found.items), most=MOST_PRINTED,
                           back=choice.address(page=1), today=_day(today))


@blueprint.post(_HERE)
def act() -> Response:
    """Confirm, ask or close one entry, or all that are ticked."""
    action, back = request.form.get("action", ""), _back(request.form.get("back", ""))
    chosen = list(dict.fromkeys(request.form.getlist("record")))
    if action not in _ACTIONS:
        return access.done(back, _("Choose what to do with those that are ticked. Nothing was changed."), "warn")
    if not chosen:
        return access.done(back, _("Nothing was ticked, and nothing was changed."), "warn")
    if len(chosen) > MOST_AT_ONCE:
        raise BadInput(_("That is more than %(most)s at once. Nothing was changed.", most=MOST_AT_ONCE))
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        before = sent_forms.result_of(connection, once) if once else ""
        if before:
            return access.done(back, _("This form was sent before, and is done."))
        done = _Done(action)
        for text in chosen:
            done.do(connection, text, services.by(), services.now().date())
        if done.names:
            sent_forms.keep(connection, once, back)
    services.renew()
    return access.done(back, done.sentence(bool(services.settings().smtp_host)), "warn" if done.left else "good",
                       history_words.undo_of_edits(done.links))


class _Done:
    """Does one action to entries, one after the other, and tells what came of it."""

    def __init__(self, action: str):
        self.action = action
        self.names: list[str] = []
        self.left: list[str] = []
        self.links: list[history_words.Link] = []

    def do(self, connection: Connection, text: str, by: str, today: date) -> None:
        """`text` names the entry and the version that was shown: layer/id/version."""
        layer_name, _slash, rest = text.partition("/")
        record_id, _slash, version = rest.rpartition("/")
        if layer_name not in LAYERS or not (version.isascii() and version.isdigit() and len(version) < 10):
            raise BadInput(_("This form names an entry that there cannot be. Nothing was changed."))
        layer = LAYERS[layer_name]
        try:
            record, _now = records.get(connection, layer, record_id)
        except NotFound:
            self.left.append(_("An entry was not found."))
            return
        try:
            changed = False
            if self.action == "right":
                changed = confirmations.note_right(connection, layer, record_id, version=int(version), who=BY_STEWARD,
                                                   by=by, today=today)
            elif self.action == "ended":
                changed = records.save_one(connection, layer, replace(record, status="ended"), version=int(version),
                                           by=by)
            else:
                asking.ask(connection, layer_name, record, by=by)
        except Conflict:
            self.left.append(_("“%(name)s” was changed by somebody else since you looked.", name=record.name))
        except BadInput as error:
            self.left.append(error.message)
        else:
            self.names.append(record.name)
            if changed:
                self.links.append(history_words.undo_of_last(connection, layer_name, record_id))

    def sentence(self, mail_set: bool) -> str:
        """What was done, and what was left and why."""
        number, said = len(self.names), []
        if number and self.action == "right":
            said.append(ngettext("“%(name)s” is confirmed today.", "%(num)s entries are confirmed today.", number,
                                 name=self.names[0]))
        elif number and self.action == "ended":
            said.append(ngettext("“%(name)s” now says that it has ended.", "%(num)s entries now say that they have "
                                 "ended.", number, name=self.names[0]))
        elif number and mail_set:
            said.append(ngettext("A letter to “%(name)s” is on its way.", "%(num)s letters are on their way.", number,
                                 name=self.names[0]))
        elif number:
            said.append(ngettext("A letter to “%(name)s” waits under Letters, for you to send.",
                                 "%(num)s letters wait under Letters, for you to send.", number, name=self.names[0]))
        more = [_("And %(number)s more like that.", number=len(self.left) - 5)] if len(self.left) > 5 else []
        return " ".join([*said, *self.left[:5], *more])


def _rows(connection: Connection, items: list[Item], today: date) -> list[dict]:
    freshness_list.place(connection, items)
    return [_row(connection, item, today) for item in items]


def _row(connection: Connection, item: Item, today: date) -> dict:
    """An item as the page shows it."""
    record, version = records.get(connection, LAYERS[item.layer], item.row["id"])
    return {
        "value": f"{item.layer}/{record.id}/{version}", "id": f"{item.layer}-{record.id}", "name": record.name,
        "kind": _KIND_LABELS[item.layer], "points": item.points,
        "state": _confirmed(record, item),
        "level": "bad" if item.state in (Freshness.STALE, Freshness.HIDDEN) else "plain",
        "reasons": [{"text": _reason_text(reason), "points": POINTS[reason]} for reason in item.reasons],
        "ward": services.atlas().ward_names[item.ward] if item.ward >= 0 else "", "when": entry.when(record),
        "where": entry.where(record), "phone": record.contact.phone, "phone_url": _phone_url(record),
        "email": record.contact.email, "website": record.contact.website,
        "asked": _("Asked %(ago)s, no answer yet", ago=_ago(item.asked_at, today)) if item.asked_at else "",
        "running": _("A resident says that it still runs.") if item.says_running else "",
        "edit_url": shown.edit_url(item.layer, record.id), "history_url": shown.history_url(item.layer, record.id),
        "suggestion": item.suggestion,
        "confirmed_on": _day(record.last_confirmed) if record.last_confirmed else ""}


def _day(day: date) -> str:
    """"3 May 2025"."""
    return shown.value_text("groups", "last_confirmed", day)


def _confirmed(record: Record, item: Item) -> str:
    """When it was last confirmed, and by whom."""
    if record.last_confirmed is None:
        return _("Never confirmed")
    by = wording.confirmed_by(record.confirmed_by, LAYERS[item.layer].singular) or record.confirmed_by
    return _("Last confirmed on %(day)s", day=_day(record.last_confirmed)) + (f" ({by})" if by else "")


def _phone_url(record: Record) -> str:
    digits = "".join(c for c in record.contact.phone if c.isdigit() or c == "+")
    return f"tel:{digits}" if digits else ""


def _ago(moment: str, today: date) -> str:
    return wording.ago((today - date.fromisoformat(moment[:10])).days)


def _reason_text(reason: Reason) -> str:
    return {
        Reason.CLOSED: _("Somebody says that it has closed"), Reason.WRONG: _("Somebody says that something is wrong"),
        Reason.HIDDEN: _("So old that the public no longer sees it"), Reason.STALE: _("Stale: its page warns people"),
        Reason.NEVER: _("Nobody has ever confirmed it"), Reason.DUE: _("Due for a check"),
        Reason.PEOPLE: _("For children or older people, or about food or health"),
        Reason.OFTEN: _("People go there often"), Reason.WEEKLY: _("People go there every week"),
        Reason.SEARCHED: _("People search for its kind"),
        Reason.SILENT_LIST: _("The list it came from has brought nothing new for long"),
        Reason.UNREACHABLE: _("Nobody knows how to reach it, so people cannot ask"),
    }[reason]


def _sums() -> list[dict]:
    """How the points are made, for the page to explain."""
    days = services.settings()
    more = {
        Reason.DUE: _("Not confirmed for %(days)s days", days=f"{days.due_days:,}"),
        Reason.STALE: _("Not confirmed for %(days)s days", days=f"{days.stale_days:,}"),
        Reason.HIDDEN: _("Not confirmed for %(days)s days", days=f"{days.hide_days:,}"),
        Reason.OFTEN: _("%(number)s sessions a week or more; of a place, groups that meet there",
                        number=OFTEN_A_WEEK),
        Reason.WEEKLY: _("One or two sessions a week; of a place, groups that meet there"),
        Reason.SEARCHED: _("%(number)s searches for its category or more in the last %(days)s days",
                           number=MANY_SEARCHES, days=freshness_list.SEARCHED_DAYS),
        Reason.SILENT_LIST: _("Nothing new from that list for %(days)s days", days=days.due_days),
        Reason.UNREACHABLE: _("No telephone number, e-mail address or website"),
        Reason.CLOSED: _("Its own people or residents, and nobody has decided yet"),
    }
    ordered = sorted(POINTS, key=lambda reason: -POINTS[reason])
    return [{"points": POINTS[reason], "text": _reason_text(reason), "more": more.get(reason, "")}
            for reason in ordered if reason is not Reason.HIDDEN or days.hide_days]


def _figures(found: freshness_list.WorkList, choice: Choice) -> list[dict]:
    counts = found.counts
    said = [("", _("Fresh"), counts.fresh), ("due", _("Due"), counts.due), ("stale", _("Stale"), counts.stale),
            ("never", _("Never confirmed"), counts.never), ("hidden", _("Out of sight by age"), counts.hidden),
            ("asked", _("Asked, no answer yet"), found.waiting)]
    return [{"label": label, "number": f"{number:,}", "current": bool(state) and state == choice.state,
             "url": choice.address(state=state, page=1) if state and number else ""} for state, label, number in said]


def _options() -> dict[str, list[dict[str, str]]]:
    atlas = services.atlas()
    every = [{"value": "", "label": _("All")}]
    return {
        "layer": every + [{"value": name, "label": label} for name, label in _LAYER_LABELS.items()],
        "state": every + [{"value": state, "label": label} for state, label in zip(
            freshness_list.STATES, (_("Stale"), _("Never confirmed"), _("Due"), _("Out of sight by age"),
                                    _("Said to have closed"), _("Asked, no answer yet")), strict=True)],
        "ward": every + [{"value": code, "label": name} for name, code in sorted(
            zip(atlas.ward_names, atlas.ward_codes, strict=True))],
        "category": every + [{"value": code, "label": term.label}
                             for code, term in atlas.vocabulary.of("category").items()],
        "email": every + [{"value": "yes", "label": _("With one")},
                          {"value": "no", "label": _("Without one")}]}


def _back(text: str) -> str:
    """Where the form was; nowhere else than this list."""
    path, _mark, query = text.partition("?")
    if path != _HERE:
        return _HERE
    return Choice.of(dict(parse_qsl(query))).address()


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
