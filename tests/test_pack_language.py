"""A pack in the person's language: what we say is translated, what groups wrote stays, and nothing is forgotten."""

import json
import re
from datetime import datetime, time

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from assetmap import paths
from assetmap.domain.recurrence import Rule, Session
from assetmap.web import language, pack_words
from tests.conftest import sign_in
from tests.packing import BEDS, CARDS, HEM, link_of, make, said
from tests.source import ROOT

OTHERS = [code for code in language.offered() if code != "en"]
OF_PACKS = ("templates/packs/_items.html", "templates/packs/_plain.html", "templates/packs/pack.html",
            "templates/packs/over.html", "assetmap/web/pack_words.py", "assetmap/web/pack_items.py",
            "assetmap/web/pack_files.py", "assetmap/web/packs.py")
BESIDES = ("assetmap/web/wording.py", "assetmap/web/cards.py")  # of which a pack says a few things
OF_THE_VOCABULARY = ("access", "costs", "hub_kinds", "opportunity_kinds", "categories")


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


def catalogue(code):
    with (paths.translations() / code / "messages.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def messages(files):
    found = set()
    for name in files:
        with (ROOT / name).open("rb") as file:
            method = "jinja2" if name.endswith(".html") else "python"
            for _line, text, _comments, _context in extract(method, file, keywords={"_": None, "ngettext": (1, 2)}):
                found.add(text if isinstance(text, str) else text[:2])
    return found


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_says_all_that_a_pack_says_and_no_more(code):
    vocabulary = json.loads((paths.geodata() / "vocabulary.json").read_text("utf-8"))
    labels = {term["label"] for key in OF_THE_VOCABULARY for term in vocabulary[key]}
    known = {message.id for message in catalogue(code) if message.id}
    assert messages(OF_PACKS) | labels <= known
    assert known <= messages((*OF_PACKS, *BESIDES)) | labels


@pytest.mark.parametrize("code", OTHERS)
def test_every_translation_has_the_places_of_its_original(code):
    for message in catalogue(code):
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        made = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = [set(re.findall(r"%\(\w+\)s", text)) for text in originals]
        assert all(made) and all(set(re.findall(r"%\(\w+\)s", text)) in wanted for text in made), message.id
        assert not any("%" in re.sub(r"%\(\w+\)s", "", text) for text in made), message.id


def test_in_polish_what_we_say_is_polish_and_what_groups_wrote_stays(connector, own_app):
    link = link_of(connector, make(connector, (CARDS, BEDS, HEM), language="pl", near="SS2 4AA"))
    public = own_app.test_client()
    page = public.get(link).text
    words = said(page)
    assert '<html lang="pl"' in page and '<a href="/groups/cards-at-bournes-corner" lang="en-GB">' in page
    for text in ("Co może Ci się spodobać", "bez schodów i progów", "Bezpłatnie", "gry i karty", "wtorki, 14:00–16:00",
                 "min pieszo", "Cards at Bournes Corner", "umiejętność do przekazania"):
        assert text in words, text
    assert re.search(r"Najbliższy termin: wtorek, \d+ \w+, 14:00–16:00", words)
    assert "przetłumaczyła maszyna" in words, "nobody who speaks it has read it yet"
    english = {text for message in catalogue("pl") if isinstance(text := message.id, str) and message.string != text}
    untranslated = {text for text in english if len(text) > 3 and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words)}
    assert untranslated <= {"Children", "Gardening and growing", "Library", "Online"}, "said by groups themselves"
    text = public.get(link + ".txt")
    assert text.headers["Content-Language"] == "pl" and "Kiedy: wtorki, 14:00–16:00" in text.text
    assert "Dostępność: bez schodów" in public.get(link + ".ics").text.replace("\r\n ", "")
    assert "przetłumaczyła" not in public.get("/").text and '<html lang="en-GB"' in public.get("/").text


def test_connectors_are_told_that_a_machine_translated_it(connector):
    form = connector.get("/signpost/packs/new").text
    assert tuple(re.findall(r'name="language" value="(\w+)"', form)) == language.offered()
    assert "Polish (a machine-made translation, not yet checked by a speaker)" in form
    assert "machine-made translation, not yet checked by a speaker" in connector.get(
        make(connector, language="pl", once="p")).text
    assert "machine-made" not in connector.get(make(connector, once="e")).text


def test_a_language_that_nobody_translated_is_english(connector, own_app):
    page = own_app.test_client().get(link_of(connector, make(connector, language="uk"))).text
    assert '<html lang="en-GB"' in page and "Things you might enjoy" in page


@pytest.mark.parametrize(("rule", "english", "polish"), [
    (Rule("weekly", (1,)), "Tuesdays 2–4.30pm", "wtorki, 14:00–16:30"),
    (Rule("weekly", (0, 2, 4)), "Mondays, Wednesdays and Fridays 2–4.30pm",
     "poniedziałki, środy i piątki, 14:00–16:30"),
    (Rule("weekly", tuple(range(7))), "Every day 2–4.30pm", "codziennie, 14:00–16:30"),
    (Rule("monthly", (3,), nth=(1,)), "First Thursday of the month 2–4.30pm", ""),
    (Rule("weekly", (1,), term_time=True), "Tuesdays 2–4.30pm, term time only", "")])
def test_the_usual_time_is_said_or_left_to_the_next_date(app, rule, english, polish):
    session = Session(rule, time(14), time(16, 30), text="as written")
    with app.test_request_context():
        said_in_english = pack_words.usual(session)[0]
        assert said_in_english.casefold() == english.casefold() or english.startswith("First")
        with language.speaking("pl"):
            assert pack_words.usual(session) == (polish, False)
            assert pack_words.usual(Session(None, text="ask us", understood=False)) == ("ask us", True)
            assert pack_words.day(datetime(2031, 3, 5).date()) == "środa, 5 marca 2031"
    assert language.spoken() == "en"


def test_what_is_said_to_one_reader_is_said_to_no_other():
    with language.speaking("pl"):
        assert language.gettext("Where") == "Gdzie"
        assert [language.ngettext("One more suggestion is not on the map any more, and is left out.",
                                  "%(num)s more suggestions are not on the map any more, and are left out.", number)
                for number in (1, 3, 5)] == [
            "Jednej propozycji nie ma już na mapie, więc została pominięta.",
            "3 propozycji nie ma już na mapie, więc zostały pominięte.",
            "5 propozycji nie ma już na mapie, więc zostały pominięte."]
        with language.speaking("xx"):
            assert language.gettext("Where") == "Where"
        assert language.gettext("What nobody translated") == "What nobody translated"
    assert language.gettext("Where") == "Where"
