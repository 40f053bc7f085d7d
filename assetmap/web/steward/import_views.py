"""What the pages of an import show: feeds and drafts, columns, the preview, the progress, the result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from flask import render_template, request

from assetmap.domain.text import short
from assetmap.importing import drafts
from assetmap.importing.draft_work import APPLY, CHECK, WorkState
from assetmap.importing.drafts import Inside
from assetmap.store import drafts as store
from assetmap.store import history, undo
from assetmap.store.drafts import Draft
from assetmap.store.rows import LAYERS
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import history_words
from assetmap.web.steward.import_fields import (
    LAYER_LABELS,
    fields_of,
    fixed_choices,
    same_for_all,
    suggested_words,
)
from assetmap.web.steward.shown import edit_url

PER_PAGE = 25
_PARTS = ("faults", "alike", "merged", "hand", "changed", "added")
_STAGES = {"Reading": _("Reading the file"), "Checking": _("Checking every row"), "Writing": _("Writing the entries"),
           "Comparing": _("Looking for entries that are there already")}
_FIGURES = (("added", _("new"), "added"), ("changed", _("to change"), "changed"),
            ("removed", _("to take out"), "changed"), ("unchanged", _("as they are"), ""))
_FIGURES_DONE = {"added": _("added"), "changed": _("changed"), "removed": _("taken out"),
                 "unchanged": _("left as they were")}


def start_page() -> dict:
    """What the first page needs besides its form."""
    settings = services.settings()
    with services.database().reading() as connection:
        unfinished = store.unfinished(connection)
        kept = {layer: store.saved_columns(connection, layer) for layer in LAYERS}
        known = [_feed(layer, feed, kept[layer]) for layer in LAYERS for feed in store.feeds(connection, layer)]
    return {
        "layers": [{"value": layer, "label": _(LAYER_LABELS[layer])} for layer in drafts.UPLOADED_LAYERS],
        "drafts": [{"file": draft.file, "layer": _(LAYER_LABELS[draft.layer]), "by": draft.by,
                    "at": history_words.moment(draft.at), "url": f"/steward/import/{draft.id}"}
                   for draft in unfinished],
        "feeds": known, "most_mb": settings.max_upload_mb, "kept_days": drafts.KEPT_DAYS,
        "endings": ",".join(sorted({ending for layer in drafts.UPLOADED_LAYERS for ending in drafts.accepted(layer)})),
    }


def _feed(layer: str, feed: store.Feed, kept: Mapping[str, store.SavedColumns]) -> dict:
    return {"layer": _(LAYER_LABELS[layer]), "source": feed.source, "records": f"{feed.records:,}",
            "last": _day(feed.last),
            "kept": feed.source in kept, "url": f"/steward/import?{urlencode({'layer': layer, 'source': feed.source})}"}


def columns_page(draft: Draft, inside: Inside, form: dict) -> str:
    """A row for each column of the file."""
    fields = fields_of(draft.layer)
    vocabulary = services.atlas().vocabulary
    with services.database().reading() as connection:
        feeds = [feed for feed in store.feeds(connection, draft.layer) if feed.source != "sample"]
        kept = store.saved_columns(connection, draft.layer)
    source = form["values"]["source"]
    known, saved = next((feed for feed in feeds if feed.source == source), None), kept.get(source)
    constants = [{"field": about, "name": f"same-{about.name}", "choices": fixed_choices(draft.layer, about.name),
                  "words": [term.label for term in vocabulary.of(kind).values()]
                  if (kind := suggested_words(draft.layer, about.name)) else []}
                 for about in same_for_all(draft.layer)]
    return render_template(
        "steward/import_columns.html", draft=draft, form=form, layer_label=_(LAYER_LABELS[draft.layer]),
        is_record_layer=draft.layer in LAYERS,
        columns=[{"name": f"column-{index}", "heading": heading, "samples": inside.samples[index]}
                 for index, heading in enumerate(inside.headings)],
        fields=fields, rows=inside.rows, shapes=inside.shapes, constants=constants,
        known=known, known_day=_day(known.last) if known else "", kept=saved,
        kept_day=_day(services.local(saved.at).date().isoformat()) if saved else "",
        open_same=any(form["values"].get(entry["name"]) for entry in constants) or _lacks_categories(
            draft.layer, [form["values"].get(f"column-{index}") for index in range(len(inside.headings))]),
        others=[{"source": feed.source, "count": feed.records, "records": f"{feed.records:,}",
                 "kept": feed.source in kept,
                 "url": f"/steward/import/{draft.id}/columns?{urlencode({'feed': feed.source})}"}
                for feed in feeds if feed.source != source][:20])


def preview_page(draft: Draft, found: Mapping, fault: str = "") -> str:
    """What applying would do, part by part."""
    return render_template(
        "steward/import_preview.html", draft=draft, found=found, fault=fault, mapped=draft.layer not in drafts.UNMAPPED,
        good=found["rows"] - found["bad_rows"], figures=_figures(found), nothing=not _differs(found["counts"]),
        undone=_undone_before(draft), labels=_mapping_labels(draft), can_undo=undo.can_undo(draft.layer),
        remarks=[*_about_columns(draft, found["rows"]), *found["remarks"]],
        **_parts(draft, found))


def _undone_before(draft: Draft) -> dict[str, str] | None:
    """{text, url}: that this file, or the feed's last, was loaded and undone, so that what it brings is no surprise."""
    with services.database().reading() as connection:
        found = history.undone_before(connection, draft.layer, draft.source, draft.file)
    if found is None:
        return None
    made, back = found
    text = _("“%(file)s” was loaded before, on %(when)s by %(who)s, and that was undone on %(undone)s by %(undoer)s. "
             "What it says again comes back if you apply it.") if made.file == draft.file else \
        _("The last file of this list, “%(file)s”, was loaded on %(when)s by %(who)s, and that was undone on "
          "%(undone)s by %(undoer)s. What both files say comes back if you apply this one.")
    return {"url": history_words.set_url(back.id), "text": text % {
        "file": short(made.file, 80), "when": history_words.moment(made.at), "who": made.by,
        "undone": history_words.moment(back.at), "undoer": back.by}}


def _day(day: str) -> str:
    """An ISO day as people say it; "" for none."""
    if not day:
        return ""
    said = date.fromisoformat(day)
    return f"{said.day} {wording.LONG_MONTHS[said.month - 1]} {said.year}"


def _lacks_categories(layer: str, fields: Collection[str]) -> bool:
    """Whether nothing among these fields says what the groups of a file are about."""
    return layer == "groups" and "categories" not in fields


def _about_columns(draft: Draft, rows: int) -> list[str]:
    """What a steward should know about the columns that were chosen."""
    said = [name for name, text in (draft.mapping | draft.constants).items() if text]
    if not rows or not _lacks_categories(draft.layer, said):
        return []
    return [ngettext("One row says nothing about what it is about: choose categories under “The same for every row”, "
                     "or people will not find it by kind.",
                     "%(rows)s rows say nothing about what they are about: choose categories under “The same for "
                     "every row”, or people will not find them by kind.", rows, rows=f"{rows:,}")]


def result_page(draft: Draft) -> str:
    """What was done, and whether it was what the preview said."""
    found = drafts.result(services.settings(), draft)
    return render_template(
        "steward/import_result.html", draft=draft, found=found, layer_label=_(LAYER_LABELS[draft.layer]),
        figures=_figures(found, done=True) if found else [], merged=_merged(draft, found or {}),
        is_record_layer=draft.layer in LAYERS,
        differs=bool(found) and any(found["counts"].get(word, 0) != found["expected"].get(word, 0)
                                    for word in ("added", "changed", "removed")),
        expected=_sentence(found["expected"]) if found else "", nothing=draft.import_id is None,
        can_undo=undo.can_undo(draft.layer),
        rejected=drafts.rejected_file(services.settings(), draft) is not None and draft.skip_bad_rows)


def working_page(draft: Draft, state: WorkState | None) -> str:
    """How far the work is, or why nothing came of it."""
    return render_template("steward/import_working.html", draft=draft, state=state, found=progress_of(draft, state),
                           applying=state is not None and state.kind == APPLY)


def progress_of(draft: Draft, state: WorkState | None) -> dict:
    """{state: running, failed, interrupted or done; stage, done, total, url} of the work on an upload."""
    if state is None or state.interrupted:
        said = "interrupted"
    elif state.running:
        said = "running"
    else:
        said = "failed" if state.failed else "done"
    step = "result" if state and state.kind == APPLY else "preview" if state and state.kind == CHECK else "columns"
    stage = _(_STAGES.get(state.stage, _("Starting"))) if state else ""
    done, total = (state.done, state.total) if state and state.done else (0, 0)  # before the first, nobody can say
    if total:
        stage = _("%(stage)s: %(done)s of %(total)s", stage=stage, done=f"{done:,}", total=f"{total:,}")
    return {"state": said, "stage": stage, "done": done, "total": total, "url": f"/steward/import/{draft.id}/{step}"}


def _figures(found: Mapping, done: bool = False) -> list[dict]:
    counts = found["counts"]
    made = [{"number": f"{counts.get(word, 0):,}", "label": _(_FIGURES_DONE[word]) if done else _(label),
             "url": f"#{anchor}" if anchor and counts.get(word) and not done else ""}
            for word, label, anchor in _FIGURES if word != "removed" or counts.get(word)]
    bad = found["bad_rows"]
    if not done or bad:
        made.append({"number": f"{bad:,}", "label": ngettext("row left out", "rows left out", bad) if done
                     else ngettext("row with a fault", "rows with faults", bad),
                     "url": "#faults" if bad and not done else "", "bad": bool(bad)})
    return made


def _differs(counts: Mapping[str, int]) -> bool:
    return any(counts.get(word) for word in ("added", "changed", "removed"))


def _sentence(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {_(_FIGURES_DONE[word])}" for word, number in counts.items()
                     if word in _FIGURES_DONE) or _("nothing")


def _mapping_labels(draft: Draft) -> list[dict]:
    """What each used column is, and what is the same for all, as {label, value}."""
    labels = {about.name: about.label for about in fields_of(draft.layer)}
    return ([{"label": heading, "value": labels[name]} for name, heading in draft.mapping.items() if heading]
            + [{"label": _("For every row"), "value": f"{labels[name]}: {text}"}
               for name, text in draft.constants.items()])


def _parts(draft: Draft, found: Mapping) -> dict:
    """Faults, changes and additions, each with its pages."""
    records = found["records"]
    changed = [{"name": entry["name"], "entry": entry,
                "history_url": history_words.history_url(entry.get("layer") or draft.layer, entry["id"]),
                "action": _("Taken out") if action == "removed" else ""}
               for action in ("changed", "removed") for entry in records.get(action, ())]
    counts = found["counts"]
    parts = {"faults": _page("faults", found["problems"], found["faults"]),
             "changed": _page("changed", changed, counts.get("changed", 0) + counts.get("removed", 0)),
             "added": _page("added", records.get("added", ()), counts.get("added", 0))}
    for one in parts["changed"]["rows"]:
        one["rows"] = [] if one["action"] else history_words.rows_of(
            one["entry"].get("layer") or draft.layer, one["entry"]["changes"])
    hand = [(kind, record_id, columns, *(layer or (draft.layer,))) for kind in ("overridden", "kept")
            for record_id, columns, *layer in found["by_hand"].get(kind, ())]
    parts["hand"] = _page("hand", hand, len(hand))
    with services.database().reading() as connection:
        names = history_words.names_of(connection, [(entry[3], entry[1]) for entry in parts["hand"]["rows"]])
    parts["hand"]["rows"] = [
        {"kind": kind, "name": names[layer, record_id], "url": edit_url(layer, record_id),
         "fields": ", ".join(history_words.labels(layer, columns))}
        for kind, record_id, columns, layer in parts["hand"]["rows"]]
    return {**parts, "merged": _merged(draft, found), "alike": _page("alike", [
        {"name": one["name"], "other": one["other"], "url": edit_url(draft.layer, one["id"]),
         "why": "; ".join(_(text, **values) for text, values in one["reasons"])} for one in found["alike"]],
        found["looks_alike"])}


def _merged(draft: Draft, found: Mapping) -> dict:
    """Rows whose news goes to a hidden entry, with that entry's history and the one that people see."""
    part = _page("merged", found.get("merged", ()), len(found.get("merged", ())))
    with services.database().reading() as connection:
        names = history_words.names_of(connection, [(draft.layer, one["kept_id"]) for one in part["rows"]])
    part["rows"] = [{"name": one["name"], "url": history_words.history_url(draft.layer, one["id"]),
                     "kept": names[draft.layer, one["kept_id"]], "kept_url": edit_url(draft.layer, one["kept_id"])}
                    for one in part["rows"]]
    return part


def _page(name: str, rows: Sequence, total: int) -> dict:
    """One part's rows of the page that is asked for: those that are kept, and how many there are in truth."""
    pages = max(1, -(-len(rows) // PER_PAGE))
    asked = request.args.get(name, "1")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1

    def url(number: int) -> str:
        others = {key: value for key, value in request.args.items() if key in _PARTS}
        return f"?{urlencode({**others, name: number})}#{name}"

    return {"rows": rows[(page - 1) * PER_PAGE: page * PER_PAGE], "total": total, "kept": len(rows),
            "pager": {"page": page, "pages": pages, "total": len(rows), "prev_url": url(page - 1) if page > 1 else "",
                      "next_url": url(page + 1) if page < pages else ""}}
