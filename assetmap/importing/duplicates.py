"""Records of the store that may be one: for the list of pairs, for a form, and for the rows of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process, utils

from assetmap.analysis import duplicates as analysis
from assetmap.analysis.duplicates import Entries, Reason
from assetmap.analysis.names import parse
from assetmap.domain.text import slug
from assetmap.layers.crs import to_metres
from assetmap.settings import Settings
from assetmap.store import likeness, records
from assetmap.store.database import Connection
from assetmap.store.reference import load_vocabulary
from assetmap.store.rows import LAYERS, Record, RecordLayer, content_of, load_meetings

SURE, LIKELY = 0.9, 0.75
_GLANCE = 60.0  # rapidfuzz's 0–100, below which two names are never alike


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of the store that may be the one in question."""

    layer: str
    id: str
    name: str
    score: float
    metres: float | None
    reasons: tuple[Reason, ...]

    def sentence(self) -> str:
        """Why, in English: "the names differ by “The”; 40 m apart"."""
        return "; ".join(map(str, self.reasons))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of a layer that may be one, the lesser id first."""

    layer: str
    first_id: str
    first_name: str
    second_id: str
    second_name: str
    score: float
    metres: float | None
    reasons: tuple[Reason, ...]

    def sentence(self) -> str:
        """Why, in English."""
        return "; ".join(map(str, self.reasons))


def pairs(connection: Connection, settings: Settings, layer_name: str) -> list[Pair]:
    """Pairs of a layer's records that may be one and that nobody has said are two, the likeliest first.

    Hidden and ended records are left out.
    """
    return undecided(connection, layer_name, candidates(connection, settings, layer_name))


def candidates(connection: Connection, settings: Settings, layer_name: str) -> list[Pair]:
    """As `pairs`, with those that somebody has said are two: what only a change of the records can change."""
    held = likeness.rows(connection, LAYERS[layer_name])
    made = []
    for pair in _find(connection, settings, layer_name, held):
        first, second = sorted((held[pair.first], held[pair.second]), key=lambda row: row["id"])
        made.append(Pair(layer_name, first["id"], first["name"], second["id"], second["name"], pair.score,
                         pair.metres, pair.reasons))
    return made


def undecided(connection: Connection, layer_name: str, found: Sequence[Pair]) -> list[Pair]:
    """Those of the pairs that nobody has said are two."""
    decided = likeness.not_the_same(connection, layer_name)
    return [pair for pair in found if (pair.first_id, pair.second_id) not in decided]


def compared(connection: Connection, settings: Settings, layer_name: str, first: Record, second: Record) -> Pair | None:
    """Two records of the store as a pair; None when nothing says that they may be one."""
    layer = LAYERS[layer_name]
    rows = [{**_as_row(layer, content_of(layer, record)), "id": record.id} for record in (first, second)]
    return next((Pair(layer_name, first.id, first.name, second.id, second.name, pair.score, pair.metres, pair.reasons)
                 for pair in _find(connection, settings, layer_name, rows)), None)


def like(connection: Connection, settings: Settings, layer_name: str, record: Record,
         most: int = 5) -> list[Candidate]:
    """Records of the store that may be `record`, which is new or is edited; the likeliest first."""
    layer = LAYERS[layer_name]
    new = {**_as_row(layer, content_of(layer, record)), "id": record.id}
    there = [row for row in likeness.names(connection, layer) if row["id"] != record.id]
    glance = process.cdist([record.name], [row["name"] for row in there], scorer=fuzz.token_set_ratio,
                           processor=utils.default_process)[0] if there else []
    held = likeness.rows(connection, layer, [row["id"] for row, alike in zip(there, glance, strict=True)
                                             if alike >= _GLANCE or _one_number(new, row)])
    return _of_rows(connection, settings, layer_name, [new], held, most).get(0, [])


def like_rows(connection: Connection, settings: Settings, layer_name: str, contents: Sequence[tuple],
              most: int = 3) -> dict[int, list[Candidate]]:
    """For rows of a file (`store.rows.contents_of`): position → records that a row to be added may be again.

    Rows that the store knows by their source and source id, and rows without a candidate, are absent.
    """
    layer = LAYERS[layer_name]
    known = {(source, source_id) for _, _, source, source_id in records.identities(connection, layer)}
    rows = [_as_row(layer, content) for content in contents]
    positions = [at for at, row in enumerate(rows) if (row["source"], row["source_id"]) not in known]
    found = _of_rows(connection, settings, layer_name, [{**rows[at], "id": ""} for at in positions],
                     likeness.rows(connection, layer), most) if positions else {}
    return {positions[at]: candidates for at, candidates in found.items()}


def _of_rows(connection: Connection, settings: Settings, layer_name: str, new: list[Mapping], held: list[Mapping],
             most: int) -> dict[int, list[Candidate]]:
    decided = likeness.not_the_same(connection, layer_name)
    made: dict[int, list[Candidate]] = defaultdict(list)
    for pair in _find(connection, settings, layer_name, [*new, *held], len(new)):
        other = held[pair.second - len(new)]
        ids = tuple(sorted((new[pair.first]["id"], other["id"])))
        if ids not in decided and len(made[pair.first]) < most:
            made[pair.first].append(Candidate(layer_name, other["id"], other["name"], pair.score, pair.metres,
                                              pair.reasons))
    return {position: found for position, found in sorted(made.items()) if found}


def _find(connection: Connection, settings: Settings, layer_name: str, rows: Sequence[Mapping],
          new: int | None = None) -> list[analysis.Pair]:
    known = {word.said for term in load_vocabulary(connection).terms for text in (term.label, *term.synonyms)
             for word in parse(text).words}
    places = {word.said for name in likeness.place_names(connection) for word in parse(name).words}
    entries = _entries(layer_name, rows, likeness.hub_places(connection), settings.local_crs)
    found = analysis.find_pairs(entries, settings.duplicate_m, known=known | places, places=places, new=new)
    if layer_name == "opportunities":  # an offer and an ask may well have one title
        found = [pair for pair in found if rows[pair.first]["direction"] == rows[pair.second]["direction"]]
    return found


def _entries(layer_name: str, rows: Sequence[Mapping], hubs: Mapping[str, tuple[float, float, str]],
             crs: str) -> Entries:
    lons, lats, owners = [], [], []
    about, times = [], []
    for number, row in enumerate(rows):
        meetings = load_meetings(row["meetings"]) if row.get("meetings") else ()
        venues = list(dict.fromkeys(filter(None, (row.get("hub_id"), *(meeting.hub_id for meeting in meetings)))))
        points = [(row["lat"], row["lon"])] if row["lat"] is not None else \
            [hubs[venue][:2] for venue in venues if venue in hubs]
        for lat, lon in points:
            lats.append(lat), lons.append(lon), owners.append(number)
        said = (row.get("address", ""), *(hubs[venue][2] for venue in venues if venue in hubs))
        # a place is called what its address says: there it tells something
        about.append(" ".join(filter(None, said)) if layer_name in ("groups", "opportunities") else "")
        times.append(frozenset((day, meeting.session.start_time) for meeting in meetings if meeting.session.rule
                               for day in meeting.session.rule.weekdays))
    x, y = to_metres(lons, lats, crs)

    def column(name: str) -> list[str]:
        return [row.get(name) or "" for row in rows]

    return Entries(
        [row["name"] for row in rows], (x, y, np.array(owners, dtype=int)), postcodes=column("postcode"),
        phones=column("phone"), emails=column("email"), websites=column("website"), about=about,
        feeds=column("source"), numbers=[_number_of(row) for row in rows],
        against={analysis.DIFFERENT_TIMES: times,
                 analysis.DIFFERENT_AGES: [_ages(row) for row in rows],
                 analysis.DIFFERENT_PEOPLE: [frozenset(filter(None, [slug(text)])) for text in
                                             column("giver" if layer_name == "opportunities" else "organisation")]})


def _ages(row: Mapping) -> frozenset:
    low, high = row.get("age_min"), row.get("age_max")
    return frozenset() if low is None and high is None else frozenset(range(low or 0, (high or 120) + 1))


def _number_of(row: Mapping) -> str:
    """A charity's or a company's number, told apart by a word."""
    charity, company = row.get("charity_number"), row.get("company_number")
    return f"charity {charity}" if charity else f"company {company}" if company else ""


def _one_number(one: Mapping, other: Mapping) -> bool:
    return bool(_number_of(one)) and _number_of(one) == _number_of(other)


def _as_row(layer: RecordLayer, content: tuple) -> dict:
    return dict(zip(layer.content, content, strict=True))
