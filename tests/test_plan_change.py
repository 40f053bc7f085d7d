"""Change between two days: what a planner reads of it, and what must not be read into it."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.atlas.atlas import local_day
from assetmap.domain.change_query import ORDERS, TODAY, parse_change_query
from assetmap.domain.query import QueryRefused
from assetmap.domain.snapshot import KEPT
from assetmap.importing.snapshots import take_snapshot
from assetmap.store import snapshots
from assetmap.store.database import Database
from tests.conftest import app_over
from tests.made_up import group, store
from tests.planned import code, council, spot

PEOPLE = [(1_000, 200, 100, 30.0), (2_000, 300, 400, 10.0), (None, None, None, None)]


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])).split())


def groups(ward, count):
    return [group(f"w{ward}-{n}", *spot(ward)) for n in range(count)]


@pytest.fixture
def grown(tmp_path):
    """(client, settings, the day): two groups in the first of three wards 31 days ago; six and twelve today."""
    settings = council(tmp_path / "place", PEOPLE, groups=groups(0, 2))
    database = Database(settings.database_address)
    day = local_day(settings) - timedelta(days=31)
    take_snapshot(database, settings, day)
    database.dispose()
    store(settings, groups=[*groups(0, 6), *groups(1, 12)])
    with app_over(settings) as app:
        yield app.test_client(), settings, day.isoformat()


def test_the_difference_is_what_one_works_out_by_hand_and_only_chance_is_called_chance(grown):
    client, _settings, day = grown
    data = client.get("/plan/change.json").json
    assert (data["first"]["day"], data["measure"]["code"]) == (day, "groups")
    rows = {row["code"]: row for row in data["wards"]}
    first, second, third = (rows[code(ward)] for ward in range(3))
    assert (first["first"]["value"], first["second"]["value"], first["change"], first["says"]) == (2, 6, 4, "chance")
    assert (second["first"]["numerator"], second["second"]["numerator"], second["change"], second["says"]) == (
        0, 12, 6, "more")
    assert third["change"] is None and third["says"] == ""
    assert data["area"]["change"] == pytest.approx((18 - 2) / 3_000 * 1_000)
    said = words(client.get("/plan/change"))
    assert "Up by more than chance would do: Ward 2." in said and "+4.00 could be chance" in said
    assert "Only one day was kept so far" in said and "2 for 1,000" in said and "6 for 1,000" in said
    assert "no data" in said and "were worked out on" in said, "a day that was kept late says so"
    table = list(csv.DictReader(io.StringIO(client.get("/plan/change.csv?order=name").text.lstrip("\ufeff"))))
    assert [(row["name"], row["change"]) for row in table] == [("Ward 1", "4"), ("Ward 2", "6"), ("Ward 3", "")]


def test_other_wards_boundaries_and_people_are_named_and_never_joined(grown):
    client, instance, day = grown
    database = Database(instance.database_address)
    with database.writing() as connection:
        (kept,) = snapshots.read(connection, tuple(KEPT))
        figures = {measure: {"E05000001" if one == code(0) else one: figure for one, figure in wards.items()}
                   for measure, wards in kept.figures.items()}
        names = {"E05000001": "Old Ward", code(1): "Ward 2", code(2): "Ward 3"}
        snapshots.keep(connection, replace(kept, figures=figures, ground=replace(
            kept.ground, names=names, boundary_years=(2023,), people=(("A census", "2021"),))))
    database.dispose()
    data = client.get("/plan/change.json").json
    assert [row["code"] for row in data["wards"]] == [code(1), code(2)]
    said = words(client.get("/plan/change?measure=within-800"))
    for part in ("Only on the first day: Old Ward (E05000001).", f"Only on the second day: Ward 1 ({code(0)}).",
                 "Boundaries: of 2023 then, of 2025 now.", "then from A census (2021); now from Invented"):
        assert part in said


def test_before_the_first_one_the_page_says_how_to_begin(empty_client):
    page = empty_client.get("/plan/change")
    assert page.status_code == 200 and "assetmap snapshot" in words(page)
    assert empty_client.get("/plan/change.json").json["wards"] == []
    assert empty_client.get("/plan/change.csv").status_code == 200
    assert empty_client.get("/plan/change?measure=luck").status_code == 400


def test_searches_of_one_month_are_not_set_against_each_other(grown):
    client, instance, _day = grown
    database = Database(instance.database_address)
    take_snapshot(database, instance)
    database.dispose()
    today = local_day(instance).isoformat()
    refused = client.get(f"/plan/change?measure=unmet&from={today}&to={TODAY}")
    assert refused.status_code == 400, "a day is not compared with itself"
    with database.writing() as connection:
        (newest,) = [one for one in snapshots.read(connection, tuple(KEPT)) if one.day == today]
        snapshots.keep(connection, replace(newest, day=f"{today[:8]}01"))
    if not today.endswith("-01"):
        page = client.get(f"/plan/change?measure=unmet&from={today[:8]}01")
        assert "So few are not shown" in words(page) and "<table" not in page.text.split("<main")[1]
        assert client.get(f"/plan/change.json?measure=unmet&from={today[:8]}01").json["wards"] == []


def test_what_makes_no_sense_is_told_and_nothing_is_guessed(grown):
    client, _settings, day = grown
    for asked, why in ((f"from=today&to={day}", "The first day must be before the second."),
                       ("ward=E1", "There is no ward “E1” on this map."), ("measure=luck", "is not a measure"),
                       ("from=1999-01-01", "is not a day that was kept"),
                       ("colour=red", "“colour” is not something this page can be asked for")):
        page = client.get(f"/plan/change?{asked}")
        assert page.status_code == 400 and f'id="error-{asked.partition("=")[0]}"' in page.text and why in words(page)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["measure", "from", "to", "ward", "order", "x"]), st.lists(st.one_of(
    st.text(max_size=8), st.sampled_from([*KEPT, *ORDERS, TODAY, "2026-01-31", "2026-02-28", "E05000001"])),
    max_size=6), max_size=6))
def test_any_address_is_a_choice_or_a_sentence_for_each_value(given_):
    try:
        query = parse_change_query(given_, ["2026-01-31", "2026-02-28"], date(2026, 3, 5), {"E05000001"})
    except QueryRefused as refused:
        assert all(sentence.endswith(".") for sentence in refused.errors.values())
        return
    assert query.first < "2026-03-05" and query.measure in KEPT and len(query.wards) <= 4


def test_the_page_has_no_barriers_and_a_text_for_its_pictures(grown, open_page, barriers):
    from tests.live import serving

    client, _settings, _day = grown
    with serving(client.application) as address:
        page = open_page()
        page.goto(f"{address}/plan/change?ward={code(0)}")
        assert page.get_by_role("img", name="Groups over the months").count() == 1
        assert page.locator(".change-table tbody tr").count() == 4
        assert barriers(page) == []
