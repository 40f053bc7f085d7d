"""A group that meets in a home: nothing that anybody can fetch gives its door away."""

import shutil

import pytest

from tests.conftest import app_over, settings_at
from tests.made_up import group, store, weekly

DOOR = {"address": "17 Secret Crescent", "postcode": "SS2 6ER"}
LAT, LON = 51.548723, 0.712345  # nothing of the sample stands at these first figures
TELLTALE = ("Secret Crescent", "SS2 6ER", "SS26ER", "51.5487", "0.71234", "0.7123", "51.54872")
EVERYWHERE = ("/", "/?q=whisper", "/find.json?q=whisper", "/find.geojson?q=whisper", "/find.csv?q=whisper",
              "/find.ics?q=whisper", "/groups/whisper-circle", "/groups/whisper-circle.json",
              "/groups/whisper-circle.ics", "/map/points.json?q=whisper&zoom=19",
              "/map/points.json?q=whisper&zoom=12", "/whats-on?q=whisper", "/whats-on.ics?q=whisper",
              "/groups/whisper-circle/report", "/find.json?near=51.5405,0.7105&q=whisper")


@pytest.fixture(scope="module")
def home_client(made_sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "instance"
    settings = settings_at(shutil.copytree(made_sample, folder))
    store(settings, groups=[group("whisper-circle", LAT, LON, meets_in_home=True, meetings=(weekly(1, 10),), **DOOR)])
    with app_over(settings) as app:
        yield app.test_client()


@pytest.mark.parametrize("address", EVERYWHERE)
def test_the_door_of_a_home_is_nowhere(home_client, address):
    answer = home_client.get(address)
    assert answer.status_code == 200
    assert [sign for sign in TELLTALE if sign in answer.get_data(as_text=True)] == []


def test_a_home_is_found_by_a_point_of_its_ward(home_client):
    found = home_client.get("/find.json?q=whisper").json["results"][0]
    inside = home_client.get(f"/wards/{found['ward_code']}.json")
    assert inside.status_code == 200
    marker = home_client.get("/map/points.json?q=whisper&zoom=19").json["features"][0]
    assert (marker["lat"], marker["lon"]) == (found["lat"], found["lon"])
    assert "in a home" in marker["place"]


def test_no_search_by_its_address_or_distance_finds_the_door(home_client):
    assert home_client.get("/find.json?q=secret+crescent").json["total"] == 0
    near = home_client.get(f"/find.json?near={LAT},{LON}&q=whisper&within=10").json
    assert near["total"] == 0
