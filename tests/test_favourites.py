"""Pages of favourites: what a hub or surgery points people to."""

import json

import pytest
from sqlalchemy import select

from assetmap.store.relation_tables import favourites as table
from assetmap.store.tables import history
from assetmap.web.signed_in import COOKIE
from tests.conftest import sign_in, signed_in_as
from tests.live import serving
from tests.packing import BEDS, CARDS, HEM, database, make, said, send

FORM = {"title": "Favourites of Cockle Row", "lead": "Ask at the desk.", "pick": [CARDS, HEM], "do": "save",
        f"line:{HEM}": "They are lovely."}
NEW, PAGE = "/signpost/favourites/new", "/signpost/favourites/favourites-of-cockle-row"
ID = "favourites-of-cockle-row"
PUBLIC = f"/favourites/{ID}"


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


def test_a_page_of_favourites_is_made_once_changed_and_hidden(connector, own_app):
    public = own_app.test_client()
    made = send(connector, NEW, **FORM)
    assert (made.status_code, made.location) == (303, PAGE) and send(connector, NEW, **FORM).location == PAGE
    page = said(public.get(PUBLIC).text)
    for words in ("Favourites of Cockle Row", "Ask at the desk.", "Cards at Bournes Corner", "They are lovely."):
        assert words in page
    assert send(connector, PAGE, **FORM | {"version": "1", "hidden": "yes"}).status_code == 303
    assert public.get(PUBLIC).status_code == 404 and "hidden" in said(connector.get("/signpost/favourites").text)
    with database(own_app).reading() as connection:
        lines = connection.execute(select(history.c.action, history.c.changes).where(
            history.c.layer == "favourites", history.c.record_id == ID).order_by(history.c.id)).all()
    assert [action for action, _changes in lines] == ["added", "changed"]
    assert json.loads(lines[1][1]) == {"hidden": ["", "yes"]}
    sign_in(steward := own_app.test_client(), "steward")
    assert "Hidden" in said(steward.get(f"/steward/favourites/{ID}/history").text)


def test_who_was_second_keeps_what_they_typed_and_decides(connector):
    send(connector, NEW, **FORM)
    assert send(connector, PAGE, **FORM | {"version": "1", "title": "Theirs"}).status_code == 303
    mine = FORM | {"version": "1", "title": "Mine"}
    late = send(connector, PAGE, **mine)
    assert late.status_code == 409 and "changed this page while you were editing it" in late.text
    assert 'value="Mine"' in late.text and 'name="version" value="2"' in late.text
    assert send(connector, PAGE, **mine | {"version": "2"}).status_code == 303
    assert "Mine" in connector.get("/signpost/favourites").text


def test_what_is_in_a_pack_is_added_without_the_lines_for_one_person(connector, own_app):
    send(connector, NEW, **FORM)
    pack = connector.get(make(connector, (CARDS, BEDS), once="p")).text
    assert 'action="/signpost/favourites/add"' in pack
    page = send(connector, "/signpost/favourites/add", page=ID, pick=[CARDS, BEDS],
                **{f"line:{BEDS}": "Ask for Ana."})
    assert "3. <a" in page.text and "Raised Bed Regulars" in page.text and "They are lovely." in page.text
    assert "Ask for Ana." not in page.text and "Raised Bed" not in own_app.test_client().get(PUBLIC).text
    assert send(connector, "/signpost/favourites/add", pick=[CARDS]).status_code == 400
    assert send(connector, "/signpost/favourites/add", page="nothing", pick=[CARDS]).status_code == 404


def test_a_hubs_page_leads_to_its_favourites(connector, own_app):
    unknown = send(connector, NEW, **FORM | {"hub": "Nowhere Hall"})
    assert unknown.status_code == 400 and "no place of this name" in unknown.text and "Nowhere Hall" in unknown.text
    send(connector, NEW, **FORM | {"hub": "harbour lights library"})
    public = own_app.test_client()
    assert PUBLIC in public.get("/hubs/harbour-lights-library").text
    assert "Picked by the people at Harbour Lights Library" in said(public.get(PUBLIC).text)


def test_what_is_off_the_map_for_a_while_stays_in_the_list(connector, own_app):
    gone = "groups:not-there-now"
    send(connector, NEW, **FORM | {"pick": [CARDS, gone]})
    send(connector, PAGE, **FORM | {"pick": [CARDS, gone], "version": "1", "lead": "New."})
    with database(own_app).reading() as connection:
        (kept,) = connection.execute(select(table.c.document).where(table.c.version == 2)).scalars()
    assert [item["id"] for item in json.loads(kept)["items"]] == ["cards-at-bournes-corner", "not-there-now"]


@pytest.mark.parametrize("title", ["New", "add", "???", "Favourites of Cockle Row"])
def test_every_page_has_an_address_of_its_own(connector, own_app, title):
    send(connector, NEW, **FORM)
    made = send(connector, NEW, **FORM | {"title": title, "once": "2"}).location
    assert made not in (PAGE, NEW, "/signpost/favourites/add")
    assert own_app.test_client().get(made.removeprefix("/signpost")).status_code == 200


@pytest.mark.parametrize(("fields", "field"), [
    ({"title": ""}, "title"), ({"title": "x" * 81}, "title"), ({"lead": "x" * 401}, "lead"), ({"pick": []}, "add"),
    ({f"line:{HEM}": "x" * 301}, "line-1")])
def test_what_cannot_be_is_said_beside_its_field(connector, own_app, fields, field):
    answer = send(connector, NEW, **FORM | fields)
    assert answer.status_code == 400 and f'id="error-{field}"' in answer.text
    with database(own_app).reading() as connection:
        assert ID not in connection.execute(select(table.c.id)).scalars().all()


def test_hostile_titles_and_lines_are_words(connector, own_app):
    bad = "{{43*43}} <script>alert(1)</script> <img src=x onerror=alert(1)>"
    made = send(connector, NEW, **FORM | {"title": bad, "lead": bad, f"line:{CARDS}": bad}).location
    for page in (own_app.test_client().get(made.removeprefix("/signpost")).text, connector.get(made).text,
                 connector.get("/signpost/favourites").text):
        assert "{{43*43}}" in page and "<script>alert" not in page and "<img src=x" not in page


def test_the_pages_hold_no_barrier(connector, own_app, open_page, barriers):
    send(connector, NEW, **FORM | {"title": "Verylongword" * 6, "hub": "Harbour Lights Library", "once": "f"})
    with serving(own_app) as address:
        page = open_page()
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        slug = ("verylongword" * 6)[:60]
        for where in ("/signpost/favourites", f"/signpost/favourites/{slug}", f"/favourites/{slug}"):
            page.goto(address + where)
            assert barriers(page) == [], where
