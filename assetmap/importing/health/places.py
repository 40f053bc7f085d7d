"""Where records are, and where they should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assetmap.domain.location import LocationSource
from assetmap.domain.place import Place
from assetmap.importing.health.finding import Finding, Level, finding
from assetmap.importing.health.held import MANY, SINGULAR, Held, entry_of

FAR_M = 1_000
_NO_POSITION = {
    "groups": "groups have no position and are not online", "hubs": "hubs have no position",
    "opportunities": "offers and asks have no position, no ward and are not online",
    "organisations": "organisations have no position",
}


def findings(held: Held) -> Iterator[Finding]:
    """Positions and postcodes of every layer."""
    for layer in held.live:
        one, many = SINGULAR[layer], MANY[layer]
        yield finding(f"{one}-no-position", _NO_POSITION[layer],
                      Level.LACKING if layer == "organisations" else Level.MISLEADING,
                      held.entries(layer, lambda row: _is_nowhere(held, row)),
                      "Give a postcode, a place to meet, or a point on the map.")
        yield finding(f"{one}-outside", f"{many} are outside every ward", Level.MISLEADING, _outside(held, layer),
                      "Look whether the point is right. If it is, it may be here all the same: its page says so.")
        yield finding(f"{one}-far", f"{many} have a position more than 1 km from their postcode", Level.MISLEADING,
                      held.entries(layer, lambda row: _far(held, row)), "Correct the point or the postcode.")
        yield finding(f"{one}-postcode-ended", f"{many} have a postcode that is no longer in use", Level.MISLEADING,
                      held.entries(layer, lambda row: _ended(held, row)), "Ask for today's postcode.")
        yield finding(f"{one}-postcode-unknown", f"{many} have a postcode that does not exist", Level.MISLEADING,
                      held.entries(layer, lambda row: row["postcode"] and row["postcode"] not in held.postcodes
                                   and f"There is no postcode {row['postcode']}."),
                      "Look for a mistyped letter. A brand-new postcode comes with the next postcode file.")


def _is_nowhere(held: Held, row: Mapping) -> str:
    if held.place_of(row) is not None or row.get("online") or row.get("ward_code"):
        return ""
    if row.get("hub_id"):
        return "Its place to meet has no position either"
    if row["postcode"]:
        return f"Nobody knows where {row['postcode']} is"
    return "No postcode, place to meet or point given"


def _outside(held: Held, layer: str) -> list:
    if not len(held.wards):
        return []
    return [entry_of(layer, row, _where(held, row))
            for row, ward in zip(held.live[layer], held.ward_of[layer].tolist(), strict=True)
            if ward == -1 and not row.get("online")]


def _where(held: Held, row: Mapping) -> str:
    lon, lat = held.place_of(row)
    whose = "Its point" if row["lat"] is not None else "The point of its place to meet"
    return f"{whose} is at {lat:.4f}, {lon:.4f}" + (f", postcode {row['postcode']}" if row["postcode"] else "")


def _far(held: Held, row: Mapping) -> str:
    """How far a given position is from the postcode; "" when it is near, or was taken from the postcode itself."""
    known = held.postcodes.get(row["postcode"])
    if row["lat"] is None or known is None or known.place is None or row["location_source"] != LocationSource.GIVEN:
        return ""
    metres = Place(row["lat"], row["lon"]).distance_m(known.place)
    return f"{metres / 1000:,.1f} km from {row['postcode']}" if metres > FAR_M else ""


def _ended(held: Held, row: Mapping) -> str:
    known = held.postcodes.get(row["postcode"])
    return f"{row['postcode']} has not been in use since {known.terminated}" if known and known.terminated else ""
