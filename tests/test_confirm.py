"""A group's own people confirm or close their entry by a link that works once, for a while, for that alone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assetmap.domain.suggestion import Purpose
from assetmap.store import messages, records, steward_tables
from assetmap.store.accounts import digest
from assetmap.store.merging import merge
from assetmap.store.rows import LAYERS
from assetmap.web import asking, confirm
from tests.confirming import Desk, answer, hidden_fields


@pytest.fixture
def desk(own_app):
    return Desk(own_app)


def test_opening_a_link_any_number_of_times_changes_nothing(desk, own_client):
    token, before = desk.link(), desk.version()
    for path in (f"/confirm/{token}", f"/confirm/{token}/change"):
        for _time in range(3):
            assert own_client.get(path).status_code == 200
            assert own_client.head(path).status_code == 200
    assert (desk.version(), desk.found(token).is_open, desk.suggestions()) == (before, True, [])


def test_it_shows_what_the_map_says_and_the_contact_that_is_held(desk, own_client):
    record, _version = desk.record()
    desk.save(contact=replace(record.contact, phone="01632 960111", email="chess@example.org", consent=False))
    page = own_client.get(f"/confirm/{desk.link()}").get_data(as_text=True)
    for text in ("01632 960111", "chess@example.org", "does not show it", "Still right", "Change this",
                 "We have closed"):
        assert text in page
    assert "01632 960111" not in own_client.get(f"/groups/{desk.group}").get_data(as_text=True)


def test_still_right_is_confirmed_today_by_the_group(desk, own_client):
    token = desk.link()
    reply = answer(own_client, token, "right")
    assert (reply.status_code, reply.location) == (303, f"/confirm/{token}")
    record, _version = desk.record()
    assert record.confirmed_by == "the group" and abs((record.last_confirmed - date.today()).days) <= 1
    assert desk.history()[0].by == "the group (confirmation link)"
    assert set(desk.history()[0].changes) <= {"last_confirmed", "confirmed_by"}
    assert "Thank you" in own_client.get(reply.location).get_data(as_text=True)
    assert "by the group" in own_client.get(f"/groups/{desk.group}").get_data(as_text=True)


def test_a_link_works_once(desk, own_client):
    token = desk.link()
    answer(own_client, token, "right")
    lines = len(desk.history())
    other = desk.link()  # for a page's hidden fields
    fields = hidden_fields(own_client.get(f"/confirm/{other}").get_data(as_text=True))
    for choice in ("right", "closed"):
        assert own_client.post(f"/confirm/{token}", data=fields | {"choice": choice}).status_code == 303
    assert own_client.post(f"/confirm/{token}/change", data=fields | {"detail": "More"}).status_code == 303
    assert len(desk.history()) == lines and desk.suggestions() == []


def test_a_form_that_is_sent_twice_is_done_once_and_thanked_twice(desk, own_client):
    token = desk.link()
    fields = hidden_fields(own_client.get(f"/confirm/{token}").get_data(as_text=True)) | {"choice": "closed"}
    for _time in range(2):
        reply = own_client.post(f"/confirm/{token}", data=fields, follow_redirects=True)
        assert reply.status_code == 200 and "you told us that you have closed" in reply.get_data(as_text=True)
    assert len(desk.suggestions()) == 1


def test_closed_waits_for_a_steward_and_is_marked_as_the_groups_own_word(desk, own_client):
    before = desk.record()
    reply = answer(own_client, desk.link(), "closed", detail="Try the Tuesday club")
    (told,) = desk.suggestions()
    assert (told.purpose, told.closed, told.detail) == (Purpose.GROUP, True, "Try the Tuesday club")
    assert (told.record_id, told.version) == (desk.group, before[1])
    assert desk.record() == before
    assert own_client.get(f"/groups/{desk.group}").status_code == 200
    assert "/suggestions/" in own_client.get(reply.location).get_data(as_text=True)


def test_an_entry_that_changed_meanwhile_is_read_again_first(desk, own_client):
    token = desk.link()
    fields = hidden_fields(own_client.get(f"/confirm/{token}").get_data(as_text=True))
    desk.save(times="Now on Mondays")
    before = desk.record()[0]
    reply = own_client.post(f"/confirm/{token}", data=fields | {"choice": "right"})
    page = reply.get_data(as_text=True)
    assert reply.status_code == 409 and "look at it once more" in page and "s@example.org" not in page
    assert desk.found(token).is_open and desk.record()[0] == before
    assert own_client.post(f"/confirm/{token}", data=hidden_fields(page) | {"choice": "right"}).status_code == 303
    assert desk.record()[0].confirmed_by == "the group"


@pytest.mark.parametrize("version", ["", "1e3", "²", "-1", "99999999999999999999"])
def test_a_form_without_the_version_that_was_shown_confirms_nothing(version, desk, own_client):
    token = desk.link()
    assert answer(own_client, token, "right", version=version).status_code == 409
    assert desk.found(token).is_open


def test_a_form_of_another_site_does_nothing(desk, own_client):
    token = desk.link()
    for path, data in ((f"/confirm/{token}", {"choice": "right", "version": "1"}),
                       (f"/confirm/{token}/change", {"detail": "Ha"})):
        reply = own_client.post(path, data=data)
        assert reply.status_code == 400 and "did not come from this site" in reply.get_data(as_text=True)
    assert desk.found(token).is_open and desk.suggestions() == []


def test_an_old_link_says_so_and_does_nothing(desk, own_client):
    token = desk.link()
    fields = hidden_fields(own_client.get(f"/confirm/{token}").get_data(as_text=True)) | {"choice": "right"}
    over = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds")
    with desk.database.writing() as connection:
        connection.execute(steward_tables.confirmations.update().values(expires_at=over))
    before = desk.version()
    reply = own_client.get(f"/confirm/{token}")
    page = reply.get_data(as_text=True)
    assert reply.status_code == 410 and "too old" in page and f"/groups/{desk.group}/report" in page
    own_client.post(f"/confirm/{token}", data=fields)
    assert own_client.post(f"/confirm/{token}", data=fields, follow_redirects=True).status_code == 410
    assert desk.version() == before


def test_asking_again_ends_the_link_before(desk, own_client):
    first, second = desk.link(), desk.link()
    reply = own_client.get(f"/confirm/{first}")
    assert reply.status_code == 410 and "newest letter" in reply.get_data(as_text=True)
    assert own_client.get(f"/confirm/{second}").status_code == 200


@pytest.mark.parametrize("token", ["nonsense", "%00", "%F0%9F%98%80", "a" * 3_000, "..%2F..", "{{43*43}}"])
def test_a_link_that_is_not_ours_gets_a_friendly_page(token, own_client):
    reply = own_client.get(f"/confirm/{token}")
    assert reply.status_code == 404
    assert "not a link of ours" in reply.get_data(as_text=True) or "nothing here" in reply.get_data(as_text=True)


def test_an_entry_that_was_taken_off_the_map_asks_nothing_more(desk, own_client):
    token = desk.link()
    desk.save(status="hidden")
    reply = own_client.get(f"/confirm/{token}")
    assert reply.status_code == 410 and "no longer on the map" in reply.get_data(as_text=True)
    assert own_client.get(f"/confirm/{token}/change").status_code == 410


def test_an_entry_that_was_put_together_with_another_leads_to_that(desk, own_client):
    others = [found["id"] for found in own_client.get("/find.json").json["results"] if found["id"] != desk.group]
    token, (kept, version) = desk.link(), desk.record(others[0])
    with desk.database.writing() as connection:
        merge(connection, LAYERS["groups"], kept, desk.group, version=version, lose_version=desk.record()[1], by="s")
    desk.app.extensions["assetmap"].current.look_again()
    reply = own_client.get(f"/confirm/{token}")
    assert reply.status_code == 410 and f'href="/groups/{kept.id}"' in reply.get_data(as_text=True)


def test_nobody_keeps_lists_or_passes_on_the_address(desk, own_client):
    token = desk.link()
    for path in (f"/confirm/{token}", f"/confirm/{token}/change", "/confirm/nonsense"):
        headers = own_client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"] and "Set-Cookie" not in headers


def test_the_store_holds_no_link_only_its_digest(desk, own_app):
    token = desk.link()
    with desk.database.reading() as connection:
        held = [row for table in steward_tables.metadata.tables.values()
                for row in connection.execute(table.select()).all()]
    assert not any(token in str(row) for row in held) and any(digest(token) in str(row) for row in held)


def test_one_network_address_cannot_ask_without_end(own_app, own_client):
    most = int(confirm.READS.split("/")[0])
    answers = [own_client.get("/confirm/nonsense").status_code for _ in range(most + 1)]
    assert answers[-1] == 429 and set(answers[:-1]) == {404}


def test_a_home_is_not_told_to_whoever_has_the_link(desk, own_client):
    desk.save(meets_in_home=True, address="7 Secret Street", postcode="SS1 2AB", hub_id="", meetings=())
    token = desk.link()
    for path in (f"/confirm/{token}", f"/confirm/{token}/change"):
        assert "Secret Street" not in own_client.get(path).get_data(as_text=True)


def test_the_letter_tells_what_the_map_says_and_carries_the_link(desk, own_app):
    record, _version = desk.record()
    desk.save(contact=replace(record.contact, email="chess@example.org"))
    record, _version = desk.record()
    with own_app.test_request_context(base_url="https://map.example.org"):
        with desk.database.writing() as connection:
            asking.ask(connection, "groups", record, by="steward@example.org")
        with desk.database.reading() as connection:
            (letter,) = messages.listed(connection, messages.WAITING)
    assert letter.recipient == "chess@example.org" and record.name in letter.subject
    token = re.search(r"https://map\.example\.org/confirm/([\w-]{40,})", letter.body)[1]
    assert desk.found(token).is_open and desk.found(token).by == "steward@example.org"
    assert "The link works once" in letter.body and "When" in letter.body


@pytest.mark.parametrize("layer", ["hubs", "opportunities"])
def test_places_and_offers_are_confirmed_alike(layer, desk, own_client):
    with desk.database.reading() as connection:
        record_id = records.identities(connection, LAYERS[layer])[0][0]
    token = desk.link(record_id=record_id, layer=layer)
    assert own_client.get(f"/confirm/{token}/change").status_code == 200
    assert answer(own_client, token, "right").status_code == 303
    assert desk.record(record_id, layer)[0].confirmed_by == "the group"
