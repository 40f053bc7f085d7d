"""Programmes by ward: the matrix, what comes next, the map of one programme, and what is under way in a ward."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import icalendar
import pytest
from openpyxl import load_workbook

from assetmap.domain.programme import ELEMENTS, STATE
from assetmap.domain.progress import BEGUN, GONE_BACK, PLANNED, REACHED
from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_map import map_of
from tests.conftest import app_over, sign_in
from tests.deployed import deployed, event, many, planned, programme, store_programmes
from tests.live import serving
from tests.planned import code, council, spot

PEOPLE = (1_000, 100, 200, 10.0)
PAGES = ("/plan/programmes?cells=words", "/plan/programmes", "/plan/programmes.csv", "/plan/programmes.json",
         "/plan/programmes.xlsx", "/plan/programmes/dates", "/plan/programmes/dates.csv", "/plan/programmes/dates.ics",
         f"/wards/{code(0)}", f"/wards/{code(0)}.json")
HOSTILE = '<script>alert(1)</script>{{7*7}}"\'=cmd|x'
SOON = date.today() + timedelta(days=9)


def some(folder, **more):
    """Four wards: three programmes, one of them twice in the first ward, one internal; the last ward has nothing."""
    c2 = programme("c2", name="C2", themes=("people",))
    frame = programme("frame", ELEMENTS, name="Ten elements")
    hubs = programme("hubs", STATE, name="Hubs", themes=("neighbourhoods",))
    hidden = programme("hush", name="Hush-hush", public=False)
    made = {
        "programmes": [c2, frame, hubs, hidden],
        "deployments": [deployed("c2", 0, id="c2-a", name="C2 North"), deployed("c2", 0, 1, id="c2-b", name="C2 South"),
                        deployed("frame", 0, 2, id="ten"), deployed("hubs", 0, id="hub"),
                        deployed("hush", 0, id="hush-here", name="Secret start"),
                        deployed("hubs", 2, id="hub-hush", name="Unannounced hall", public=False)],
        "progress": [
            event("c2-a", "s1", REACHED, date(2026, 2, 2)), event("c2-a", "s3", BEGUN, date(2026, 5, 4)),
            event("c2-b", "s5", BEGUN, date(2026, 3, 1)), event("c2-b", "s2", GONE_BACK, date(2026, 6, 1)),
            *(event("ten", f"e{n}", REACHED, date(2026, 4, n)) for n in range(1, 5)),
            event("hub", "open", BEGUN, date(2025, 9, 1)), event("hush-here", "s1", PLANNED, date(2026, 1, 1))],
        "dates": [planned("c2-a", "Meet your neighbours", SOON, time="19:30", place="The hall"),
                  planned("c2-a", "Steering group complete", SOON, kind="step_due", step="s1", id="due"),
                  planned("c2-b", "Committee alone", SOON, public=False, id="alone")]}
    made = {name: [*held, *more.get(name, ())] for name, held in made.items()}
    settings = council(folder, [PEOPLE] * 4)
    store_programmes(settings, **made)
    return settings


def words(text):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def row_of(page, ward):
    found = re.search(rf"<th role=\"rowheader\"[^>]*><a[^>]*>Ward {ward}</a>.*?</tr>", page.text, re.S)
    return words(found[0])


def content(response):
    """The text of an answer, whatever its format."""
    if not response.mimetype.endswith("sheet"):
        return unescape(response.text).replace("\r\n ", "")
    book = load_workbook(io.BytesIO(response.data))
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def key_of(page):
    return page.text.split('class="far-key"', 1)[1].split("</ul>", 1)[0]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with app_over(some(tmp_path_factory.mktemp("matrix"))) as app:
        yield app.test_client()


def test_each_cell_says_how_far_and_since_when_with_overlaps_and_blank_wards_in_sight(client):
    page = client.get("/plan/programmes")
    first = row_of(page, 1)
    assert "C2 North: step 3 of 7: Listening event, since 4 May 2026" in first
    assert "C2 South: step 2 of 7: Workshops, since 1 June 2026, after going back" in first and "3/7 ×2 May 26" in first
    assert "4 of 10 elements in place, since 4 April 2026" in first and "Open, since 1 September 2025" in first
    assert "Nothing under way here yet" in row_of(page, 4)
    assert words(page.text).index("Most is under way in Ward 1: 3 programmes.") < words(page.text).index(
        "Nothing is under way here yet: Ward 4."), "strengths first"
    table = list(csv.DictReader(io.StringIO(client.get("/plan/programmes.csv").text.lstrip("\ufeff"))))
    assert len(table) == 7 and [row["how_far"] for row in table if row["ward"] == "Ward 4"] == [
        "nothing under way here yet"]
    assert {(row["deployment_id"], row["number"], row["of"], row["since"]) for row in table if row["ward"] == "Ward 2"
            } == {("c2-b", "2", "7", "2026-06-01")}
    sheet = load_workbook(io.BytesIO(client.get("/plan/programmes.xlsx").data)).worksheets[0]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["Ward"][2:] == ("C2", "Ten elements", "Hubs") and rows["In how many wards"][2:] == (2, 2, 1)
    assert rows["Ward 3"][3] == "4 of 10 elements in place, since 4 April 2026" and rows["Ward 4"][1] == 0
    assert "programmes-by-ward-" in client.get("/plan/programmes.xlsx").headers["Content-Disposition"]


def test_a_past_day_shows_what_was_known_of_it_then(client):
    held = client.get("/plan/programmes.json?on=2026-05-03").json
    first = {one["deployment_id"]: one["how_far"] for one in held["wards"][0]["under_way"]}
    assert first["c2-a"] == "step 1 of 7 reached: Engage, since 2 February 2026"
    assert first["c2-b"] == "step 5 of 7: Monthly meetings, since 1 March 2026", "before it went back"
    assert "on 3 May 2026" in words(client.get("/plan/programmes?on=2026-05-03").text)
    for typed in ("3/5/2026", "03.05.26", "3-5-2026"):
        assert client.get(f"/plan/programmes.json?on={typed}").json == held, "typed as people do"
    assert "Nothing under way here yet" in row_of(client.get("/plan/programmes?on=2025-01-01"), 3), "nothing is known"


def test_wards_are_sorted_and_programmes_narrowed_by_links_and_form(client):
    def names(query):
        return [ward["name"] for ward in client.get(f"/plan/programmes.json?{query}").json["wards"]]

    assert names("order=name") == ["Ward 1", "Ward 2", "Ward 3", "Ward 4"]
    assert names("order=fewest")[0] == "Ward 4" and names("")[0] == "Ward 1"
    assert names("order=programme:frame") == ["Ward 1", "Ward 3", "Ward 2", "Ward 4"]
    for query, found in (("theme=people", ["c2"]), ("kind=elements&kind=state", ["frame", "hubs"])):
        assert [one["id"] for one in client.get(f"/plan/programmes.json?{query}").json["programmes"]] == found


@pytest.mark.parametrize(("query", "sentence"), [
    ("on=2999-01-01", "This day is still to come"),
    ("on=4+May", "“4 May” is no day that can be read. Write it such as 24/11/2026."),
    ("on=0999-01-01", "Nothing is recorded before 1900"), ("theme=fish", "“fish” is no connected theme."),
    ("order=programme:hush", "“programme:hush” is no order."), ("colour=red", "“colour” is not something this page"),
    ("on=2026-01-01&on=2026-01-02", "“on” is given 2 times")])
def test_what_makes_no_sense_is_told_in_a_sentence(client, query, sentence):
    for path in ("/plan/programmes", "/plan/programmes.json"):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 400 and sentence in unescape(response.text)
    assert client.get("/plan/programmes/dates?ward=nowhere").status_code == 400
    assert client.get("/map/catchments.json?programme=hush").status_code == 400, "as if it were not there"


def test_what_is_internal_is_in_no_format_of_the_public_and_marked_for_planners(tmp_path):
    with app_over(some(tmp_path)) as app:
        anyone, connector, planner = (app.test_client() for _who in range(3))
        sign_in(connector, "connector")
        sign_in(planner, "planner")
        for path in PAGES:
            for reader in (anyone, connector):
                said = content(reader.get(path))
                assert not re.search("hush|secret|unannounced|committee alone", said, re.I), path
            response = planner.get(path)
            said = content(response)
            assert re.search("hush|committee alone", said, re.I) and response.headers["Cache-Control"] == "no-store"
            assert "dates.ics" in path or "internal" in said
        page, public = planner.get("/plan/programmes"), anyone.get("/plan/programmes")
        assert "internal: the public does not see this" in words(key_of(page)) and "internal" not in key_of(public)
        for mark in ("With internal entries (*), not for the public.", "With internal entries, not for the public"):
            assert mark in page.text and mark not in public.text, "on each sheet of paper"


def test_names_that_are_code_stay_words(tmp_path):
    odd = programme("odd", name=HOSTILE)
    where = deployed("odd", 0, id="odd-here", name=HOSTILE, lead=HOSTILE)
    settings = some(tmp_path, programmes=[odd], deployments=[where],
                    dates=[planned("odd-here", HOSTILE, SOON, id="odd-date", place=HOSTILE)])
    with app_over(settings) as app:
        client = app.test_client()
        for path in PAGES:
            response = client.get(path)
            assert response.status_code == 200 and "7*7" in content(response), path
            if response.mimetype == "text/html":
                assert "<script>alert" not in response.text
        with app.test_request_context("/"):
            held = programme_data.initiatives()
            made = map_of(held.programmes["odd"], held, date.today())
            assert "alert" not in made.map.script and "<script>alert" not in made.drawn
            assert "alert" in made.map.config["texts"][code(0)]["lines"][0]


def test_next_dates_are_told_by_day_and_what_is_overdue_first_to_planners(tmp_path):
    past = date.today() - timedelta(days=30)
    settings = some(tmp_path, dates=[
        planned("c2-a", "Listening event", past, feedback_days=10, id="heard"),
        planned("c2-a", "Rota settled", past, kind="step_due", step="s1", id="rota")])
    with app_over(settings) as app:
        client = app.test_client()
        said = words(client.get("/plan/programmes/dates").text)
        assert "19:30 Event, The hall" in said and "Rota settled" not in said
        order = [said.index(one) for one in ("Meet your neighbours", "Still to be told", "feedback on it was due")]
        assert order == sorted(order)
        calendar = icalendar.Calendar.from_ical(client.get("/plan/programmes/dates.ics").data)
        starts = {str(one["summary"]): one["dtstart"].dt for one in calendar.walk("VEVENT")}
        assert starts["Steering group complete"] == SOON, "a whole day"
        assert (starts["Meet your neighbours"].date(), starts["Meet your neighbours"].hour) == (SOON, 19)
        assert "Meet your" not in client.get(f"/plan/programmes/dates.csv?ward={code(1)}").text
        assert "Meet your" in client.get("/plan/programmes/dates.csv?programme=c2").text
        sign_in(client, "planner")
        said = words(client.get("/plan/programmes/dates").text)
        assert said.index("Overdue") < said.index("Rota settled") < said.index("Coming") < said.index("Meet your")


def drawn_area(low, high):
    corners = [spot(ward, 0, up)[::-1] for ward, up in ((low, 0.2), (high, 0.2), (high, 0.8), (low, 0.8), (low, 0.2))]
    return f"POLYGON(({', '.join(f'{lon} {lat}' for lon, lat in corners)}))"


def test_a_drawn_area_is_in_the_wards_that_it_crosses_and_on_the_map_as_an_outline(tmp_path, open_page, barriers):
    net = programme("net", STATE, name="Networks")
    drawn = deployed("net", id="net-drawn", name="Two Parks", outline=drawn_area(0.5, 2.005))
    unknown = deployed("net", 3, id="net-quiet", name="Quiet one")
    settings = some(tmp_path, programmes=[net], deployments=[drawn, unknown],
                    progress=[event("net-drawn", "open", REACHED, date(2026, 1, 5))])
    with app_over(settings) as app:
        client = app.test_client()
        here = [ward["name"] for ward in client.get("/plan/programmes.json?order=name").json["wards"]
                if "net-drawn" in {one["deployment_id"] for one in ward["under_way"]}]
        assert here == ["Ward 1", "Ward 2"], "five metres into the third are a line drawn beside its boundary"
        assert [one["properties"]["name"] for one in client.get("/map/catchments.json?programme=net").json["features"]
                ] == ["Two Parks"]
        legend = words(client.get("/programmes/net").text)
        assert "Open 2 wards" in legend and "Here, how far is not recorded yet 1 ward" in legend
        assert "Not here 1 ward" in legend and "edge of the area drawn for Two Parks" in legend
        quiet = client.get("/programmes/net/net-quiet").text
        assert "Not here 3 wards" in words(quiet) and "edge of the area" not in quiet, "a map of this area alone"
        only = client.get("/map/catchments.json?programme=net&deployment=net-quiet").json
        assert only["features"] == [] and client.get("/map/catchments.json?deployment=fish").status_code == 400
        with serving(app) as address:
            page = open_page()
            page.goto(f"{address}/programmes/net")
            page.wait_for_selector(".catchment-line:not(.is-under)")
            fills = page.eval_on_selector_all(
                ".ward-map path[data-ward]", "paths => paths.map(path => getComputedStyle(path).fill)")
            assert len(set(fills)) == 3 and "ward-class-4" in fills[0] and "hatch" in fills[3], fills
            assert "url" not in fills[2], "not here is plain"
            assert barriers(page) == []


def test_a_ward_tells_what_is_under_way_and_its_print_stays_on_two_sides(tmp_path, open_page):
    settings = council(tmp_path, [PEOPLE] * 3)
    made = many(3, 25)
    long = "Neighbours who have lived here for years and those who have just come cook, mend and decide together. " * 2
    made["programmes"] = [replace(one, summary=long) for one in made["programmes"]]
    made["dates"] = [planned(one.id, "A long evening of listening to each other", SOON, time="19:30", id=one.id,
                             place="The hall behind the old school on the corner") for one in made["deployments"]]
    store_programmes(settings, **made)
    with app_over(settings) as app, serving(app) as address:
        client = app.test_client()
        page = client.get(f"/wards/{code(0)}")
        part = words(re.search(r'id="under-way".*?</section>', page.text, re.S)[0])
        held = client.get(f"/wards/{code(0)}.json").json["under_way"]
        assert len(held) > 10
        for one in held:
            how_far = one["how_far"].replace(", since", " since") if one["kind"] == STATE else one["how_far"]
            assert one["deployment"] in part and how_far[1:] in part
        browser = open_page()
        browser.goto(f"{address}/wards/{code(0)}")
        pdf = browser.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
