"""Programmes from files, in the store, by ward, and what of them the public sees. No programme has code of its own."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from assetmap import paths
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.programmes import programmes_of
from assetmap.domain.errors import BadInput, Conflict, FileRefused
from assetmap.domain.progress import ProgressEvent
from assetmap.importing.programmes.exporting import areas, table_of
from assetmap.store import history, programmes, undo
from tests.loading import HUBS, Loader
from tests.planned import code, figures_table, spot, wards_document

PLAIN = """record,programme,deployment,name,kind,summary,step,what,day,ward,value
programme,Street friends,,,steps,Neighbours who say hello,,,,,
step,Street friends,,Knock on doors,,Ask who would join in,,,,,
step,Street friends,,Street meal,,,,,,,
step,Street friends,,Every month,,,,,,,
deployment,Street friends,,,,,,,,Ward 1,
progress,Street friends,,,,,Knock on doors,begun,5 Jan 2026,Ward 1,
progress,Street friends,,,,,1,,Sat 7th February 2026,Ward 1,
figure,Street friends,,People attending,,,,,2026-02-07,Ward 1,38
date,Street friends,,Street meal,,,2,,2027-05-08,Ward 1,
"""


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("wards", wards_document(3), "wards.geojson")
    loader.load("ward-figures", figures_table([(10_000, 1_500, 2_000, 10), (8_000, None, None, 20), None]))
    loader.load("hubs", HUBS)
    yield loader
    loader.database.dispose()


def held(loader):
    with loader.database.reading() as connection:
        return programmes.read(connection)


def standing(loader, deployment: str, day: date):
    return held(loader).standing(deployment, day)


def test_a_new_programme_with_its_own_steps_comes_from_a_file_alone(loader):
    report = loader.load("programmes", PLAIN)
    assert report.counts == {"added": 6, "changed": 0, "unchanged": 0} and not report.notices
    assert report.remarks[0] == "New: 1 programme, 1 deployment, 2 entries of progress, 1 figure, 1 date."
    made = held(loader)
    (programme,), (deployment,) = made.programmes.values(), made.deployments.values()
    assert [step.code for step in programme.steps] == ["knock-on-doors", "street-meal", "every-month"]
    assert (deployment.id, deployment.name, deployment.wards) == ("street-friends-ward-1", "Ward 1", (code(0),))
    assert [standing(loader, deployment.id, day).condition for day in (
        date(2026, 1, 4), date(2026, 1, 5), date(2026, 2, 7))] == ["not_begun", "under_way", "in_place"]
    before = loader.state()
    assert loader.load("programmes", PLAIN).counts == {"added": 0, "changed": 0, "unchanged": 6}
    assert loader.load("programmes", PLAIN, "other.csv", source="another list").counts["unchanged"] == 6
    assert loader.state() == before


def test_the_matrix_that_councils_have_says_where_things_stand_and_a_lower_step_is_a_going_back(loader):
    loader.load("programmes", PLAIN)
    table = "Initiative,Ward,Step reached,Date,Lead,Notes\nStreet Friends,{ward},{step},{day},The council,Ring first\n"
    for step, day, ward in (("Street meal", "01/03/2026", "Ward 1"), ("3", "01/06/2026", "WARD 1 ward"),
                            ("2", "01/09/2026", code(0)), ("2", "02/09/2026", code(0))):
        loader.load("programmes", table.format(ward=ward, step=step, day=day), f"{day[3:5]}.csv")
        assert not loader.faults()
    events = held(loader).progress["street-friends-ward-1"]
    assert [(event.day.month, event.step, event.what) for event in events[2:]] == [
        (3, "street-meal", "reached"), (6, "every-month", "reached"), (9, "street-meal", "gone_back"),
        (9, "street-meal", "reached")]
    assert [standing(loader, "street-friends-ward-1", date(2026, month, 15)).at for month in (2, 5, 8, 9)] == [
        "knock-on-doors", "street-meal", "every-month", "street-meal"]
    deployment = held(loader).deployments["street-friends-ward-1"]
    assert (deployment.lead, deployment.notes, deployment.starts) == ("The council", "Ring first", None)
    state = loader.state()
    loader.load("programmes", table.format(ward="Ward 1", step="2", day="01/09/2026"), "09.csv")
    assert loader.state() == state


def test_a_table_with_a_column_for_each_programme_is_read_too(loader, tmp_path):
    loader.load("programmes", PLAIN + "programme,Hubs,,,state,,,,,,\nstep,Hubs,,In development,,,,,,,\n"
                                      "step,Hubs,,Open,,,,,,,\n")
    book = Workbook()
    for row in (["Ward", "Street friends", "Hubs", "Trees"], ["Ward 1", "", "open", 7],
                ["Ward 2", 1, "In development", 8], ["Ward 3", "x", None, 9]):
        book.active.append(row)
    book.save(tmp_path / "matrix.xlsx")
    report = loader.load("programmes", tmp_path / "matrix.xlsx")
    assert report.counts["added"] == 7 and report.unused == ["Trees"]
    assert "2 rows give no date for a step that is new: today's is taken." in report.remarks
    made, today = held(loader), date.today() + timedelta(days=1)
    found = {(made.programme_of(key).name, one.name): made.standing(key, today).at for key, one in
             made.deployments.items()}
    assert found == {("Street friends", "Ward 1"): "knock-on-doors", ("Street friends", "Ward 2"): "knock-on-doors",
                     ("Street friends", "Ward 3"): "", ("Hubs", "Ward 1"): "open", ("Hubs", "Ward 2"): "in-development"}
    assert loader.load("programmes", tmp_path / "matrix.xlsx").counts["added"] == 0
    loader.load("programmes", "record,programme,kind,steps\nprogramme,Coordination,state,Covered\n")
    loader.load("programmes", "ward,Hubs,Coordination\nWard 3,Planned,✓\nWard 2,,Yes\n", "more.csv")
    stood = {(programme, ward): held(loader).standing(f"{programme}-{ward}", today) for programme, ward in (
        ("hubs", "ward-3"), ("coordination", "ward-3"), ("coordination", "ward-2"))}
    assert stood["hubs", "ward-3"].conditions == {"in-development": "planned", "open": "not_begun"}
    assert {one.at for (name, _ward), one in stood.items() if name == "coordination"} == {"covered"}
    loader.load("programmes", "ward,Hubs\nWard 2,dancing\n", "wide.csv")
    assert loader.faults() == ["row 2, column Hubs: is “dancing”, which “Hubs” does not have; it has: 1 In "
                               "development; 2 Open"]


@pytest.mark.parametrize(("row", "said"), [
    ("progress,Street friends,,,,,9,,2026-01-05,Ward 1,", "column step: is “9”, which “Street friends” does not have; "
                                                           "it has: 1 Knock on doors; 2 Street meal; 3 Every month"),
    ("progress,Street friend,,,,,1,,2026-01-05,Ward 1,", "there is no programme of that name (did you mean “Street "
                                                          "friends”?)"),
    ("progress,Street friends,,,,,1,,2026-01-05,Word 1,", "“Word 1”, which is no ward that is loaded (did you mean “"),
    ("progress,Street friends,,,,,1,,2026-01-05,E05000001,", "has E05000001, which is not a ward that is loaded"),
    ("progress,Street friends,,,,,1,,2026-01-05,Ward 2,", "“Street friends” has no deployment there"),
    ("progress,Street friends,,,,,1,,soon,Ward 1,", "column day: is “soon”, and should be a date"),
    ("progress,Street friends,,,,,1,,,Ward 1,", "column day: is empty, and a row that is a progress needs one"),
    ("progress,Street friends,,,,,1,,2199-01-05,Ward 1,", "which has not come yet; what is to come is planned"),
    ("progress,Street friends,,,,,1,danced,2026-01-05,Ward 1,", "should be one of: planned, begun, reached, gone_back"),
    ("figure,Street friends,,Meals,,,,,2026-01-05,Ward 1,many", "column value: is “many”, and should be a number"),
    ("figure,Street friends,,People attending,,,,,2026-02-07,Ward 1,39", "is about the same as row 9"),
    ("dance,Street friends,,,,,,,,,", "column record: is “dance”, and should be one of: programme, step"),
    (",Street friends,,,,,,,,,", "column record: is empty"),
    ("programme,Street friends,,,,,,,,,", "column programme: is about the same as row 2"),
    ("deployment,Street friends,elsewhere,,,,,,,Ward 9,", "no ward that is loaded")])
def test_a_bad_row_keeps_the_file_out_and_says_what_would_be_right(loader, row, said):
    loader.load("programmes", PLAIN)
    before = loader.state()
    report = loader.load("programmes", f"{PLAIN}{row}\n", "bad.csv")
    (fault,) = loader.faults()
    assert fault.startswith("row 11, ") and said in fault and report.refused and loader.state() == before
    report = loader.load("programmes", f"{PLAIN.replace(',38', ',40')}{row}\n", "bad.csv", skip_bad_rows=True)
    assert report.applied and report.counts["changed"] == 1 and report.counts["added"] == 0
    assert said[8:20] in (loader.folder / "bad.rejected.csv").read_text("utf-8-sig")


def test_a_name_that_two_wards_have_is_not_guessed_and_a_file_of_something_else_is_refused(loader):
    document = json.loads(wards_document(4, "E06000998"))
    document["features"] = document["features"][3:]
    document["features"][0]["properties"]["WD25NM"] = "Ward 1"
    loader.load("wards", json.dumps(document), "neighbours.geojson")
    loader.load("programmes", PLAIN)
    assert f"the name of 2 wards; give the code of the one that is meant: {code(0)}, {code(3)}" in loader.faults()[0]
    with pytest.raises(FileRefused, match="No column says which programme a row is about"):
        loader.load("programmes", "ward,trees\nWard 2,7\n", "trees.csv")
    before = loader.state()
    loader.load("programmes", PLAIN.replace("Ward 1", "Ward 2"), dry_run=True)
    assert loader.report.counts["added"] == 6 and loader.state() == before


def test_an_import_is_undone_whole_and_comes_back_with_its_file(loader):
    number = loader.load("programmes", PLAIN, by="jo@example.org").import_id
    with loader.database.writing() as connection:
        undone = undo.undo_set(connection, number, by="jo@example.org")
        assert len(undone.hidden) == 6
    assert not held(loader).programmes
    loader.load("programmes", PLAIN)
    assert len(held(loader).progress["street-friends-ward-1"]) == 2


def test_what_people_note_and_correct_has_history_and_stays_when_the_file_comes_again(loader):
    loader.load("programmes", PLAIN)
    new = ProgressEvent("", "", "street-friends-ward-1", "street-meal", "begun", date(2026, 3, 1), note="At last")
    with loader.database.writing() as connection:
        own = programmes.add(connection, new, by="jo")
        with pytest.raises(BadInput, match="nothing with the code “dance”"):
            programmes.add(connection, replace(new, step="dance"), by="jo")
        mistaken = next(event for event in held(loader).progress["street-friends-ward-1"] if event.what == "begun")
        record, version = programmes.get(connection, "deployment-progress", mistaken.id)
        assert programmes.save(connection, replace(record, day=date(2026, 1, 12)), version=version, by="jo")
        with pytest.raises(Conflict):
            programmes.save(connection, replace(record, day=date(2026, 1, 13)), version=version, by="kim")
        programmes.hide(connection, "deployment-figures", next(iter(held(loader).figures.values()))[0].id, by="jo")
    report = loader.load("programmes", PLAIN)
    assert not report.counts["added"] and "2 keep something that was changed by hand here" in report.remarks[0]
    made = held(loader)
    assert not made.figures and own == "street-friends-ward-1-street-meal-begun"
    assert [event.day.day for event in made.progress["street-friends-ward-1"]] == [12, 7, 1]
    with loader.database.reading() as connection:
        lines = programmes.lines_of_deployment(connection, "street-friends-ward-1")
    assert [(line.by, line.changes) for line in lines if "day" in line.changes] == [
        ("jo", {"day": ["2026-01-05", "2026-01-12"]})]
    with loader.database.writing() as connection:
        undo.undo_line(connection, next(line.id for line in lines if "day" in line.changes), by="jo")
        (line,) = history.of_record(connection, "deployment-progress", own)
        undo.undo_line(connection, line.id, by="jo")
    assert [event.day.day for event in held(loader).progress["street-friends-ward-1"]] == [5, 7]


def catchment(west: float, east: float) -> str:
    """A strip of the council of squares, from and to so many wards east of its western edge."""
    corners = [spot(west, 0, 0), spot(east, 0, 0), spot(east, 0, 1), spot(west, 0, 1), spot(west, 0, 0)]
    return f"POLYGON (({', '.join(f'{lon} {lat}' for lat, lon in corners)}))"


def drawn(**areas) -> str:
    rows = "".join(f'deployment,Street friends,{name},,,,,,,,,"{area}"\n' for name, area in areas.items())
    head, _, rest = PLAIN.partition("\n")
    return f"{head},wkt\n{rest}{rows}"


def test_a_catchment_over_half_a_ward_counts_half_its_people_and_nobody_twice(loader):
    loader.load("programmes", drawn(half=catchment(0.5, 1), both=catchment(0.5, 1.5), sliver=catchment(1, 2.002),
                                    unknown=catchment(2, 3)))
    atlas = Atlas(loader.database, loader.settings)
    here = programmes_of(atlas)
    by_id = here.all.deployments
    covered = here.covered([by_id["half"]])
    assert covered.people == pytest.approx(5_000, rel=0.02) and covered.estimated and "spread evenly" in covered.basis
    assert here.covered([by_id["both"]]).people == pytest.approx(9_000, rel=0.02)
    whole = by_id["street-friends-ward-1"]
    assert here.covered([whole]).people == 10_000 and here.covered([whole]).basis == "figures of wards"
    assert here.covered([whole, by_id["half"], by_id["both"]]).people == pytest.approx(14_000, rel=0.02)
    assert here.ward_rows(by_id["both"]) == [0, 1] and here.ward_rows(by_id["sliver"]) == [1]
    assert here.shares(by_id["half"]) == pytest.approx([0.5, 0, 0], abs=0.01)
    assert here.covered([by_id["unknown"]]).people != here.covered([by_id["unknown"]]).people, "nobody knows: no number"
    loader.load("population-points", "code,lat,lon,people\n" + "\n".join(
        f"P{number},{lat},{lon},{people}" for number, (lat, lon), people in (
            (1, spot(0, 0.25), 9_000), (2, spot(0, 0.75), 1_000), (3, spot(1, 0.25), 8_000))))
    again = programmes_of(Atlas(loader.database, loader.settings))
    assert again.covered([by_id["half"]]).people == 1_000 and not again.covered([by_id["half"]]).estimated


def test_an_area_is_drawn_in_any_of_the_usual_ways_and_a_bad_one_is_refused(loader):
    loader.load("programmes", PLAIN)
    square = {"type": "Polygon", "coordinates": [[*(spot(0, a, b)[::-1] for a, b in (
        (.1, .1), (.9, .1), (.9, .9), (.1, .9), (.1, .1)))]]}
    document = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": square, "properties": {
        "record": "deployment", "programme": "Street friends", "deployment": "drawn"}}]}
    assert loader.load("programmes", json.dumps(document), "areas.geojson").counts["added"] == 1
    outline = held(loader).deployments["drawn"].outline
    cells = (json.dumps(square), "SRID=27700;POLYGON ((585100 186100, 585900 186100, 585900 186900, 585100 186900, "
                                 "585100 186100))")
    for text in cells:
        book = Workbook()
        for row in (["record", "programme", "deployment", "outline"], ["deployment", "Street friends", "drawn", text]):
            book.active.append(row)
        book.save(loader.folder / "area.xlsx")
        assert loader.load("programmes", loader.folder / "area.xlsx").counts["unchanged"] == 1, outline
    for text, said in (("POINT (0.7 51.5)", "no area that can be read"), ("POLYGON ((", "no area that can be read"),
                       ("POLYGON ((51.5 0.7, 51.6 0.7, 51.6 0.8, 51.5 0.7))", "latitude first"),
                       ("POLYGON ((2 40, 3 40, 3 41, 2 40))", "outside the area of this map"),
                       ('{"type": "Polygon", "coordinates": [[[NaN, 51.5]]]}', "number that can be used")):
        loader.load("programmes", f'record,programme,deployment,wkt\ndeployment,Street friends,bad,"{text}"\n'.replace(
            '"type"', '""type""').replace('"Polygon"', '""Polygon""').replace('"coordinates"', '""coordinates""'))
        assert said in loader.faults()[0], text


SECRET = ("Whispering Campaign", "hush-deployment", "hush-note", "hush-figure", "hush-date", "hush-step-note",
          "hush-lead", "01632 960777")


def test_what_is_internal_is_nowhere_in_what_the_public_gets(loader):
    loader.load("programmes", PLAIN.replace("value\n", "value,public,internal notes,note,lead,phone\n", 1) + "\n".join((
        "programme,Whispering Campaign,,,state,,,,,,,internal,,,,", "step,Whispering Campaign,,Begun,,,,,,,,,,,,",
        "deployment,Whispering Campaign,whisper,,,,,,,Ward 2,,public,,,hush-lead,",
        "deployment,Street friends,hush-deployment,,,,,,,Ward 3,,internal,,,,",
        "figure,Street friends,hush-deployment,hush-figure,,,,,2026-02-07,,3,,,,,",
        "deployment,Street friends,open,,,,,,,Ward 2,,yes,hush-note,,,",
        "role,Street friends,open,Role,,,,,,,,,,,,01632 960777",
        "progress,Street friends,open,,,,2,,2026-02-07,,,no,,hush-step-note,,",
        "date,Street friends,open,hush-date,,,,,2027-02-07,,,no,,,,", "")))
    assert not loader.faults()
    atlas = Atlas(loader.database, loader.settings)
    public = programmes_of(atlas).public
    shapes = dict(zip(atlas.ward_codes, atlas.wards.geometry, strict=True))
    said = (table_of(public, internal=False).to_csv() + repr(public) + repr(public.next_dates(atlas.today))
            + areas(public.deployments.values(), shapes, internal=False).to_json())
    assert [secret for secret in SECRET if secret in said] == []
    assert "Street friends" in said and public.standing("open", atlas.today).at == ""
    assert programmes_of(atlas).all.standing("open", atlas.today).at == "street-meal"
    assert {"internal_notes", "public", "source"} & set(table_of(public, internal=False).columns) == set()


def test_the_sample_holds_the_ten_as_data_and_says_where_they_stand(loader):
    loader.load("wards", paths.geodata() / "wards.geojson")
    loader.load("hubs", paths.geodata() / "sample_hubs.csv")
    report = loader.load("programmes", paths.geodata() / "sample_programmes.csv", source="sample")
    assert not loader.faults() and not report.notices
    made = held(loader)
    c2, southchurch = made.programmes["c2-connecting-communities"], made.deployments["c2-southchurch"]
    assert len(c2.steps) == 7 and c2.steps[2].feedback_days == 10 and southchurch.wards == ("E05002223",)
    there = made.standing("c2-southchurch", date(2026, 12, 1))
    assert (c2.number(there.at), there.condition) == (1, "under_way")
    coming = {one.entry.name for one in made.next_dates(date(2026, 12, 1)) if one.deployment is southchurch}
    assert {"Connecting event: meet your neighbours", "Listening event"} <= coming
    assert len(made.programmes["neighbourhood-framework"].steps) == 10
    assert made.standing("c2-shoebury", date(2026, 12, 1)).back_on == (date(2026, 8, 15),)
    assert {theme for one in made.programmes.values() for theme in one.themes} == {
        "people", "services", "neighbourhoods", "community_organisations", "decision_making"}
    sources = {one.source for one in (*made.programmes.values(), *made.deployments.values())}
    assert sources == {"sample"} and not [role for one in made.deployments.values() for role in one.roles
                                          if role.email and not role.email.endswith("@example.org")]
    assert Path(paths.geodata() / "sample_programmes.csv").stat().st_size < 100_000


def test_a_column_headed_internal_hides_and_who_confirmed_is_told_to_nobody(loader):
    loader.load("programmes", PLAIN)
    loader.load("programmes", "record,programme,deployment,ward,Internal,Confirmed by,last confirmed\n"
                              "deployment,Street friends,quiet,Ward 1,Yes,Zoe Nobody,2026-01-02\n"
                              "deployment,Street friends,loud,Ward 2,no,Zoe Nobody,2026-01-02\n", "int.csv")
    assert not loader.faults() and loader.report.unused == []
    atlas = Atlas(loader.database, loader.settings)
    here = programmes_of(atlas)
    assert "quiet" not in here.public.deployments and "loud" in here.public.deployments
    assert "Zoe" not in table_of(here.public, internal=False).to_csv()
    assert "Zoe" in table_of(here.all, internal=True).to_csv(), "an export of stewards keeps it"
    loader.load("programmes", "record,programme,deployment,ward,Internal\ndeployment,Street friends,x,Ward 1,perhaps\n")
    assert loader.faults() == ["row 2, column Internal: is “perhaps”, and should be yes or no"]


def test_an_outline_of_too_many_corners_is_simplified_and_told_and_one_without_an_area_refused(loader):
    loader.load("programmes", PLAIN)
    lat, lon = spot(0, 0.5)
    turns = np.linspace(0, 2 * np.pi, 9_000, endpoint=False)
    ring = [[lon + 0.004 * np.cos(at), lat + 0.003 * np.sin(at)] for at in turns]
    for name, corners in (("round", [*ring, ring[0]]), ("speck", [[lon, lat], [lon + 1e-8, lat], [lon, lat + 1e-8],
                                                                 [lon, lat]])):
        feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [corners]}, "properties": {
            "record": "deployment", "programme": "Street friends", "deployment": name}}
        loader.load("programmes", json.dumps({"type": "FeatureCollection", "features": [feature]}), f"{name}.geojson")
        if name == "round":
            assert "had 9,001 corners; it was simplified to" in loader.report.notices[0].message
    assert "no area is left of it" in loader.faults()[0] or "is no area" in loader.faults()[0]
    made = held(loader).deployments
    assert made["round"].outline.count(",") < 1_500 and "speck" not in made
