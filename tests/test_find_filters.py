"""What a query finds: facets, days and times, places, words, order and pages."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.finding import Found
from assetmap.atlas.near import find_near
from assetmap.domain.query import FindQuery
from assetmap.importing.instance import load_or_raise, make_instance
from assetmap.paths import geodata
from assetmap.settings import Settings
from assetmap.store.database import Database
from benchmarks import synthetic
from tests.made_up import NEAR, at, group, hub, once, store, weekly

SUNDAY = datetime(2026, 11, 22, 9)
FACETS = ("category", "day", "time", "cost", "access", "language", "connected")


def atlas_of(folder, **layers) -> tuple[Atlas, Database]:
    """An Atlas of the sample's wards and of these records."""
    made = Settings.load(home=folder / "instance", environ={})
    database = make_instance(made, sample=False)
    load_or_raise(database, made, "wards", geodata() / "wards.geojson")
    store(made, **layers)
    return Atlas(database, made), database


@pytest.fixture(scope="module")
def random_place(tmp_path_factory):
    hubs = synthetic.hubs(60)
    atlas, database = atlas_of(tmp_path_factory.mktemp("random"), hubs=hubs, groups=list(synthetic.groups(400, hubs)))
    yield atlas, find_near(NEAR, atlas, database)
    database.dispose()


def find(atlas, query, near=None, within_m=3_000, now=SUNDAY) -> Found:
    return Found(atlas.groups, query, near, within_m, now, atlas)


def ids(atlas, query=None, near=None, **values) -> list[str]:
    """The ids found, in order."""
    found = find(atlas, query or FindQuery(), near, **values)
    return [atlas.groups.rows.value(hit.number, "id") for hit in found.ordered()]


chosen = st.fixed_dictionaries({}, optional={
    "category": st.lists(st.sampled_from(sorted(synthetic.DOING)), max_size=3).map(tuple),
    "day": st.lists(st.sampled_from(["mon", "tue", "sat", "sun", "today", "tomorrow", "weekend", "weekday"]),
                    max_size=2).map(tuple),
    "time": st.lists(st.sampled_from(["morning", "afternoon", "evening"]), max_size=2).map(tuple),
    "cost": st.lists(st.sampled_from(["free", "paid", "donation"]), max_size=2).map(tuple),
    "access": st.lists(st.sampled_from(synthetic.ACCESS), max_size=2).map(tuple),
    "language": st.lists(st.sampled_from(synthetic.LANGUAGES), max_size=2).map(tuple),
    "connected": st.lists(st.sampled_from(synthetic.THEMES), max_size=2).map(tuple),
    "age": st.sampled_from([None, 5, 30, 70]), "q": st.sampled_from(["", "yoga", "garden", "company"])})


@settings(max_examples=40)
@given(chosen, st.booleans())
def test_each_count_is_what_choosing_that_alone_would_find(random_place, values, placed):
    atlas, near = random_place
    query, near = FindQuery(**values), near if placed else None
    found = find(atlas, query, near)
    for name in FACETS:
        for code, count in found.counts(name).items():
            assert count == find(atlas, replace(query, **{name: (code,)}), near).total, (name, code)


@settings(max_examples=30)
@given(chosen, st.sampled_from(["distance", "soonest", "name"]), st.integers(1, 60))
def test_pages_hold_everything_exactly_once(random_place, values, sort, size):
    atlas, near = random_place
    found = find(atlas, FindQuery(**values, sort=sort), near)
    turned = [hit.number for first in range(0, found.total, size) for hit in found.ordered(first, size)]
    assert turned == [hit.number for hit in found.ordered()]
    assert sorted(turned) == sorted(found.numbers.tolist())


@settings(max_examples=30)
@given(chosen)
def test_more_of_one_facet_widens_and_another_facet_narrows(random_place, values):
    atlas, _near = random_place
    query = FindQuery(**values)
    some = set(find(atlas, query).numbers.tolist())
    for name, code in (("category", "sport"), ("cost", "free"), ("access", "parking")):
        more = set(find(atlas, replace(query, **{name: (*getattr(query, name), code)})).numbers.tolist())
        assert some <= more if getattr(query, name) else more <= some


def test_order_is_by_distance_soonest_or_name_and_ties_stay_in_the_order_of_ids(tmp_path):
    atlas, database = atlas_of(tmp_path, groups=[
        group("b", name="Älpha", meetings=(weekly(0, 10),)), group("a", name="beta", meetings=(weekly(0, 10),)),
        group("c", 51.5500, name="Alpha two", meetings=(weekly(6, 10),)), group("d", None, name="zeta")])
    near = find_near(NEAR, atlas, database)
    assert ids(atlas, near=near) == ["a", "b", "c"]
    assert ids(atlas, FindQuery(sort="soonest")) == ["c", "a", "b", "d"]
    assert ids(atlas, FindQuery(sort="name")) == ["b", "c", "a", "d"]
    assert find(atlas, FindQuery(), near).unplaced() == 1
    database.dispose()


def test_a_day_and_a_time_are_of_the_same_session(tmp_path):
    atlas, database = atlas_of(tmp_path, groups=[group("one", meetings=(weekly(0, 10), weekly(1, 18)))])
    asked = [(("mon",), ("morning",)), (("mon",), ("evening",)), (("tue",), ("evening",)), (("mon", "tue"), ())]
    assert [ids(atlas, FindQuery(day=day, time=time)) for day, time in asked] == [["one"], [], ["one"], ["one"]]
    assert find(atlas, FindQuery(time=("evening",))).counts("day")["mon"] == 0
    database.dispose()


def test_today_and_tomorrow_are_real_dates_and_the_weekend_is_two_days(tmp_path):
    anchor = date(2026, 11, 9)  # a Monday, two weeks before the 23rd
    atlas, database = atlas_of(tmp_path, groups=[
        group("fortnightly", meetings=(weekly(0, 10, interval=2, start=anchor),)),
        group("other-week", meetings=(weekly(0, 10, interval=2, start=anchor + timedelta(days=7)),)),
        group("sundays", meetings=(weekly(6, 10),)), group("over", meetings=(once(date(2026, 11, 21)),)),
        group("half-over", meetings=(weekly(5, 10, until=date(2026, 1, 1)), weekly(2, 10))),
        group("once", meetings=(once(date(2026, 11, 23)),))])
    expected = {"today": ["sundays"], "tomorrow": ["fortnightly", "once"], "weekend": ["sundays"],
                "mon": ["fortnightly", "once", "other-week"], "sat": [], "wed": ["half-over"]}
    for day, found in expected.items():
        assert sorted(ids(atlas, FindQuery(day=(day,)))) == found, day
    assert "over" not in ids(atlas)
    database.dispose()


def test_ages_fit_the_range_of_a_group(tmp_path):
    atlas, database = atlas_of(tmp_path, groups=[
        group("all"), group("children", age_min=5, age_max=11), group("older", age_min=50), group("babies", age_max=0)])
    expected = {0: ["all", "babies"], 5: ["all", "children"], 11: ["all", "children"], 12: ["all"],
                50: ["all", "older"]}
    assert {age: sorted(ids(atlas, FindQuery(age=age))) for age in expected} == expected
    database.dispose()


def test_what_is_ended_hidden_or_over_is_not_listed_and_what_is_paused_is(tmp_path):
    atlas, database = atlas_of(tmp_path, groups=[
        group("active"), group("paused", status="paused"), group("ended", status="ended"),
        group("hidden", status="hidden")])
    assert ids(atlas) == ["active", "paused"]
    assert "hidden" not in atlas.groups.number_of
    database.dispose()


def test_a_group_of_several_venues_is_found_once_at_the_nearest_and_is_on_the_map_at_each(tmp_path):
    atlas, database = atlas_of(
        tmp_path, hubs=[hub("near-hall", 51.5405, 0.7105), hub("far-hall", 51.5600, 0.7105)],
        groups=[group("both", None, hub_id="far-hall", meetings=(weekly(0, 10), weekly(1, 10, "near-hall"))),
                group("own", 51.5600, 0.7105, hub_id="far-hall", meetings=(weekly(0, 10, "near-hall"),))])
    near = find_near(NEAR, atlas, database)
    found = find(atlas, FindQuery(), near, within_m=500).ordered()
    assert [(atlas.groups.rows.value(hit.number, "id"), round(hit.distance_m)) for hit in found] == [
        ("both", 0), ("own", 0)]
    assert atlas.groups.spots.owner.tolist() == [0, 0, 1, 1]
    assert atlas.groups.spots.hub_id.tolist() == ["far-hall", "near-hall", "far-hall", "near-hall"]
    database.dispose()


@pytest.fixture(scope="module")
def talking(tmp_path_factory):
    """Groups that say what they are."""
    atlas, database = atlas_of(
        tmp_path_factory.mktemp("words"), hubs=[hub("st-lukes", 51.5405, 0.7105, name="St Luke’s Hall")], groups=[
            group("badminton", categories=("sport",)), group("karate", categories=("sport",)),
            group("far-archery", 51.9, 0.7, name="Archery", categories=("sport",)),
            group("allotment", name="Growing on the allotment", categories=("gardening",)),
            group("choir", name="Café Zürich choir", categories=("music-singing",), organisation="Milton Trust"),
            group("natter", name="Knit & natter", categories=("sewing-knitting",)),
            group("grief", name="Talking about loss", categories=("bereavement",)),
            group("tea", name="Tea and chat", categories=("coffee-chat",), hub_id="st-lukes"),
            group("prayer", name="Bible study", categories=("faith",)), group("art", name="Arthritis support")])
    yield atlas, find_near(NEAR, atlas, database)
    database.dispose()


@pytest.mark.parametrize(("words", "found", "widened"), [
    ("badminton", ["badminton"], []), ("Badmintons", ["badminton"], []), ("badmintn club", ["badminton"], []),
    ("football", ["badminton", "karate"], [("football", "Sport")]),
    ("archery", ["badminton", "karate"], [("archery", "Sport")]), ("sport", ["badminton", "karate"], []),
    ("gardning", ["allotment"], []), ("knittng", ["natter"], [("knitting", "Sewing and knitting")]),
    ("bereved", ["grief"], []), ("lonely", ["tea"], []), ("cafe zurich", ["choir"], []),
    ("knit and natter", ["natter"], []), ("knit & natter group", ["natter"], []), ("st lukes", ["tea"], []),
    ("St Luke's", ["tea"], []), ("milton trust", ["choir"], []),
    ("mosque", ["prayer"], [("mosque", "Faith and belief")]),
    ("zzzzz", [], []), ("badminton tea", ["badminton", "tea"], [])])
def test_words_find_what_says_them_or_what_they_mean(talking, words, found, widened):
    atlas, near = talking
    asked = find(atlas, FindQuery(q=words), near)
    assert sorted(atlas.groups.rows.value(n, "id") for n in asked.numbers) == found
    assert asked.widened == widened


def test_a_place_given_by_its_hub_is_where_the_hub_is(tmp_path):
    atlas, database = atlas_of(tmp_path, hubs=[hub("hall", 51.55, 0.70)], groups=[group("there", None, hub_id="hall")])
    assert atlas.groups.record(0).location.place is None
    assert (atlas.groups.spots.lat.tolist(), atlas.groups.spots.lon.tolist()) == ([51.55], [0.70])
    assert at(51.55, 0.70).place == atlas.hubs.record(0).location.place
    database.dispose()
