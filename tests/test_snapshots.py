"""Measures that are kept each month: one for a month, of today's data, and no small number among them."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from assetmap.atlas.atlas import local_day
from assetmap.cli import main
from assetmap.domain.measure import MEASURES
from assetmap.domain.snapshot import AREA, KEPT, PEOPLE
from assetmap.importing.checkup import checkup
from assetmap.importing.snapshots import take_snapshot
from assetmap.store import snapshots, tables
from assetmap.store.database import Database
from tests.made_up import group, weekly
from tests.planned import code, council, spot

PEOPLE_OF = [(1_000, 200, 100, 30.0), (2_000, 300, 400, 10.0), (4_000, 500, 900, 20.0)]


@pytest.fixture
def place(tmp_path):
    """(settings, database) of three wards, two groups in the first and one in the second."""
    groups = [group(f"g{n}", *spot(ward), meetings=(weekly(1, 10),)) for n, ward in enumerate((0, 0, 1))]
    settings = council(tmp_path / "place", PEOPLE_OF, groups=groups)
    database = Database(settings.database_address)
    yield settings, database
    database.dispose()


def held(database, *measures):
    with database.reading() as connection:
        return snapshots.read(connection, measures or tuple(KEPT))


def run(settings, *arguments):
    done = CliRunner().invoke(main, ["--home", str(settings.home), "snapshot", *arguments])
    return done.exit_code, done.output.strip().splitlines()


def test_every_measure_is_kept_for_every_ward_and_the_area_with_what_it_rests_on(place):
    settings, database = place
    take_snapshot(database, settings)
    (kept,) = held(database)
    assert {code.partition("-")[0] if code.startswith("within") else code for code in kept.figures} == {
        *MEASURES, PEOPLE}
    assert all(set(wards) == {code(0), code(1), code(2), AREA} for wards in kept.figures.values())
    groups = kept.figures["groups"]
    assert [(groups[one].value, groups[one].numerator, groups[one].denominator) for one in (code(0), AREA)] == [
        (2.0, 2.0, 1_000.0), (pytest.approx(3 / 7), 3.0, 7_000.0)]
    assert kept.of("hours", code(1)).value == 1.0, "two hours a week for 2,000 people"
    assert kept.ground.boundary_years == (2025,) and kept.ground.people == (("Invented for the tests", "2025"),)
    assert kept.ground.names[code(1)] == "Ward 2" and kept.ground.taken == kept.day


def test_a_month_has_one_and_the_data_and_its_history_stay_as_they_are(place):
    settings, database = place
    before = database.version()
    month_ago = (local_day(settings) - timedelta(days=31)).isoformat()
    assert run(settings, "--date", month_ago) == (0, [f"Kept 13 measures of 3 wards as they are on {month_ago}."])
    run(settings)
    exit_code, (said,) = run(settings, "--json")
    assert exit_code == 0 and json.loads(said)["replaced"] == local_day(settings).isoformat()
    days = [one.day for one in held(database)]
    assert days == [month_ago, local_day(settings).isoformat()]
    assert held(database)[0].ground.taken == days[1], "the data was today's, and it is said"
    assert database.version() == before


@pytest.mark.parametrize(("days", "why"), [(-1, "is still to come"), (32, "more than 31 days ago")])
def test_a_day_that_the_data_cannot_be_of_is_refused(place, days, why):
    settings, database = place
    exit_code, (said,) = run(settings, "--date", (local_day(settings) - timedelta(days=days)).isoformat())
    assert exit_code == 1 and why in said and not held(database)


def test_without_wards_it_says_what_to_load(instance):
    assert run(instance) == (1, ["There are no wards to keep measures of. Load them first: assetmap load wards FILE."])


def test_small_numbers_of_searches_are_not_kept_nor_others_that_would_tell_them(place):
    settings, database = place
    with database.writing() as connection:
        connection.execute(insert(tables.search_counts), [
            {"day": local_day(settings).isoformat(), "ward_code": code(ward), "category": "", "found": False,
             "count": count} for ward, count in ((0, 3), (1, 25), (2, 40))])
    take_snapshot(database, settings)
    unmet = held(database, "unmet")[0].figures["unmet"]
    assert {one: (figure.value, figure.held_back) for one, figure in unmet.items()} == {
        code(0): (None, True), code(1): (None, True), code(2): (40.0, False), AREA: (68.0, False)}


def test_the_check_says_when_the_last_one_is_long_ago_and_nothing_where_there_never_was_one(place):
    settings, database = place
    assert "snapshot-old" not in {finding.code for finding in checkup(database, settings)}
    take_snapshot(database, settings)
    (kept,) = held(database)
    with database.writing() as connection:
        connection.execute(tables.metadata.tables["ward_snapshots"].delete())
        snapshots.keep(connection, replace(kept, day=(local_day(settings) - timedelta(days=41)).isoformat()))
    (found,) = [finding for finding in checkup(database, settings) if finding.code == "snapshot-old"]
    assert not found.serious and "were last kept on" in found.sentence()
