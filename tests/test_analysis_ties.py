"""The network of groups and places: what has no recorded link, what holds it together, and what one more would join."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis import betweenness
from assetmap.analysis.joining import introductions
from assetmap.analysis.mixing import mixing
from assetmap.analysis.ties import Ties, by_ward, summary, wards_reached

KINDS, TYPES = ("group", "hub", "opportunity", "organisation"), ("meets at", "run by", "given by")


def drawn(text: str, kinds: dict[str, str] | None = None, wards: dict[str, int] | None = None) -> nx.Graph:
    """A graph from "a-b b-c d": what stands alone has no link."""
    graph = nx.Graph()
    for word in text.split():
        ends = word.split("-")
        graph.add_nodes_from(ends)
        graph.add_edges_from([ends] if len(ends) == 2 else [], type="meets at")
    for node in graph:
        graph.nodes[node].update(kind=(kinds or {}).get(node, "group"), ward=(wards or {}).get(node, -1))
    return graph


def linchpins(graph) -> dict:
    ids = Ties.of(graph).id
    return {ids[one.number]: (one.cut_off, one.pieces) for one in summary(graph).linchpins}


def bridges(graph) -> dict:
    ids = Ties.of(graph).id
    return {ids[one.number]: round(one.share, 3) for one in summary(graph).bridges}


@st.composite
def networks(draw, most: int = 12) -> Ties:
    size = draw(st.integers(1, most))
    ends = st.integers(0, size - 1)
    links = draw(st.lists(st.tuples(ends, ends, st.sampled_from(TYPES)), max_size=2 * most))
    return Ties(np.array(draw(st.lists(st.sampled_from(KINDS), min_size=size, max_size=size))),
                np.array(draw(st.lists(st.integers(-1, 3), min_size=size, max_size=size))), np.arange(size),
                np.array([a for a, _, _ in links], dtype=np.int64), np.array([b for _, b, _ in links], dtype=np.int64),
                np.array([name for _, _, name in links], dtype=str))


def as_networkx(ties: Ties) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(ties)))
    graph.add_edges_from((a, b) for a, b in zip(ties.a.tolist(), ties.b.tolist(), strict=True) if a != b)
    return graph


def test_two_triangles_fall_apart_without_the_corner_that_they_share():
    two = drawn("a-b b-c c-a c-d d-e e-c")
    assert linchpins(two) == {"c": (2, 2)}
    assert bridges(two) == {"c": round(4 / 6, 3)}
    found = summary(two)
    assert (found.parts, found.largest, found.share_in_largest, len(found.unlinked)) == (1, 5, 1.0, 0)


def test_every_inner_stop_of_a_path_cuts_off_its_shorter_end():
    path = drawn("a-b b-c c-d d-e")
    assert linchpins(path) == {"b": (1, 2), "c": (2, 2), "d": (1, 2)}
    assert [round(one.pairs) for one in summary(path).bridges] == [4, 3, 3]


def test_without_its_hub_a_star_falls_into_single_groups():
    star = drawn("hall-yoga hall-chess hall-choir hall-tea", {"hall": "hub"})
    found = summary(star)
    assert linchpins(star) == {"hall": (3, 4)}
    assert bridges(star) == {"hall": 1.0}
    assert found.records == {"group": 4, "hub": 1} and found.in_largest == {"group": 4, "hub": 1}


def test_groups_that_nobody_linked_are_counted_of_all_groups_and_empty_places_are_not():
    some = drawn("hall-yoga hall-chess walkers singers library", {"hall": "hub", "library": "hub"})
    found, ids = summary(some), Ties.of(some).id
    assert [ids[number] for number in found.unlinked] == ["walkers", "singers"]
    assert (found.share_unlinked, found.share_in_largest, found.parts, found.largest) == (0.5, 0.5, 1, 3)


def test_a_place_where_nothing_is_linked_has_no_connected_set():
    found = summary(drawn("walkers singers"))
    assert (found.parts, found.largest, found.in_largest, found.share_in_largest) == (0, 0, {}, 0.0)
    assert found.linchpins == () and found.bridges == () and np.isnan(found.mixing.share)


def test_where_there_are_no_groups_shares_are_not_known_rather_than_nothing():
    found = summary(nx.Graph())
    assert np.isnan(found.share_unlinked) and np.isnan(found.share_in_largest)


def test_florentine_families_have_the_published_brokers():
    """Padgett and Ansell 1993; betweenness as in Wasserman and Faust: the Medici 0.522, then Guadagni and Albizzi."""
    families = nx.florentine_families_graph()
    assert bridges(families) == {"Medici": 0.522, "Guadagni": 0.255, "Albizzi": 0.212, "Salviati": 0.143,
                                 "Ridolfi": 0.114}
    # Pazzi hang on Salviati, and both, with Acciaiuoli apart, on Medici; Ginori on Albizzi; Lamberteschi on Guadagni
    assert linchpins(families) == {"Medici": (3, 3), "Salviati": (1, 2), "Albizzi": (1, 2), "Guadagni": (1, 2)}


def test_the_karate_club_hangs_on_its_teacher():
    """Zachary 1977: betweenness of the teacher 0.438, the president 0.304; six members know nobody but through him."""
    club = nx.karate_club_graph()
    assert list(bridges(club).items())[:3] == [(0, 0.438), (33, 0.304), (32, 0.145)]
    assert linchpins(club) == {0: (6, 3)}


def test_types_of_links_are_counted_apart_and_the_same_link_twice_is_one():
    graph = nx.MultiGraph()
    graph.add_nodes_from(["yoga", "chess"], kind="group", ward=0)
    graph.add_nodes_from(["hall"], kind="hub", ward=1)
    graph.add_nodes_from(["trust"], kind="organisation", ward=-1)
    graph.add_edges_from([("yoga", "hall"), ("hall", "yoga"), ("yoga", "yoga")], type="meets at")
    graph.add_edges_from([("yoga", "trust"), ("chess", "trust"), ("yoga", "hall")], type="run by")
    found = summary(graph)
    assert (found.ties, found.by_type) == (3, {"meets at": 1, "run by": 3})
    assert (found.mixing.known, found.mixing.unknown, found.mixing_by_type["run by"].known) == (1, 2, 1)
    only = summary(graph, types=["meets at"])
    assert (only.ties, only.by_type) == (1, {"meets at": 1})
    assert [Ties.of(graph).id[number] for number in only.unlinked] == ["chess"]


def test_ties_that_keep_to_their_wards_are_said_to_be_fewer_than_by_chance():
    inside = [f"{ward}{a}-{ward}{b}" for ward in "pqr" for a, b in combinations(range(5), 2)]
    wards = {f"{ward}{number}": place for place, ward in enumerate("pqr") for number in range(5)}
    kept = summary(drawn(" ".join([*inside, "p0-q0"]), wards=wards)).mixing
    assert (kept.known, kept.across, kept.index, kept.against_chance) == (31, 1, (1 - 30) / 31, -1)
    # of the 105 pairs of 15 records 75 are of two wards, so by chance the index is 2 · 75/105 − 1
    assert kept.expected == pytest.approx(2 * 75 / 105 - 1, abs=0.02) and kept.low < kept.expected < kept.high
    out = summary(drawn(" ".join(f"p{a}-q{b}" for a in range(5) for b in range(5)), wards=wards)).mixing
    assert (out.index, out.against_chance) == (1.0, 1)


def test_the_same_seed_shuffles_alike():
    graph = drawn("a-b b-c c-d d-a a-e", wards=dict(zip("abcde", (0, 0, 1, 1, 2), strict=True)))
    assert summary(graph, seed=4).mixing == summary(graph, seed=4).mixing


def test_a_ward_has_a_row_even_with_nothing_in_it():
    graph = drawn("hall-yoga hall-chess walkers", {"hall": "hub"}, {"hall": 0, "yoga": 0, "chess": 2, "walkers": 2})
    rows = by_ward(Ties.of(graph), 4)
    assert rows.to_dict("list") == {"groups": [1, 0, 2, 0], "unlinked": [0, 0, 1, 0], "within": [1, 0, 0, 0],
                                    "across": [1, 0, 1, 0]}


def test_who_runs_things_in_two_wards_reaches_both():
    graph = drawn("trust-yoga trust-chess trust-choir trust-online walkers", {"trust": "organisation"},
                  {"yoga": 0, "chess": 3, "choir": 3})
    ties = Ties.of(graph)
    reached = dict(zip(ties.id, wards_reached(ties).tolist(), strict=True))
    assert reached == {"trust": 2, "yoga": 0, "chess": 0, "choir": 0, "online": 0, "walkers": 0}


def test_a_link_to_nothing_is_refused():
    nobody = np.zeros(0, dtype=np.int64)
    with pytest.raises(ValueError, match="no record"):
        Ties(np.array(["group"]), np.array([0]), np.array([0]), np.array([0]), np.array([1]), np.array(["meets at"]))
    with pytest.raises(ValueError, match="every record"):
        Ties(np.array(["group"]), nobody, nobody, nobody, nobody, np.array([], dtype=str))


@given(networks())
def test_what_would_be_cut_off_is_what_taking_it_away_cuts_off(ties):
    graph = as_networkx(ties)
    found = summary(ties).linchpins
    assert {one.number for one in found} == set(nx.articulation_points(graph))
    for one in found:
        left = graph.subgraph(nx.node_connected_component(graph, one.number) - {one.number})
        pieces = sorted(((len(piece), sum(ties.kind[n] == "group" for n in piece))
                         for piece in nx.connected_components(left)), reverse=True)
        assert (one.pieces, one.cut_off) == (len(pieces), sum(size for size, _ in pieces[1:]))
        assert one.groups == sum(groups for _, groups in pieces[1:])


@given(networks())
def test_betweenness_is_that_of_networkx_also_in_many_small_batches(ties):
    wanted = nx.betweenness_centrality(as_networkx(ties), normalized=False)
    for cells in (betweenness._CELLS, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(betweenness, "_CELLS", cells)
            found, sampled = betweenness.between(ties.links, ties.part)
        assert sampled == 0 and np.allclose(found, [wanted[number] for number in range(len(ties))])


def test_the_bridge_of_a_large_network_is_found_from_a_sample_that_is_said(monkeypatch):
    monkeypatch.setattr(betweenness, "_EXACT_STEPS", 1)
    halves = nx.disjoint_union(nx.gnm_random_graph(150, 600, seed=1), nx.gnm_random_graph(150, 600, seed=2))
    halves.add_edges_from([(0, "bridge"), ("bridge", 200)])
    found = summary(halves)
    assert found.sampled == 64
    true = nx.betweenness_centrality(halves)
    estimated = {Ties.of(halves).id[one.number]: one.share for one in found.bridges[:3]}
    assert estimated == pytest.approx({node: true[node] for node in (0, "bridge", 200)}, rel=0.1)


@given(networks(), st.randoms(use_true_random=False))
def test_numbering_the_records_otherwise_changes_nothing(ties, chance):
    order = list(range(len(ties)))
    chance.shuffle(order)
    place = np.argsort(order)
    other = Ties(ties.kind[order], ties.ward[order], ties.id[order], place[ties.b], place[ties.a], ties.type)

    def told(network: Ties):
        found = summary(network)
        ids = network.id
        return (found.records, found.ties, found.by_type, sorted(ids[found.unlinked]), found.parts, found.largest,
                found.mixing.known, found.mixing.across,
                {ids[one.number]: (one.cut_off, one.groups, one.pieces) for one in found.linchpins},
                [round(one.pairs, 6) for one in found.bridges])

    assert told(ties) == told(other)


@given(networks())
def test_the_index_of_wards_is_between_all_within_and_all_across(ties):
    found = mixing(*ties.pairs(), ties.ward, ties.kind)
    assert found.known + found.unknown == len(ties.pairs()[0])
    if found.known:
        assert -1 <= found.low <= found.expected + 1e-9 <= found.high + 2e-9 <= 1 + 2e-9
        assert -1 <= found.index <= 1 and found.index == pytest.approx(2 * found.share - 1)


@given(networks())
def test_each_introduction_makes_one_part_of_two_and_joins_as_many_as_it_says(ties):
    def separate_pairs(part):
        sizes = np.bincount(part)
        return (len(part) ** 2 - (sizes ** 2).sum()) // 2

    for one in introductions(ties):
        more = Ties(ties.kind, ties.ward, ties.id, np.append(ties.a, one.first), np.append(ties.b, one.second),
                    np.append(ties.type, "introduced"))
        assert len(np.unique(more.part)) == len(np.unique(ties.part)) - 1
        assert separate_pairs(ties.part) - separate_pairs(more.part) == one.gain


@given(networks())
def test_the_biggest_gain_comes_first_and_no_bigger_one_is_missing(ties):
    found = introductions(ties, most=1000)
    sizes, can = np.bincount(ties.part), np.unique(ties.part[np.isin(ties.kind, ["group", "hub"])])
    wanted = sorted((int(sizes[a] * sizes[b]) for a, b in combinations(can, 2)), reverse=True)
    assert [one.gain for one in found] == wanted  # 12 records have no more parts than are all looked at
    first = [(one.first, one.second) for one in introductions(ties, most=3)]
    assert first == [(one.first, one.second) for one in found[:3]]


def test_who_shares_a_topic_close_by_is_suggested_before_the_nearest_and_the_nearest_before_the_far():
    ties = Ties.of(drawn("hall-yoga hall-chess walkers singers", {"hall": "hub"}))
    at = dict(zip(ties.id, range(len(ties)), strict=True))
    x = np.zeros(len(ties))
    x[[at["hall"], at["yoga"], at["chess"], at["walkers"], at["singers"]]] = 0, 100, 1_500, 200, 5_000
    topics = np.zeros((len(ties), 2), dtype=bool)
    topics[[at["chess"], at["walkers"], at["singers"]], 1] = True
    first, second = introductions(ties, x, np.zeros(len(ties)), topics)[:2]
    assert (ties.id[first.first], ties.id[first.second], first.metres, first.shared) == (
        "chess", "walkers", 1_300.0, (1,))
    # the singers are further than anybody would go for a shared topic, so theirs is the nearest: chess as it happens
    assert (ties.id[second.second], second.metres, second.gain) == ("singers", 3_500.0, 3)
    nowhere = introductions(ties, np.full(len(ties), np.nan), x)
    assert len(nowhere) == 3 and all(np.isnan(one.metres) for one in nowhere)
