"""Every record of a layer, the hidden ones too, as the store has them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.errors import BadInput
from assetmap.domain.freshness import Freshness, state_of
from assetmap.domain.group import STATUSES
from assetmap.domain.text import one_line, short
from assetmap.store import listing
from assetmap.store.listing import Wanted
from assetmap.store.rows import LAYERS
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import shown

blueprint = Blueprint("steward_lists", __name__)
PER_PAGE = 50
_MOST_PAGES = 1_000_000
_LONGEST_WORDS = 200
_KNOWN = ("q", "status", "source", "show", "hub", "sort", "page")
WORDS = {
    "groups": {"title": _("Groups"), "one": _("group"), "new": _("Add a group"), "icon": "users"},
    "hubs": {"title": _("Places"), "one": _("place"), "new": _("Add a place"), "icon": "building-2"},
    "opportunities": {"title": _("Offers and asks"), "one": _("offer or ask"), "new": _("Add an offer or ask"),
                      "icon": "heart-handshake"},
    "organisations": {"title": _("Organisations"), "one": _("organisation"), "new": _("Add an organisation"),
                      "icon": "briefcase"},
}
STATUS_KINDS = {"active": "good", "paused": "warn", "ended": "plain", "hidden": "bad"}
_LACKING = {"position": _("No position"), "category": _("No category"), "times": _("No times"), "cost": _("No cost"),
            "access": _("Nothing about getting in"), "contact": _("No way to reach them"),
            "consent": _("Consent to publish is missing"), "confirmation": _("Nobody ever confirmed it"),
            "number": _("No charity or company number")}
# the setting that says after how many days, and what the list calls them
_AGES = {"due": ("due_days", _("Due to be confirmed again")), "stale": ("stale_days", _("May be out of date")),
         "too_old": ("hide_days", _("Too old to be shown to the public"))}
_SORTS = {"name": _("Name"), "confirmed": _("Longest unconfirmed first"), "source": _("List it came from"),
          "status": _("State")}


@blueprint.get("/steward/<any(groups, hubs, opportunities, organisations):layer_name>")
def index(layer_name: str) -> Response:
    """The list; a filter that makes no sense is answered with a sentence, and what was typed is kept."""
    layer = LAYERS[layer_name]
    asked = {name: one_line(request.args.get(name, "")) for name in _KNOWN}
    fault, status, page, rows, total = "", 200, 1, [], 0
    with services.database().reading() as connection:
        feeds = listing.sources(connection, layer)
        counts = listing.counts(connection, layer)
        try:
            wanted, page = _understood(layer_name, asked, feeds)
            rows, total = listing.find(connection, layer, wanted, (page - 1) * PER_PAGE, PER_PAGE)
            if page > 1 and not rows:
                raise BadInput(_no_page(total, page), "page")
        except BadInput as error:
            fault, status, rows, total, page = error.message, 400, [], 0, 1
    narrowed = any(asked[name] for name in ("q", "status", "source", "show", "hub"))
    values = {
        "words": WORDS[layer_name], "layer_name": layer_name, "asked": asked, "fault": fault, "rows":
        [_row(layer_name, row) for row in rows], "total": total, "narrowed": narrowed, "all": sum(counts.values()),
        "heading": _heading(total, sum(counts.values()), narrowed), "states": _states(layer_name, asked, counts),
        "pages": _pages(layer_name, asked, page, total), "choices": _choices(layer_name, feeds, asked["hub"]),
        "new_url": f"/steward/{layer_name}/new", "list_url": f"/steward/{layer_name}"}
    return make_response(render_template("steward/list.html", **values), status)


def _understood(layer_name: str, asked: Mapping[str, str], feeds: Sequence[str]) -> tuple[Wanted, int]:
    """What the address asks for, and the page of it. Raises BadInput with a sentence."""
    for name in request.args:
        if name not in _KNOWN:
            raise BadInput(_("This list cannot be narrowed by “%(name)s”.", name=short(name, 40)), name)
        if len(request.args.getlist(name)) > 1:
            raise BadInput(_("“%(name)s” is there twice. Give it once.", name=name), name)
    if len(asked["q"]) > _LONGEST_WORDS:
        raise BadInput(_("Look for at most %(most)s letters.", most=_LONGEST_WORDS), "q")
    show = _one_of("show", asked["show"], _shows(layer_name), _("what is missing"))
    stale = None
    if show in _AGES:
        days = getattr(services.settings(), _AGES[show][0])
        stale, show = services.now().date() - timedelta(days=days), ""
    if asked["hub"] and layer_name not in ("groups", "opportunities"):
        raise BadInput(_("Only groups, offers and asks are held at a place."), "hub")
    return Wanted(
        words=asked["q"], status=_one_of("status", asked["status"], STATUSES, _("states")), lacking=show,
        source=_one_of("source", asked["source"], feeds, _("lists")) or None, hub_id=asked["hub"], stale_before=stale,
        order=_one_of("sort", asked["sort"], listing.ORDERS, _("orders")) or "name"), _page(asked["page"])


def _one_of(name: str, text: str, known: Sequence[str], what: str) -> str:
    if text and text not in known:
        raise BadInput(_("“%(text)s” is not one of the %(what)s of this list.", text=short(text, 40), what=what), name)
    return text


def _page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= _MOST_PAGES):
        raise BadInput(_("“%(text)s” is not a page. Pages are numbered from 1.", text=short(text, 40)), "page")
    return int(text)


def _no_page(total: int, page: int) -> str:
    there = ngettext("There is %(num)s page", "There are %(num)s pages", max(1, -(-total // PER_PAGE)))
    return _("%(there)s, so there is no page %(page)s.", there=there, page=f"{page:,}")


def _shows(layer_name: str) -> tuple[str, ...]:
    return (*listing.lackings(LAYERS[layer_name]), *_ages())


def _ages() -> list[str]:
    """A setting of 0 hides nothing, whatever its age."""
    return [show for show, (setting, _label) in _AGES.items() if getattr(services.settings(), setting)]


def _row(layer_name: str, row: Mapping) -> dict:
    record_id, day, settings = row["id"], row["last_confirmed"], services.settings()
    today = services.now().date()
    age = state_of(day, today, settings.due_days, settings.stale_days, settings.hide_days)
    public = layer_name != "organisations" and row["status"] != "hidden" and age is not Freshness.HIDDEN
    return {
        "name": row["name"], "about": _about(layer_name, row), "where": _where(row), "source": row["source"],
        "placed": row["lat"] is not None or bool(row.get("hub_id")) or bool(row.get("online")),
        "confirmed": wording.ago((today - day).days) if day else _("Never"), "confirmed_by": row["confirmed_by"],
        "stale": age is not Freshness.FRESH, "too_old": age is Freshness.HIDDEN,
        "status": shown.STATUS_LABELS.get(row["status"], row["status"]),
        "status_kind": STATUS_KINDS.get(row["status"], "plain"), "edit_url": shown.edit_url(layer_name, record_id),
        "history_url": shown.history_url(layer_name, record_id),
        "public_url": shown.record_url(layer_name, record_id) if public else ""}


def _about(layer_name: str, row: Mapping) -> str:
    """What stands under the name, to tell two of one name apart."""
    vocabulary = services.atlas().vocabulary
    if layer_name == "groups":
        return row["organisation"]
    if layer_name == "hubs":
        return vocabulary.get("hub_kind", row["kind"]).label
    if layer_name == "opportunities":
        direction = shown.code_labels("direction").get(row["direction"], row["direction"])
        return f"{direction} · {vocabulary.get('opportunity_kind', row['kind']).label}"
    return ""


def _where(row: Mapping) -> str:
    if row.get("meets_in_home"):
        return _("In a home")
    if row.get("hub_id"):
        return shown.hub_name(row["hub_id"])
    address = ", ".join(wording.address_lines(row.get("address", ""), row["postcode"]))
    return address or (_("Online") if row.get("online") else "")


def _heading(total: int, everything: int, narrowed: bool) -> str:
    if not narrowed:
        return ngettext("%(num)s in all, hidden ones too.", "%(num)s in all, hidden ones too.", total)
    return _("%(total)s of %(all)s", total=f"{total:,}", all=f"{everything:,}")


def _states(layer_name: str, asked: Mapping[str, str], counts: Mapping[str, int]) -> list[dict]:
    """A link for each state, with how many are in it."""
    return [{"label": label, "count": counts.get(code, 0), "on": asked["status"] == code,
             "url": _address(layer_name, asked, status="" if asked["status"] == code else code, page="")}
            for code, label in shown.STATUS_LABELS.items()]


def _choices(layer_name: str, feeds: Sequence[str], hub_id: str) -> dict:
    lacking = [{"value": code, "label": _LACKING[code]} for code in listing.lackings(LAYERS[layer_name])]
    ages = [{"value": code, "label": _AGES[code][1]} for code in _ages()]
    everything = {"value": "", "label": _("Everything")}
    return {"show": [everything, *ages, *lacking], "hub_name": shown.hub_name(hub_id) if hub_id else "",
            "source": [{"value": "", "label": _("Any list")}, *({"value": feed, "label": feed} for feed in feeds)],
            "sort": [{"value": code, "label": label} for code, label in _SORTS.items()]}


def _pages(layer_name: str, asked: Mapping[str, str], page: int, total: int) -> dict:
    pages = max(1, -(-total // PER_PAGE))
    return {"page": page, "pages": pages, "total": total,
            "prev_url": _address(layer_name, asked, page=str(page - 1)) if page > 1 else "",
            "next_url": _address(layer_name, asked, page=str(page + 1)) if page < pages else ""}


def _address(layer_name: str, asked: Mapping[str, str], **other: str) -> str:
    given = {name: text for name, text in (asked | other).items() if text and (name, text) != ("page", "1")}
    return f"/steward/{layer_name}" + (f"?{urlencode(given)}" if given else "")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
