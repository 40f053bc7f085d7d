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
from assetmap.web.cards import LONGEST_SUMMARY
from assetmap.web.language import gettext as _

_ICONS = {"groups": "users", "hubs": "house", "opportunities": "heart-handshake"}


class Pins:
    """Makes markers of one layer from one Atlas at one moment."""

    def __init__(self, atlas: Atlas, layer: AssetLayer, now: datetime):
        self.atlas, self.layer, self.now = atlas, layer, now
        self.name = layer.layer.name
        self._starts = layer.next_start(now)
        self._themes: dict[str, tuple[str, str, str]] = {}

    def point(self, spot: int) -> dict:
        """A marker that stands alone, with what its popup says. `spot` is a row of the layer's spots."""
        spots = self.layer.spots
        number = int(spots.owner[spot])
        row = self.layer.rows[number]
        theme, label, icon = self._look(row)
        return {"type": "point", "layer": self.name, "id": row["id"], "name": row["name"], "theme": theme,
                "theme_label": label, "icon": icon, "lat": round(float(spots.lat[spot]), 6),
                "lon": round(float(spots.lon[spot]), 6), "url": f"/{self.name}/{quote(row['id'])}",
                "summary": short(row["summary"] or row.get("description", ""), LONGEST_SUMMARY),
                "when": self._when(number, row),
                "cost": wording.cost(row["cost"], row["cost_note"], self.atlas.vocabulary) if "cost" in row else "",
                "place": self.venue(spot) or self._address(number, row)}

    def item(self, spot: int) -> dict:
        """A line of a stack's list."""
        number = int(self.layer.spots.owner[spot])
        row = self.layer.rows[number]
        theme, _label, icon = self._look(row)
        return {"layer": self.name, "id": row["id"], "name": row["name"], "theme": theme, "icon": icon,
                "url": f"/{self.name}/{quote(row['id'])}", "when": self._when(number, row)}

    def venue(self, spot: int) -> str:
        """The name of the hub that a spot is, or is at; "" when it is not at one."""
        if self.name == "hubs":
            return self.layer.rows.value(int(self.layer.spots.owner[spot]), "name")
        hub = self.atlas.hubs.number_of.get(self.layer.spots.hub_id[spot])
        return "" if hub is None else self.atlas.hubs.rows.value(hub, "name")

    def _address(self, number: int, row: dict) -> str:
        """Where it is without a hub. Of a home only the ward is said."""
        if row.get("meets_in_home"):
            ward = int(self.layer.ward[number])
            return _("Meets in a home in %(ward)s ward", ward=self.atlas.ward_names[ward])
        return ", ".join(wording.address_lines(row.get("address", ""), row["postcode"]))

    def _look(self, row: dict) -> tuple[str, str, str]:
        """Theme, its label and the icon: of the first category, for hubs and opportunities of their kind."""
        held = row.get("categories") or row.get("topics") or "[]"
        key = held if "categories" in row else held + row["kind"]
        known = self._themes.get(key)
        if known is None:
            vocabulary, icon = self.atlas.vocabulary, _ICONS[self.name]
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
