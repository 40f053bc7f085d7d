"""The timebank's pages: members, recording hours, statements, taking back, leaving."""

import re
from html import unescape

import pytest

from assetmap.domain.group import Group
from assetmap.importing.checkup import store_findings
from assetmap.store import ledger, ledger_members, people, records
from assetmap.store.relation_tables import ledger_members as members_table
from assetmap.store.rows import LAYERS
from assetmap.web.signed_in import COOKIE
from tests.conftest import csrf_of, sign_in, signed_in_as
from tests.live import serving

ADA = {"kind": "person", "person_name": "Ada Marker", "phone": "01632 960444", "postcode": "SS2 4LY", "consent": "yes",
       "languages": ["en"]}


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


@pytest.fixture
def database(own_app):
    return own_app.extensions["assetmap"].database


def send(client, path, **fields):
    return client.post(path, data={"csrf": csrf_of(client), "once": fields.pop("once", "1"), **fields})


def member(client, once, **fields):
    answer = send(client, "/timebank/members/new", once=once, **fields)
    assert answer.status_code == 303, re.findall(r'class="error".*?</p>', answer.text, re.DOTALL)
    return answer.location.rsplit("/", 1)[1]


def dominoes(client):
    return member(client, "dominoes", kind="group", who="dominoes on six")


def error_of(answer, field):
    found = re.search(rf'id="error-{field}">.*?<span>(.*?)</span>', answer.text, re.DOTALL)
    return found[1] if found else ""


def has(database):
    with database.reading() as connection:
        assert ledger.faults(connection) == []
        return {str(one.id): one.minutes for one in ledger_members.listed(connection)}


def number_of(database, name):
    with database.reading() as connection:
        return next(str(one.id) for one in ledger_members.listed(connection) if one.name == name)


def test_hours_are_recorded_seen_in_statements_and_taken_back(connector):
    ada, group = member(connector, "a", **ADA), dominoes(connector)
    booked = {"giver": ada, "receivers": [group], "hours": "1h30", "topic": "games-cards", "day": "yesterday"}
    for _ in range(2):
        assert send(connector, "/timebank/new", once="c", **booked).status_code == 303
    assert connector.get("/timebank").text.count("<p>Ada Marker gave 1 h 30 min to Dominoes on Six") == 1
    statement = connector.get(f"/timebank/members/{ada}").text
    assert statement.count("Gave time: Games and cards") == 1 and "Has 1 h 30 min." in statement
    assert "−1 h 30 min" in connector.get(f"/timebank/members/{group}").text
    rows = connector.get(f"/timebank/members/{ada}.csv").text.splitlines()
    assert len(rows) == 2 and ",Gave time,Dominoes on Six,Games and cards,90,90,no,connector@example.org" in rows[1]
    booking = re.search(r"/timebank/bookings/(\d+)/reverse", statement)[1]
    page = connector.get(f"/timebank/bookings/{booking}/reverse").text
    assert "Yes, take it back" in page and re.search(r'Ada Marker</th><td class="number">1 h 30 min</td>'
                                                     r'<td class="number">0 min', page)
    assert send(connector, f"/timebank/bookings/{booking}/reverse").status_code == 303
    assert send(connector, f"/timebank/bookings/{booking}/reverse").status_code == 409
    assert "was taken back already" in connector.get(f"/timebank/bookings/{booking}/reverse").text
    after = connector.get(f"/timebank/members/{ada}").text
    assert "Has 0 min." in after and "Taken back: Games and cards" in after and "Take it back" not in after
    assert connector.get("/timebank/bookings/999999/reverse").status_code == 404


def test_of_a_class_each_received_it_all_or_they_shared_it(connector, database):
    ada, group, pot = member(connector, "a", **ADA), dominoes(connector), number_of(database, "Community pot")
    beds, before = number_of(database, "Raised Bed Regulars"), has(database)
    several = {"giver": ada, "receivers": [group, beds], "hours": "2"}
    send(connector, "/timebank/new", once="1", **several, how="each")
    assert "Each received it all; 2 h went to the pot." in connector.get("/timebank").text
    send(connector, "/timebank/new", once="2", **several, how="shared")
    assert "They shared it." in connector.get("/timebank").text
    send(connector, "/timebank/new", once="3", giver=ada, receivers=[pot], hours="30 min")
    after = has(database)
    assert {one: after[one] - before[one] for one in after if after[one] != before[one]} == {
        ada: 270, group: -180, beds: -180, pot: 90}
    assert "the pot" not in connector.get(f"/timebank/members/{group}").text.split("<h2>")[0], "with Ada, not the pot"


@pytest.mark.parametrize(("change", "field", "words"), [
    ({"giver": ""}, "giver", "Choose a member"), ({"receivers": []}, "receivers", "who received"),
    ({"hours": "soon"}, "hours", "not a time"), ({"hours": "1.30"}, "hours", "1h30"),
    ({"day": "32/1/2026"}, "day", "not a day"), ({"day": "1/1/2020"}, "day", "last year"),
    ({"giver": "999"}, "receivers", "no member"), ({"for": "Nothing of that name"}, "for", "just this name")])
def test_what_cannot_be_recorded_is_said_beside_its_field_and_what_was_typed_is_kept(
        connector, database, change, field, words):
    ada, group = member(connector, "a", **ADA), dominoes(connector)
    before = has(database)
    answer = send(connector, "/timebank/new", once="c",
                  **{"giver": ada, "receivers": [group], "hours": "1", "topic": "gardening"} | change)
    assert answer.status_code == 400 and words in error_of(answer, field)
    assert '<option value="gardening" selected' in answer.text and has(database) == before
    assert not change.get("hours") or f'value="{change["hours"]}"' in answer.text


def test_hours_are_handed_on_by_who_has_them(connector, database):
    ada, group, pot = member(connector, "a", **ADA), dominoes(connector), number_of(database, "Community pot")
    send(connector, "/timebank/new", once="1", giver=ada, receivers=[group], hours="2")
    page = connector.get("/timebank/hand-on").text
    assert "Ada Marker, has 2 h" in page and "Dominoes on Six, has" not in page
    before = has(database)
    for _ in range(2):
        send(connector, "/timebank/hand-on", once="2", giver=ada, receiver=pot, hours="1.5")
    assert has(database) == before | {ada: 30, pot: before[pot] + 90}
    assert "Ada Marker handed 1 h 30 min on to Community pot" in connector.get("/timebank").text
    refused = send(connector, "/timebank/hand-on", once="3", giver=ada, receiver=group, hours="1")
    assert refused.status_code == 400 and "They have 30 min" in error_of(refused, "hours")
    assert "themselves" in error_of(send(connector, "/timebank/hand-on", once="4", giver=ada, receiver=ada,
                                         hours="10 min"), "receiver")


def test_members_are_found_by_name_without_their_names_in_any_address(connector, own_app):
    member(connector, "a", **ADA)
    found = send(connector, "/timebank/members", words="ada m").text
    assert "Ada Marker" in found and "Raised Bed Regulars" not in found and "One member" in found
    assert "Nobody of that name" in send(connector, "/timebank/members", words="zzz").text
    assert "Raised Bed Regulars" in connector.get("/timebank/members?words=ada").text, "an address says nothing"


def test_a_timebank_of_many_members_is_recorded_in_by_looking_for_them(connector, database):
    with database.writing() as connection:
        numbers = [ledger_members.add(connection, "pot", by="t", label=f"Street {number:03}") for number in range(90)]
    page = connector.get("/timebank/new").text
    assert page.count('name="receivers"') == 40 and "more members are not shown" in page
    looked = send(connector, "/timebank/new", do="find", words="street 08", receivers=[numbers[3]], hours="2").text
    assert looked.count('name="receivers"') == 11 and f'value="{numbers[3]}" checked' in looked
    assert 'value="2"' in looked, "what was typed stays"


def test_who_may_join(connector, database):
    with database.writing() as connection:
        known = next(person for person, _offers in people.listed(connection) if person.name == "Samir")
    page = connector.get(f"/timebank/members/new?person={known.id}").text
    assert f'<option value="{known.id}" selected>Samir, ' in page and "Irena" not in page, "she is one already"
    for kind, who in (("group", "Nothing like it"), ("organisation", "Dominoes on Six"), ("group", "")):
        refused = send(connector, "/timebank/members/new", once="x", kind=kind, who=who)
        assert refused.status_code == 400 and "just this name" in error_of(refused, "who")
    assert error_of(send(connector, "/timebank/members/new", once="x", kind="pot", label=""), "label")
    assert error_of(send(connector, "/timebank/members/new", once="x", kind="king"), "kind")
    assert member(connector, "h", kind="hub", who="The Rose Garden Café")
    assert "Samir" in connector.get(f"/timebank/members/{member(connector, 'p', kind='person', known=known.id)}").text
    again = send(connector, "/timebank/members/new", once="q", kind="person", known=known.id)
    assert again.status_code == 400 and "member already" in error_of(again, "known")
    assert "Their statement" in connector.get(f"/signpost/people/{known.id}").text
    assert member(connector, "s", kind="pot", label="Our street") != member(connector, "t", kind="pot", label="Other")


def test_of_two_groups_of_one_name_the_ward_tells_which(connector, own_app, database):
    with database.writing() as connection:
        for ward, hub in (("Kursaal", "bournes-corner-rooms"), ("Leigh", "")):
            records.add_one(connection, LAYERS["groups"], Group("", "Twin Choir", summary=ward, hub_id=hub), by="t")
    own_app.extensions["assetmap"].current.refresh()
    refused = send(connector, "/timebank/members/new", once="x", kind="group", who="Twin Choir")
    first, second = re.search(r"last part: (.*?)\.$", unescape(error_of(refused, "who")))[1].split("; ")
    assert {member(connector, "1", kind="group", who=first), member(connector, "2", kind="group", who=second)}
    page = connector.get("/timebank/new").text
    assert len(set(re.findall(r">(Twin Choir[^<]*)</option>", page))) == 2, "told apart where they are chosen"


def test_an_offer_for_time_credits_leads_to_the_form_which_knows_who_gave(connector, own_app):
    repair = "/opportunities/hours-for-hours-repair-credits"
    assert "Record hours" not in own_app.test_client().get(repair).text
    assert '/timebank/new?for=hours-for-hours-repair-credits"' in connector.get(repair).text
    page = connector.get("/timebank/new?for=hours-for-hours-repair-credits").text
    giver = re.search(r'<select class="input" id="giver".*?</select>', page, re.DOTALL)[0]
    assert re.search(r"selected>Westborough Repair Bench<", giver) and '<option value="art-craft" selected>' in page
    chance = re.search(r'name="for" type="text" value="([^"]+)"', page)[1]
    giver = re.search(r'value="(\d+)" selected', giver)[1]
    assert send(connector, "/timebank/new", giver=giver, receivers=[dominoes(connector)], hours="1",
                **{"for": chance}).status_code == 303
    assert repair in connector.get(f"/timebank/members/{giver}").text
    asked = connector.get("/timebank/new?for=turn-up-a-hem-with-a-beginner").text
    assert asked.count("checked") == 2, "whoever asks is who received, and how several did"


def test_a_private_link_shows_a_statement_without_other_people_and_ends(connector, own_app, database):
    ada, group = member(connector, "a", **ADA), dominoes(connector)
    ben = member(connector, "b", **ADA | {"person_name": "Benjamin Marker"})
    send(connector, "/timebank/new", once="c", giver=ada, receivers=[group, ben], hours="2", how="shared")
    made = send(connector, f"/timebank/members/{ada}/link")
    link = re.search(r'value="http://localhost(/statements/[\w-]+)"', made.text)[1]
    assert link not in connector.get(f"/timebank/members/{ada}").text and "no-referrer" in str(made.headers)
    page = own_app.test_client().get(link)
    assert "You have 2 h" in page.text and "Dominoes on Six, a neighbour" in page.text
    assert not {word for word in ("Benjamin", "Ada", "connector@", "Take it back") if word in page.text}
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
    with database.reading() as connection:
        assert link.rsplit("/", 1)[1] not in str(connection.execute(members_table.select()).all()), "the digest alone"
    renewed = re.search(r"(/statements/[\w-]+)", send(connector, f"/timebank/members/{ada}/link").text)[1]
    assert own_app.test_client().get(link).status_code == 404 and own_app.test_client().get(renewed).status_code == 200
    send(connector, f"/timebank/members/{ada}/unlink")
    assert own_app.test_client().get(renewed).status_code == 404


def test_a_member_leaves_comes_back_and_is_forgotten_with_no_hour_lost(connector, database):
    ada, group, pot = member(connector, "a", **ADA), dominoes(connector), number_of(database, "Community pot")
    send(connector, "/timebank/new", once="c", giver=ada, receivers=[group], hours="2")
    start = has(database)
    assert error_of(send(connector, f"/timebank/members/{ada}/leave"), "sure") and has(database) == start
    assert send(connector, f"/timebank/members/{ada}/leave", sure="yes").status_code == 303
    assert has(database) == start | {ada: 0, pot: start[pot] + 120}
    assert f'value="{ada}"' not in connector.get("/timebank/new").text, "nobody gives time to who has left"
    assert "has left" in send(connector, "/timebank/members", words="ada").text
    assert send(connector, f"/timebank/members/{ada}/link").status_code == 400
    assert send(connector, f"/timebank/members/{ada}/return").status_code == 303
    page = connector.get(f"/timebank/members/{ada}").text
    gift = re.search(r"Handed hours on.*?/bookings/(\d+)/", page, re.DOTALL)[1]
    send(connector, f"/timebank/bookings/{gift}/reverse")
    assert has(database) == start
    assert send(connector, f"/timebank/members/{pot}/leave", sure="yes").status_code == 400

    with database.reading() as connection:
        person = ledger_members.get(connection, int(ada)).person_id
    send(connector, f"/signpost/people/{person}/forget", sure="yes")
    assert has(database) == start | {ada: 0, pot: start[pot] + 120}
    page = connector.get(f"/timebank/members/{ada}").text
    assert f"Former member {ada}" in page and "Ada Marker" not in page and "Has left the timebank" in page
    assert f"Former member {ada} gave 2 h to Dominoes on Six" in connector.get("/timebank").text
    assert send(connector, f"/timebank/members/{ada}/return").status_code == 409


def test_a_ledger_that_another_program_changed_fails_the_check(steward_client, database):
    settings = steward_client.application.extensions["assetmap"].settings
    with database.writing() as connection:
        assert not [one for one in store_findings(database, connection, settings) if one.code.startswith("ledger")]
        connection.exec_driver_sql("INSERT INTO ledger_entries (transfer_id, member_id, minutes) VALUES (1, 1, 7)")
        (found,) = [one for one in store_findings(database, connection, settings) if one.code.startswith("ledger")]
    assert found.serious and "comes to 7 minutes" in found.sentence()
    assert "The ledger is not whole" in steward_client.get("/timebank").text
    assert "ledger is not whole" in steward_client.get("/steward/health/ledger-not-whole").text


def test_the_pages_hold_no_barrier_and_work_by_keyboard_without_javascript(connector, own_app, open_page, barriers):
    ada, group = member(connector, "a", **ADA | {"person_name": "Ada " + "verylongname" * 5}), dominoes(connector)
    send(connector, "/timebank/new", once="c", giver=ada, receivers=[group], hours="2", topic="games-cards")
    link = re.search(r"(/statements/[\w-]+)", send(connector, f"/timebank/members/{ada}/link").text)[1]
    send(connector, "/timebank/bookings/1/reverse")
    with serving(own_app) as address:
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page, plain = open_page(), open_page(width=360, java_script_enabled=False)
        for each in (page, plain):
            each.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        for path in ("/timebank", "/timebank/new", "/timebank/members/new", link, "/timebank/bookings/2/reverse"):
            page.goto(address + path)
            assert barriers(page) == [], path
        page.goto(f"{address}/timebank/members/{ada}")
        page.get_by_role("button", name="Make a new link").click()
        page.get_by_role("heading", name="Their link is ready").wait_for()
        assert barriers(page) == [] and page.get_by_label("The link").input_value().startswith(address)

        plain.goto(f"{address}/timebank/new?giver={ada}")
        plain.get_by_label("Dominoes on Six").check()
        plain.get_by_label("How much time?").fill("half an hour")
        plain.keyboard.press("Enter")
        plain.get_by_text("The hours are recorded.").wait_for()
        plain.get_by_role("link", name="Was it a mistake? Take it back").click()
        plain.get_by_role("button", name="Yes, take it back").focus()
        plain.keyboard.press("Enter")
        plain.get_by_text("It is taken back.").wait_for()
        plain.goto(f"{address}/timebank/members/new")
        assert not plain.get_by_label("Its name on the map").is_visible(), "only what is chosen"
        plain.get_by_label("Pot").check()
        plain.get_by_label("What is it called?").fill("Our street")
        plain.keyboard.press("Enter")
        plain.get_by_text("The pot is there.").wait_for()
