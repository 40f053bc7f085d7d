"""Nothing of a person anywhere that is public, in no feed, export or log line; and after tidying nowhere at all."""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from assetmap.importing.export import EXPORTED, export_layer
from assetmap.settings import Settings
from assetmap.store import people, suggestions, tidying
from assetmap.store.relation_tables import introductions, ledger_members, packs
from assetmap.store.relation_tables import people as people_table
from assetmap.store.rows import LAYERS
from assetmap.store.tables import opportunities
from tests.conftest import csrf_of, sign_in

# Each string is somewhere in what a person told us, and may be seen by nobody whom it was not told.
SECRETS = ("Zebedee", "Quillfeather", "zebedee.q@example.org", "01632 960771", "SS2 4AA", "Marigold",
           "marigold.t@example.org", "I am on the third floor", "ask for Zeb at the blue door", "01632 960772")
WHO = {"person_name": "Zebedee Quillfeather", "email": "zebedee.q@example.org", "phone": "01632 960771",
       "postcode": "SS2 4AA", "consent": "yes", "languages": ["en"]}
OFFER = {"direction": "offer", "kind": "skill", "name": "Learn to whittle", "summary": "Spoons, mostly.",
         "topics": ["art-craft"], "reach_m": "1500", "reward": "time_credits"}


@pytest.fixture
def told(own_app, caplog):
    """The app after a person, an offer, an answer, a talk, a pack, a timebank booking and a suggestion."""
    caplog.set_level(logging.DEBUG)
    own_app.config["FORM_LEAST_S"] = 0
    connector, public = own_app.test_client(), own_app.test_client()
    sign_in(connector, "connector")

    def send(path, once, **fields):
        answer = connector.post(path, data={"csrf": csrf_of(connector), "once": once, **fields})
        assert answer.status_code == 303, answer.text
        return answer.location

    person = send("/signpost/people/new", "a", **WHO | OFFER)
    offer = re.search(r'/opportunities/([\w-]+)"', connector.get(person).text)[1]
    path = f"/opportunities/{offer}/answer"
    form = {"token": re.search(r'name="token" value="([^"]*)"', public.get(path).text)[1], "website2": ""}
    answered = public.post(path, data=form | {"name": "Marigold", "email": "marigold.t@example.org", "consent": "yes",
                                              "message": "I am on the third floor, 01632 960772."})
    assert answered.status_code == 303, answered.text
    send("/signpost/packs/new", "b", pick=["groups:cards-at-bournes-corner"], do="make", language="en",
         **{"line:groups:cards-at-bournes-corner": "ask for Zeb at the blue door"})
    send("/timebank/members/new", "c", kind="person", **WHO | {"email": ""})
    with own_app.extensions["assetmap"].database.writing() as connection:
        suggestions.add(connection, token="s", link="l", layer="groups", record_id="", version=None, document={
            "purpose": "suggest", "fields": {"name": "Kites", "contact_point": "Marigold 01632 960772"}})
        (waiting,) = suggestions.pending(connection)
        suggestions.decide(connection, [waiting.id], state=suggestions.State.DECLINED, by="t")
    own_app.extensions["assetmap"].current.refresh()
    return own_app, offer, answered.location


def found_in(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [secret for secret in SECRETS if secret.encode() in data]


def public_addresses(app, offer: str) -> list[str]:
    """Every route that anybody may read, with an argument that leads to what was told where there is one."""
    from assetmap.web.access import who_may

    values = {"record_id": offer, "name": "opportunities", "page_id": "none", "link": "none", "token": "none",
              "code": "E05002222", "filename": "css/site.css"}
    made = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or who_may(rule.rule) is not None:
            continue
        endings = re.search(r"any\(([^)]*)\):ending", rule.rule)
        for ending in endings[1].split(", ") if endings else [""]:
            given = {name: values.get(name, "") for name in rule.arguments} | ({"ending": ending} if endings else {})
            with app.test_request_context():
                made.append(rule.build(given, append_unknown=False)[1])
    return [*made, "/opportunities?q=whittle", "/could-meet?q=whittle", "/?q=whittle", "/opportunities.csv?q=whittle",
            "/map/points.json?layer=opportunities&zoom=18", "/map/matches.json?q=whittle"]


def test_no_public_page_feed_or_log_line_says_who_anybody_is(told, caplog):
    app, offer, _talk = told
    client, leaks = app.test_client(), {}
    addresses = public_addresses(app, offer)
    assert len(addresses) > 45 and client.get(f"/opportunities/{offer}").status_code == 200
    for address in addresses:
        with client.get(address) as answer:
            for leak in found_in(answer.data + str(answer.headers).encode()):
                leaks[address] = leak
    assert leaks == {}
    app.extensions["assetmap"].counter.flush()
    assert found_in("\n".join(record.getMessage() for record in caplog.records if record.name != "tests")) == []


def test_no_export_holds_who_anybody_is(told, tmp_path):
    app, offer, _talk = told
    shared = app.extensions["assetmap"]
    for layer in EXPORTED:
        for ending in ("csv", "geojson", "gpkg", "xlsx"):
            file = tmp_path / f"{layer}.{ending}"
            export_layer(shared.database, shared.settings, layer, file)
            held = file.read_bytes()
            if ending == "xlsx":
                import zipfile

                with zipfile.ZipFile(file) as book:
                    held = b"".join(book.read(name) for name in book.namelist())
            leaks = [leak for leak in found_in(held) if leak != "SS2 4AA" or layer != "postcodes"]
            assert leaks == [], f"{layer}.{ending}"
    assert LAYERS and offer in (tmp_path / "opportunities.csv").read_text("utf-8-sig")


def test_history_holds_nothing_of_them(told):
    app, _offer, _talk = told
    with app.extensions["assetmap"].database.reading() as connection:
        held = connection.exec_driver_sql("SELECT * FROM history").all() + connection.exec_driver_sql(
            "SELECT * FROM opportunities").all() + connection.exec_driver_sql("SELECT * FROM signposts").all()
        entries = connection.exec_driver_sql("SELECT * FROM ledger_transfers").all()
    assert found_in(repr(held) + repr(entries)) == []


def test_after_tidying_nothing_of_them_is_in_the_file_itself(told):
    app, offer, talk = told
    shared = app.extensions["assetmap"]
    before = b"".join(path.read_bytes() for path in shared.settings.home.glob("assetmap.db*"))
    assert set(found_in(before)) >= {"Zebedee", "Marigold", "I am on the third floor"}
    old = (datetime.now(UTC) - timedelta(days=400)).isoformat(timespec="seconds")
    with shared.database.writing() as connection:
        connection.execute(update(opportunities).where(opportunities.c.id == offer).values(state="closed"))
        connection.execute(update(introductions).values(last_at=old))
        connection.execute(update(people_table).values(created_at=old))
        connection.execute(update(packs).values(expires_at=old))
        connection.execute(update(ledger_members).values(left_at=old))
        connection.exec_driver_sql("UPDATE messages SET sent_at = ?, state = 'by_hand'", (old,))
        connection.exec_driver_sql("UPDATE history SET at = ?", (old,))
        connection.exec_driver_sql("UPDATE suggestions SET decided_at = ?", (old,))
    done = tidying.tidy(shared.database, Settings(shared.settings.home))
    assert done.compacted and done.people >= 2 and done.introductions and done.packs
    left = {path.name: found_in(path.read_bytes()) for path in shared.settings.home.rglob("*") if path.is_file()}
    # somebody's postcode is one of the sample's own, and stands there as a postcode
    assert {name: [leak for leak in leaks if leak != "SS2 4AA"] for name, leaks in left.items()} == {
        name: [] for name in left}
    with shared.database.reading() as connection:
        assert people.behind(connection, offer) is None
    assert "This is over" in app.test_client().get(talk).text
    again = tidying.tidy(shared.database, Settings(shared.settings.home))
    assert (again.people, again.introductions, again.packs) == (0, 0, 0)
