"""The network of 100,000 groups, 20,000 offers and asks and 10,000 hubs: seconds of one core.

    python -m benchmarks.bench_ties [GROUPS]

Hubs are of very different size, one group in ten has no hub, one in ten has two, and three in five say one of 15,000
who runs them. The bound: the whole summary takes at most a fifth of what networkx takes for its parts, articulation
points and betweenness from the same number of points.
"""

from __future__ import annotations

import sys
import time

import networkx as nx
import numpy as np

from assetmap.analysis.joining import introductions
from assetmap.analysis.ties import Ties, by_ward, summary

BOUND = 0.2
_WARDS, _TOPICS, _ACROSS_M = 500, 60, 60_000.0


def network(groups: int, seed: int = 2026) -> Ties:
    """A made-up network: groups, a fifth as many offers and asks, a tenth as many hubs, and who runs groups."""
    chance = np.random.default_rng(seed)
    sizes = np.array([groups, groups // 5, groups // 10, groups * 3 // 20])
    first = np.cumsum(sizes) - sizes
    kind = np.repeat(["group", "opportunity", "hub", "organisation"], sizes)
    hub_ward = chance.integers(0, _WARDS, sizes[2])
    home = (sizes[2] * chance.random(groups) ** 1.7).astype(np.int64)
    ward = np.concatenate([hub_ward[home], chance.integers(0, _WARDS, sizes[1]), hub_ward, np.full(sizes[3], -1)])
    every = np.arange(groups)
    links = [("meets_at", every, home + first[2], 0.9), ("meets_at", every, chance.permutation(home) + first[2], 0.1),
             ("run_by", every, chance.integers(0, sizes[3], groups) + first[3], 0.6),
             ("given_by", np.arange(sizes[1]) + first[1], chance.integers(0, groups, sizes[1]), 0.5)]
    kept = [chance.random(len(a)) < share for _type, a, _b, share in links]
    a, b = (np.concatenate([link[end][some] for link, some in zip(links, kept, strict=True)]) for end in (1, 2))
    types = np.repeat([link[0] for link in links], [int(some.sum()) for some in kept])
    return Ties(kind, ward, np.arange(len(kind)), a, b, types)


def main(groups: int = 100_000) -> bool:
    """Print the table; True when the bound holds."""
    made, chance = network(groups), np.random.default_rng(1)
    x, y = chance.uniform(0, _ACROSS_M, (2, len(made)))
    topics = chance.random((len(made), _TOPICS)) < 0.03
    took: dict[str, float] = {}
    found = _timed(took, "summary", lambda: summary(made))
    _timed(took, "by ward", lambda: by_ward(made, _WARDS))
    _timed(took, "introductions", lambda: introductions(made, x, y, topics))
    graph = nx.Graph()
    graph.add_nodes_from(range(len(made)))
    graph.add_edges_from(zip(made.a.tolist(), made.b.tolist(), strict=True))
    _timed(took, "networkx", lambda: (list(nx.connected_components(graph)), list(nx.articulation_points(graph)),
                                      nx.betweenness_centrality(graph, k=found.sampled or None, seed=1)))
    ratio = took["summary"] / took["networkx"]
    print(f"\nThe network of {len(made):,} records and {found.ties:,} ties, bridges from "
          f"{found.sampled or 'all'} points (seconds)")
    for what, seconds in took.items():
        print(f"{what:<16}{seconds:>8.2f}")
    print(f"{'ratio':<16}{ratio:>8.2f} of at most {BOUND}")
    return ratio <= BOUND


def _timed(took: dict[str, float], what: str, work):
    began = time.process_time()
    made = work()
    took[what] = time.process_time() - began
    return made


if __name__ == "__main__":
    raise SystemExit(0 if main(*map(int, sys.argv[1:])) else 1)
