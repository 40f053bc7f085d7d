"""What is wrong or stale, with links to put it right."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date
from io import StringIO
from threading import Lock

from flask import Blueprint, Flask, Response, current_app, render_template, request

from assetmap.domain.errors import NotFound
from assetmap.importing import checkup
from assetmap.importing.health.finding import Finding, Level
from assetmap.layers.write import defused
from assetmap.store import likeness
from assetmap.store.rows import LAYERS
from assetmap.web import services
from assetmap.web.language import gettext as _

blueprint = Blueprint("steward_health", __name__)
PER_PAGE = 50
_SHOWN = 5
_LEVELS = {
    Level.SERIOUS: (_("Put this right first"), "bad", _("Serious")),
    Level.MISLEADING: (_("This may mislead people"), "warn", _("May mislead")),
    Level.WAITING: (_("This waits for somebody"), "warn", _("Waiting")),
    Level.LACKING: (_("This would make it better"), "plain", _("Could be better")),
}


@blueprint.get("/steward/health")
def index() -> str:
    """Every finding, the worst first, with the first few records of each."""
    findings = _findings()
    levels = [{"title": title, "findings": [_shown(finding) for finding in findings if finding.level is level]}
              for level, (title, _kind, _word) in _LEVELS.items()]
    return render_template("steward/health.html", levels=[level for level in levels if level["findings"]],
                           total=len(findings), serious=sum(finding.serious for finding in findings))


@blueprint.get("/steward/health/<code>")
def one(code: str) -> str:
    """Every record of one finding, a page at a time."""
    finding = _one(code)
    page = _page(request.args.get("page", ""))
    pages = max(1, -(-len(finding.entries) // PER_PAGE))
    if page > pages:
        raise NotFound(_("There is no page %(page)s here: there are %(pages)s.", page=f"{page:,}", pages=f"{pages:,}"))
    first = (page - 1) * PER_PAGE
    here = f"/steward/health/{code}"
    return render_template(
        "steward/health_one.html", finding=_shown(finding), first=first,
        entries=_entries(finding, first, PER_PAGE), csv_url=f"{here}.csv" if finding.entries else "",
        pages={"page": page, "pages": pages, "total": len(finding.entries),
               "prev_url": f"{here}?page={page - 1}" if page > 1 else "",
               "next_url": f"{here}?page={page + 1}" if page < pages else ""})


@blueprint.get("/steward/health/<code>.csv")
def as_csv(code: str) -> Response:
    """The same as a file, to work through or to hand on; formulas defused."""
    finding, text = _one(code), StringIO("\ufeff")  # the mark tells Excel that it is UTF-8
    text.seek(1)
    writer, root = csv.writer(text), services.root()
    writer.writerow(("layer", "id", "name", "what_is_wrong", "put_right_at"))
    for entry in finding.entries:
        writer.writerow([defused(cell) for cell in (entry.layer, entry.id, entry.name, entry.note or finding.title,
                                                    root + entry.link)])
    return Response(text.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{finding.code}.csv"'})


def _one(code: str) -> Finding:
    """A finding by its code. Raises NotFound, which is good news when the code is one that there is."""
    found = next((finding for finding in _findings() if finding.code == code), None)
    if found is None:
        raise NotFound(_("Nothing of this kind is wrong any more, or there never was such a check."))
    return found


def _page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text)):
        raise NotFound(_("Pages are numbered from 1."))
    return int(text)


def _shown(finding: Finding) -> dict:
    """A finding as its pages show it."""
    _title, kind, word = _LEVELS[finding.level]
    return {
        "code": finding.code, "title": _(finding.title), "advice": _(finding.advice), "kind": kind, "level": word,
        "count": finding.count if finding.entries else 0, "entries": _entries(finding, 0, _SHOWN),
        "url": f"/steward/health/{finding.code}", "link": finding.link,
        "more": _("See all %(count)s", count=f"{finding.count:,}") if len(finding.entries) > _SHOWN else ""}


def _entries(finding: Finding, first: int, most: int) -> list[dict[str, str]]:
    """Some of a finding's entries; behind a name that is there twice stands what tells it apart."""
    names = Counter(entry.name.casefold() for entry in finding.entries)
    return [{"name": entry.name or entry.id, "link": entry.link, "note": entry.note,
             "apart": entry.apart if names[entry.name.casefold()] > 1 else ""}
            for entry in finding.entries[first: first + most]]


def _findings() -> list[Finding]:
    """What waits and what the store says of itself, as it is now; what the records say, worked out once for each
    version of the data and each day.
    """
    database, settings = services.database(), services.settings()
    kept: _Kept = current_app.extensions["assetmap_health"]
    with database.reading() as connection:
        of_store = checkup.store_findings(database, connection, settings)
        if any(finding.code == "damaged" for finding in of_store):
            return of_store
        key = (database.version(), services.now().date(),
               sum(len(likeness.not_the_same(connection, layer)) for layer in LAYERS))
        with kept.lock:
            if kept.key != key:
                kept.findings, kept.key = checkup.record_findings(connection, settings), key
            of_records = kept.findings
    return checkup.worst_first([*of_store, *of_records])


class _Kept:
    """The last findings of the records, and what they are of: the data's version, the day, pairs decided."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.key: tuple[int, date, int] | None = None
        self.findings: Sequence[Finding] = ()


def register(app: Flask) -> None:
    app.extensions["assetmap_health"] = _Kept()
    app.register_blueprint(blueprint)
