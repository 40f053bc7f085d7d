"""The network of hubs, groups, opportunities and organisations: who has a recorded link, and what holds it together.

What is counted are links that were written down. That none is recorded does not say that there is none.

Two things that are joined in several ways are one tie of the network, and one tie of each way. Everything is worked out
with numpy and scipy's sparse arrays, which are there anyway: networkx takes ten times as long for 100,000 groups.
It is the tests' second opinion, and its graphs are taken by `summary` all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from assetmap.analysis.betweenness import between
from assetmap.analysis.linchpins import cut_offs
from assetmap.analysis.mixing import Mixing, mixing

if TYPE_CHECKING:
    from scipy.sparse import csr_array

GROUP = "group"
_MOST_BRIDGES = 5


@dataclass(frozen=True)
class Ties:
    """A network of n records and m links, as arrays.

    `kind` (n,) str, `ward` (n,) int (-1: in no ward), `id` (n,) of anything; `a`, `b` (m,) int, the two ends' numbers;
    `type` (m,) str, what the link is. Which end comes first says nothing. Raises ValueError when arrays do not fit.
    """

    kind: np.ndarray
    ward: np.ndarray
    id: np.ndarray
    a: np.ndarray
    b: np.ndarray
    type: np.ndarray

    def __post_init__(self):
        if not len(self.kind) == len(self.ward) == len(self.id):
            raise ValueError("kind, ward and id need a value for every record.")
        if not len(self.a) == len(self.b) == len(self.type):
            raise ValueError("a, b and type need a value for every link.")
        ends = np.concatenate([self.a, self.b])
        if len(ends) and not 0 <= ends.min() <= ends.max() < len(self.kind):
            raise ValueError("A link has an end that is no record.")

    def __len__(self) -> int:
        return len(self.kind)

    @classmethod
    def of(cls, graph: Any) -> Ties:
        """The network of a networkx graph whose nodes have `kind` and `ward`, and whose edges have `type`.

        What they lack is taken for "group", -1 and "". Ids are the graph's nodes.
        """
        nodes, edges = list(graph.nodes(data=True)), list(graph.edges(data=True))
        number_of = {node: number for number, (node, _data) in enumerate(nodes)}
        ids = np.empty(len(nodes), dtype=object)
        ids[:] = [node for node, _data in nodes]
        return cls(np.array([data.get("kind", GROUP) for _node, data in nodes], dtype=str),
                   np.array([data.get("ward", -1) for _node, data in nodes], dtype=np.int64), ids,
                   np.array([number_of[a] for a, _b, _data in edges], dtype=np.int64),
                   np.array([number_of[b] for _a, b, _data in edges], dtype=np.int64),
                   np.array([data.get("type", "") for _a, _b, data in edges], dtype=str))

    def only(self, types: Collection[str]) -> Ties:
        """The same records with the links of some types."""
        kept = np.isin(self.type, list(types))
        return Ties(self.kind, self.ward, self.id, self.a[kept], self.b[kept], self.type[kept])

    def pairs(self, type_: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The two ends of every tie, each once, the lower number first; of one type, or of all together."""
        a, b = (self.a, self.b) if type_ is None else (end[self.type == type_] for end in (self.a, self.b))
        first, second = np.minimum(a, b), np.maximum(a, b)
        size = max(len(self), 1)
        keys = np.unique((first * size + second)[first != second])
        return keys // size, keys % size

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types of links that there are, in order."""
        return tuple(str(name) for name in np.unique(self.type))

    @cached_property
    def links(self) -> csr_array:
        """(n, n): 1 where two are joined, both ways."""
        from scipy.sparse import csr_array

        a, b = self.pairs()
        ends = (np.concatenate([a, b]), np.concatenate([b, a]))
        return csr_array((np.ones(2 * len(a)), ends), shape=(len(self),) * 2)

    @cached_property
    def degree(self) -> np.ndarray:
        """With how many others each is joined; (n,) int."""
        return np.diff(self.links.indptr)

    @cached_property
    def part(self) -> np.ndarray:
        """Which connected part each is in, 0 the largest; (n,) int. Of equally large ones those with most groups."""
        from scipy.sparse.csgraph import connected_components

        if not len(self):
            return np.zeros(0, dtype=np.int64)
        count, found = connected_components(self.links, directed=False)
        groups = np.bincount(found[self.kind == GROUP], minlength=count)
        order = np.lexsort((np.arange(count), -groups, -np.bincount(found, minlength=count)))
        rank = np.empty(count, dtype=np.int64)
        rank[order] = np.arange(count)
        return rank[found]


@dataclass(frozen=True, slots=True)
class Linchpin:
    """A record that alone holds a part together: without it there would be `pieces`, and all but the largest of them
    are what is cut off: `cut_off` records, `groups` of which are groups.
    """

    number: int
    cut_off: int
    groups: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """A record that lies on shortest ways between others: between so many `pairs` of them, shared out where there are
    several ways, which is this `share` of all pairs in its part. Both are estimates when the summary says `sampled`.
    """

    number: int
    pairs: float
    share: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What a network is like. Numbers are positions in the `Ties` it is of; shares are NaN when there are no groups.

    `records` and `in_largest` count by kind. `largest` is the size of the largest connected part, 0 when nothing is
    joined. `sampled` is from how many records the bridges were estimated in the large parts, 0 when they are exact.
    """

    records: dict[str, int]
    ties: int
    by_type: dict[str, int]
    unlinked: np.ndarray
    share_unlinked: float
    parts: int
    largest: int
    in_largest: dict[str, int]
    share_in_largest: float
    mixing: Mixing
    mixing_by_type: dict[str, Mixing]
    linchpins: tuple[Linchpin, ...]
    bridges: tuple[Bridge, ...]
    sampled: int


def summary(graph: Ties | Any, types: Collection[str] | None = None, seed: int = 0) -> Summary:
    """What the network is like, or what it would be with the links of some `types` alone.

    `unlinked` are the groups with no recorded link, `parts` counts the connected sets of two or more; shares are of all
    groups. The ties across wards are held against wards shuffled by `seed`. Takes `Ties` or a networkx graph, see
    `Ties.of`.
    """
    ties = graph if isinstance(graph, Ties) else Ties.of(graph)
    ties = ties if types is None else ties.only(types)
    is_group, size = ties.kind == GROUP, np.bincount(ties.part)
    largest = int(size[0]) if len(size) and size[0] > 1 else 0
    in_largest = (ties.part == 0) & (ties.degree > 0)
    unlinked = np.flatnonzero(is_group & (ties.degree == 0))
    groups = int(is_group.sum())
    ends = {name: ties.pairs(name) for name in ties.types}
    bridges, sampled = _bridges(ties, seed)
    return Summary(
        records=_by_kind(ties.kind), ties=ties.links.nnz // 2, by_type={name: len(a) for name, (a, _b) in ends.items()},
        unlinked=unlinked, share_unlinked=len(unlinked) / groups if groups else float("nan"),
        parts=int((size > 1).sum()), largest=largest, in_largest=_by_kind(ties.kind[in_largest]),
        share_in_largest=float((is_group & in_largest).sum()) / groups if groups else float("nan"),
        mixing=mixing(*ties.pairs(), ties.ward, ties.kind, seed),
        mixing_by_type={name: mixing(a, b, ties.ward, ties.kind, seed) for name, (a, b) in ends.items()},
        linchpins=_linchpins(ties), bridges=bridges, sampled=sampled)


def by_ward(graph: Ties, wards: int) -> pd.DataFrame:
    """A row per ward, zeros kept: `groups`, `unlinked` of them, `within` (ties that stay in it), `across` (ties to
    other wards, counted in both). A tie with an end in no ward is in no row.
    """
    is_group, placed = graph.kind == GROUP, graph.ward >= 0
    a, b = (graph.ward[end] for end in graph.pairs())
    known = (a >= 0) & (b >= 0)
    inside, outside = known & (a == b), known & (a != b)
    return pd.DataFrame({
        "groups": np.bincount(graph.ward[is_group & placed], minlength=wards),
        "unlinked": np.bincount(graph.ward[is_group & placed & (graph.degree == 0)], minlength=wards),
        "within": np.bincount(a[inside], minlength=wards),
        "across": np.bincount(np.concatenate([a[outside], b[outside]]), minlength=wards)})


def wards_reached(graph: Ties) -> np.ndarray:
    """In how many different wards those stand that each is joined with; (n,) int. What stands in none is not counted.

    An organisation stands in no ward, so no tie of its crosses one; yet it joins the wards of all that it runs.
    """
    a, b = graph.pairs()
    owner, ward = np.concatenate([a, b]), graph.ward[np.concatenate([b, a])]
    size = int(graph.ward.max(initial=0)) + 1
    each = np.unique((owner * size + ward)[ward >= 0])
    return np.bincount(each // size, minlength=len(graph))


def _linchpins(ties: Ties) -> tuple[Linchpin, ...]:
    """Those that would cut off most groups first, then most records."""
    found = cut_offs(ties.links.indptr, ties.links.indices, ties.kind == GROUP)
    order = np.lexsort((found.number, -found.cut_off, -found.counted))
    return tuple(Linchpin(*(int(values[row]) for values in (
        found.number, found.cut_off, found.counted, found.pieces))) for row in order)


def _bridges(ties: Ties, seed: int) -> tuple[tuple[Bridge, ...], int]:
    pairs, sampled = between(ties.links, ties.part, seed)
    others = np.bincount(ties.part)[ties.part] - 1.0 if len(ties) else np.zeros(0)
    order = np.lexsort((np.arange(len(ties)), -np.round(pairs, 9)))[:_MOST_BRIDGES]
    return tuple(Bridge(int(number), float(pairs[number]),
                        float(pairs[number] / (others[number] * (others[number] - 1) / 2)))
                 for number in order if pairs[number] > 0), sampled


def _by_kind(kinds: np.ndarray) -> dict[str, int]:
    return dict(sorted(Counter(kinds.tolist()).items()))
