"""The layers of an Atlas as sides that may match: offers and asks, groups, hubs."""

from __future__ import annotations

from datetime import datetime
from weakref import WeakKeyDictionary

import numpy as np

from assetmap.analysis.sides import ANYWHERE, Rules, Sides, relatedness
from assetmap.atlas.assets import AssetLayer
from assetmap.domain.kinds import ANSWERS, COMMON_LANGUAGE, IN_ANOTHER_LANGUAGE, STAND_ALONE, WANTS_A_PLACE
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.times_parts import OTHER_TIMES, SLOTS, parts_of_week
from assetmap.domain.vocabulary import Vocabulary
from assetmap.store.rows import load_meetings

KIND_SAME, KIND_ANSWERS = 1.0, 0.6


def opportunity_rules(vocabulary: Vocabulary) -> Rules:
    """How near categories are, and which kinds of offers answer which kinds of asks."""
    kinds = list(vocabulary.of("opportunity_kind"))
    answers = np.eye(len(kinds) + 1) * KIND_SAME
    answers[-1, -1] = 0.0  # a kind that the vocabulary does not know
    number_of = {code: number for number, code in enumerate(kinds)}
    for offer, asks in ANSWERS.items():
        for ask in asks:
            if offer in number_of and ask in number_of:
                answers[number_of[offer], number_of[ask]] = KIND_ANSWERS
    alone = np.array([code in STAND_ALONE for code in kinds] + [False])
    terms = vocabulary.of("category")
    related = relatedness(list(terms), {code: term.related for code, term in terms.items()},
                          {code: term.theme for code, term in terms.items()})
    return Rules(related, answers, alone)


def opportunity_sides(layer: AssetLayer, hubs: AssetLayer, within_m: float) -> Sides:
    """Every opportunity as a row; `within_m` is the reach of those that give none.

    An individual's access is what they need; so is that of an ask without a place, or for one. What is held at a hub
    has the hub's access too. An interpreter's languages are those besides English, which everybody shares.
    """
    access, needs = _bits(layer, "access"), _says_needs(layer)[:, None]
    x, y = _places(layer)
    kinds = {code: number for number, code in enumerate(layer.vocabulary.of("opportunity_kind"))}
    reach = [within_m if reach_m is None else reach_m for reach_m in layer.column("reach_m")]
    return Sides(
        topics=_bits(layer, "category"), x=x, y=y, reach_m=np.array(reach, dtype=float),
        online=np.array(layer.column("online"), dtype=bool), slots=slots_of(layer), languages=_spoken(layer),
        has=access_there(layer, hubs), needs=access & needs,
        kind=np.array([kinds.get(kind, len(kinds)) for kind in layer.column("kind")], dtype=np.int64),
        hours=np.array([np.nan if hours is None else hours for hours in layer.column("hours")], dtype=float))


def access_there(layer: AssetLayer, hubs: AssetLayer) -> np.ndarray:
    """(n, a) bool: the access that each opportunity has, of its own and of its hub; not what its people need."""
    return (_bits(layer, "access") & ~_says_needs(layer)[:, None]) | _hub_access(layer, hubs)


def _spoken(layer: AssetLayer) -> np.ndarray:
    spoken, languages = _bits(layer, "language"), list(layer.vocabulary.of("language"))
    if COMMON_LANGUAGE in languages and len(layer):
        between = np.array([kind in IN_ANOTHER_LANGUAGE for kind in layer.column("kind")], dtype=bool)
        spoken[between & (spoken.sum(axis=1) > 1), languages.index(COMMON_LANGUAGE)] = False
    return spoken


def _says_needs(layer: AssetLayer) -> np.ndarray:
    """(n,) bool: whose features of access are what they need, not what is there."""
    columns = map(layer.column, ("giver_kind", "direction", "hub_id", "kind"))
    return np.array([giver_kind == INDIVIDUAL or direction == "ask" and (not hub_id or kind in WANTS_A_PLACE)
                     for giver_kind, direction, hub_id, kind in zip(*columns, strict=True)], dtype=bool)


def _hub_access(layer: AssetLayer, hubs: AssetLayer) -> np.ndarray:
    """(n, a) bool: the access of the hub that each is held at. Who looks for a place has only what is said."""
    held = _bits(hubs, "access")
    made = np.zeros((len(layer), held.shape[1]), dtype=bool)
    at = np.array([hubs.number_of.get(hub_id, -1) if kind not in WANTS_A_PLACE or direction == "offer" else -1
                   for hub_id, kind, direction in zip(*map(layer.column, ("hub_id", "kind", "direction")),
                                                      strict=True)], dtype=np.int64)
    made[at >= 0] = held[at[at >= 0]]
    return made


def group_sides(groups: AssetLayer, numbers: np.ndarray) -> Sides:
    """Some groups as rows: nobody says how far a group reaches, so who comes has to."""
    return _to_join(groups, numbers, _bits(groups, "category", numbers), slots_of(groups)[numbers],
                    _bits(groups, "language", numbers), np.array(groups.column("online"), dtype=bool)[numbers])


def hub_sides(hubs: AssetLayer, groups: AssetLayer, now: datetime) -> Sides:
    """Every hub as a row: about what its groups do. When and in which language is not for the place to say."""
    size = len(hubs)
    topics = np.zeros((size, len(hubs.vocabulary.of("category"))), dtype=bool)
    at = np.array([hubs.number_of.get(hub_id, -1) for hub_id in groups.spots.hub_id], dtype=np.int64)
    spots = np.flatnonzero((at >= 0) & groups.listed_mask(now)[groups.spots.owner])
    np.logical_or.at(topics, at[spots], _bits(groups, "category", groups.spots.owner[spots]))
    return _to_join(hubs, np.arange(size), topics, np.zeros(size, dtype=np.int64),
                    np.zeros_like(_bits(hubs, "language")), np.zeros(size, dtype=bool))


def _to_join(layer: AssetLayer, numbers: np.ndarray, topics: np.ndarray, slots: np.ndarray, languages: np.ndarray,
             online: np.ndarray) -> Sides:
    (x, y), size, has = _places(layer), len(numbers), _bits(layer, "access", numbers)
    return Sides(topics, x[numbers], y[numbers], np.full(size, ANYWHERE), online, slots, languages, has,
                 np.zeros_like(has), np.full(size, -1, dtype=np.int64), np.full(size, np.nan))


def slots_of(layer: AssetLayer) -> np.ndarray:
    """In which parts of the week each asset can be: bits of `domain.times_parts`; (n,) int64. Worked out once a layer.

    What no calendar could be made of is read for its days and parts alone; words that name none stand for other times.
    """
    kept = _SLOTS.get(layer)
    if kept is None:
        kept = _SLOTS[layer] = _slots(layer)
    return kept


_SLOTS: WeakKeyDictionary[AssetLayer, np.ndarray] = WeakKeyDictionary()


def _slots(layer: AssetLayer) -> np.ndarray:
    days, parts = layer.session_weekdays.astype(np.int64), layer.session_parts.astype(np.int64)
    bits = np.zeros(len(days), dtype=np.int64)
    for slot in range(SLOTS):
        bits |= ((days >> (slot // 3)) & (parts >> (slot % 3)) & 1) << slot
    for row in np.flatnonzero(bits == 0).tolist():
        bits[row] = _by_words(layer, row, int(days[row]))
    made = np.zeros(len(layer), dtype=np.int64)
    np.bitwise_or.at(made, layer.session_owner, bits)
    made[made == OTHER_TIMES] = 0
    return made


def _by_words(layer: AssetLayer, row: int, days: int) -> int:
    """The parts of the week of one session without a time of day, by its words."""
    owner = int(layer.session_owner[row])
    first = int(np.searchsorted(layer.session_owner, owner))
    session = load_meetings(layer.rows.value(owner, "meetings"))[row - first].session
    said, made = parts_of_week(session.text), 0
    for day in range(7):
        if days >> day & 1:
            whole = 0b111 << 3 * day | 1 << SLOTS + day
            made |= (said & whole) or whole
    return made or said or OTHER_TIMES


def _bits(layer: AssetLayer, facet: str, numbers: np.ndarray | None = None) -> np.ndarray:
    """(n, codes) bool: which of the vocabulary's codes each asset (of `numbers`) carries."""
    held = layer.facet(facet).carries[: len(layer.vocabulary.of(facet))]
    return np.ascontiguousarray((held if numbers is None else held[:, numbers]).T)


def _places(layer: AssetLayer) -> tuple[np.ndarray, np.ndarray]:
    """Metres of each asset's first place, NaN for none."""
    x, y = np.full(len(layer), np.nan), np.full(len(layer), np.nan)
    spots = layer.spots
    x[spots.owner[::-1]], y[spots.owner[::-1]] = spots.x[::-1], spots.y[::-1]
    return x, y
