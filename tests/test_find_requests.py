"""Requests to the finder: what is answered, what is refused with a sentence, and what never breaks."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ENDPOINTS = ("/", "/find.json", "/find.geojson", "/find.csv", "/find.ics", "/map/points.json", "/whats-on",
             "/whats-on.ics", "/opportunities", "/opportunities.json", "/opportunities.geojson", "/opportunities.csv")
PARAMETERS = ("near", "within", "category", "day", "time", "cost", "access", "language", "connected", "age", "q",
              "sort", "page", "per_page", "ward", "bbox", "zoom", "layer", "from", "x")
HOSTILE = ("%00", "%ed%a0%80", "%ff%fe", "%f0%9f%98%80", "{{43*43}}", "'", '"', "<script>", "-1", "0", "1e400",
           "nan", "inf", "99999999999999999999", "%D9%A3", "SS1 2AB", "SS99 9ZZ", "51.54,0.71", "91,181", "nan,nan",
           ",", "sport", "mon", "free", "groups", "0.6,51.5,0.8,51.6", "0.8,51.6,0.6,51.5", "-180,-90,180,90",
           "1,2,3", "19", "2026-11-30", "%E2%80%AE", "a" * 300, "1" * 10_000, "%25", "%", "&", "=", ";",
           "..%2F..%2Fetc", "\u0661")
pairs = st.lists(st.tuples(st.sampled_from(PARAMETERS), st.sampled_from(HOSTILE) | st.text(max_size=20)), max_size=5)


@settings(max_examples=150)
@given(st.sampled_from(ENDPOINTS), pairs)
def test_no_query_string_breaks_anything(app, address, query):
    asked = "&".join(f"{name}={quote(value, safe='%&=;,', errors='surrogatepass')}" for name, value in query)
    answer = app.test_client().get(f"{address}?{asked}")
    assert answer.status_code in (200, 400, 404), answer.text[:500]


@pytest.mark.parametrize("near", ["SS2 6ER", "ss26er", " Ss2  6eR ", "SS2 4", "SS2", "ss2", "Leigh-on-Sea",
                                  "leigh on sea", "51.5405,0.7105", "51.5405 , 0.7105", "Kursaal", "kursaal ward"])
def test_a_place_is_understood_however_it_is_written(client, near):
    answer = client.get("/find.json", query_string={"near": near})
    assert answer.status_code == 200, answer.json
    assert 51.4 < answer.json["place"]["lat"] < 51.7


@pytest.mark.parametrize(("query", "status", "field", "said"), [
    ({"near": "SS1 2A8"}, 400, "near", "postcode"), ({"near": "SS99 9ZZ"}, 404, "near", "no postcode"),
    ({"near": "Lee on see"}, 404, "near", "Leigh"), ({"near": "91,181"}, 400, None, "Latitude"),
    ({"within": "0"}, 400, "within", "50,000"), ({"within": "50001"}, 400, "within", "50,000"),
    ({"within": "abc"}, 400, "within", "whole number"), ({"category": "fun"}, 400, "category", "sport"),
    ({"day": "someday"}, 400, "day", "mon"), ({"age": "-1"}, 400, "age", "120"),
    ({"sort": "best"}, 400, "sort", "soonest"),
    ({"page": "0"}, 400, "page", "whole number"), ({"page": "9999"}, 400, "page", "pages"),
    ({"per_page": "101"}, 400, "per_page", "100"), ({"colour": "red"}, 400, "colour", "filter"),
    ({"q": "x" * 201}, 400, "q", "200"), ({"ward": "E99999999"}, 400, "ward", "ward"),
    ({"near": ["SS1 1AA", "SS2 4BB"]}, 400, "near", "2 times")])
def test_what_makes_no_sense_is_answered_with_a_sentence(client, query, status, field, said):
    answer = client.get("/find.json", query_string=query)
    assert answer.status_code == status, answer.text
    assert said in answer.json["error"]
    assert field is None or answer.json["field"] == field
    page = client.get("/", query_string=query)
    assert page.status_code == status


def test_find_json_pages_hold_everything_once(client):
    first = client.get("/find.json?per_page=7").json
    turned = [result["id"] for page in range(1, first["pages"] + 1)
              for result in client.get(f"/find.json?per_page=7&page={page}").json["results"]]
    assert len(turned) == len(set(turned)) == first["total"]
    assert client.get(f"/find.json?per_page=7&page={first['pages'] + 1}").status_code == 400


def test_page_json_geojson_and_csv_hold_the_same(client):
    asked = "near=51.5405,0.7105&category=coffee-chat&category=walking"
    listed = client.get(f"/find.json?per_page=100&{asked}").json
    features = client.get(f"/find.geojson?{asked}").json["features"]
    lines = client.get(f"/find.csv?{asked}").get_data(as_text=True).strip().splitlines()
    ids = [result["id"] for result in listed["results"]]
    assert ids and [feature["id"] for feature in features] == ids
    assert [line.split(",")[0] for line in lines[1:]] == ids
    assert f"{listed['total']} group" in client.get(f"/?{asked}").text


def test_each_count_of_the_sample_is_what_choosing_it_finds(app, client):
    from assetmap.web import find

    asked = {"near": ["51.5405,0.7105"]}
    with app.test_request_context("/"):
        found = find.search(asked).found
        counts = {name: found.counts(name) for name in ("category", "day", "time", "cost", "access")}
    for name, options in counts.items():
        for code, count in options.items():
            answer = client.get("/find.json", query_string=asked | {name: code})
            assert answer.json["total"] == count, (name, code)
