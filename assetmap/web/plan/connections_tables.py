"""The network of the area as the tables and data of a planner's page."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

import numpy as np

from assetmap.analysis.mixing import Mixing
from assetmap.analysis.ties import wards_reached
from assetmap.atlas.ties import Network
from assetmap.web import services
from assetmap.web.plan import connections_words as words

MOST_LINCHPINS, MOST_UNLINKED = 10, 60
RECORD_COLUMNS = ("id", "name", "kind", "ward", "links", "links_in_wards", "set", "set_size", "groups_cut_off",
                  "records_cut_off")
WARD_COLUMNS = ("ward_code", "ward", "groups", "no_recorded_link", "links_within", "links_to_other_wards")


def page(found: Network, types: tuple[str, ...], naming: bool) -> dict:
    """What the page says: sentences first, then its tables; with `naming`, linchpins and bridges by name."""
    summary = found.summary(types)
    return {
        "headlines": words.headlines(found, summary), "notes": words.notes(found, summary, found.organisations),
        "types": words.types(summary, types), "wards": wards(found, types), "records": summary.records,
        "unlinked": [words.record(found, int(number)) for number in _by_ward(found, summary.unlinked)[:MOST_UNLINKED]],
        "unlinked_total": len(summary.unlinked),
        "naming": naming,
        "linchpins": [words.linchpin(found, one) for one in summary.linchpins[:MOST_LINCHPINS]] if naming else [],
        "linchpins_total": len(summary.linchpins),
        "bridges": [words.bridge(found, one, summary.sampled) for one in summary.bridges] if naming else [],
        # whom to introduce depends on every link that is known, not on those that are looked at
        "introductions": [words.joining(found, one) for one in found.introductions]}


def _by_ward(found: Network, numbers: np.ndarray) -> np.ndarray:
    """Records by ward, those in none last, then by name."""
    ward = found.ties.ward[numbers]
    names = np.array([found.names[number].casefold() for number in numbers.tolist()], dtype=object)
    return numbers[np.lexsort((names.astype(str), np.where(ward < 0, np.iinfo(np.int64).max, ward)))]


def wards(found: Network, types: tuple[str, ...]) -> list[dict]:
    """A row per ward, zeros kept: its groups, those without a recorded link, links within it and to other wards."""
    atlas, rows = services.atlas(), found.by_ward(types)
    return [{"code": code, "name": name, "url": f"/wards/{code}", "groups": int(groups), "unlinked": int(unlinked),
             "within": int(within), "across": int(across)}
            for code, name, (groups, unlinked, within, across) in zip(
                atlas.ward_codes, atlas.ward_names, rows.itertuples(index=False, name=None), strict=True)]


def ward_rows(found: Network, types: tuple[str, ...]) -> Iterator[tuple]:
    """`WARD_COLUMNS` of every ward."""
    for row in wards(found, types):
        yield row["code"], row["name"], row["groups"], row["unlinked"], row["within"], row["across"]


def record_rows(found: Network, types: tuple[str, ...], naming: bool) -> Iterator[tuple]:
    """`RECORD_COLUMNS` of every record: sets are numbered from 1, the largest; "" where nothing would be cut off, and
    without `naming` everywhere."""
    ties, names = found.only(types), services.atlas().ward_names
    size = np.bincount(ties.part)
    reached = wards_reached(ties)
    cut = {one.number: (one.groups, one.cut_off) for one in found.summary(types).linchpins} if naming else {}
    for number in range(len(ties)):
        ward, part = int(ties.ward[number]), int(ties.part[number])
        yield (str(ties.id[number]), found.names[number], str(ties.kind[number]), names[ward] if ward >= 0 else "",
               int(ties.degree[number]), int(reached[number]), part + 1, int(size[part]), *cut.get(number, ("", "")))


def document(found: Network, types: tuple[str, ...], naming: bool) -> dict:
    """The page as data; what is not known is null, and without `naming` who the linchpins and bridges are."""
    summary = found.summary(types)
    return {
        "links": {code: summary.by_type.get(code, 0) for code in types}, "records": summary.records,
        "links_in_all": summary.ties, "groups_without_recorded_link": len(summary.unlinked),
        "share_without_recorded_link": _known(summary.share_unlinked), "connected_sets": summary.parts,
        "largest_set": {"records": summary.largest, "groups": summary.in_largest.get("group", 0),
                        "share_of_groups": _known(summary.share_in_largest)},
        "across_wards": _mixing(summary.mixing),
        "across_wards_by_type": {code: _mixing(mixing) for code, mixing in summary.mixing_by_type.items()},
        "wards": wards(found, types),
        "linchpins": [_without_sentence(words.linchpin(found, one))
                      for one in summary.linchpins[:MOST_LINCHPINS]] if naming else None,
        "bridges": [_without_sentence(words.bridge(found, one, summary.sampled))
                    for one in summary.bridges] if naming else None,
        "bridges_estimated_from": summary.sampled or None,
        "introductions": [_without_sentence(words.joining(found, one)) for one in found.introductions]}


def _mixing(mixing: Mixing) -> dict:
    return {"known": mixing.known, "across": mixing.across, "share": _known(mixing.share),
            "index": _known(mixing.index), "expected_by_chance": _known(mixing.expected),
            "low": _known(mixing.low), "high": _known(mixing.high)}


def _known(number: float) -> float | None:
    return None if isnan(number) else round(number, 4)


def _without_sentence(row: dict) -> dict:
    return {name: value for name, value in row.items() if name not in ("sentence", "why")}
