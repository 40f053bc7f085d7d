"""Packs: what a connector gives somebody to take home, by a link that ends."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from assetmap.domain.pack import Item, coarse, document_of, items_from, picked
from assetmap.store import merging, packs, records
from assetmap.store.relation_tables import packs as pack_table
from assetmap.store.relation_tables import signposts
from assetmap.store.rows import LAYERS
from tests.conftest import sign_in, signed_in_as
from tests.live import serving
from tests.packing import BEDS, CARDS, HEM, database, link_of, make, said, send


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


def change(app, layer, record_id, **fields):
    with database(app).writing() as connection:
        record, version = records.get(connection, LAYERS[layer], record_id)
        records.save_one(connection, LAYERS[layer], replace(record, **fields), version=version, by="the tests")


def names(page):
    return [unescape(name) for name in re.findall(r"<h3>\d+\. <a [^>]*>([^<]+)</a>", page)]


def test_a_pack_is_put_in_order_and_read_at_home_in_large_print(connector, own_app):
    stage = send(connector, "/signpost/packs/new", pick=[CARDS, BEDS], do="down:0", **{f"line:{CARDS}": "Ask for Ana."})
    assert names(stage.text) == ["Raised Bed Regulars", "Cards at Bournes Corner"] and "Ask for Ana." in stage.text
    assert names(send(connector, "/signpost/packs/new", pick=[CARDS, BEDS], do="out:1").text) == [
        "Cards at Bournes Corner"]
    link = link_of(connector, make(connector, (BEDS, CARDS)))
    page = own_app.test_client().get(link)
    assert page.text.index("Raised Bed Regulars") < page.text.index("Cards at Bournes Corner")
    for words in ("Ask for Ana.", "Tuesdays 2", "Next:", "Bournes Corner Rooms", "Free", "Step-free", "01632 960389",
                  "community map of Southend-on-Sea", "It holds nothing about you"):
        assert words in said(page.text), words
    assert "<svg" in page.text and f"http://localhost{link}" in page.text, "its own code and address, for paper"
    assert "connector@example.org" not in page.text and "Today" not in said(page.text), "it is read on another day"


def test_the_link_is_secret(connector, own_app):
    link = link_of(connector, make(connector))
    for ending in ("", ".txt", ".ics"):
        headers = own_app.test_client().get(link + ending).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert "noindex" in headers["X-Robots-Tag"]
    with database(own_app).reading() as connection:
        kept = str(connection.execute(select(pack_table)).all())
    assert link.rsplit("/", 1)[1] not in kept, "only its digest is kept"


def test_the_same_as_text_and_as_a_calendar(connector, own_app):
    link = link_of(connector, path := make(connector))
    public = own_app.test_client()
    text = public.get(link + ".txt").text
    assert text.startswith("Things you might enjoy\n") and "1. Cards at Bournes Corner\n" in text
    assert "» Ask for Ana.\nWhen: Tuesdays 2" in text and "Getting in: Step-free" in text and link in text
    assert unescape(connector.get(path).text).count("» Ask for Ana.") == 1, "the same, for the connector to copy"
    calendar = icalendar.Calendar.from_ical(public.get(link + ".ics").data)
    cards = next(event for event in calendar.walk("VEVENT") if event["SUMMARY"] == "Cards at Bournes Corner")
    assert "Ask for Ana." in cards["DESCRIPTION"] and "Next:" not in cards["DESCRIPTION"]


def test_something_else_is_added_by_its_name_or_address(connector):
    def add(text, do="add"):
        return send(connector, "/signpost/packs/new", pick=[CARDS], do=do, add=text)

    assert names(add("raised bed regulars").text) == ["Cards at Bournes Corner", "Raised Bed Regulars"]
    assert names(add("https://map.example.org/groups/raised-bed-regulars?x=1").text)[1] == "Raised Bed Regulars"
    several = add("library").text
    assert names(several) == ["Cards at Bournes Corner"] and several.count('name="do" value="add:') > 3
    assert names(add("library", "add:hubs:harbour-lights-library").text)[1] == "Harbour Lights Library"
    nothing = add("zzqq")
    assert nothing.status_code == 400 and "Nothing on the map is called that" in nothing.text


@pytest.mark.parametrize(("fields", "field", "words"), [
    ({"pick": []}, "add", "nothing in the list"), ({f"line:{CARDS}": "x" * 301}, "line-0", "too long"),
    ({"heading": "x" * 81}, "heading", "too long"), ({"near": "SS1 2AO"}, "near", "not a postcode"),
    ({"near": "Atlantis"}, "near", "no place called"), ({"add": "chess"}, "add", "Look for it")])
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(connector, own_app, fields, field, words):
    form = {"pick": [CARDS], "do": "make", "language": "pl", "heading": "For spring", f"line:{CARDS}": "Ask for Ana."}
    answer = send(connector, "/signpost/packs/new", **form | fields)
    fault = re.search(rf'id="error-{field}">.*?</p>', answer.text, re.DOTALL)
    assert answer.status_code == 400 and fault and words in unescape(fault[0]), answer.text[-3000:]
    kept = fields.get("heading", "For spring") in answer.text and fields.get(f"line:{CARDS}", "Ask for Ana.")
    assert kept and (fields.get("pick") == [] or kept in answer.text)
    with database(own_app).reading() as connection:
        assert connection.execute(select(pack_table)).all() == []


def test_a_pack_says_about_how_far_and_not_from_where(connector, own_app):
    postcode = connector.get("/find.json?q=cards+at+bournes").json["results"][0]
    near = f"{postcode['lat'] + 0.004:.4f},{postcode['lon']:.4f}"
    link = link_of(connector, make(connector, near=near))
    page = said(own_app.test_client().get(link).text)
    assert "How far about 10 min walk (up to 600 m)" in page
    with database(own_app).reading() as connection:
        kept = str(connection.execute(select(pack_table)).all())
    assert near.split(",")[0] not in kept and '"far_m": 600' in kept


@given(st.floats(0, 80_000))
def test_a_distance_that_is_kept_is_one_of_few(metres):
    far = coarse(metres)
    assert metres - 50 <= far and (far % 300 == 0 if far <= 3_600 else far % 1_000 == 0)
    assert far <= max(300, metres * 1.6, metres + 1_000)


@given(st.lists(st.builds(Item, st.sampled_from(["groups", "hubs", "opportunities"]), st.text(min_size=1, max_size=30),
                          st.text(max_size=40), st.none() | st.integers(0, 9_000)), max_size=20))
def test_a_pack_is_read_back_as_it_was_kept(items):
    assert items_from(document_of(tuple(items), heading="x")) == tuple(items)
    keys = [item.key for item in items]
    assert [item.key for item in picked(keys)] == list(dict.fromkeys(keys))


def test_what_is_hidden_or_over_is_left_out_at_once_and_what_was_merged_stays(connector, own_app):
    link = link_of(connector, make(connector, (CARDS, BEDS, HEM)))
    public = own_app.test_client()
    public.get(link)
    change(own_app, "opportunities", HEM.partition(":")[2], state="closed")
    change(own_app, "groups", "raised-bed-regulars", status="hidden")
    own_app.extensions["assetmap"].current.refresh()
    page = said(public.get(link).text)
    assert "Raised Bed" not in page and "2 more suggestions are not on the map any more" in page
    with database(own_app).writing() as connection:
        keep, version = records.get(connection, LAYERS["groups"], "cockle-row-sketchers")
        lost, lost_version = records.get(connection, LAYERS["groups"], CARDS.partition(":")[2])
        merging.merge(connection, LAYERS["groups"], keep, lost.id, version=version, lose_version=lost_version, by="t")
    own_app.extensions["assetmap"].current.refresh()
    page = said(public.get(link).text)
    assert "Cockle Row Sketchers" in page and "Ask for Ana." in page


def test_what_was_hidden_a_moment_ago_is_not_shown_from_memory(connector, own_app):
    link = link_of(connector, make(connector, (CARDS, BEDS)))
    own_app.test_client().get(link)
    change(own_app, "groups", "raised-bed-regulars", status="hidden")
    assert "Raised Bed" not in own_app.test_client().get(link).text


def test_a_telephone_number_is_there_only_when_it_may_be_published(connector, own_app):
    link = link_of(connector, make(connector))
    assert "01632 960389" in own_app.test_client().get(link).text
    with database(own_app).reading() as connection:
        record, _version = records.get(connection, LAYERS["groups"], CARDS.partition(":")[2])
    change(own_app, "groups", record.id, contact=replace(record.contact, consent=False))
    own_app.extensions["assetmap"].current.refresh()
    for ending in ("", ".txt", ".ics"):
        assert "960389" not in own_app.test_client().get(link + ending).text


def test_a_link_ends_and_tidying_takes_the_pack_away(connector, own_app):
    link, public = link_of(connector, path := make(connector, language="pl")), own_app.test_client()
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    with database(own_app).writing() as connection:
        connection.execute(update(pack_table).values(expires_at=past))
    ended = public.get(link)
    assert ended.status_code == 410 and "Ta strona już wygasła" in ended.text and "Cards" not in ended.text
    assert [public.get(link + ending).status_code for ending in (".txt", ".ics")] == [410, 410]
    assert "ended" in said(connector.get("/signpost/packs").text) and "The link ended" in connector.get(path).text
    assert send(connector, path + "/extend").status_code == 303 and public.get(link).status_code == 200
    with database(own_app).writing() as connection:
        connection.execute(update(pack_table).values(expires_at=past))
        assert packs.forget(connection) == 1
    gone = public.get(link)
    assert gone.status_code == 404 and "for a new one" in gone.text and gone.headers["Cache-Control"] == "no-store"


def test_a_lost_link_is_shown_again_and_a_leaked_one_replaced(connector, own_app):
    path, public = make(connector), own_app.test_client()
    link = link_of(connector, path)
    assert link_of(connector, path) == link, "it can be printed once more"
    assert send(connector, path + "/link").status_code == 303
    new = link_of(connector, path)
    assert new != link and public.get(link).status_code == 404 and "Ask for Ana." in public.get(new).text
    own_app.secret_key = "another"
    sign_in(connector, "connector")
    page = connector.get(path).text
    assert "Its link is not known here any more" in page and "/packs/None" not in page and public.get(new).status_code \
        == 200


def test_a_pack_is_ended_with_every_line_in_it(connector, own_app):
    path, public = make(connector), own_app.test_client()
    link = link_of(connector, path)
    assert send(connector, path + "/end").status_code == 400 and public.get(link).status_code == 200
    assert send(connector, path + "/end", sure="yes").status_code == 303 and public.get(link).status_code == 404
    with database(own_app).reading() as connection:
        assert connection.execute(select(pack_table)).all() == []


@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "..%2F..", "é" * 40, "A" * 5_000])
def test_a_link_that_nobody_was_given_is_not_found(own_client, token):
    for ending in ("", ".txt", ".ics"):
        assert own_client.get(f"/packs/{token}{ending}").status_code == 404


def test_a_form_sent_twice_makes_one_pack(connector, own_app):
    assert make(connector, once="a", count="yes") == make(connector, once="a", count="yes")
    with database(own_app).reading() as connection:
        assert [len(connection.execute(select(one)).all()) for one in (pack_table, signposts)] == [1, 1]


def test_a_signpost_is_counted_only_by_choice_and_says_nothing_of_the_person(connector, own_app):
    silent = make(connector, once="a")
    with database(own_app).reading() as connection:
        assert connection.execute(select(signposts)).all() == []
    assert send(connector, silent + "/outcome", outcome="went").status_code == 400
    ward = connector.get("/find.json?near=SS2+4").json["place"]["ward_code"]
    path = make(connector, once="b", count="yes", ward=ward, interests=["games-cards", "nonsense"], near="SS2 4AA")
    with database(own_app).reading() as connection:
        (row,) = connection.execute(select(signposts)).mappings()
    assert row["ward_code"] == ward and row["interests"] == '["games-cards"]' and "cards-at-bournes" in row["suggested"]
    assert len(row["day"]) == 10 and not row["unmet"] and "Ana" not in str(dict(row)) and "SS2" not in str(dict(row))
    assert send(connector, path + "/outcome").status_code == 400
    assert send(connector, path + "/outcome", outcome="went").status_code == 303
    assert "They went" in said(connector.get("/signpost/packs").text)
    send(connector, path + "/end", sure="yes")
    with database(own_app).reading() as connection:
        assert connection.execute(select(signposts.c.outcome)).scalar() == "went", "what was counted stays"


def test_a_connector_lists_their_own_packs(connector, own_app):
    make(connector, heading="For spring")
    other = own_app.test_client()
    sign_in(other, "connector", "other@example.org")
    assert "For spring" in connector.get("/signpost/packs").text
    assert "For spring" not in other.get("/signpost/packs").text


def test_hostile_lines_and_headings_are_words(connector, own_app):
    bad = "{{43*43}} <script>alert(1)</script> ${x} ` <img src=x onerror=alert(1)> \u202e\x07"
    path = make(connector, heading=bad[:80], **{f"line:{CARDS}": bad})
    public, link = own_app.test_client(), link_of(connector, path)
    for page in (public.get(link).text, connector.get(path).text, connector.get("/signpost/packs").text):
        assert "{{43*43}}" in page and "<script>alert" not in page and "<img src=x" not in page and "\u202e" not in page
    text = public.get(link + ".txt")
    assert text.mimetype == "text/plain" and text.headers["X-Content-Type-Options"] == "nosniff"
    calendar = icalendar.Calendar.from_ical(public.get(link + ".ics").data)
    assert any("{{43*43}}" in event["DESCRIPTION"] for event in calendar.walk("VEVENT"))


def test_the_pages_hold_no_barrier_and_print_large_with_a_code(connector, own_app, open_page, barriers):
    path = make(connector, (CARDS, BEDS, HEM), heading="Verylongword" * 6, count="yes", language="pl",
                **{f"line:{CARDS}": "verylongword" * 20})
    link = link_of(connector, path)
    with serving(own_app) as address:
        page = open_page()
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        from assetmap.web.signed_in import COOKIE

        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        for where in (path, "/signpost/packs", "/signpost/packs/new", link):
            page.goto(address + where)
            assert barriers(page) == [], where
        sizes = "[...document.querySelectorAll('main *')].filter(e => e.textContent.trim() && e.checkVisibility())" \
                ".map(e => parseFloat(getComputedStyle(e).fontSize))"
        assert min(page.evaluate(sizes)) >= 18
        assert page.locator("svg.qr").is_hidden()
        page.emulate_media(media="print")
        assert page.locator("svg.qr").is_visible() and page.locator("text=Drukuj").is_hidden()


def test_a_pack_of_one_thing_is_one_sheet_of_paper_and_none_is_torn_in_two(connector, own_app, open_page):
    with serving(own_app) as address:
        page = open_page()
        for items, sheets in (((BEDS,), 1), ((BEDS, CARDS, HEM), 2)):
            page.goto(address + link_of(connector, make(connector, items, once=str(len(items)))))
            paper = page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", paper)) == sheets


def test_a_pack_is_made_by_keyboard_without_javascript(own_app, open_page):
    with serving(own_app) as address:
        page = open_page(java_script_enabled=False)
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        from assetmap.web.signed_in import COOKIE

        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page.goto(address + "/signpost/packs/new")
        for name in ("cards at bournes corner", "raised bed regulars"):
            page.get_by_label("Add something else").fill(name)
            page.keyboard.press("Enter")
            page.locator("h3 a", has_text=re.compile(name, re.IGNORECASE)).wait_for()
        page.get_by_role("button", name=re.compile("^Down.*Cards at Bournes Corner")).press("Enter")
        page.get_by_role("button", name=re.compile("^Up.*Cards at Bournes Corner")).wait_for()
        assert page.locator("h3 a").all_inner_texts() == ["Raised Bed Regulars", "Cards at Bournes Corner"]
        page.get_by_label(re.compile("A line to add.*Cards")).fill("Ask for Ana.")
        page.get_by_role("button", name="Make the pack").press("Enter")
        page.get_by_label("Text to copy").wait_for()
        assert "Ask for Ana." in page.get_by_label("Text to copy").input_value()
