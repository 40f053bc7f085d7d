"""Who could meet on a whole map: which offers and asks take part, and where they could meet."""

import gc
import weakref
from contextlib import contextmanager
from datetime import date, datetime
from math import cos, radians

import pytest

from assetmap.analysis.judging import Part
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.matching import matches
from assetmap.domain.group import Group, Meeting
from assetmap.domain.hub import Hub
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.place import Place
from assetmap.domain.times import parse_times
from assetmap.importing.instance import load_or_raise, make_instance, open_instance
from assetmap.importing.options import no_progress
from assetmap.paths import geodata
from assetmap.store import records
from assetmap.store.rows import LAYERS
from tests.conftest import settings_at

NOW, TODAY = datetime(2026, 11, 27, 9), date(2026, 11, 27)
LAT, LON = 51.545, 0.71  # Southend-on-Sea
WITHIN_M = 3_000.0


def at(east_m: float, north_m: float = 0.0) -> Location:
    """So many metres from the middle of the town."""
    degree = 111_195.0
    return Location(Place(LAT + north_m / degree, LON + east_m / degree / cos(radians(LAT))), LocationSource.GIVEN)


def times(text: str) -> dict:
    return {"times": text, "meetings": tuple(Meeting(session, "") for session in parse_times(text, today=TODAY))}


def opportunity(record_id: str, direction: str, east_m: float | None = 0.0, **said) -> Opportunity:
    said = {"kind": "skill", "topics": ("gardening",)} | said
    place = {} if east_m is None else {"location": at(east_m)}
    return Opportunity(record_id, record_id, direction=direction, **place, **said, source_id=record_id)


def offer(record_id="an-offer", east_m=0.0, **said) -> Opportunity:
    return opportunity(record_id, "offer", east_m, **said)


def ask(record_id="an-ask", east_m=600.0, **said) -> Opportunity:
    return opportunity(record_id, "ask", east_m, **said)


@contextmanager
def map_at(settings):
    """map_at(settings) → mapped(records …) → the matches of a map that holds them, within the sample's wards."""
    database = open_instance(settings)
    load_or_raise(database, settings, "wards", geodata() / "wards.geojson", no_progress)

    def mapped(*made):
        with database.writing() as connection:
            for layer, kind in (("hubs", Hub), ("groups", Group), ("opportunities", Opportunity)):
                mine = [record for record in made if isinstance(record, kind)]
                if mine:
                    records.save_feed(connection, LAYERS[layer], mine, by="test", start=lambda: 1)
        return matches(Atlas(database, settings, TODAY), NOW, WITHIN_M)

    yield mapped
    database.dispose()


@pytest.fixture
def mapped(instance):
    with map_at(instance) as mapped:
        yield mapped


@pytest.fixture(scope="module")
def one_map(tmp_path_factory):
    """The same for two halls, an offer and an ask, which become those of each case."""
    settings = settings_at(tmp_path_factory.mktemp("one") / "instance")
    make_instance(settings, sample=False).dispose()
    with map_at(settings) as mapped:
        yield mapped


def met(found) -> set[tuple[str, str]]:
    ids = found.layer.column("id")
    return {(ids[one.offer], ids[one.ask]) for one in found.top()}


# (what it shows, what the offer says, what the ask says, whether they could meet)
CASES = [
    ("as they are", {}, {}, True),
    ("closed", {"state": "closed"}, {}, False),
    ("already introduced", {}, {"state": "introduced"}, False),
    ("over", {}, {"expires": date(2026, 11, 26)}, False),
    ("until today", {}, {"expires": TODAY}, True),
    ("withdrawn", {"status": "ended"}, {}, False),
    ("beyond the usual reach", {}, {"east_m": 3_400.0}, False),
    ("with a longer reach on both sides", {"reach_m": 4_000}, {"east_m": 3_400.0, "reach_m": 3_500}, True),
    ("who walks 400 m", {}, {"reach_m": 400}, False),
    ("given online", {"online": True, "east_m": None}, {"east_m": 9_000.0}, True),
    ("held at one place by the same people", {"giver": "a-group", "giver_kind": "groups"},
     {"giver": "a-group", "giver_kind": "groups"}, False),
    ("two people, of whom nothing is told apart", {"giver_kind": "person"}, {"giver_kind": "person"}, True),
    ("times that both wrote in their own way", times("A few Saturday mornings this winter"),
     times("Saturdays 10am-1pm"), True),
    ("mornings are no evenings", times("Weekday mornings"), times("Weekday evenings"), False),
    ("by arrangement", times("By arrangement, or Mondays 2pm-4pm"), times("Saturdays 10am-1pm"), True),
    ("an allotment and an overgrown garden", {"kind": "gift_or_loan"}, {"kind": "volunteering"}, True),
    ("the other way round too", {"kind": "volunteering"}, {"kind": "gift_or_loan"}, True),
    ("a grant for a group to begin", {"kind": "small_grant"}, {"kind": "start_a_group"}, True),
    ("a room to begin in", {"kind": "room"}, {"kind": "start_a_group"}, True),
    ("no grant is company", {"kind": "small_grant"}, {"kind": "befriending"}, False),
    ("interpreting between other languages", {"kind": "interpreting", "languages": ("pt", "en")},
     {"kind": "interpreting", "languages": ("uk", "en")}, False),
    ("interpreting between the same", {"kind": "interpreting", "languages": ("uk", "en")},
     {"kind": "interpreting", "languages": ("uk", "en")}, True),
    ("a person who needs step-free, and a hub that is", {"hub_id": "flat-hall", "east_m": None},
     {"giver_kind": "person", "access": ("step_free",), "east_m": 100.0}, True),
    ("a person who needs step-free, and a hub with steps", {"hub_id": "steep-hall", "east_m": None},
     {"giver_kind": "person", "access": ("step_free",), "east_m": 100.0}, False),
    ("a room that is wanted step-free, by who is at a hall with steps now", {"kind": "room", "access": ("parking",)},
     {"kind": "room", "hub_id": "steep-hall", "access": ("step_free",)}, False),
]
FLAT = Hub("flat-hall", "Flat Hall", location=at(0), access=("step_free", "hearing_loop"), source_id="flat")
STEEP = Hub("steep-hall", "Steep Hall", location=at(0, 200), access=("hearing_loop",), source_id="steep")


@pytest.mark.parametrize(("given", "asked", "meet"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_two_could_meet_or_not_as_by_hand(one_map, given, asked, meet):
    found = one_map(FLAT, STEEP, offer(**given), ask(**asked))
    assert met(found) == ({("an-offer", "an-ask")} if meet else set())
    assert len(found.best) == meet


def test_a_match_says_how_far_when_and_what_to_ask_about(mapped):
    found = mapped(offer(**times("Saturdays 10am-1pm"), languages=("en",)), ask(**times("Any Saturday morning")))
    (one,) = found.of(found.layer.number_of["an-ask"], 5)
    assert [one] == found.of(found.layer.number_of["an-offer"], 5)
    assert one.metres == pytest.approx(600, abs=3) and one.fit.slots == 1 << 15
    assert one.fit.unknown == {Part.LANGUAGE, Part.HOURS}


def test_the_best_pairing_gives_up_the_best_pair_so_that_nobody_is_left_out(mapped):
    found = mapped(offer("near", 0), offer("picky", 100, reach_m=150), ask("next-door", 50), ask("far", 1_500))
    ids = found.layer.column("id")
    pairs = found.pairs.take(found.best)
    assert {(ids[found.offers[i]], ids[found.asks[j]]) for i, j in zip(pairs.left, pairs.right, strict=True)} == {
        ("picky", "next-door"), ("near", "far")}


def test_matches_are_sorted_and_a_page_of_them_is_what_the_whole_list_has_there(mapped):
    found = mapped(*[offer(f"offer-{n}", 90.0 * n) for n in range(6)], *[ask(f"ask-{n}", 40.0 * n) for n in range(6)])
    every = found.top()
    assert len(every) == 36 and [one.fit.score for one in every] == sorted(
        (one.fit.score for one in every), reverse=True)
    assert found.top(None, 5, 10) == every[10:15]


def test_they_meet_where_both_can_get_to_and_in(mapped):
    halls = [Hub(name, name, location=at(east_m), access=access, status=status, source_id=name)
             for name, east_m, access, status in [
                 ("beside-the-offer", 100, ("step_free",), "active"), ("half-way", 500, ("step_free",), "active"),
                 ("nearer-with-steps", 450, (), "active"), ("closed-for-good", 480, ("step_free",), "ended"),
                 ("beyond", 1_700, ("step_free",), "active")]]
    found = mapped(*halls, offer(), ask(east_m=900.0, giver_kind="person", access=("step_free",), reach_m=1_000))
    (one,) = found.top()
    names = found.hubs.column("name")
    assert [(names[hub], round(metres, -1)) for hub, metres in found.hubs_for(one)] == [
        ("half-way", 500), ("beside-the-offer", 800)]
    assert [(names[hub], pairs) for hub, pairs in found.busiest_hubs] == [("half-way", 1)]


def test_a_hub_beyond_a_short_walk_is_no_place_to_meet(mapped):
    found = mapped(FLAT, offer(east_m=900.0), ask(east_m=800.0, reach_m=400))
    assert [found.hubs_for(one) for one in found.top()] == [[]]
    assert found.busiest_hubs == []


def group(record_id: str, east_m: float = 0.0, **said) -> Group:
    said = {"categories": ("gardening",), "location": at(east_m)} | said
    return Group(record_id, record_id, **said, source_id=record_id)


def test_an_offer_or_ask_finds_groups_and_hubs_that_do_it_within_its_reach(mapped):
    found = mapped(
        FLAT, STEEP, group("diggers", 300), group("walkers-in-nature", 200, categories=("nature",)),
        group("singers", 100, categories=("music-singing",)), group("diggers-across-town", 3_300),
        group("ended", 10, status="ended"), group("mondays", 50, **times("Mondays 2pm-4pm")),
        group("in-the-hall", hub_id="steep-hall", location=Location()),
        group("online-gardeners", online=True, location=Location()),
        offer(**times("Saturdays 10am-1pm")), ask("far-reaching", reach_m=5_000))
    names, hubs = found.groups.column("name"), found.hubs.column("name")

    def groups_of(record_id):
        return {names[row] for row, _fit in found.groups_for(found.layer.number_of[record_id], NOW, 20)}

    near = {"diggers", "walkers-in-nature", "in-the-hall", "online-gardeners"}
    assert groups_of("an-offer") == near
    assert groups_of("far-reaching") == {*near, "mondays", "diggers-across-town"}
    first = found.groups_for(found.layer.number_of["an-offer"], NOW, 1)[0]
    assert names[first[0]] == "in-the-hall" and first[1].values[Part.TOPIC] == 1.0
    assert [hubs[row] for row, _fit in found.hubs_about(found.layer.number_of["an-offer"], 5)] == ["Steep Hall"]


def test_wards_with_asks_that_nothing_answers_come_first_and_links_across_borders_are_known(mapped):
    found = mapped(offer(), ask(), ask("nobody-can", topics=("swimming",)), ask("across", 2_900.0))
    wards = {one.ward: (one.asks, one.paired, one.unmatched) for one in found.by_ward}
    assert sum(asks for asks, _, _ in wards.values()) == 3 and sum(u for _, _, u in wards.values()) == 1
    assert sum(paired for _, paired, _ in wards.values()) == 1 == len(found.best)
    assert found.by_ward[0].unmatched == 1
    ids = found.layer.column("id")
    across = {ids[one.ask] for one in found.top(found.across_wards)}
    assert across == {record_id for record_id in ("an-ask", "across")
                      if found.layer.ward[found.layer.number_of[record_id]] != found.layer.ward[found.offers[0]]}
    assert "across" in across


def test_a_map_without_offers_or_without_anything_has_no_matches(mapped):
    for found in (mapped(), mapped(ask())):
        assert found.top() == [] and len(found.best) == 0 and found.busiest_hubs == []


def test_an_old_map_goes_when_a_new_one_comes_though_its_matches_were_asked_for(instance):
    database = open_instance(instance)
    atlas = Atlas(database, instance, TODAY)
    assert matches(atlas, NOW, WITHIN_M) is matches(atlas, NOW, WITHIN_M)
    assert matches(atlas, NOW, WITHIN_M).top() == []
    old = weakref.ref(atlas)
    del atlas
    gc.collect()
    assert old() is None
    database.dispose()
