"""The forms of records: times, places, and words to choose from."""

import pytest

from assetmap.store import records
from assetmap.store.rows import LAYERS
from tests.record_forms import GROUP, form_of, get, lines, sent_by, shared, url_of


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture
def client(steward_client):
    return steward_client


def test_times_as_people_say_them_are_read_and_the_next_six_dates_shown(client):
    told = client.get("/steward/times?text=Tuesdays+10am-12").json
    assert len(told["dates"]) == 6 and all("Tue" in date or "To" in date for date in told["dates"])
    assert told["sessions"] == [{"text": "Tuesdays 10am–12 noon", "note": "", "understood": True}]
    moon = client.get("/steward/times?text=when+the+moon+is+full").json
    assert moon["dates"] == [] and not moon["sessions"][0]["understood"]
    assert "as it is written" in moon["sessions"][0]["note"]
    assert client.get("/steward/times").json["sessions"] == []


def test_the_dates_are_shown_without_javascript_and_what_was_typed_is_kept(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"times": "Fridays 2-4pm", "name": "Typed", "do": "dates"}
    answer = client.post(url_of("groups", GROUP), data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Fridays 2–4pm" in html and html.count("<li>Fri ") >= 4
    assert sent_by(html)["name"] == ["Typed"] and get(app, "groups", GROUP)[1] == 1


def test_a_group_can_meet_at_several_hubs(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"venue": ["Leigh Community Centre", "Cambridge Town Library"]}
    hubs = {name: hub_id for hub_id, name, *_ in _identities(app, "hubs")}
    wanted = list(hubs)[:2]
    assert client.post(url_of("groups", GROUP), data=data | {"venue": wanted}).status_code == 303
    record = get(app, "groups", GROUP)[0]
    assert {record.hub_id, *(m.hub_id for m in record.meetings)} == {hubs[name] for name in wanted}
    again = form_of(client, url_of("groups", GROUP))
    assert [text for text in again["venue"] if text] == wanted


def _identities(app, layer):
    with shared(app).database.reading() as connection:
        return records.identities(connection, LAYERS[layer])


def test_a_place_that_nobody_knows_becomes_part_of_the_address_and_the_page_says_so(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"venue": "The Old Boathouse"}
    answer = client.post(url_of("groups", GROUP), data=data)
    assert get(app, "groups", GROUP)[0].address == "The Old Boathouse"
    assert "kept as part of the address" in client.get(answer.location).get_data(as_text=True)


HUB = "cambridge-town-library"


def test_a_point_placed_on_the_map_is_kept_and_far_from_its_postcode_it_says_so(app, client):
    data = form_of(client, url_of("hubs", HUB)) | {"position_from": "given", "lat": "51.5418", "lon": "0.7140"}
    answer = client.post(url_of("hubs", HUB), data=data)
    record = get(app, "hubs", HUB)[0]
    assert (record.location.place.lat, record.location.place.lon, record.location.source) == (51.5418, 0.714, "given")
    assert "from the postcode SS3 9QP" in client.get(answer.location).get_data(as_text=True)


def test_coordinates_that_were_typed_count_whatever_choice_was_left_standing(app, client):
    data = form_of(client, url_of("hubs", HUB))
    assert data["position_from"] == ["auto"]
    assert client.post(url_of("hubs", HUB), data=data | {"lat": "51.5318", "lon": "0.7870"}).status_code == 303
    assert get(app, "hubs", HUB)[0].location.source == "given"


def test_another_postcode_moves_the_place_and_the_postcodes_place_can_be_taken_again(app, client):
    placed = get(app, "hubs", HUB)[0].location
    data = form_of(client, url_of("hubs", HUB)) | {"postcode": "SS1 2AB"}
    client.post(url_of("hubs", HUB), data=data)
    moved = get(app, "hubs", HUB)[0].location
    assert moved != placed and moved.source == "postcode"
    client.post(url_of("hubs", HUB), data=form_of(client, url_of("hubs", HUB)) | {
        "position_from": "given", "lat": "51.5418", "lon": "0.7140"})
    client.post(url_of("hubs", HUB), data=form_of(client, url_of("hubs", HUB)) | {"position_from": "auto"})
    assert get(app, "hubs", HUB)[0].location == moved


def test_a_point_outside_every_ward_is_told(client):
    told = client.get("/steward/place?position_from=given&lat=55&lon=-3").json
    assert any("outside every ward" in line["text"] for line in told["lines"])
    told = client.get("/steward/place?postcode=ss39qp").json
    assert told["lat"] and any("ward" in line["text"] and line["level"] == "plain" for line in told["lines"])


@pytest.mark.parametrize("query", ["lat=x&lon=y&position_from=given", "lat=nan&lon=1e400&position_from=given",
                                   "postcode=%00", "postcode=" + "x" * 500, ""])
def test_a_place_that_makes_no_sense_is_no_error(client, query):
    """SURVIVE 38."""
    assert client.get(f"/steward/place?{query}").json["lat"] is None


def test_the_postcodes_place_can_be_looked_up_without_javascript(client):
    data = form_of(client, url_of("hubs", HUB)) | {"postcode": "SS1 2AB", "do": "place", "lat": "1", "lon": "1"}
    html = client.post(url_of("hubs", HUB), data=data).get_data(as_text=True)
    assert "ward." in html and sent_by(html)["position_from"] == ["auto"] and sent_by(html)["lat"] == [""]


# Choices ------------------------------------------------------------------------------------------------------------

def test_the_first_category_stays_the_first_when_another_is_added(app, client):
    first = get(app, "groups", GROUP)[0].categories
    data = form_of(client, url_of("groups", GROUP))
    data["categories"] = [*data["categories"], "walking"]
    client.post(url_of("groups", GROUP), data=data)
    assert get(app, "groups", GROUP)[0].categories == (*first, "walking")


def test_words_that_the_vocabulary_does_not_know_stay_and_are_shown_again(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"categories_other": "moon gazing; kites"}
    answer = client.post(url_of("groups", GROUP), data=data)
    assert get(app, "groups", GROUP)[0].other_categories == ("moon gazing", "kites")
    html = client.get(answer.location).get_data(as_text=True)
    assert "vocabulary does not know" in html and sent_by(html)["categories_other"] == ["moon gazing; kites"]


def test_i_checked_this_today_confirms_it_by_a_steward(app, client):
    client.post(url_of("groups", GROUP), data=form_of(client, url_of("groups", GROUP)) | {"checked_today": "yes"})
    record = get(app, "groups", GROUP)[0]
    assert record.confirmed_by == "a steward" and record.last_confirmed.isoformat() in str(
        lines(app, "groups", GROUP)[0].changes["last_confirmed"])


def test_what_meets_at_a_hub_is_shown_there(client):
    for venue in ("Cambridge Town Library", HUB):
        told = client.get("/steward/place", query_string={"venue": venue}).json
        assert told["lat"] and "Cambridge Town Library" in told["lines"][0]["text"]
    assert client.get("/steward/place?venue=Nowhere").json == {"lat": None, "lon": None, "lines": []}


def test_places_are_offered_by_name_and_two_of_one_name_by_their_ids(app, client):
    first = form_of(client, "/steward/hubs/new") | {"name": "Cambridge Town Library", "kind": "library",
                                                    "another": "yes"}
    assert client.post("/steward/hubs/new", data=first).status_code == 303
    html = client.get(url_of("groups", GROUP)).get_data(as_text=True)
    assert '<option value="Queensway Neighbourhood Hub">' in html
    assert '<option value="cambridge-town-library">Cambridge Town Library, SS3 9QP</option>' in html
    assert '<option value="cambridge-town-library-2">Cambridge Town Library</option>' in html


@pytest.mark.parametrize(("lat", "lon", "said"), [
    ("nan", "nan", "This is “nan”, and should be a number such as 51.54."), ("0", "0", "in the sea off Africa"),
    ("51.54", "", "Give both, or leave both empty."), ("", "0.71", "Give both, or leave both empty.")])
def test_a_position_that_is_none_comes_back_with_its_fault_and_changes_nothing(app, client, lat, lon, said):
    for address in (url_of("hubs", HUB), "/steward/hubs/new"):
        before = get(app, "hubs", HUB)
        for placing in {"auto", "postcode" if "both" in said else "auto"}:
            data = form_of(client, address) | {"name": "A hall", "lat": lat, "lon": lon, "do": "save",
                                               "postcode": "SS1 1NE", "position_from": placing}
            answer = client.post(address, data=data)
            html = answer.get_data(as_text=True)
            assert answer.status_code == 400 and said in html, (address, placing)
            assert (sent_by(html)["lat"], sent_by(html)["lon"]) == ([lat], [lon])
        assert get(app, "hubs", HUB) == before
