"""The network of an Atlas: which hubs, groups, offers, asks and organisations have a recorded link with each other.

A link is what a public record says, and nothing more:

- `meets_at`: a group meets at a hub, always or for some session. It does not say that those who meet there have met.
- `run_by`: a group says who runs it. A name that a hub or another group has is taken for that; else it is an
  organisation, which is in the network only when two or more name it: who runs nothing else links to nothing. Names
  are one when they differ in case, accents, signs, “The” or “Ltd” alone, so other spellings are two.
- `held_at`: an offer or ask is held at a hub.
- `given_by`: an offer or ask is a hub's, a group's or an organisation's.
- `points_to`: a hub's public page of favourites names something. That is the one referral that is kept by name; what
  a connector suggested to somebody together is no link between those things.

An introduction joins a person to an offer or ask, not two records, so there is no link for it: `met` counts those that
came to a meeting. Offers and asks of individuals are not in the network at all, nor is what is hidden, over or ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from threading import Lock, RLock

import numpy as np
import pandas as pd

from assetmap.analysis import ties
from assetmap.analysis.joining import Joining, introductions
from assetmap.analysis.ties import Summary, Ties
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.domain.introduction import State
from assetmap.domain.text import words
from assetmap.store import favourites
from assetmap.store import introductions as kept_introductions
from assetmap.store.database import Database
from assetmap.store.rows import load_meetings

TYPES = ("meets_at", "run_by", "held_at", "given_by", "points_to")
KINDS = {"hubs": "hub", "groups": "group", "opportunities": "opportunity"}
ORGANISATION = "organisation"
_SMALL_WORDS = {"the", "ltd", "limited"}
_LOCK = Lock()
_NETWORK = "ties"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is written down beside the records: (hub's id, layer, id) of what hubs' pages point to; how many
    introductions came to a meeting.
    """

    points_to: tuple[tuple[str, str, str], ...] = ()
    met: int = 0


def recorded(database: Database) -> Recorded:
    """What the store has of it. Hidden pages, and those of places that are not on the map, are left out."""
    with database.reading() as connection:
        pages = [page for page in favourites.listed(connection) if page.hub_id and not page.hidden]
        met = kept_introductions.in_states(connection)[State.CONNECTED]
    return Recorded(tuple((page.hub_id, item.layer, item.id) for page in pages for item in page.items), met)


def network(atlas: Atlas, said: Recorded) -> Network:
    """The network of an Atlas, worked out by the first who asks, and anew when the pages of favourites changed."""
    with _LOCK:
        kept = atlas.kept.get(_NETWORK)
        if kept is None or kept.recorded != said:
            kept = atlas.kept[_NETWORK] = Network(atlas, said)
    return kept


class Network:
    """The records of an Atlas as they are today, and their links: `ties`, whose ids are `groups:chess-club` and alike.

    `names` are as people know them; `x`, `y` metres, NaN for no place and for homes; `lat`, `lon` degrees of where each
    is shown; `topics` (n, categories) bool, of a hub those of
    what meets there. `individuals` is how many offers and asks are left out as they are one person's.
    """

    def __init__(self, atlas: Atlas, said: Recorded):
        self.recorded, self.wards = said, len(atlas.wards)
        made = _Making(atlas, said)
        self.ties, self.names, self.individuals = made.ties(), made.names, made.individuals
        self.lat, self.lon, self.x, self.y = made.places()
        self.topics = made.topics(self.ties)
        self.number_of = made.number_of
        self._chosen: dict[tuple[str, ...], Ties] = {}
        self._summaries: dict[tuple[str, ...], Summary] = {}
        self._joinings: tuple[Joining, ...] | None = None
        self._lock = RLock()

    def only(self, types: Collection[str] = TYPES) -> Ties:
        """The network with the links of some types alone; the same one whenever they are asked for."""
        chosen = tuple(sorted(types))
        with self._lock:
            if chosen not in self._chosen:
                self._chosen[chosen] = self.ties if set(chosen) >= set(self.ties.types) else self.ties.only(chosen)
            return self._chosen[chosen]

    def summary(self, types: Collection[str] = TYPES) -> Summary:
        """What it is like by the links of some types; worked out once for each choice."""
        chosen = tuple(sorted(types))
        with self._lock:
            if chosen not in self._summaries:
                self._summaries[chosen] = ties.summary(self.only(chosen))
            return self._summaries[chosen]

    def by_ward(self, types: Collection[str] = TYPES) -> pd.DataFrame:
        """A row per ward, as `analysis.ties.by_ward`."""
        return ties.by_ward(self.only(types), self.wards)

    @property
    def organisations(self) -> tuple[int, int]:
        """How many organisations have links in two wards or more, and how many there are."""
        reached = ties.wards_reached(self.ties)[self.ties.kind == ORGANISATION]
        return int((reached > 1).sum()), len(reached)

    @property
    def introductions(self) -> tuple[Joining, ...]:
        """Whom to introduce to join most parts of the whole network."""
        with self._lock:
            if self._joinings is None:
                self._joinings = introductions(self.ties, self.x, self.y, self.topics)
            return self._joinings


def name_key(name: str) -> str:
    """What two ways to write one organisation's name have in common; "" for nothing."""
    said = words(name)
    return " ".join([word for word in said if word not in _SMALL_WORDS] or said)


class _Making:
    """The records that take part, numbered, and the links that they say."""

    def __init__(self, atlas: Atlas, said: Recorded):
        now = datetime.combine(atlas.today, time())
        self.atlas, self.number_of, self.names = atlas, {}, []
        self.layers: dict[str, tuple[AssetLayer, np.ndarray]] = {}
        for name in KINDS:
            layer: AssetLayer = getattr(atlas, name)
            rows = np.flatnonzero(layer.listed_mask(now) & ~layer.is_individuals)
            self.layers[name] = layer, rows
            ids, names = layer.column("id"), layer.column("name")
            for row in rows.tolist():
                self._add(f"{name}:{ids[row]}", names[row])
        self.individuals = int((atlas.opportunities.listed_mask(now) & atlas.opportunities.is_individuals).sum())
        self.first_extra = len(self.names)
        self._by_name = self._unique_names()
        self.links = list(self._all_links(said))

    def _add(self, key: str, name: str) -> int:
        self.number_of[key] = len(self.names)
        self.names.append(name)
        return len(self.names) - 1

    def _unique_names(self) -> dict[str, int]:
        """The hub or group of each name that only one of them has; hubs first."""
        made: dict[str, int] = {}
        for layer in ("groups", "hubs"):
            keys = [(name_key(self.names[number]), number) for key, number in self.number_of.items()
                    if key.startswith(f"{layer}:")]
            often = Counter(key for key, _number in keys)
            made |= {key: number for key, number in keys if key and often[key] == 1}
        return made

    def _all_links(self, said: Recorded) -> Iterator[tuple[int, int, str]]:
        yield from self._held("groups", "meets_at")
        yield from self._held("opportunities", "held_at")
        yield from self._run_or_given()
        for hub_id, layer, record_id in said.points_to:
            hub, other = self._hub(hub_id), self.number_of.get(f"{layer}:{record_id}")
            if hub is not None and other is not None:
                yield hub, other, "points_to"

    def _held(self, name: str, type_: str) -> Iterator[tuple[int, int, str]]:
        layer, rows = self.layers[name]
        ids, hub_ids, meetings = (layer.column(column) for column in ("id", "hub_id", "meetings"))
        for row in rows.tolist():
            held = [hub_ids[row]] if hub_ids[row] else []
            if '"hub": "' in meetings[row]:
                held += [meeting.hub_id for meeting in load_meetings(meetings[row]) if meeting.hub_id]
            for hub_id in dict.fromkeys(held):
                hub = self._hub(hub_id)
                if hub is not None:
                    yield self.number_of[f"{name}:{ids[row]}"], hub, type_

    def _hub(self, hub_id: str) -> int | None:
        """A hub's number. One too old to be listed is still named by what meets there, so it is in the network."""
        key = f"hubs:{hub_id}"
        if key not in self.number_of and hub_id in self.atlas.faded_hubs:
            self._add(key, self.atlas.faded_hubs[hub_id])
        return self.number_of.get(key)

    def _run_or_given(self) -> Iterator[tuple[int, int, str]]:
        by_organisation: dict[str, list[tuple[int, str, str]]] = {}
        for number, text, type_, known in self._givers():
            other = self.number_of.get(known) if known else self._by_name.get(name_key(text))
            if other is not None and other != number:
                yield number, other, type_
            elif other is None and not known and name_key(text):
                by_organisation.setdefault(name_key(text), []).append((number, text, type_))
        for key, named in by_organisation.items():
            if len(named) > 1:
                written = Counter(text for _number, text, _type in named).most_common(1)[0][0]
                organisation = self._add(f"{ORGANISATION}:{key}", written)
                for number, _text, type_ in named:
                    yield number, organisation, type_

    def _givers(self) -> Iterator[tuple[int, str, str, str]]:
        """(number, who as written, type, key of a record that it names) of whatever says whose it is."""
        layer, rows = self.layers["groups"]
        ids, said = layer.column("id"), layer.column("organisation")
        for row in rows.tolist():
            if said[row]:
                yield self.number_of[f"groups:{ids[row]}"], said[row], "run_by", ""
        layer, rows = self.layers["opportunities"]
        ids, said, kinds = (layer.column(column) for column in ("id", "giver", "giver_kind"))
        for row in rows.tolist():
            if said[row]:
                known = f"{kinds[row]}:{said[row]}" if kinds[row] else ""
                yield self.number_of[f"opportunities:{ids[row]}"], said[row], "given_by", known

    def ties(self) -> Ties:
        kinds = [KINDS.get(key.partition(":")[0], ORGANISATION) for key in self.number_of]
        ward = np.full(len(self.names), -1, dtype=np.int64)
        ward[: self.first_extra] = np.concatenate([layer.ward[rows] for layer, rows in self.layers.values()])
        for key, where in self._wards_of_faded():
            ward[self.number_of[key]] = where
        ends = np.array([link[:2] for link in self.links], dtype=np.int64).reshape(-1, 2)
        return Ties(np.array(kinds, dtype=str), np.maximum(ward, -1), np.array(list(self.number_of), dtype=object),
                    ends[:, 0], ends[:, 1], np.array([type_ for _a, _b, type_ in self.links], dtype=str))

    def _wards_of_faded(self) -> Iterator[tuple[str, int]]:
        """Where hubs are that only what meets there still names: where that stands."""
        for name in ("groups", "opportunities") if self.atlas.faded_hubs else ():
            spots = self.layers[name][0].spots
            for hub_id, where in zip(spots.hub_id.tolist(), spots.ward.tolist(), strict=True):
                if hub_id in self.atlas.faded_hubs and f"hubs:{hub_id}" in self.number_of:
                    yield f"hubs:{hub_id}", where

    def places(self) -> np.ndarray:
        """(4, n): latitude, longitude and metres of each record's first place. A home has no metres, as it is shown at
        a point of its ward.
        """
        made = np.full((4, len(self.names)), np.nan)
        begin = 0
        for layer, rows in self.layers.values():
            own, spots = np.full((4, len(layer)), np.nan), layer.spots
            own[:, spots.owner[::-1]] = [axis[::-1] for axis in (spots.lat, spots.lon, spots.x, spots.y)]
            if "meets_in_home" in layer.layer.content:
                own[2:, np.array(layer.column("meets_in_home"), dtype=bool)] = np.nan
            made[:, begin: begin + len(rows)] = own[:, rows]
            begin += len(rows)
        return made

    def topics(self, made: Ties) -> np.ndarray:
        codes = len(self.atlas.vocabulary.of("category"))
        topics = np.zeros((len(made), codes), dtype=bool)
        begin = 0
        for layer, rows in self.layers.values():
            if "category" in layer.facet_names:
                topics[begin: begin + len(rows)] = layer.facet("category").carries[:codes, rows].T
            begin += len(rows)
        at_hub = np.isin(made.type, ["meets_at", "held_at"])
        np.logical_or.at(topics, made.b[at_hub], topics[made.a[at_hub]])
        return topics
