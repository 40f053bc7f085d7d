"""What is exported loads back as it was."""

import pytest

from assetmap.domain.errors import BadInput
from assetmap.importing.export import EXPORTED, export_layer
from tests.loading import HUBS, Loader

HEAD = ("id,name,summary,categories,cost,cost_note,languages,access,times,venue,address,postcode,lat,lon,online,phone,"
        "email,website,contact_consent,status,last_confirmed,notes\n")
GROUPS = HEAD + (
    'tea,Tea & Talk,"A ""real"" cuppa, with cake",coffee-chat;crochet bombing,paid,£2,en;pl,step_free;a parrot,'
    "Tuesdays 10am-12,leigh-library,,,,,,01632 960001,tea@example.org,example.org,yes,active,2026-09-01,=1+1\n"
    "walks,Walks,,walking,,,,,Mondays 10am-12 at leigh-library; Wednesdays 2-4pm at Chalkwell Hall; Fridays 9am,,,"
    "SS1 1NE,,,,,,,,paused,,\n"
    "two,Two Places,,,,,,,Mondays 10am-12,leigh-library;chalkwell-hall,,,51.5500001,0.7123456789,,,,,,ended,2020-01-01,"
    '"line\ntwo"\n'
    "elsewhere,Elsewhere,,,free,,,,when the moon is full,The Old Ship,High Street,SS9 2DD,,,yes,ask,not an address,,no,"
    "hidden,,\n"
    "twin,Chess,,,donation,,,,,,,SS1 1NE,,,,,,,,,,\n"
    "twin-2,Chess,,,donation,,,,,,,SS1 1NE,,,,,,,,,,\n")
OPPORTUNITIES = """id,name,kind,direction,topics,from,venue,times,hours,reach_m,postcode,expires,state,amount,reward
teach,Teach chess,skill,ask,games-cards;parrots,Leigh Library,,Mondays 2-4pm,1.5,2000,,2027-01-01,open,£10,expenses
lend,Lend a room,room,offer,,tea,chalkwell-hall,,,,SS9 2DD,,connected,,none
cook,Cook,shared_meal,offer,,Somebody Else,,,,,,,closed,,time_credits
"""


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("hubs", HUBS)
    loader.load("groups", GROUPS, "one.csv")
    loader.load("groups", "name,postcode\nChess,SS1 1NE\nChess,SS9 2DD\n=2+2,\n@,\n", "two.csv")
    loader.load("opportunities", OPPORTUNITIES)
    assert loader.count("groups") == 10 and loader.count("opportunities") == 3
    yield loader
    loader.database.dispose()


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg"])
@pytest.mark.parametrize("layer", ["hubs", "groups", "opportunities"])
def test_an_export_of_records_changes_nothing_when_it_is_loaded(loader, layer, ending):
    file = loader.folder / f"my {layer} of today.{ending}"
    count = export_layer(loader.database, loader.settings, layer, file)
    before = loader.state()
    report = loader.load(layer, file)
    assert report.counts == {"added": 0, "changed": 0, "unchanged": count}
    assert loader.state() == before


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg"])
@pytest.mark.parametrize("layer", ["ward-figures", "postcodes", "places", "population-points", "wards"])
def test_an_export_of_what_they_are_set_against_changes_nothing_when_it_is_loaded(loader, layer, ending):
    loader.load("ward-figures", "ward_code,population,imd2025_score\nE05002212,100,12.5\nE05002213,,3\n")
    loader.load("postcodes", "postcode,lat,lon,ward_code\nSS1 1NE,51.5,0.7,E05002212\nSS9 2DD,51.54,0.65,\n")
    loader.load("places", "name,kind,lat,lon,also_known_as\nThe Pier,landmark,51.5,0.7,Southend Pier\n")
    loader.load("wards", WARDS, "wards.geojson")
    loader.load("population-points", "code,lat,lon,population,imd score\nE00080001,51.54,0.71,312,21.4\nX,51,0,7,\n")
    file = loader.folder / f"out.{ending}"
    export_layer(loader.database, loader.settings, layer, file)
    before = loader.state()
    assert loader.load(layer, file).counts["unchanged"] > 0
    assert loader.state() == before


WARDS = """{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"WD25CD":"E05002212","WD25NM":"Milton","LAD25CD":"E06000033","LAD25NM":"Southend-on-Sea"},
"geometry":{"type":"Polygon","coordinates":[[[0.7,51.53],[0.72,51.53],[0.72,51.55],[0.7,51.55],[0.7,51.53]]]}}]}"""


def test_an_exported_line_that_was_edited_changes_its_own_record_and_no_other(loader):
    file = loader.folder / "all.csv"
    export_layer(loader.database, loader.settings, "groups", file)
    edited = file.read_text("utf-8-sig").replace("Tea & Talk", "Tea and Talk")
    assert loader.load("groups", edited, "all.csv").counts == {"added": 0, "changed": 1, "unchanged": 9}
    assert loader.all("groups")["tea"].name == "Tea and Talk"


def test_an_export_fills_an_empty_instance_and_again_changes_nothing(loader, tmp_path_factory):
    from assetmap.importing.instance import make_instance
    from tests.conftest import settings_at

    folder = tmp_path_factory.mktemp("other")
    settings = settings_at(folder / "instance")
    make_instance(settings, sample=False).dispose()
    other = Loader(settings, folder)
    for layer in ("hubs", "groups", "opportunities"):
        export_layer(loader.database, loader.settings, layer, folder / f"{layer}.csv")
        other.load(layer, folder / f"{layer}.csv")
        assert set(other.all(layer)) == set(loader.all(layer)), "public ids stay"
        assert not other.load(layer, folder / f"{layer}.csv").counts["changed"]
    other.database.dispose()


@pytest.mark.parametrize("layer", EXPORTED)
def test_an_empty_layer_is_exported_with_its_headings(instance, tmp_path, layer):
    loader = Loader(instance, tmp_path)
    for ending in ("csv", "xlsx", "geojson", "gpkg"):
        assert export_layer(loader.database, instance, layer, tmp_path / f"{layer}.{ending}") == 0
    assert (tmp_path / f"{layer}.csv").read_text("utf-8-sig").strip()
    loader.database.dispose()


def test_another_ending_is_refused_with_those_that_there_are(loader):
    with pytest.raises(BadInput, match=r"use \.csv, \.xlsx, \.geojson or \.gpkg"):
        export_layer(loader.database, loader.settings, "groups", loader.folder / "groups.pdf")
