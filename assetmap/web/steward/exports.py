"""Files of everything, for stewards: any layer or any narrowed list, and a backup of the whole store."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, send_file

from assetmap.domain.errors import BadInput
from assetmap.domain.group import STATUSES
from assetmap.domain.text import one_line, short
from assetmap.importing.export import EXPORTED, asked_crs, export_layer
from assetmap.layers.write import ENDINGS
from assetmap.store import listing
from assetmap.store.backup import backup_to, last_backup, note_backup
from assetmap.store.listing import Wanted
from assetmap.store.rows import LAYERS, RecordLayer
from assetmap.web import services, wording
from assetmap.web.exporting import as_download
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import shown

blueprint = Blueprint("steward_exports", __name__)
_LAYERS = {
    "groups": _("Groups"), "hubs": _("Places"), "opportunities": _("Offers and asks"),
    "organisations": _("Organisations"), "wards": _("Wards, with their outlines"), "ward-figures": _("Ward figures"),
    "postcodes": _("Postcodes"), "places": _("Names of places"),
    "population-points": _("Where people live"), "programmes": _("Programmes, and what is under way where"),
}
_FORMATS = {"csv": _("CSV: for any spreadsheet"), "xlsx": _("Excel workbook (XLSX)"),
            "gpkg": _("GeoPackage: for QGIS"), "geojson": _("GeoJSON: for websites")}
_NARROWED_BY = ("q", "status", "source", "show", "hub")
_AGES = {"due": "due_days", "stale": "stale_days", "too_old": "hide_days"}  # as the lists call them
_AT_ONCE = 5_000


@blueprint.get("/steward/export")
def index() -> Response:
    """The form; with a format chosen, the file. What makes no sense is told beside the form."""
    asked = {name: one_line(request.args.get(name, ""))[:300] for name in ("layer", "format", "crs", *_NARROWED_BY)}
    errors: dict[str, str] = {}
    if asked["format"]:
        try:
            return _file(asked)
        except BadInput as error:
            errors[error.field or "format"] = error.message
    counted = _counted(asked, errors)
    return make_response(render_template("steward/export.html", **_choices(asked, errors), chosen=counted,
                                         **_backups()), 400 if errors else 200)


def _file(asked: Mapping[str, str]) -> Response:
    """Raises BadInput, naming the field, for what cannot be."""
    layer, ending, settings = asked["layer"], asked["format"], services.settings()
    if layer not in EXPORTED:
        raise BadInput(_("Choose what to export."), "layer")
    if f".{ending}" not in ENDINGS:
        raise BadInput(_("Choose the kind of file."), "format")
    crs = asked_crs(asked["crs"], settings)
    if crs is None:
        raise BadInput(_("Choose degrees or metres."), "crs")
    only = _only(asked)
    with TemporaryDirectory(prefix="assetmap-") as folder:
        file = Path(folder) / f"{layer}.{ending}"
        export_layer(services.database(), settings, layer, file, crs=crs, only=only)
        return as_download(file.read_bytes(), f"{layer}-{services.now():%Y-%m-%d}.{ending}")


def _only(asked: Mapping[str, str]) -> list[str] | None:
    """The public ids that the list with this filter shows; None: all. Raises BadInput for no such filter."""
    layer = LAYERS.get(asked["layer"])
    if layer is None or not any(asked[name] for name in _NARROWED_BY):
        return None
    found: list[str] = []
    with services.database().reading() as connection:
        wanted = _wanted(layer, asked)
        while True:
            rows, total = listing.find(connection, layer, wanted, len(found), _AT_ONCE)
            found += [row["id"] for row in rows]
            if len(found) >= total or not rows:
                return found


def _wanted(layer: RecordLayer, asked: Mapping[str, str]) -> Wanted:
    """The lists' own filter, by the lists' own names."""
    if asked["status"] and asked["status"] not in STATUSES:
        raise BadInput(_("“%(text)s” is not a state of a record.", text=short(asked["status"], 40)), "status")
    show, stale = asked["show"], None
    if show in _AGES:
        stale = services.now().date() - timedelta(days=getattr(services.settings(), _AGES[show]))
    elif show and show not in listing.lackings(layer):
        raise BadInput(_("“%(text)s” is nothing that this list can be narrowed by.", text=short(show, 40)), "layer")
    if asked["hub"] and "hub_id" not in layer.content:
        raise BadInput(_("Only groups, offers and asks are held at a place."), "layer")
    return Wanted(words=asked["q"], status=asked["status"], source=asked["source"] or None, hub_id=asked["hub"],
                  lacking="" if stale else show, stale_before=stale)


def _counted(asked: Mapping[str, str], errors: dict[str, str]) -> str:
    """How many a narrowed list holds, in words; "" for everything."""
    try:
        only = _only(asked)
    except BadInput as error:
        errors.setdefault(error.field or "layer", error.message)
        return ""
    return "" if only is None else ngettext("This is a narrowed list: %(num)s record.",
                                            "This is a narrowed list: %(num)s records.", len(only))


def _choices(asked: Mapping[str, str], errors: Mapping[str, str]) -> dict:
    """What the form shows."""
    settings = services.settings()
    values = {**asked, "layer": asked["layer"] or "groups", "format": asked["format"] or "csv",
              "crs": asked["crs"] or "wgs84"}
    grid = _("British National Grid (metres)") if settings.local_crs == "EPSG:27700" else \
        _("%(name)s (metres)", name=settings.local_crs)
    everything = {"value": "", "label": _("Any state")}
    return {
        "form": {"values": values, "errors": errors},
        "layers": [{"value": name, "label": label} for name, label in _LAYERS.items()],
        "formats": [{"value": name, "label": label} for name, label in _FORMATS.items()],
        "systems": [{"value": "wgs84", "label": _("Longitude and latitude (WGS84)")}, {"value": "bng", "label": grid}],
        "states": [everything, *({"value": code, "label": shown.STATUS_LABELS.get(code, code)} for code in STATUSES)],
        "carried": [(name, asked[name]) for name in ("source", "show", "hub") if asked[name]],
        "all_url": f"/steward/export?layer={values['layer']}" if values["layer"] in _LAYERS else "/steward/export"}


def _backups() -> dict:
    with services.database().reading() as connection:
        made = last_backup(connection)
    days = None if made is None else (services.now().date() - made.date()).days
    return {"can_back_up": services.database().is_sqlite,
            "last_backup": "" if days is None else wording.ago(max(0, days))}


@blueprint.get("/steward/backup")
def about_backup() -> Response:
    """Where the button is."""
    return redirect("/steward/export#backup", 303)


@blueprint.post("/steward/backup")
def backup() -> Response:
    """A whole copy of the store, made while others work; nothing of it stays here."""
    database, home = services.database(), services.settings().home
    if not database.is_sqlite:
        raise BadInput(_("The data is in PostgreSQL; back it up with pg_dump."))
    folder = Path(mkdtemp(prefix=".copying-", dir=home))
    try:
        file = folder / "copy.db"
        backup_to(database, file)
        handle = open(file, "rb")
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the open file lives until it is sent
    note_backup(database)
    response = send_file(handle, mimetype="application/vnd.sqlite3", as_attachment=True, etag=False, conditional=False,
                         download_name=f"assetmap-{services.now():%Y-%m-%d-%H%M}.db")
    response.content_length = os.fstat(handle.fileno()).st_size
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
