"""An asset as a marker of the map: the least that its popup shows. Nothing here that the public may not see."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

import numpy as np

from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.domain.text import short
from assetmap.store.rows import load_list
from assetmap.web import wording
from assetmap.web.cards import KIND_ICONS, LONGEST_SUMMARY, PATHS, place_note
from assetmap.web.language import gettext as _


class Pins:
    """Makes markers of one layer from one Atlas at one moment."""

    def __init__(self, atlas: Atlas, layer: AssetLayer, now: datetime):
        self.atlas, self.layer, self.now = atlas, layer, now
        self.name = layer.layer.name
        self._starts = layer.next_start(now)
        self._themes: dict[str, tuple[str, str, str]] = {}

    def point(self, number: int, lat: float, lon: float) -> dict:
        """A marker that stands alone, with what its popup says."""
        row = self.layer.rows[number]
        theme, label, icon = self._look(row)
        return {"type": "point", "layer": self.name, "id": row["id"], "name": row["name"], "theme": theme,
                "theme_label": label, "icon": icon, "lat": round(lat, 6), "lon": round(lon, 6),
                "url": PATHS[self.name] + quote(row["id"]),
                "summary": short(row["summary"] or row.get("description", ""), LONGEST_SUMMARY),
                "when": self._when(number, row),
                "cost": wording.cost(row["cost"], row["cost_note"], self.atlas.vocabulary) if "cost" in row else "",
                "place": self.place(number, row)}

    def item(self, number: int) -> dict:
        """A line of a stack's list."""
        row = self.layer.rows[number]
        theme, _label, icon = self._look(row)
        return {"layer": self.name, "id": row["id"], "name": row["name"], "theme": theme, "icon": icon,
                "url": PATHS[self.name] + quote(row["id"]), "when": self._when(number, row)}

    def place(self, number: int, row: dict | None = None) -> str:
        """Where it is, in words: its hub, else its address; of a home only the ward."""
        row = row or self.layer.rows[number]
        if self.name == "hubs":
            return row["name"]
        hub = None if row.get("meets_in_home") else self.atlas.hubs.number_of.get(row["hub_id"])
        if hub is not None:
            return self.atlas.hubs.rows.value(hub, "name")
        return place_note(row, int(self.layer.ward[number]), self.atlas)

    def _look(self, row: dict) -> tuple[str, str, str]:
        """Theme, its label and the icon: of the first category, for hubs and opportunities of their kind."""
        held = row.get("categories") or row.get("topics") or "[]"
        key = held if "categories" in row else held + row["kind"]
        known = self._themes.get(key)
        if known is None:
            vocabulary, icon = self.atlas.vocabulary, KIND_ICONS[self.name]
            codes = load_list(held)
            term = vocabulary.get("category", codes[0]) if codes else None
            theme = term.theme if term else ""
            if self.name == "groups":
                icon = (term and term.icon) or icon
            else:
                kind = "hub_kind" if self.name == "hubs" else "opportunity_kind"
                icon = vocabulary.get(kind, row["kind"]).icon or icon
            known = self._themes[key] = (theme, vocabulary.get("theme", theme).label if theme else "", icon)
        return known

    def _when(self, number: int, row: dict) -> str:
        if row["status"] == "paused":
            return _("Paused for now")
        start = self._starts[number]
        if not np.isnat(start):
            return wording.moment(start.astype(datetime), self.now)
        if row.get("meetings", "[]") != "[]":
            return short(wording.usual_times(self.layer.record(number)), 120)
        return _("Times are not known: please ask") if self.name == "groups" else ""
