"""Packs: what a connector gives somebody to take home; favourites; and figures that tell nobody."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from assetmap.analysis.suppression import LEAST, suppress
from assetmap.store import packs, records
from assetmap.store.relation_tables import favourites as favourites_table
from assetmap.store.relation_tables import packs as pack_table
from assetmap.store.relation_tables import signposts
from assetmap.store.rows import LAYERS
from assetmap.web import language
from tests.conftest import csrf_of, sign_in

CARDS, BEDS = "groups:cards-at-bournes-corner", "groups:raised-bed-regulars"
HEM = "opportunities:turn-up-a-hem-with-a-beginner"


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


def database(app):
    return app.extensions["assetmap"].database


def send(client, path, **fields):
    return client.post(path, data={"csrf": csrf_of(client), "once": fields.pop("once", "1"), **fields})


def make(client, picks=(CARDS, BEDS), **fields):
    lines = {f"line:{CARDS}": "Ask for Ana."}
    form = {"pick": list(picks), "do": "make", "language": "en"} | lines | fields
    answer = send(client, "/signpost/packs/new", **form)
    assert answer.status_code == 303, answer.text
    return answer.location


def link_of(client, path):
    return re.search(r'id="link" value="http://localhost(/packs/\w+)"', client.get(path).text)[1]


def test_a_pack_is_put_in_order_and_read_at_home_in_large_print(connector, own_app):
    stage = send(connector, "/signpost/packs/new", pick=[CARDS, BEDS], do="down:0", **{f"line:{CARDS}": "Ask for Ana."})
    assert [unescape(name) for name in re.findall(r"\d\. ([^<]+)</h2>", stage.text)] == [
        "Raised Bed Regulars", "Cards at Bournes Corner"] and "Ask for Ana." in stage.text
    out = send(connector, "/signpost/packs/new", pick=[CARDS, BEDS], do="out:1")
    assert "Raised Bed Regulars" not in out.text
    public = own_app.test_client()
    page = public.get(link_of(connector, make(connector, (BEDS, CARDS))))
    assert page.text.index("Raised Bed Regulars") < page.text.index("Cards at Bournes Corner")
    for words in ("Ask for Ana.", "Tuesdays 2", "Bournes Corner Rooms", "Free", "Step-free", "01632 960389", "<svg"):
        assert words in page.text
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
    assert "connector@example.org" not in page.text


def test_the_same_as_text_and_as_a_calendar(connector, own_app):
    link = link_of(connector, make(connector))
    public = own_app.test_client()
    text = public.get(link + ".txt").text
    assert text.startswith("Cards at Bournes Corner\n") and "Ask for Ana." in text and link in text
    calendar = public.get(link + ".ics")
    assert calendar.mimetype == "text/calendar" and "SUMMARY:Cards at Bournes Corner" in calendar.text


def test_in_polish_what_we_say_is_polish_and_what_groups_wrote_stays(connector, own_app):
    page = own_app.test_client().get(link_of(connector, make(connector, language="pl"))).text
    assert '<html lang="pl"' in page and "Coś dla Ciebie" in page and "Bez schodów" in page and "Bezpłatnie" in page
    assert re.search(r"wtorek \d+ \w+, 14:00", page) and "Cards at Bournes Corner" in page
    assert "What" not in re.sub(r"<[^>]+>", " ", page.split("<main")[1]).split()
    assert own_app.test_client().get("/").text.count("Coś dla Ciebie") == 0


def test_every_translation_has_the_places_of_its_original():
    for code in language.available():
        if code == "en":
            continue
        from babel.messages.pofile import read_po

        with open(language._FOLDER / f"{code}.po", "rb") as file:
            catalogue = read_po(file, locale=code, abort_invalid=True)
        for message in catalogue:
            if not message.id:
                continue
            originals = message.id if isinstance(message.id, tuple) else (message.id,)
            made = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = set(re.findall(r"%\(\w+\)s", " ".join(originals)))
            assert all(made) and all(set(re.findall(r"%\(\w+\)s", text)) <= wanted for text in made), message.id
        texts = "".join(path.read_text("utf-8") for path in language._FOLDER.parents[2].glob("templates/packs/*.html"))
        in_english = ("This pack has ended", "Look at the map", "Nothing is here just now.", "Links like this")
        said = {text for text in re.findall(r'_\("([^"]+)"', texts) if not text.startswith(in_english)}
        assert {text for text in said if not catalogue.get(text)} == set()


def test_a_link_ends_and_what_is_over_is_left_out(connector, own_app):
    path = make(connector, (CARDS, BEDS))
    link, public = link_of(connector, path), own_app.test_client()
    with database(own_app).writing() as connection:
        from dataclasses import replace

        record, version = records.get(connection, LAYERS["groups"], "raised-bed-regulars")
        records.save_one(connection, LAYERS["groups"], replace(record, status="ended"), version=version, by="t")
    own_app.extensions["assetmap"].current.refresh()
    page = public.get(link).text
    assert "Raised Bed" not in page and "One more has ended since." in page
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    with database(own_app).writing() as connection:
        connection.execute(update(pack_table).values(expires_at=past))
    ended = public.get(link)
    assert ended.status_code == 410 and "This pack has ended" in ended.text and "Cards" not in ended.text
    assert send(connector, path, do="extend").status_code == 303 and public.get(link).status_code == 200
    with database(own_app).writing() as connection:
        connection.execute(update(pack_table).values(expires_at=past))
        assert packs.forget(connection) == 1
    assert public.get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "..%2F.."])
def test_a_link_that_nobody_was_given_is_not_found(own_client, token):
    for ending in ("", ".txt", ".ics"):
        assert own_client.get(f"/packs/{token}{ending}").status_code == 404


def test_a_signpost_is_counted_only_by_choice_and_says_nothing_of_the_person(connector, own_app):
    make(connector, once="a")
    with database(own_app).reading() as connection:
        assert connection.execute(select(signposts)).all() == []
    ward = connector.get("/find.json?near=SS2+4").json["place"]["ward_code"]
    path = make(connector, once="b", count="yes", ward=ward, interests=["games-cards", "nonsense"])
    with database(own_app).reading() as connection:
        (row,) = connection.execute(select(signposts)).mappings()
    assert row["ward_code"] == ward and row["interests"] == '["games-cards"]' and "cards-at-bournes" in row["suggested"]
    assert len(row["day"]) == 10 and not row["unmet"]
    assert send(connector, path, do="outcome", outcome="went").status_code == 303
    with database(own_app).reading() as connection:
        assert connection.execute(select(signposts.c.outcome)).scalar() == "went"


def test_nothing_suitable_is_counted_and_becomes_an_ask_once(connector, own_app):
    ward = connector.get("/find.json?near=SS2+4").json["place"]["ward_code"]
    fields = {"ward": ward, "interests": ["games-cards"]}
    page = send(connector, "/signpost/unmet", **fields)
    assert "That is counted" in page.text and send(connector, "/signpost/unmet", **fields).status_code == 200
    with database(own_app).reading() as connection:
        (row,) = connection.execute(select(signposts)).mappings()
    assert row["unmet"] and row["ward_code"] == ward
    first = send(connector, "/signpost/unmet", do="ask", **fields).location
    assert send(connector, "/signpost/unmet", do="ask", **fields).location == first
    asked = own_app.test_client().get(first).text
    assert "Who would start something in" in asked and "games and cards" in asked
    assert send(connector, "/signpost/unmet", ward=ward).status_code == 400


COUNTS = st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=12)


@given(COUNTS)
def test_no_count_that_is_kept_back_can_be_worked_out(counts):
    shown, total = suppress(counts)
    hidden = [key for key, count in shown.items() if count is None]
    assert all(count is None or count == 0 or count >= LEAST for count in shown.values())
    assert all(shown[key] in (None, counts[key]) for key in counts) and total in (None, sum(counts.values()))
    if total is not None and hidden:  # what the total less the shown leaves is that of several, and not small
        assert len(hidden) > 1 and sum(counts[key] for key in hidden) >= LEAST


def test_figures_keep_small_counts_back(connector, own_app):
    from assetmap.store import signposts as kept

    with database(own_app).writing() as connection:
        for number in range(14):
            kept.add(connection, day=datetime.now(UTC).date().isoformat(), ward_code="", interests=["gardening"],
                     suggested=())
            if number < 3:
                kept.add(connection, day=datetime.now(UTC).date().isoformat(), ward_code="", interests=["dance"],
                         suggested=())
    page = connector.get("/signpost/figures").text
    rows = Counter(re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', page))
    assert ("Dance", "kept back") in rows and ("Gardening and growing", "14") not in rows
    assert ("No ward was named", "17") in rows


def test_a_page_of_favourites_is_made_changed_and_hidden(connector, own_app):
    public = own_app.test_client()
    form = {"title": "Favourites of our desk", "lead": "Ask at the desk.", "pick": [CARDS, HEM], "do": "save",
            f"line:{HEM}": "They are lovely."}
    made = send(connector, "/signpost/favourites/new", **form)
    again = send(connector, "/signpost/favourites/new", **form)
    assert made.status_code == 303 and again.location == made.location
    page = public.get("/favourites/favourites-of-our-desk").text
    for words in ("Favourites of our desk", "Ask at the desk.", "Cards at Bournes Corner", "They are lovely."):
        assert words in page
    added = send(connector, made.location, **form | {"do": "add", "add": "Raised Bed Regulars", "version": "1"})
    assert "3. Raised Bed Regulars" in added.text
    unknown = send(connector, made.location, **form | {"do": "add", "add": "No such thing", "version": "1"})
    assert unknown.status_code == 400 and "Nothing on the map is called that" in unknown.text
    assert send(connector, made.location, **form | {"version": "1", "hidden": "yes"}).status_code == 303
    late = send(connector, made.location, **form | {"version": "1"})
    assert late.status_code == 409 and "Somebody else changed this page" in late.text
    assert public.get("/favourites/favourites-of-our-desk").status_code == 404
    with database(own_app).reading() as connection:
        kept = select(favourites_table.c.version).where(favourites_table.c.id == "favourites-of-our-desk")
        assert connection.execute(kept).scalar() == 2


def test_hostile_lines_and_titles_are_words(connector, own_app):
    bad = "{{43*43}} <script>alert(1)</script> ${x} ` <img src=x onerror=alert(1)>"
    link = link_of(connector, make(connector, heading=bad, **{f"line:{CARDS}": bad}))
    page = send(connector, "/signpost/favourites/new", title=bad, lead=bad, pick=[CARDS], do="save", once="f").location
    for path in (link, page.removeprefix("/signpost")):
        page = own_app.test_client().get(path).text
        assert "{{43*43}}" in page and "<script>alert" not in page and "<img src=x" not in page


def test_the_pages_hold_no_barrier(connector, own_app, open_page, barriers):
    from assetmap.web.signed_in import COOKIE
    from tests.conftest import signed_in_as
    from tests.live import serving

    path = make(connector, (CARDS, BEDS, HEM), heading="Verylongword" * 8, **{f"line:{CARDS}": "verylongword" * 20})
    link = link_of(connector, path)
    send(connector, "/signpost/favourites/new", title="Ours", lead="", pick=[CARDS], do="save", once="f")
    with serving(own_app) as address:
        page = open_page()
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        for where in (link, path, "/signpost/packs", "/signpost/favourites", "/signpost/favourites/ours",
                      "/favourites/ours", "/signpost/figures"):
            page.goto(address + where)
            assert barriers(page) == [], where
