"""Signposting: what suits one person, why, and what nearly does; and that nothing of it is kept."""

import re
from html import unescape

import pytest

from assetmap.store.relation_tables import signposts
from assetmap.store.tables import metadata, search_counts
from assetmap.web.signed_in import COOKIE
from tests.conftest import csrf_of, sign_in, signed_in_as
from tests.live import serving

# The person of the issue: 82, near SS2 4, Polish, walks 400 m, likes gardening and cards, once a seamstress.
HER = {"near": "SS2 4", "reach": "400", "likes": "gardening and cards", "offer": "sewing", "speaks": "pl",
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
    found = re.search(rf"<h3>{title}</h3>(.*?)(?=<h3>|</section>)", page, re.DOTALL)
    return dict(suggested(found[1])) if found else {}


def test_where_little_suits_what_is_farther_is_named_with_the_way_there(connector):
    page = ask(connector, near="SS2 4AB", reach="400", likes="cards", speaks="pl").text
    nearly = part(page, "Nearly")
    for name in ("Polish Lunch and Canasta", "Cards at Bournes Corner"):
        assert re.search(r"Fits all but the way there:\s+\d+ m on foot", " ".join(nearly[name].split())), nearly[name]
    enough = ask(connector, near="SS2 4", reach="800", likes="cards, gardening, coffee", speaks="pl").text
    assert len(part(enough, "To join")) >= 3 and "km on foot" not in " ".join(part(enough, "Nearly").values())


def test_the_seamstress_of_82_gets_cards_gardening_company_and_somebody_to_teach(connector):
    page = ask(connector, **HER | {"offer": "once a seamstress"}).text
    join = part(page, "To join")
    assert list(join)[:2] == ["Cards at Bournes Corner", "Raised Bed Regulars"]
    for words in ("Games and cards", "100 m on foot", "min walk", "Polish is spoken there", "step-free", "free"):
        assert words in join["Cards at Bournes Corner"]
    assert "Company on the way to cards" in part(page, "Offered by others")
    hem = part(page, "Where they could give")["Turn up a hem with a beginner"]
    assert "Sewing and knitting, which they could give" in hem and "buttonholes" in hem
    lunch = part(page, "Nearly")["Polish Lunch and Canasta"]
    assert "Fits all but the stairs" in lunch and "Polish is spoken there" in lunch
    assert "if they can come to them" in part(page, "Nearly")["Tools to borrow for any front garden"]


def test_what_is_right_but_for_one_thing_is_named_with_that_thing(connector):
    evening = ask(connector, **HER | {"day": ["sun"], "time": ["evening"]}).text
    assert "Fits all but the time: Tuesdays 2–4pm" in part(evening, "Nearly")["Cards at Bournes Corner"]
    assert not part(evening, "To join")
    tuesday = ask(connector, **HER | {"day": ["tue"], "time": ["afternoon"]}).text
    assert "Tuesday afternoons, when they are free" in part(tuesday, "To join")["Cards at Bournes Corner"]
    own = ask(connector, near="SS2 4", reach="1500", likes="badminton", speaks="pl", only_own="yes").text
    assert any("Polish is not spoken there" in said for said in part(own, "Nearly").values())
    near = ask(connector, near="SS2 4", reach="200", likes="cards", needs=["step_free"]).text
    assert not any("100 m" in said for said in part(near, "Nearly").values())


def test_where_nobody_told_of_steps_one_is_told_to_ask_and_it_is_no_fit(connector):
    wish = {"near": "Ridgeway Hall", "reach": "800", "likes": "singing"}
    assert "Ridgeway Repair Choir" in part(ask(connector, **wish).text, "To join")
    page = ask(connector, **wish, needs=["step_free"]).text
    assert "Ridgeway Repair Choir" not in part(page, "To join")
    assert "ask first whether there are steps" in part(page, "Nearly")["Ridgeway Repair Choir"]


def test_what_is_only_close_to_what_they_enjoy_comes_after_it_and_says_so(connector):
    join = part(ask(connector, near="SS2 4", reach="1500", likes="cards").text, "To join")
    related = [name for name, said in join.items() if "which is close to games and cards" in said]
    same = [name for name, said in join.items() if "Games and cards, " in said]
    assert same and list(join)[0] in same and not set(related) & set(same)
    alone = part(ask(connector, near="Leigh-on-Sea", reach="800", learn="astronomy").text, "To join")
    assert any("History and culture, to learn" in said or "which is close to" in said for said in alone.values())


def test_a_ward_will_do_and_nobody_pretends_to_know_how_far_it_is(connector):
    page = ask(connector, in_ward="E05002221", reach="400", likes="gardening", offer="sewing").text
    said = part(page, "To join")["Raised Bed Regulars"]
    assert "ward" in said and "on foot" not in said and 'name="ward" value="E05002221"' in page


def test_chips_say_as_much_as_words_and_a_wrong_letter_is_forgiven(connector):
    page = ask(connector, **HER | {"likes": "gardning", "likes_picked": ["games-cards", "no-such-thing"]}).text
    assert "Understood: Gardening and growing, Games and cards." in page
    assert len(part(page, "To join")) == 2
    assert re.search(r'name="likes_picked" value="games-cards" checked', page)


def test_who_names_one_activity_gets_it_before_others_of_its_kind(connector):
    page = ask(connector, near="SS1", reach="3000", likes="football and table tennis, yoga").text
    assert "Understood: Sport (football, table tennis), Gentle exercise (yoga)." in page
    said = list(part(page, "To join").values())
    named = [bool(re.search(r"(Sport|Gentle exercise) \((football|table tennis|yoga)", one)) for one in said]
    assert named[0] and not named[-1] and named == sorted(named, reverse=True)
    wrong = ask(connector, likes="She was a nurse, and she likes her garden").text
    assert "Understood: Gardening and growing." in wrong and "Not understood: nurse." in wrong


def test_what_was_ticked_stays_ticked_when_the_conversation_goes_on(connector):
    page = ask(connector, **HER | {"likes": "cards", "pick": ["groups:cards-at-bournes-corner",
                                                             "groups:raised-bed-regulars", "groups:gone", "x:y"]}).text
    assert re.findall(r'name="pick" value="([^"]*)" checked', page) == [
        "groups:raised-bed-regulars", "groups:cards-at-bournes-corner"]
    assert list(part(page, "Ticked before")) == ["Raised Bed Regulars"]


def test_one_form_leads_on_to_a_pack_or_to_nothing_suitable(connector):
    page = ask(connector, **HER).text
    sent = dict(re.findall(r'<input type="hidden" name="(ward|language)" value="([^"]*)"', page))
    wanted = re.findall(r'name="interests" value="([^"]*)"', page)
    assert sent["language"] == "pl" and sent["ward"] and wanted == ["gardening", "games-cards", "sewing-knitting"]
    whole = {"csrf": csrf_of(connector), **HER, **sent, "interests": wanted, "pick": "groups:cards-at-bournes-corner"}
    pack = connector.post("/signpost/packs/new", data=whole)
    assert pack.status_code == 200 and "Cards at Bournes Corner" in pack.text and "gardening and cards" not in pack.text
    unmet = connector.post("/signpost/unmet", data=whole, follow_redirects=True)
    assert unmet.status_code == 200 and "Put it on the map as an ask" in unmet.text and "SS2 4" not in unmet.text


@pytest.mark.parametrize(("fields", "field", "words"), [
    ({"near": "SS1 2AO"}, "near", "not a postcode"), ({"near": "Atlantis"}, "near", "Atlantis"),
    ({"age": "old"}, "age", "number of years"), ({"age": "9" * 300}, "age", "number of years")])
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(connector, fields, field, words):
    page = ask(connector, **HER | fields)
    assert page.status_code == 400 and words in unescape(re.search(rf'id="error-{field}">(.*?)</p>', page.text)[1])
    assert 'value="gardening and cards"' in page.text


def test_words_that_nobody_knows_are_said(connector):
    page = unescape(ask(connector, likes="gardening, quidditch and cards").text)
    assert "Understood: Gardening and growing, Games and cards." in page and "Not understood: quidditch." in page


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
    form = answer.text.split('id="wish"')[1].split("</form>")[0].lower()
    assert 'method="get"' not in form and 'autocomplete="off"' in form


def test_hostile_words_are_words(connector):
    page = ask(connector, likes="{{43*43}} <script>alert(1)</script>", near='"><img src=x onerror=alert(1)>').text
    assert "<script>alert" not in page and "<img src=x" not in page and "1849" not in page.split('id="wish"')[1]


@pytest.fixture
def desk(own_app, open_page):
    """A page signed in as a connector: desk(width, height, **options) -> page at /signpost."""
    with serving(own_app) as address:
        def open_(*size, **options):
            page = open_page(*size, **options)
            _account, token = signed_in_as(own_app, "connector", "connector@example.org")
            page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
            page.goto(address + "/signpost")
            return page
        yield open_


def test_suggestions_come_as_the_form_changes_and_hold_no_barrier(desk, barriers, watch):
    page = desk()
    address = page.url
    page.get_by_label("What do they enjoy?").fill("cards")
    page.get_by_label("Their postcode").fill("SS2 4")
    page.get_by_text("Cards at Bournes Corner", exact=True).wait_for()
    page.get_by_label("Cards at Bournes Corner").check()
    page.get_by_label("What could they give").fill("sewing")
    page.get_by_text("Turn up a hem with a beginner", exact=True).wait_for()
    assert page.get_by_label("Cards at Bournes Corner").is_checked() and page.url == address
    page.get_by_label("What do they enjoy?").fill("swimming")
    page.get_by_role("heading", name="Ticked before").wait_for()
    assert page.get_by_label("Cards at Bournes Corner").is_checked()
    page.get_by_label("Their postcode").press("Tab")
    watch.expect("status of 400")
    page.get_by_label("Their postcode").fill("SS2 4ZZ9")
    page.get_by_label("Their postcode").press("Tab")
    page.locator("#error-near").wait_for()
    assert page.get_by_label("Their postcode").get_attribute("aria-invalid") == "true"
    page.get_by_label("Their postcode").fill("SS2 4")
    page.get_by_label("Their postcode").press("Tab")
    page.locator("#error-near").wait_for(state="detached")
    assert barriers(page) == []


def test_without_javascript_a_button_does_the_same_and_ticks_stay(desk):
    page = desk(360, 740, java_script_enabled=False)
    page.get_by_label("What do they enjoy?").fill("cards")
    page.get_by_role("button", name="Show suggestions").click()
    page.locator("input[name=pick]").first.check()
    ticked = page.locator("input[name=pick]").first.get_attribute("value")
    page.get_by_label("What do they enjoy?").fill("swimming")
    page.get_by_label("What do they enjoy?").press("Enter")
    assert page.locator(f'input[name=pick][value="{ticked}"]').is_checked()
    page.get_by_role("button", name="Make a pack").click()
    assert page.locator(f'input[name=pick][value="{ticked}"]').count() == 1
