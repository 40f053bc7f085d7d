"""Words: stewards change them to how people speak; codes stay, edits are told apart, colours can be read."""

import json
import re

import pytest
from sqlalchemy import select

from assetmap import paths
from assetmap.domain.colour import READABLE, contrast
from assetmap.importing.run import Options, load
from assetmap.store import vocabulary as kept
from assetmap.store.reference import load_vocabulary
from assetmap.store.tables import history, terms
from assetmap.web.steward.word_form import KINDS
from tests.conftest import csrf_of, sign_in
from tests.evaluated import was_evaluated
from tests.live import serving
from tests.signing_in import send, store_of

HERE = "/steward/vocabulary"


@pytest.fixture
def client(empty_app):
    client = empty_app.test_client()
    sign_in(client)
    return client


def words(client):
    with store_of(client).reading() as connection:
        return load_vocabulary(connection)


def lines(client) -> list[tuple[str, str, str, dict]]:
    with store_of(client).reading() as connection:
        return [(line.by, line.record_id, line.action, json.loads(line.changes)) for line in connection.execute(
            select(history).where(history.c.layer == "vocabulary").order_by(history.c.id))]


def form_of(client, address: str) -> dict:
    """What a browser would send of the form as it stands."""
    page = client.get(address).text
    form = page[page.index("form wider"):]
    form = form[:form.index("</form>")]
    sent: dict = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]+)"', tag)[1], re.search(r' value="([^"]*)"', tag)
        if 'type="checkbox"' in tag or 'type="radio"' in tag:
            if " checked" in tag:
                sent.setdefault(name, []).append(value[1])
        else:
            sent[name] = value[1].replace("&#39;", "'").replace("&amp;", "&")
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        sent[name] = text.replace("&#39;", "'").replace("&amp;", "&")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.search(r'value="([^"]*)" selected', options)[1]
    return sent


def change(client, word: str, **fields):
    return client.post(f"{HERE}/{word}", data=form_of(client, f"{HERE}/{word}") | fields)


def test_every_kind_of_word_has_its_list(client):
    page = client.get(HERE).text
    for kind in KINDS:
        assert f'href="{HERE}/{kind}"' in page
        listed = client.get(f"{HERE}/{kind}").text
        assert all(f'id="word-{code}"' in listed for code in words(client).of(kind))
    assert client.get(HERE + "/nothing").status_code == client.get(HERE + "/category/nothing").status_code == 404


def test_every_form_sent_as_it_stands_changes_nothing(client):
    before = words(client).terms
    for kind in KINDS:
        for code in list(words(client).of(kind))[:4]:
            answer = change(client, f"{kind}/{code}")
            assert answer.status_code == 303, answer.text
    assert words(client).terms == before and lines(client) == []


def test_a_word_is_changed_and_searches_know_it_at_once(client):
    version = store_of(client).version()
    answer = change(client, "category/walking", label="Walks", synonyms="walk\n  Wanders \nwanders\n\nstroll")
    assert answer.status_code == 303 and answer.location.endswith("/category#word-walking")
    term = words(client).get("category", "walking")
    assert (term.label, term.synonyms) == ("Walks", ("walk", "wanders", "stroll")) and term.narrower
    assert store_of(client).version() > version
    (by, record, action, changes), = lines(client)
    assert (by, record, action) == ("steward@example.org", "category:walking", "changed")
    assert changes["label"] == ["Walking", "Walks"] and changes["synonyms"][1] == '["walk", "wanders", "stroll"]'
    assert set(changes) == {"label", "synonyms"}
    assert client.get("/find.json?q=wanders").json["query"]["q"] == "wanders"
    assert "Walks" in client.get("/").text


def test_a_code_never_changes(client):
    change(client, "category/walking", label="Walks", code="walks", kind="access")
    assert "walking" in words(client).of("category") and "walks" not in words(client).of("category")


@pytest.mark.parametrize(("word", "fields", "said"), [
    ("category/walking", {"label": ""}, "say what it is called"),
    ("category/walking", {"label": "x" * 61}, "too long"),
    ("category/walking", {"label": "dance"}, "already means “Dance”"),
    ("category/walking", {"theme": "nothing"}, "choose a theme"),
    ("category/walking", {"icon": "nothing"}, "choose one of the pictures"),
    ("category/walking", {"icon": "\"><script>"}, "choose one of the pictures"),
    ("category/walking", {"related": ["dance", "walking"]}, "cannot be chosen"),
    ("category/walking", {"synonyms": "y" * 61}, "one to a line"),
    ("category/walking", {"synonyms": "\n".join(map(str, range(201)))}, "too many"),
    ("access/parking", {"synonyms": "no steps"}, "already means “Step-free”"),
    ("cost/paid", {"synonyms": "gratis"}, "already means “Free”"),
    ("theme/move", {"colour": "red"}, "looks like #07524b"),
    ("theme/move", {"colour": "#ffcc00"}, "1.5 to 1"),
    ("theme/move", {"colour_dark": "#222222"}, "lighter"),
    ("language/pl", {"own_name": "x" * 61}, "too long")])
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(client, word, fields, said):
    before = words(client).terms
    answer = change(client, word, **fields)
    (name,) = fields
    assert answer.status_code == 400 and said in answer.text and f'id="error-{name}"' in answer.text
    assert "<script>\"" not in answer.text and words(client).terms == before
    if isinstance(fields[name], str) and name != "icon" and name != "theme":
        assert fields[name].replace("\n", "\n") in answer.text.replace("&#39;", "'")


def test_survive_39_who_saved_first_wins_and_the_other_is_shown_both(client, empty_app):
    first = form_of(client, f"{HERE}/cost/free")
    other = empty_app.test_client()
    sign_in(other, "steward", "other@example.org")
    change(other, "cost/free", label="Costs nothing")
    answer = client.post(f"{HERE}/cost/free", data=first | {"label": "No charge at all"})
    assert answer.status_code == 409 and "Somebody else saved this word" in answer.text
    assert "<del>Costs nothing</del>" in answer.text and "<ins>No charge at all</ins>" in answer.text
    assert words(client).get("cost", "free").label == "Costs nothing"
    again = first | {"label": "No charge at all", "mark": re.search(r'name="mark" value="(\w+)"', answer.text)[1]}
    assert client.post(f"{HERE}/cost/free", data=again).status_code == 303
    assert words(client).get("cost", "free").label == "No charge at all"
    assert client.post(f"{HERE}/cost/free", data=again).status_code == 303, "a form sent twice is no conflict"
    assert len(lines(client)) == 2


@pytest.mark.parametrize(("kind", "fields", "code"), [
    ("category", {"label": "Stone walls & hedges", "theme": "green", "icon": "trees"}, "stone-walls-hedges"),
    ("access", {"label": "Ramp to the stage", "icon": "accessibility"}, "ramp_to_the_stage"),
    ("audience", {"label": "60 and over"}, "a_60_and_over"), ("cost", {"label": "Бесплатно"}, "cost"),
    ("language", {"label": "Scottish Gaelic", "own_name": "Gàidhlig", "code": "GD"}, "gd"),
    ("theme", {"label": "New", "icon": "star", "colour": "#004080", "colour_dark": "#80c0ff"}, "new-2")])
def test_a_word_is_added_at_the_end_of_its_kind(client, kind, fields, code):
    for _ in range(2):
        answer = client.post(f"{HERE}/{kind}/new", data={"csrf": csrf_of(client), "once": "one form", **fields})
        assert answer.status_code == 303
    assert list(words(client).of(kind))[-1] == code
    assert words(client).get(kind, code).label == fields["label"]
    assert [line[1:3] for line in lines(client)] == [(f"{kind}:{code}", "added")]
    assert client.get(f"{HERE}/{kind}/{code}").status_code == 200


def test_a_new_theme_has_its_colours_in_the_style(client):
    send(client, f"{HERE}/theme/new", label="Sea", icon="waves", colour="#004080", colour_dark="#80c0ff")
    css = client.get("/theme.css").text
    assert ".theme-sea{--theme:#004080}" in css and ".theme-sea{--theme:#80c0ff}" in css


@pytest.mark.parametrize("fields", [{"label": "Polish", "code": "xx"}, {"label": "New", "code": "pl"},
                                    {"label": "New", "code": "not a code"}, {"label": "New", "code": ""}])
def test_a_language_needs_a_code_and_a_name_of_its_own(client, fields):
    answer = send(client, f"{HERE}/language/new", **fields)
    assert answer.status_code == 400 and lines(client) == []


def test_words_move_up_and_down_and_stop_at_the_ends(client):
    order = list(words(client).of("cost"))

    def move(code: str, to: str):
        return client.post(f"{HERE}/cost/{code}/move", data={"csrf": csrf_of(client), "to": to})

    move(order[1], "up")
    assert list(words(client).of("cost")) == [order[1], order[0], *order[2:]]
    move(order[0], "down")
    assert list(words(client).of("cost")) == [order[1], order[2], order[0], *order[3:]]
    before = len(lines(client))
    assert move(order[1], "up").status_code == 303 and len(lines(client)) == before == 4
    assert move(order[1], "sideways").status_code == 400 and move("nothing", "up").status_code == 404
    assert lines(client)[0][3]["position"][0] - 1 == lines(client)[0][3]["position"][1]


def test_words_in_one_place_get_one_each(client):
    with store_of(client).writing() as connection:
        connection.execute(terms.update().where(terms.c.kind == "cost").values(position=7))
        order = list(load_vocabulary(connection).of("cost"))
        kept.move(connection, "cost", order[2], -1, by="the tests")
        places = connection.execute(select(terms.c.position).where(terms.c.kind == "cost")).scalars().all()
    assert len(set(places)) == len(places) == 4


def test_a_word_that_nothing_uses_can_be_taken_out_and_history_keeps_it(client):
    word = f"{HERE}/category/walking"
    page = client.get(word).text
    assert "Take it out" not in page, "another word points to it"
    send(client, f"{HERE}/category/new", label="Kite flying", theme="green", icon="trees", synonyms="kites")
    word = f"{HERE}/category/kite-flying"
    mark = re.search(r'name="mark" value="(\w+)"', client.get(word).text)[1]
    answer = client.post(word + "/remove", data={"csrf": csrf_of(client), "mark": "old"})
    assert answer.status_code == 409 and "kite-flying" in words(client).of("category")
    assert client.post(word + "/remove", data={"csrf": csrf_of(client), "mark": mark}).status_code == 303
    assert "kite-flying" not in words(client).of("category")
    assert lines(client)[-1][2] == "removed" and lines(client)[-1][3]["synonyms"] == ['["kites"]', ""]
    assert client.post(word + "/remove", data={"csrf": csrf_of(client), "mark": mark}).status_code == 404


@pytest.mark.parametrize("word", ["category/walking", "theme/move", "cost/free", "access/step_free", "hub_kind/library",
                                  "opportunity_kind/volunteering", "language/pl", "audience/everyone"])
def test_a_word_in_use_stays(steward_client, word):
    page = steward_client.get(f"{HERE}/{word}").text
    mark = re.search(r'name="mark" value="(\w+)"', page)[1]
    assert "Take it out" not in page and re.search(r"It is used (on|by) [1-9]", page)
    answer = steward_client.post(f"{HERE}/{word}/remove", data={"csrf": csrf_of(steward_client), "mark": mark})
    assert answer.status_code == 400 and "in use, so it stays" in answer.text


def test_loading_the_file_again_leaves_hand_edits_alone(client, instance):
    change(client, "category/walking", label="Walks")
    client.post(f"{HERE}/cost/paid/move", data={"csrf": csrf_of(client), "to": "up"})
    unused = next(code for code in reversed(words(client).of("language")) if code != "en")
    with store_of(client).writing() as connection:
        held = kept.get(connection, "language", unused)
        kept.remove(connection, held.term, mark=held.mark, by="the tests")
    before = words(client).terms
    report = load(store_of(client), instance, "vocabulary", paths.geodata() / "vocabulary.json", Options())
    assert words(client).terms == before
    assert report.counts["kept as changed by hand"] == 2 and not report.counts["changed"]


def test_the_colours_that_come_with_it_can_be_read(client):
    for term in words(client).of("theme").values():
        assert contrast(term.colour, "#ffffff") >= READABLE and contrast(term.colour_dark, "#14181b") >= READABLE
    css = (paths.static() / "css" / "site.css").read_text("utf-8")
    assert re.findall(r"--on-theme: (#\w+)", css)[:2] == ["#fff", "#14181b"], "what the form checks colours against"


def test_a_change_of_a_word_is_in_its_history_in_words_and_can_be_taken_back(client):
    change(client, "cost/free", label="Costs nothing", synonyms="gratis\nfree")
    page = client.get(f"{HERE}/cost/free").text
    history_page = client.get(re.search(r'href="([^"]+/history)"', page)[1])
    assert history_page.status_code == 200 and "People also say" in history_page.text
    assert "<ins>gratis, free</ins>" in history_page.text
    undo = re.search(r'action="(/steward/changes/lines/\d+/undo)"', history_page.text)[1]
    assert client.post(undo, data={"csrf": csrf_of(client)}).status_code == 303
    assert words(client).get("cost", "free").label == "Free"


def test_survive_1_2_3_6_hostile_words_stay_words(client):
    bad = "{{43*43}} <script>alert(1)</script>"
    assert change(client, "audience/men", label=bad, synonyms="${x}\n{% off\njavascript:x").status_code == 303
    assert words(client).get("audience", "men").label == bad
    for address in (HERE, f"{HERE}/audience", f"{HERE}/audience/men", "/"):
        page = client.get(address).text
        assert "<script>alert" not in page and not was_evaluated(page)


def test_the_pages_of_words_hold_no_barrier_and_work_by_keyboard(steward_page, axe, barriers):
    page, address = steward_page
    for path in ("", "/category", "/category/walking", "/theme/move", "/language/new"):
        page.goto(address + HERE + path)
        assert barriers(page) == []
    page.goto(address + HERE + "/theme/move")
    page.get_by_label("Name").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Sports")
    page.keyboard.press("Enter")
    page.wait_for_url("**/theme#word-move")
    assert page.get_by_text("“Sports” is saved").is_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Move Sports down").press("Enter")
    page.get_by_text("“Sports” moved").wait_for()


def test_words_are_changed_without_javascript(open_page, empty_app):
    from tests.conftest import signed_in_as

    with serving(empty_app) as address:
        page = open_page(java_script_enabled=False, width=360)
        _account, token = signed_in_as(empty_app, "steward", "steward@example.org")
        page.context.add_cookies([{"name": "assetmap_account", "value": token, "url": address}])
        page.goto(f"{address}{HERE}/category/dance")
        page.get_by_label("People also say").fill("dancing\nboogie")
        page.get_by_label("sun", exact=True).check()
        page.get_by_role("button", name="Save").click()
        assert page.get_by_text("“Dance” is saved").count()
