"""Signposting: what suits one person, why, and what nearly does; and that nothing of it is kept."""

import re
from html import unescape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis import suggesting as bits
from assetmap.analysis.suggesting import Candidates, Person, fitting, near_misses, score
from assetmap.store.relation_tables import signposts
from assetmap.store.tables import metadata, search_counts
from assetmap.web.signed_in import COOKIE
from tests.conftest import csrf_of, sign_in, signed_in_as
from tests.live import serving

# The person of the issue: 82, near SS2 4, Polish, walks 400 m, likes gardening and cards, once a seamstress.
HER = {"near": "SS2 4", "reach": "400", "likes": "gardening and cards", "offer": "sewing", "language": "pl",
       "needs": ["step_free"], "age": "82"}


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


def ask(client, **fields):
    return client.post("/signpost", data={"csrf": csrf_of(client), **fields})


def suggested(page):
    """(what it is called, all that is said of it), in order."""
    cards = page.split('<li class="card suggestion-card')[1:]
    return [(unescape(re.search(r'card-name">(.*?)<', card)[1]), unescape(re.sub(r"<[^>]+>", " ", card)))
            for card in cards]


def part(page, title):
    found = re.search(rf"<h3>{title}</h3>(.*?)(?=<h3>|</form>)", page, re.DOTALL)
    return suggested(found[1]) if found else []


def test_the_seamstress_of_82_gets_cards_gardening_company_and_somebody_to_teach(connector):
    page = ask(connector, **HER).text
    join = dict(part(page, "To join"))
    assert list(join)[:2] == ["Cards at Bournes Corner", "Raised Bed Regulars"]
    for words in ("Games and cards", "100 m", "min walk", "Polish is spoken", "step-free", "free"):
        assert words in join["Cards at Bournes Corner"]
    assert "Company on the way to cards" in dict(part(page, "Offered by others"))
    assert "Sewing and knitting" in dict(part(page, "Where they could give"))["Turn up a hem with a beginner"]


def test_what_is_right_but_for_one_thing_is_named_with_that_thing(connector):
    far = dict(part(ask(connector, near="SS2 4", reach="800", likes="badminton").text, "Nearly"))
    assert any("farther than they can get" in said for said in far.values())
    evening = ask(connector, **HER | {"day": ["sun"], "time": ["evening"]}).text
    assert "at other times" in dict(part(evening, "Nearly"))["Cards at Bournes Corner"]
    assert "Cards at Bournes Corner" not in dict(part(evening, "To join"))


@pytest.mark.parametrize(("fields", "field", "words"), [
    ({"near": "SS1 2AO"}, "near", "not a postcode"), ({"near": "Atlantis"}, "near", "Atlantis"),
    ({"age": "old"}, "age", "number of years")])
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(connector, fields, field, words):
    page = ask(connector, **HER | fields)
    assert page.status_code == 400 and words in unescape(re.search(rf'id="error-{field}">(.*?)</p>', page.text)[1])
    assert 'value="gardening and cards"' in page.text


def test_words_that_nobody_knows_are_said(connector):
    page = unescape(ask(connector, likes="gardening, quidditch and cards").text)
    assert "Understood: Gardening and growing, Games and cards. Not understood: quidditch." in page


def test_nothing_of_a_conversation_is_kept_or_in_an_address(connector, own_app, caplog):
    from sqlalchemy import func, select

    def rows():
        with own_app.extensions["assetmap"].database.reading() as connection:
            return {name: connection.execute(select(func.count()).select_from(table)).scalar()
                    for name, table in metadata.tables.items() if name not in ("sign_ins",)}

    before = rows()
    answer = ask(connector, **HER)
    own_app.extensions["assetmap"].counter.flush()
    assert answer.headers["Cache-Control"] == "no-store" and rows() == before
    assert signposts.name in before and search_counts.name in before
    assert not any(word in caplog.text for word in ("SS2 4", "gardening", "sewing"))
    assert 'method="get"' not in answer.text.split('id="wish"')[1].split("</form>")[0].lower()


def test_hostile_words_are_words(connector):
    page = ask(connector, likes="{{43*43}} <script>alert(1)</script>", near='"><img src=x onerror=alert(1)>').text
    assert "<script>alert" not in page and "<img src=x" not in page and "1849" not in page.split('id="wish"')[1]


def things(**columns):
    size = len(next(iter(columns.values())))
    plain = {"topic": np.ones(size), "metres": np.full(size, 100.0), "slots": np.zeros(size, dtype=np.int64),
             **{name: np.zeros(size, dtype=bool) for name in ("speaks", "company")},
             **{name: np.ones(size, dtype=bool) for name in ("english", "has_access", "says_access", "free")}}
    return Candidates(**plain | {name: np.array(values) for name, values in columns.items()})


@pytest.mark.parametrize(("columns", "person", "order"), [
    ({"metres": [900.0, 100.0, 500.0]}, Person(reach_m=1_000), [1, 2, 0]),
    ({"topic": [0.5, 1.0, 0.0]}, Person(), [1, 0]),
    ({"slots": [1, 0, 2]}, Person(slots=1), [0, 1]),
    ({"has_access": [True, False, False], "says_access": [True, True, False]}, Person(needs_access=True), [0, 2]),
    ({"speaks": [False, True], "english": [True, False]}, Person(has_language=True), [1, 0]),
    ({"speaks": [False, True], "english": [True, False]}, Person(has_language=True, needs_language=True), [1]),
    ({"speaks": [False, False], "english": [True, False]}, Person(), [0]),
    ({"free": [False, True]}, Person(only_free=True), [1]), ({"free": [False, True]}, Person(), [1, 0]),
    ({"company": [False, True]}, Person(company="company"), [1, 0]),
    ({"company": [False, True]}, Person(company="alone"), [0, 1]),
    ({"metres": [np.nan, 100.0, 1_001.0]}, Person(reach_m=1_000), [1, 0])])
def test_the_order_is_as_by_hand(columns, person, order):
    held = things(**columns)
    assert fitting(score(held, person), held, 9).tolist() == order


def test_a_near_miss_has_one_fault_and_no_more():
    held = things(metres=[2_000.0, 100.0, 2_000.0, 100.0], free=[True, False, False, True])
    scored = score(held, Person(reach_m=1_000, only_free=True))
    assert sorted(near_misses(scored, held, 9).tolist()) == [0, 1]
    assert scored.against.tolist() == [bits.FAR, bits.COST_MISSING, bits.FAR | bits.COST_MISSING, 0]


@given(st.lists(st.tuples(st.floats(0, 5_000), st.booleans(), st.booleans(), st.integers(0, 7)), min_size=1,
                max_size=20), st.integers(0, 7), st.booleans())
def test_what_is_suggested_never_has_a_known_fault(rows, slots, needs):
    metres, says, has, times = map(list, zip(*rows, strict=True))
    held = things(metres=metres, says_access=says, has_access=has, slots=times)
    scored = score(held, Person(slots=slots, needs_access=needs, reach_m=1_500))
    for row in fitting(scored, held, 99):
        assert metres[row] <= 1_500 and not (needs and says[row] and not has[row])
        assert not slots or not times[row] or times[row] & slots
    assert (scored.score <= 1.0 + 1e-9).all()


def test_suggestions_come_as_the_form_changes_and_hold_no_barrier(own_app, open_page, barriers):
    with serving(own_app) as address:
        page = open_page()
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page.goto(address + "/signpost")
        page.get_by_label("What do they enjoy?").fill("cards")
        page.get_by_label("Their postcode").fill("SS2 4")
        page.get_by_text("Cards at Bournes Corner", exact=True).wait_for()
        page.get_by_label("Cards at Bournes Corner").check()
        page.get_by_label("What could they give").fill("sewing")
        page.get_by_text("Turn up a hem with a beginner", exact=True).wait_for()
        assert page.get_by_label("Cards at Bournes Corner").is_checked() and page.url == address + "/signpost"
        assert barriers(page) == []


def test_without_javascript_a_button_does_the_same(own_app, open_page):
    with serving(own_app) as address:
        page = open_page(360, 740, java_script_enabled=False)
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page.goto(address + "/signpost")
        page.get_by_label("What do they enjoy?").fill("cards")
        page.get_by_role("button", name="Show suggestions").click()
        assert page.locator("input[name=pick]").count() > 1
