"""What the map is given: every spot in one marker, stacks with their lists, wards, and boxes that make no sense."""

import numpy as np
import pytest
import shapely

from tests.made_up import group, hub, store, weekly


def counted(features) -> int:
    return sum(feature.get("count", 1) for feature in features)


@pytest.mark.parametrize("zoom", range(8, 20))
def test_at_every_zoom_all_spots_of_the_sample_are_in_the_markers(client, app, zoom):
    answer = client.get(f"/map/points.json?zoom={zoom}&layer=groups&layer=hubs&layer=opportunities").json
    assert counted(answer["features"]) == answer["total"] > 200
    assert {feature["type"] for feature in answer["features"]} <= {"point", "stack", "cluster"}


def test_every_group_of_the_sample_with_a_place_can_be_reached_at_the_closest_zoom(client):
    reached, listed = set(), client.get("/find.geojson").json["features"]
    for feature in listed:
        if feature["geometry"]:
            lon, lat = feature["geometry"]["coordinates"]
            box = f"{lon - .002},{lat - .001},{lon + .002},{lat + .001}"
            for one in client.get(f"/map/points.json?zoom=19&bbox={box}").json["features"]:
                reached |= {item["id"] for item in one.get("items", [one])}
    assert reached == {feature["id"] for feature in listed if feature["geometry"]}


def test_a_box_holds_only_what_is_in_it(client):
    west, south, east, north = 0.70, 51.53, 0.72, 51.55
    features = client.get(f"/map/points.json?zoom=17&bbox={west},{south},{east},{north}").json["features"]
    assert features
    assert all(west <= one["lon"] <= east and south <= one["lat"] <= north for one in features)


def test_the_map_shows_what_the_list_finds(client):
    asked = "near=51.5405,0.7105&within=1500&category=coffee-chat"
    listed = {result["id"] for result in client.get(f"/find.json?per_page=100&{asked}").json["results"]}
    shown = client.get(f"/map/points.json?zoom=19&{asked}").json["features"]
    assert {item["id"] for one in shown for item in one.get("items", [one])} == listed


@pytest.mark.parametrize(("query", "field"), [
    ("bbox=1,2,3", "bbox"), ("bbox=a,b,c,d", "bbox"), ("bbox=nan,0,1,1", "bbox"), ("bbox=1,1,0,0", "bbox"),
    ("bbox=0,0,1e999,1", "bbox"), ("bbox=0,0,1,1&bbox=0,0,1,1", "bbox"), ("zoom=-1", "zoom"), ("zoom=23", "zoom"),
    ("zoom=1.5", "zoom"), ("zoom=12&zoom=13", "zoom"), ("layer=secrets", "layer"), ("layer=", "layer"),
    ("layer=hubs&colour=red", "colour")])
def test_what_makes_no_sense_is_refused_with_its_field(client, query, field):
    answer = client.get(f"/map/points.json?{query}")
    assert (answer.status_code, answer.json["field"]) == (400, field)


@pytest.mark.parametrize("box", ["-180,-90,180,90", "170,-90,190,90", "-400,0,400,1", "0,89,0,90", "0.7,51.5,0.7,51.5"])
def test_boxes_at_the_ends_of_the_world_do_no_harm(client, box):
    assert client.get(f"/map/points.json?bbox={box}&zoom=3").status_code == 200


def test_a_stack_lists_all_and_a_very_tall_one_says_where_the_rest_is(empty_app, instance):
    tall = [group(f"tall-{number}", 51.60, 0.60) for number in range(700)]
    store(instance, hubs=[hub("hall", 51.55, 0.70)],
          groups=[*tall, group("one", None, hub_id="hall"), group("two", None, meetings=(weekly(0, 10, "hall"),))])
    features = empty_app.test_client().get("/map/points.json?zoom=19").json["features"]
    low, high = sorted(features, key=lambda one: one["count"])
    assert (low["type"], low["place"], [item["id"] for item in low["items"]]) == ("stack", "Hall", ["one", "two"])
    assert high["count"] == 700 and len(high["items"]) == 300
    assert empty_app.test_client().get(high["more_url"].replace("/?", "/find.json?")).json["total"] == 700


def test_every_point_is_in_at_most_one_ward_of_the_map(app):
    wards = app.extensions["assetmap"].current.get().wards.geometry.to_numpy()
    chance = np.random.default_rng(7)
    points = shapely.points(chance.uniform(0.6, 0.83, 2_000), chance.uniform(51.51, 51.58, 2_000))
    tree = shapely.STRtree(wards)
    inside = np.bincount(tree.query(points, predicate="within")[0], minlength=len(points))
    assert inside.max() == 1


def test_ward_outlines_name_each_ward_and_count_its_groups(client):
    features = client.get("/map/wards.json").json["features"]
    assert len(features) == 17
    found = client.get("/find.json?per_page=100").json
    counts = {feature["properties"]["code"]: feature["properties"]["groups"] for feature in features}
    assert 0 < sum(counts.values()) <= found["total"]
    for feature in features:
        listed = client.get(f"/find.json?ward={feature['properties']['code']}").json["total"]
        assert counts[feature["properties"]["code"]] == listed
