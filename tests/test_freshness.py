"""How old a confirmation is decides what people see: its state, its words, and in the end whether it is shown."""

import io
import re
import zipfile
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis import risk
from assetmap.atlas.atlas import Atlas, local_day
from assetmap.atlas.current import CurrentAtlas
from assetmap.domain.freshness import BY_GROUP, BY_LIST, BY_STEWARD, Freshness, day_over, state_of, who_confirmed
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.recurrence import Rule
from assetmap.importing.export import export_layer
from assetmap.settings import Settings, SettingsRefused
from assetmap.store import records
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS
from assetmap.web import wording
from tests.conftest import app_over
from tests.loading import Loader
from tests.made_up import NEAR, at, group, hub, store, weekly

TODAY = date(2026, 11, 22)
LIMITS = {"due_days": 180, "stale_days": 365, "hide_days": 1095}


def days_ago(days: int) -> date:
    return datetime.now(ZoneInfo("Europe/London")).date() - timedelta(days=days)


# The rule ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("days, state", [
    (-1, "fresh"), (0, "fresh"), (180, "fresh"), (181, "due"), (365, "due"), (366, "stale"), (1095, "stale"),
    (1096, "hidden"), (20_000, "hidden")])
def test_the_state_follows_from_the_age(days, state):
    assert state_of(TODAY - timedelta(days=days), TODAY, **LIMITS) == state


def test_what_was_never_confirmed_is_stale_and_never_hidden():
    assert state_of(None, TODAY, 0, 0, 1) is Freshness.STALE


def test_zero_days_never_hides():
    assert state_of(date(1900, 1, 1), TODAY, 180, 365, 0) is Freshness.STALE


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.dates(date(1950, 1, 1), date(2100, 1, 1)),
       st.tuples(*[st.integers(0, 5_000)] * 3).map(sorted))
def test_the_day_that_the_store_asks_by_divides_as_the_rule_does(day, today, limits):
    due, stale, hide = limits
    state = state_of(day, today, due, stale, hide)
    assert (day <= day_over(due, today)) == (state is not Freshness.FRESH)
    assert (day <= day_over(stale, today)) == (state in (Freshness.STALE, Freshness.HIDDEN))
    if hide:
        assert (day <= day_over(hide, today)) == (state is Freshness.HIDDEN)


@pytest.mark.parametrize("values, said", [
    ({"due_days": 400}, "DUE_DAYS is 400"), ({"stale_days": 1_500}, "HIDE_DAYS is 1,095"),
    ({"hide_days": 100}, "HIDE_DAYS is 100")])
def test_settings_that_contradict_each_other_are_refused(values, said, tmp_path):
    with pytest.raises(SettingsRefused, match=said):
        Settings(tmp_path, values)


def test_the_same_days_and_never_hiding_are_no_contradiction(tmp_path):
    assert Settings(tmp_path, {"due_days": 30, "stale_days": 30, "hide_days": 30}).hide_days == 30
    assert Settings(tmp_path, {"stale_days": 9_000, "hide_days": 0}).hide_days == 0


# What people read --------------------------------------------------------------------------------

@pytest.mark.parametrize("day, by, kind, text, state", [
    (None, "", "group", "Nobody has confirmed this yet", "unknown"),
    (date(2026, 11, 1), BY_GROUP, "group", "Confirmed 3 weeks ago by the group", "fresh"),
    (date(2026, 11, 1), BY_GROUP, "hub", "Confirmed 3 weeks ago by the people there", "fresh"),
    (date(2026, 11, 22), BY_STEWARD, "group", "Confirmed today by a steward", "fresh"),
    (date(2026, 3, 1), BY_LIST, "group", "Confirmed 9 months ago, says the list it came from", "due"),
    (date(2025, 5, 9), "", "group", "Not confirmed since May 2025: check before you go", "stale"),
    (date(2025, 5, 9), BY_GROUP, "group", "Not confirmed since May 2025 (by the group): check before you go", "stale"),
    (date(2026, 11, 1), "Jane Private, 01632 960111", "group", "Confirmed 3 weeks ago", "fresh"),
])
def test_when_and_by_whom_in_plain_words(day, by, kind, text, state, tmp_path):
    said = wording.confirmed(day, by, kind, TODAY, Settings(tmp_path))
    assert (said["text"], said["state"]) == (text, state)
    assert bool(said["advice"]) == (state != "fresh")


@pytest.fixture
def aged(instance):
    """client_of(record, …) -> a client over an instance with groups, hubs and offers."""
    opened = []

    def made(**layers):
        store(instance, **layers)
        context = app_over(instance)
        opened.append(context)
        return context.__enter__().test_client()

    yield made
    for context in opened:
        context.__exit__(None, None, None)


def offer(id, **values):
    return Opportunity(id, id.title(), "volunteering", "offer", location=at(51.5405, 0.7105), source="test",
                       source_id=id, **values)


@pytest.mark.parametrize("layer, make", [
    ("groups", lambda **v: group("it", **v)), ("hubs", lambda **v: hub("it", 51.5405, 0.7105, **v)),
    ("opportunities", lambda **v: offer("it", **v))])
def test_a_page_and_its_card_say_when_who_and_what_to_do(layer, make, aged):
    client = aged(**{layer: [make(last_confirmed=days_ago(500), confirmed_by=BY_GROUP)]})
    page = client.get(f"/{layer}/it").get_data(as_text=True)
    assert page.count("check before you go") == 2 and f"/{layer}/it/report" in page
    listed = client.get("/" if layer == "groups" else f"/{layer}").get_data(as_text=True)
    assert "check before you go" in listed
    told = client.get(f"/{layer}/it.json").json
    assert told["freshness"] == "stale" and told["confirmed_by"] and told["last_confirmed"]


def test_what_nobody_confirmed_says_so_and_stays_in_sight(aged):
    client = aged(groups=[group("it")])
    page = client.get("/groups/it").get_data(as_text=True)
    assert "Nobody has confirmed this yet" in page and "note warn" not in page
    assert client.get("/find.json").json["total"] == 1


# Out of sight by age -----------------------------------------------------------------------------

def sights(client, old: str, layer: str) -> dict[str, bool]:
    """Where an id or its name comes up."""
    name = old.replace("-", " ")
    near = f"near={NEAR}&within=2000"
    paths = [f"/{layer}/{old}", f"/{layer}/{old}.json", f"/{layer}/{old}.ics", f"/{layer}/{old}/report",
             f"/?{near}", "/", f"/find.json?{near}", "/find.geojson", "/find.csv", "/find.ics", "/whats-on",
             "/whats-on.ics", "/hubs", "/hubs.json", "/hubs.geojson", "/hubs.csv", "/opportunities",
             "/opportunities.json",
             "/find.xlsx", "/find.gpkg", "/hubs.xlsx", "/opportunities.gpkg",
             "/opportunities.geojson", "/opportunities.csv", "/wards", "/data",
             "/map/points.json?bbox=0.6,51.5,0.8,51.6&zoom=18&layer=groups&layer=hubs&layer=opportunities"]
    made = {}
    for path in paths:
        answer = client.get(path)
        body = answer.get_data()
        if path.endswith(".xlsx") and answer.status_code == 200:
            with zipfile.ZipFile(io.BytesIO(body)) as book:
                body = b"".join(book.read(name) for name in book.namelist())
        text = body.decode(errors="replace").replace(path, "")
        made[path] = answer.status_code == 200 and bool(re.search(f"{old}|{name}", text, re.IGNORECASE))
    return made


@pytest.mark.parametrize("layer, make", [
    ("groups", lambda id, **v: group(id, meetings=(weekly(1, 10),), **v)),
    ("hubs", lambda id, **v: hub(id, 51.5405, 0.7105, **v)), ("opportunities", lambda id, **v: offer(id, **v))])
def test_survive_37_what_is_hidden_by_age_is_nowhere_to_be_seen(layer, make, aged):
    client = aged(**{layer: [make("veryold", last_confirmed=days_ago(1_200)), make("quiteold",
                                                                               last_confirmed=days_ago(1_000))]})
    assert not any(sights(client, "veryold", layer).values())
    seen = sights(client, "quiteold", layer)
    assert seen[f"/{layer}/quiteold"] and sum(seen.values()) >= 6
    assert client.get("/find.json?q=veryold").json["total"] == 0
    assert client.get(f"/{layer}/veryold").status_code == client.get(f"/{layer}/veryold.json").status_code == 404


def test_with_hide_days_zero_the_oldest_is_shown(instance):
    store(instance, groups=[group("ancient", last_confirmed=date(1990, 1, 1))])
    with app_over(Settings(instance.home, {"hide_days": 0})) as app:
        assert app.test_client().get("/groups/ancient").status_code == 200


def test_what_meets_at_a_place_that_faded_still_says_where_it_is(aged):
    client = aged(hubs=[hub("old-hall", 51.5405, 0.7105, address="1 High Street", postcode="SS1 2AB",
                            last_confirmed=days_ago(2_000))],
                  groups=[group("chess", None, hub_id="old-hall", meetings=(weekly(1, 10, "old-hall"),),
                                last_confirmed=days_ago(3))])
    assert client.get("/hubs/old-hall").status_code == 404
    (found,) = client.get(f"/find.json?near={NEAR}&within=1000").json["results"]
    assert found["lat"] is not None and found["hub_id"] is None
    page = client.get("/groups/chess").get_data(as_text=True)
    assert "1 High Street" in page and "/hubs/old-hall" not in page
    calendar = client.get("/groups/chess.ics").get_data(as_text=True).replace("\r\n ", "")
    assert "1 High Street" in calendar


def test_once_confirmed_it_is_back_in_sight(instance):
    store(instance, groups=[group("chess", last_confirmed=days_ago(2_000))])
    with app_over(instance) as app:
        client = app.test_client()
        assert client.get("/groups/chess").status_code == 404
        store(instance, groups=[group("chess", last_confirmed=days_ago(0), confirmed_by=BY_STEWARD)])
        app.extensions["assetmap"].current.look_again()
        assert client.get("/groups/chess").status_code == 200


def test_survive_46_a_new_day_makes_a_new_atlas_and_so_does_a_clock_set_back(instance):
    store(instance, groups=[group("chess", last_confirmed=date(2026, 1, 1))])
    database = Database(instance.database_address)
    clock = [date(2026, 1, 1) + timedelta(days=instance.hide_days)]
    current = CurrentAtlas(database, instance, look_every_s=0.0, patience_s=30, today=lambda: clock[0])
    first = current.get()
    assert "chess" in first.groups.number_of and current.get() is first
    clock[0] += timedelta(days=1)
    second = current.get()
    assert "chess" not in second.groups.number_of and second.version == first.version
    clock[0] -= timedelta(days=1)
    assert "chess" in current.get().groups.number_of
    clock[0] += timedelta(days=1)
    assert "chess" not in current.refresh().groups.number_of
    database.dispose()


def test_survive_46_the_day_is_the_areas_own(instance):
    noon = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    assert local_day(Settings(instance.home, {"timezone": "Pacific/Kiritimati"})) >= noon
    assert (local_day(Settings(instance.home, {"timezone": "Pacific/Kiritimati"}))
            - local_day(Settings(instance.home, {"timezone": "Pacific/Pago_Pago"}))).days in (1, 2)


def test_an_atlas_is_of_the_day_it_is_asked_for(instance):
    store(instance, groups=[group("chess", last_confirmed=date(2026, 1, 1))])
    database = Database(instance.database_address)
    assert len(Atlas(database, instance, date(2026, 6, 1)).groups) == 1
    assert len(Atlas(database, instance, date(2036, 6, 1)).groups) == 0
    database.dispose()


# Files -------------------------------------------------------------------------------------------

@pytest.fixture
def loader(instance, tmp_path):
    made = Loader(instance, tmp_path)
    yield made
    made.database.dispose()


@pytest.mark.parametrize("day, said, kept", [
    (None, "", ""), (TODAY, "", BY_LIST), (TODAY, "the group", "the group"), (None, "the group", "the group")])
def test_who_confirmed_a_row_of_a_file(day, said, kept):
    assert who_confirmed(day, said) == kept


def test_a_list_that_gives_a_day_confirmed_it_itself_and_a_second_load_changes_nothing(loader):
    text = "name,last confirmed,confirmed by\nA,2026-03-01,\nB,2026-03-01,the group\nC,,\n"
    loader.load("groups", text)
    held = {record.name: (record.last_confirmed, record.confirmed_by) for record in loader.all("groups").values()}
    assert held == {"A": (date(2026, 3, 1), BY_LIST), "B": (date(2026, 3, 1), "the group"), "C": (None, "")}
    assert loader.load("groups", text).counts == {"added": 0, "changed": 0, "unchanged": 3}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg"])
def test_who_confirmed_goes_out_and_comes_back_as_it_was(ending, loader):
    loader.load("groups", "name,last confirmed,confirmed by\nA,2026-03-01,\nB,2026-03-01,the group\nC,,\n")
    file = loader.folder / f"out.{ending}"
    export_layer(loader.database, loader.settings, "groups", file)
    before = loader.state()
    assert loader.load("groups", file).counts["unchanged"] == 3
    assert loader.state() == before


def test_what_a_group_confirmed_is_not_undone_by_its_lists_old_news(loader):
    from assetmap.store import confirmations

    text = "id,name,last confirmed\nchess,Chess,2026-03-01\n"
    loader.load("groups", text)
    with loader.database.writing() as connection:
        confirmations.note_right(connection, LAYERS["groups"], "chess", version=1, who=BY_GROUP, by="the group",
                                 today=date(2026, 10, 1))
    loader.load("groups", text.replace("2026-03-01", "2026-04-01"))
    assert (loader.one("groups").last_confirmed, loader.one("groups").confirmed_by) == (date(2026, 10, 1), BY_GROUP)
    loader.load("groups", text.replace("2026-03-01", "2026-11-01"))
    assert (loader.one("groups").last_confirmed, loader.one("groups").confirmed_by) == (date(2026, 11, 1), BY_LIST)


def test_the_sample_says_who_confirmed_wherever_it_says_when(made_sample):
    database = Database(f"sqlite:///{made_sample / 'assetmap.db'}")
    with database.reading() as connection:
        for name in ("groups", "hubs", "opportunities"):
            for row in records.rows(connection, LAYERS[name]):
                assert bool(row["last_confirmed"]) == bool(row["confirmed_by"]), row["id"]
    database.dispose()


# What to check first -----------------------------------------------------------------------------

def test_a_report_of_closing_weighs_more_than_any_age_alone():
    closed = risk.reasons(risk.Facts(Freshness.FRESH, says_closed=True))
    for state in Freshness:
        assert risk.points(closed) > risk.points(risk.reasons(risk.Facts(state)))


def test_nothing_to_check_has_no_points():
    assert risk.reasons(risk.Facts(Freshness.FRESH)) == ()


def test_every_reason_has_its_points_and_can_hold():
    facts = [risk.Facts(Freshness.HIDDEN, says_closed=True, says_wrong=True, for_many=True, a_week=3.0, searches=10,
                        list_is_silent=True, reachable=False),
             risk.Facts(Freshness.STALE, a_week=1.0), risk.Facts(Freshness.DUE),
             risk.Facts(Freshness.STALE, ever_confirmed=False)]
    assert {reason for one in facts for reason in risk.reasons(one)} == set(risk.Reason) == set(risk.POINTS)


@given(st.builds(risk.Facts, st.sampled_from(list(Freshness)), st.booleans(), st.booleans(), st.booleans(),
                 st.booleans(), st.floats(0, 50), st.integers(0, 100), st.booleans(), st.booleans()))
def test_the_points_are_the_sum_of_the_reasons_that_are_told(facts):
    held = risk.reasons(facts)
    assert risk.points(held) == sum(risk.POINTS[reason] for reason in held)
    assert len(set(held)) == len(held) and sorted(held, key=lambda reason: -risk.POINTS[reason]) == list(held)


@pytest.mark.parametrize("rules, number", [
    ([], 0), ([None], 0), ([Rule("once", start=TODAY)], 0), ([Rule("weekly", weekdays=(1, 3))], 2),
    ([Rule("weekly", weekdays=(0,), interval=2), Rule("weekly", weekdays=(5,))], 1.5),
    ([Rule("monthly", weekdays=(0,), nth=(1, 3))], pytest.approx(2 / (52 / 12)))])
def test_sessions_a_week(rules, number):
    assert risk.a_week(rules) == number
