"""Somebody's offer or ask, put on the map with them: what everybody sees, and what nobody else does."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assetmap.importing.export import export_layer
from assetmap.importing.form import fields_of, read_form
from assetmap.store import messages, people, records
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of, sign_in

HERE = "/signpost/people"
WHO = {"person_name": "Zebedee Marker", "email": "zebedee.marker@example.org", "phone": "01632 960777",
       "postcode": "SS2 4AA", "consent": "yes", "languages": ["en", "pl"]}
OFFER = {"direction": "offer", "kind": "skill", "name": "Learn to sew with a seamstress", "times": "Tuesdays 2-4pm",
         "summary": "Forty years at the machine.", "topics": ["sewing-knitting"], "hours": "2", "reach_m": "1500",
         "access": ["step_free"], "reward": "none", "expires": ""}
SECRETS = ("Zebedee", "Marker", "marker@example", "960777")


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


@pytest.fixture
def postcode(connector, own_app):
    """A postcode of the sample in SS2 4, and its ward."""
    with own_app.extensions["assetmap"].database.reading() as connection:
        from sqlalchemy import select

        from assetmap.store.tables import postcodes

        return connection.execute(select(postcodes.c.postcode).where(postcodes.c.postcode.like("SS2 4%"))).scalar()


def send(client, path=f"{HERE}/new", **fields):
    return client.post(path, data={"csrf": csrf_of(client), "once": fields.pop("once", "1"), **fields})


def put(client, postcode, **fields):
    answer = send(client, **WHO | {"postcode": postcode} | OFFER | fields)
    assert answer.status_code == 303, re.findall(r'<p class="error".*?</p>', answer.text, re.DOTALL)
    return answer.location


def kept(app):
    with app.extensions["assetmap"].database.reading() as connection:
        return people.listed(connection)


def offer_of(app):
    ((_person, (row,)),) = [held for held in kept(app) if held[0].name == WHO["person_name"]]
    return row


def test_an_offer_is_on_the_map_at_its_ward_and_says_nothing_of_who_it_is(connector, own_app, postcode):
    put(connector, postcode)
    row = offer_of(own_app)
    assert (row["giver"], row["giver_kind"], row["postcode"], row["lat"], row["email"], row["phone"]) == (
        "", "person", "", None, "", "")
    assert row["ward_code"] and row["expires"] and row["reach_m"] == 1500
    public = own_app.test_client()
    page = public.get(f"/opportunities/{row['id']}").text
    assert "Somebody who lives here" in page and "the map shows only the ward" in page
    assert "Somewhere in" in public.get("/opportunities?q=seamstress").text
    assert "Tuesdays 2" in page and not any(secret in page for secret in (*SECRETS, postcode))
    pins = public.get("/map/points.json?layer=opportunities&zoom=18").text
    assert row["id"] in pins and not any(secret in pins for secret in SECRETS)


@pytest.mark.parametrize("path", ["/opportunities.json?per_page=100", "/opportunities.geojson", "/opportunities.csv",
                                  "/opportunities.xlsx", "/opportunities.gpkg", "/could-meet.json"])
def test_no_open_data_holds_what_individuals_offer(connector, own_app, postcode, path):
    public = own_app.test_client()
    before = public.get(path).data
    put(connector, postcode)
    row = offer_of(own_app)
    after = public.get(path)
    assert after.status_code == 200 and row["id"].encode() not in after.data and row["name"].encode() not in after.data
    assert len(after.data) == len(before) or path.endswith((".xlsx", ".gpkg"))
    assert public.get(f"/opportunities/{row['id']}.json").status_code == 404
    assert public.get(f"/opportunities/{row['id']}.ics").status_code == 404


@pytest.mark.parametrize(("change", "field", "words"), [
    ({"person_name": ""}, "person_name", "first name is enough"), ({"email": "", "phone": ""}, "email", "introduced"),
    ({"email": "nobody"}, "email", "not an e-mail address"), ({"phone": "12"}, "phone", "not a telephone number"),
    ({"consent": ""}, "consent", "unless they agree"), ({"postcode": "SS1 2AO"}, "postcode", "not a postcode"),
    ({"postcode": "", "ward": ""}, "ward", "choose the ward"), ({"name": ""}, "name", "needed"),
    ({"kind": ""}, "kind", "Choose one"), ({"expires": "1/1/2020"}, "expires", "over"), ({"hours": "x"}, "hours", "x")])
def test_what_cannot_be_comes_back_with_its_sentence_and_keeps_nothing(connector, own_app, postcode, change, field,
                                                                       words):
    before = kept(own_app)
    answer = send(connector, **WHO | {"postcode": postcode} | OFFER | change)
    fault = re.search(rf'id="error-{field}">.*?</p>', answer.text, re.DOTALL)
    assert answer.status_code == 400 and fault and words in fault[0], answer.text[-3000:]
    assert kept(own_app) == before and "Forty years at the machine." in answer.text


def test_a_form_sent_twice_keeps_one_person(connector, own_app, postcode):
    first = put(connector, postcode)
    assert put(connector, postcode) == first
    assert [one.name for one, _rows in kept(own_app)].count("Zebedee Marker") == 1


def test_details_are_changed_and_who_was_second_is_told(connector, own_app, postcode):
    page = put(connector, postcode)
    form = WHO | {"postcode": "", "ward": offer_of(own_app)["ward_code"], "version": "1"}
    assert send(connector, page, **form | {"phone": "01632 960778"}).status_code == 303
    late = send(connector, page, **form | {"phone": "01632 960779"})
    assert late.status_code == 409 and "Somebody else changed these details" in late.text
    assert "01632 960778" in connector.get(page).text


def test_another_offer_is_added_ended_and_opened_again(connector, own_app, postcode):
    page = put(connector, postcode)
    assert send(connector, page + "/offer", once="2", **OFFER | {"name": "Mend a coat", "direction": "ask"}
                ).status_code == 303
    assert "Mend a coat" in connector.get(page).text
    for state, shown in (("closed", False), ("open", True), ("connected", False)):
        assert send(connector, f"{page}/offers/mend-a-coat/{state}").status_code == 303
        assert ("Mend a coat" in own_app.test_client().get("/opportunities?q=coat").text) is shown
    assert send(connector, f"{page}/offers/share-our-school-allotment/closed").status_code == 404


def test_somebody_is_forgotten_when_they_say_so(connector, own_app, postcode):
    page = put(connector, postcode)
    row = offer_of(own_app)
    assert send(connector, page + "/forget").status_code == 400
    assert send(connector, page + "/forget", sure="yes").status_code == 303
    assert connector.get(page).status_code == 404 and "Zebedee" not in connector.get(HERE).text
    with own_app.extensions["assetmap"].database.reading() as connection:
        assert people.behind(connection, row["id"]) is None
        assert records.get(connection, LAYERS["opportunities"], row["id"])[0].state == "closed"


def moment(days):
    """So many days from now, as the store writes it."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


def test_an_open_offer_keeps_its_person_and_one_that_is_closed_for_long_lets_them_go(connector, own_app, postcode):
    put(connector, postcode)
    row, database = offer_of(own_app), own_app.extensions["assetmap"].database
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE people SET created_at = '2020-01-01T00:00:00+00:00'")
        assert people.forget(connection, moment(1)) == 0, "it is open"
        record, version = records.get(connection, LAYERS["opportunities"], row["id"])
        records.save_one(connection, LAYERS["opportunities"], replace(record, state="closed"), version=version, by="t")
        assert people.forget(connection, moment(-90)) == 0, "it was closed today: somebody may still want to undo that"
        others = len(people.listed(connection)) - 1
        assert others and people.forget(connection, moment(1)) == 1, "those of the sample are still needed"
        assert people.behind(connection, row["id"]) is None and len(people.listed(connection)) == others


def test_a_letter_to_somebody_who_is_forgotten_is_not_sent_and_holds_nothing(connector, own_app, postcode):
    page = put(connector, postcode)
    database, about = own_app.extensions["assetmap"].database, offer_of(own_app)["id"]
    letter = {"subject": "Does it go on?", "body": "Dear Zebedee", "layer": "opportunities", "by": "t"}
    with database.writing() as connection:
        mine = messages.add(connection, recipient=WHO["email"], record_id=about, **letter)
        other = messages.add(connection, recipient="a@example.org", record_id="share-our-school-allotment", **letter)
    send(connector, page + "/forget", sure="yes")
    with database.reading() as connection:
        mine, other = messages.get(connection, mine), messages.get(connection, other)
    assert (mine.state, mine.recipient, mine.subject, mine.body) == ("dropped", "", "", "")
    assert (other.state, other.recipient) == ("queued", "a@example.org")


def test_the_export_of_a_persons_offer_loads_back_unchanged_and_a_file_with_details_is_refused(
        connector, own_app, postcode, tmp_path):
    from assetmap.importing.run import Options, load

    put(connector, postcode)
    shared = own_app.extensions["assetmap"]
    file = tmp_path / "opportunities.csv"
    export_layer(shared.database, shared.settings, "opportunities", file)
    text = file.read_text("utf-8-sig")
    assert "a person" in text and not any(secret in text for secret in SECRETS)
    report = load(shared.database, shared.settings, "opportunities", file, Options())
    assert report.applied and report.counts["changed"] == report.counts["added"] == 0
    file.write_text("name,kind,from,email\nTea,befriending,a person,jo@example.org\n")
    report = load(shared.database, shared.settings, "opportunities", file, Options())
    assert not report.applied and "/signpost/people" in report.refusals[0].sentence()


def test_a_stewards_form_takes_no_details_of_a_person_into_the_record(connector, own_app, postcode):
    put(connector, postcode)
    row, shared = offer_of(own_app), own_app.extensions["assetmap"]
    with shared.database.reading() as connection:
        record, _ = records.get(connection, LAYERS["opportunities"], row["id"])
        fields = fields_of(connection, "opportunities", record)
        assert fields["giver"] == "a person"
        assert read_form(connection, shared.settings, "opportunities", fields, record).record == record
        for change in ({"email": "jo@example.org"}, {"postcode": "SS1 2AB"}):
            read = read_form(connection, shared.settings, "opportunities", fields | change, record)
            assert read.record is None and set(read.errors) == set(change)


def test_the_pages_hold_no_barrier(connector, own_app, postcode, open_page, barriers):
    from assetmap.web.signed_in import COOKIE
    from tests.conftest import signed_in_as
    from tests.live import serving

    made = put(connector, postcode, name="A very long name " + "verylongword" * 12)
    with serving(own_app) as address:
        page = open_page()
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        for path in (HERE, HERE + "/new", made, made + "/offer"):
            page.goto(address + path)
            assert barriers(page) == [], path
