"""History in words: moments, sets of changes, lines, and what an undo would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from assetmap.domain.text import short
from assetmap.store import history, records, undo
from assetmap.store.database import Connection
from assetmap.store.history import ChangeSet, Line
from assetmap.store.programme_rows import EVERY_LAYER, PROGRAMME_LAYERS
from assetmap.store.rows import LAYERS, load_list
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import programme_words, shown, word_form

_LAYERS = {
    "groups": _("groups"), "hubs": _("places"), "opportunities": _("offers and asks"),
    "organisations": _("organisations"), "wards": _("wards"), "ward-figures": _("figures of wards"),
    "places": _("names of places"), "population-points": _("where people live"), "vocabulary": _("words"),
    "postcodes": _("postcodes"), "accounts": _("accounts"), "favourites": _("pages of favourites"),
    "scenarios": _("scenarios"),
    "programmes": _("programmes"), "deployments": _("deployments"), "deployment-progress": _("progress"),
    "deployment-figures": _("figures of deployments"), "deployment-dates": _("dates of deployments"),
}
_COUNTS = {"added": _("added"), "changed": _("changed"), "removed": _("taken out"), "hidden": _("hidden"),
           "merged": _("merged"), "left": _("left as they are"),
           "kept as changed by hand": _("kept as changed by hand")}
_ACTIONS = {"added": _("Added"), "changed": _("Changed"), "removed": _("Taken out")}
_OWN_LABELS = {
    "vocabulary": word_form.LABELS,
    "accounts": {"role": _("What the account is for"), "disabled_at": _("Closed since"), "password": _("Password"),
                 "link": _("Link to choose a password")},
    "favourites": {"title": _("Title"), "hub_id": _("Place"), "lead": _("First words"), "items": _("What is in it"),
                   "hidden": _("Hidden")},
    "scenarios": {"name": _("Name")},
}
_LONGEST_VALUE = 2_000
Link = tuple[str, str]  # an address and its label


def moment(at: str) -> str:
    """A moment of history by the area's clock: "22 November 2026, 14:05"."""
    local = services.local(at)
    return f"{local.day} {wording.LONG_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def layer_words(layer_name: str) -> str:
    """What the records of a layer are called."""
    return _LAYERS.get(layer_name, layer_name)


def set_title(made: ChangeSet) -> str:
    """What a set of changes is, in a few words."""
    if made.kind == "merge":
        return _("Merge of two %(what)s", what=layer_words(made.layer))
    if made.kind == "undo":
        return _("Undo of a whole set of changes") if made.undoes else _("Undo of one change")
    if not made.file:
        return _("Import of %(what)s", what=layer_words(made.layer))
    return _("Import of %(what)s from %(file)s", what=layer_words(made.layer), file=short(made.file, 80))


def counts_text(counts: Mapping[str, int]) -> str:
    """"3 added, 20 changed"; "" when nothing was."""
    return ", ".join(f"{number:,} {_COUNTS[word]}" for word, number in counts.items() if number and word in _COUNTS)


def set_url(import_id: int) -> str:
    return f"/steward/changes/{import_id}"


def set_view(made: ChangeSet, undos: Sequence[ChangeSet]) -> dict:
    """A set of changes for a list or for its own page."""
    return {"url": set_url(made.id), "title": set_title(made), "when": moment(made.at), "who": made.by,
            "counts": counts_text(made.counts), "kind": made.kind, "undone": bool(undos),
            "undos": [{"url": set_url(one.id), "when": moment(one.at), "who": one.by,
                       "counts": counts_text(one.counts)} for one in undos]}


def rows_of(layer_name: str, changes: Mapping[str, Sequence]) -> list[dict[str, str]]:
    """A line's changes as rows of {label, before, after}."""
    if layer_name in LAYERS:
        rows = shown.changes_shown(layer_name, changes)
    elif layer_name in PROGRAMME_LAYERS:
        rows = programme_words.changes_shown(layer_name, changes)
    else:
        own = _OWN_LABELS.get(layer_name, {})
        rows = [{"label": own.get(name) or shown.field_label(layer_name, name), "before": _plain(name, old),
                 "after": _plain(name, new)} for name, (old, new) in changes.items()]
    return [row | {side: _cut(row[side]) for side in ("before", "after")} for row in rows]


def labels(layer_name: str, columns: Iterable[str]) -> list[str]:
    """The labels of columns, each once."""
    if layer_name in PROGRAMME_LAYERS:
        return list(dict.fromkeys(programme_words.label(layer_name, name) for name in columns if name))
    position = ("lat", "lon", "location_source")
    return list(dict.fromkeys(shown.field_label(layer_name, "position" if name in position else name)
                              for name in columns if name))


def names_of(connection: Connection, lines: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(layer, public id) → the name it has today; of what is no asset, its id."""
    wanted: dict[str, list[str]] = {}
    for layer_name, record_id in dict.fromkeys(lines):
        wanted.setdefault(layer_name, []).append(record_id)
    names = {}
    for layer_name, ids in wanted.items():
        found = records.rows_of(connection, EVERY_LAYER[layer_name], ids) if layer_name in EVERY_LAYER else {}
        names |= {(layer_name, one): found[one]["name"] if one in found else one.replace("/", ": ") for one in ids}
    return names


def line_view(line: Line, done: set[str], undos: Sequence[Line]) -> dict:
    """A line of history: what it says, and whether it still holds."""
    whole = {"status"} if line.action == "added" and not line.changes else set(line.changes)
    action = _ACTIONS.get(line.action, line.action)
    if line.undoes is not None:
        action = _("An undo")
    state = None
    if done >= whole:
        state = ("plain", _("Undone"))
    elif done:
        state = ("plain", _("Partly undone"))
    return {
        "id": line.id, "when": moment(line.at), "who": line.by, "action": action, "state": state,
        "rows": [] if line.action == "added" else rows_of(line.layer, line.changes),
        "set_url": set_url(line.import_id) if line.import_id is not None else "",
        "undone_by": [{"when": moment(one.at), "who": one.by} for one in undos] if state else [],
        "history_url": history_url(line.layer, line.record_id),
    }


def history_url(layer_name: str, record_id: str) -> str:
    """The page of one record's history."""
    return f"/steward/{layer_name}/{quote(record_id)}/history"


def undo_of_last(connection: Connection, layer_name: str, record_id: str) -> Link | None:
    """Where the newest change of a record can be taken back: its line in the record's history."""
    line = history.newest(connection, layer_name, record_id)
    return (f"{history_url(layer_name, record_id)}#change-{line.id}", _("Take it back")) if line else None


def undo_of_edits(links: Sequence[Link]) -> Link | None:
    """Where edits made at once can be taken back: one by its own link, several by the list of edits."""
    return all_edits() if len(links) > 1 else links[0] if links else None


def all_edits() -> Link:
    """The list of edits, each of which can be taken back."""
    return "/steward/changes?show=edits", _("See the changes, or take one back")


def undo_of_sets(import_ids: Sequence[int]) -> Link | None:
    """Where sets of changes can be taken back: one by its own page, several by their list."""
    if len(import_ids) > 1:
        return "/steward/changes", _("See the changes, or take one back")
    return (f"{set_url(import_ids[0])}/undo", _("Take it back")) if import_ids else None


def undo_view(connection: Connection, line: Line) -> dict:
    """What undoing a line would do now: rows that would change, and the labels of what would be left."""
    plan = undo.plan_of_line(connection, line.id)
    rows = [row for _layer, _id, changes in plan.changes() for row in rows_of(line.layer, changes)]
    return {"rows": rows, "can": any(True for _ in plan.changes()),
            "left": labels(line.layer, (column for _layer, _id, column in plan.left)),
            "hides": line.action == "added" and line.layer in EVERY_LAYER}


def undone_text(undone: undo.Undone) -> tuple[str, str]:
    """(what an undo did, the level of that notice)."""
    if not undone.import_id:
        return _("Nothing was changed: it was undone before, or changed again since."), "warn"
    parts = []
    if undone.changed:
        parts.append(ngettext("%(num)s was set back as it was", "%(num)s were set back as they were",
                              len(undone.changed)))
    if undone.hidden:
        parts.append(ngettext("%(num)s was hidden", "%(num)s were hidden", len(undone.hidden)))
    text = _("Undone: %(what)s.", what=", ".join(parts))
    if undone.edited:
        text += " " + ngettext("One of the hidden was edited or confirmed since.",
                               "%(num)s of the hidden were edited or confirmed since.", len(undone.edited))
    left = len({record_id for record_id, _column in undone.left})
    if not left:
        return text, "warn" if undone.edited else "good"
    return text + " " + ngettext("In %(num)s, what was changed since stays as it is.",
                                 "In %(num)s, what was changed since stays as it is.", left), "warn"


def undone_line_text(line: Line, undone: undo.Undone) -> tuple[str, str]:
    """As `undone_text`, of one change."""
    if not undone.import_id:
        return undone_text(undone)
    text = _("Undone. This entry is hidden from the public now.") if undone.hidden else _("Undone: it is as it was.")
    left = labels(line.layer, (column for _id, column in undone.left))
    if not left:
        return text, "good"
    return _("Undone in part. What was changed since stays as it is: %(what)s.", what=", ".join(left)), "warn"


def pages(url: str, page: int, per_page: int, total: int) -> dict:
    """What the pager shows; `url` ends in "page=" but for the number."""
    last = max(1, -(-total // per_page))
    return {"page": page, "pages": last, "total": total, "prev_url": f"{url}{page - 1}" if page > 1 else "",
            "next_url": f"{url}{page + 1}" if page < last else ""}


def line_views(connection: Connection, lines: Sequence[Line]) -> list[dict]:
    """`line_view` of lines, with the names of their records."""
    done, undos = history.taken_back(connection, lines), history.that_undo(connection, [line.id for line in lines])
    names = names_of(connection, [(line.layer, line.record_id) for line in lines])
    return [line_view(line, done[line.id], undos.get(line.id, [])) | {"name": names[line.layer, line.record_id]}
            for line in lines]


def _plain(name: str, value: object) -> str:
    if value is None or value == "" or value == []:
        return ""
    if name == "geometry":
        return _("an outline on the map")
    if name == "disabled_at":
        return moment(str(value))
    if name in ("synonyms", "narrower", "related") and isinstance(value, str):
        return ", ".join(load_list(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cut(text: str) -> str:
    return short(text, _LONGEST_VALUE) if len(text) > _LONGEST_VALUE else text
