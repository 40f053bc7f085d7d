"""Programmes as those who live there meet them: in what's on, at a hub, on their ward's page, on a phone."""

import re
from datetime import date, timedelta
from html import unescape

import icalendar
import pytest

from assetmap.domain.programme import STATE, Deployment, Programme, Role, Step
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.progress import BEGUN, ProgressEvent
from assetmap.domain.query import DAYS
from tests.conftest import sign_in
from tests.live import serving
from tests.made_programmes import keep, shared, today_of

HUB = "queensway-neighbourhood-hub"
COVERED = Step("covered", "Covered", "Anybody can ring the coordinator.")


def words(text):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture
def told(own_app):
    """A programme in one ward with a home in a hub and dates of every kind, and others that do not go on. → its app,
    today, the ward's code and the first day.
    """
    atlas, today = shared(own_app).current.get(), today_of(own_app)
    ward = atlas.ward_codes[int(atlas.hubs.ward[atlas.hubs.number_of[HUB]])]
    elsewhere = next(code for code in atlas.ward_codes if code != ward)
    soon = today + timedelta(2)

    def dated(id, name, of="walks-here", day=soon, **more):
        return PlannedDate(id, name, of, day, **more)

    keep(own_app,
         Programme("walks", "Walk and talk", "Neighbours walk together on Sundays.", kind=STATE, steps=(COVERED,),
                   themes=("people",)),
         Programme("hush", "Hush-hush", public=False),
         Deployment("walks-here", "Walks round Queensway", "walks", wards=(ward,), hub_id=HUB, roles=(
             Role("Chair", "01632 960555", "chair@example.org"), Role("Walk leader", "01632 960556", consent=True))),
         Deployment("walks-over", "Walks of old", "walks", wards=(ward,), hub_id=HUB, ends=today + timedelta(1)),
         Deployment("walks-off", "Walks that rest", "walks", wards=(ward,), status="paused"),
         Deployment("walks-kept", "Walks unannounced", "walks", wards=(ward,), hub_id=HUB, public=False),
         Deployment("hush-here", "Hush here", "hush", wards=(ward,), hub_id=HUB),
         ProgressEvent("w1", "", "walks-here", "covered", BEGUN, date(2026, 6, 1)),
         dated("ok", "Lantern walk", time="18:15", hub_id=HUB, note="Bring a <b>torch</b>"),
         dated("later", "Frost walk", day=today + timedelta(9), time="10:00", kind="meeting", place="The old pier"),
         dated("d1", "Step is due", kind="step_due"), dated("d2", "Other business", kind="other"),
         dated("d3", "Committee alone", public=False), dated("d4", "Walk called off", status="hidden"),
         dated("d5", "Walk that was", done=True), dated("d6", "Walk past the end", "walks-over"),
         dated("d7", "Walk at rest", "walks-off"), dated("d8", "Walk unannounced", "walks-kept", hub_id=HUB),
         dated("d9", "Hushed walk", "hush-here", hub_id=HUB))
    return own_app, today, ward, elsewhere


NEVER = ("Step is due", "Other business", "Committee alone", "Walk called off", "Walk that was", "Walk past the end",
         "Walk at rest", "Walk unannounced", "Walks unannounced", "Hushed walk", "Hush", "01632 960555",
         "chair@example.org")


def test_what_is_on_lists_public_events_of_programmes_and_never_what_is_internal_or_over(told):
    app, _today, _ward, _elsewhere = told
    for role in (None, "steward"):
        client = app.test_client()
        if role:
            sign_in(client, role)
        page, feed = client.get("/whats-on").text, client.get("/whats-on.ics").data
        slot = words(re.search(r'<li class="slot"><time>18:15.*?</li>', page, re.S)[0])
        assert slot == ("18:15 Lantern walk Queensway Neighbourhood Hub Part of the programme Walk and talk "
                        "(Walks round Queensway)")
        assert '<a href="/programmes/walks/walks-here">Lantern walk</a>' in page
        assert "Frost walk" in words(re.search(r'aria-labelledby="later".*?</section>', page, re.S)[0])
        events = {str(one["summary"]): one for one in icalendar.Calendar.from_ical(feed).walk("VEVENT")}
        assert events["Lantern walk"]["url"].endswith("/programmes/walks/walks-here")
        assert events["Lantern walk"]["dtstart"].dt.strftime("%H:%M") == "18:15" and "Frost walk" in events
        assert [name for name in NEVER if name in page or name.encode() in feed] == []


def test_programmes_in_what_is_on_are_narrowed_as_groups_are_and_left_out_of_what_nobody_says_of_them(told):
    app, today, ward, elsewhere = told
    client, day = app.test_client(), DAYS[(today + timedelta(2)).weekday()]
    other_day = DAYS[(today + timedelta(3)).weekday()]

    def there(query):
        page, feed = client.get(f"/whats-on?{query}"), client.get(f"/whats-on.ics?{query}")
        assert page.status_code == feed.status_code == 200, query
        assert ("Lantern walk" in page.text) == (b"Lantern walk" in feed.data), query
        return "Lantern walk" in page.text

    assert all(map(there, (f"ward={ward}", "time=evening", f"day={day}", "connected=people", "q=lantern+torch",
                           "near=Queensway+Neighbourhood+Hub&within=300", "q=walk+and+talk")))
    assert not any(map(there, (f"ward={elsewhere}", "time=morning", f"day={other_day}", "connected=services",
                               "q=lantern+polka", "near=SS3+9AQ&within=300", "cost=free", "category=gardening",
                               "age=8", "access=step_free", "language=pl")))
    assert "Frost walk" in client.get(f"/whats-on?ward={ward}").text, "in its area, when no hub is named"
    first = (today + timedelta(9)).isoformat()
    page = client.get(f"/whats-on?from={first}").text
    assert "Frost walk" in words(re.search(rf'id="day-{first}".*?</ul>', page, re.S)[0])
    assert client.get("/whats-on?polka=1").status_code == 400


def test_near_means_near_its_area_when_it_names_no_place_on_the_map(told):
    app, today, ward, _elsewhere = told
    atlas = shared(app).current.get()
    inside = atlas.wards.geometry.iloc[atlas.ward_number[ward]].representative_point()
    client = app.test_client()
    assert "Frost walk" in client.get(f"/whats-on?near={inside.y:.5f},{inside.x:.5f}&within=50").text
    assert "Frost walk" not in client.get(f"/whats-on?near={inside.y + .08:.5f},{inside.x:.5f}&within=3000").text


def test_a_hub_tells_which_programmes_are_at_home_in_it_and_what_they_hold_there(told):
    app, _today, _ward, _elsewhere = told
    client = app.test_client()
    page = client.get(f"/hubs/{HUB}").text
    week = words(re.search(r'aria-labelledby="week".*?</section>', page, re.S)[0])
    home = words(re.search(r'aria-labelledby="programmes".*?</section>', page, re.S)[0])
    held, feed = client.get(f"/hubs/{HUB}.json").json, client.get(f"/hubs/{HUB}.ics").data
    assert "18:15 Lantern walk" in week and "Part of the programme Walk and talk" in week
    assert "Walk and talk: Walks round Queensway Neighbours walk together on Sundays." in home
    assert {"programme": "Walk and talk", "name": "Walks round Queensway",
            "url": "/programmes/walks/walks-here"} in held["programmes"]
    assert "Lantern walk" in [one["name"] for one in held["programme_dates"]] and b"Lantern walk" in feed
    assert [name for name in NEVER if name in page or name in str(held) or name.encode() in feed] == []
    assert "programmes" not in client.get("/groups/" + _a_group(app) + ".json").json


def _a_group(app):
    return shared(app).current.get().groups.rows[0]["id"]


def test_a_ward_says_what_each_programme_is_what_comes_next_how_far_it_is_and_whom_to_ask(told):
    app, today, ward, _elsewhere = told
    client, soon = app.test_client(), today + timedelta(2)
    part = re.search(r'id="under-way".*?</section>', client.get(f"/wards/{ward}").text, re.S)[0]
    mine = words(next(one for one in part.split("<li>") if "Walks round Queensway" in one))
    day = f"{soon:%A} {soon.day} {soon:%B}" + (f" {soon.year}" if soon.year != today.year else "")
    assert mine.startswith(f"Walk and talk: Walks round Queensway Neighbours walk together on Sundays. "
                           f"Lantern walk: {day}, 18:15 , Queensway Neighbourhood Hub "
                           "Covered since 1 June 2026: anybody can ring the coordinator. "
                           "Ask: Walk leader, 01632 960556")
    held = {one["deployment_id"]: one for one in client.get(f"/wards/{ward}.json").json["under_way"]}
    assert held["walks-here"]["summary"] == "Neighbours walk together on Sundays."
    assert held["walks-here"]["next"]["name"] == "Lantern walk" and held["walks-here"]["next"]["hub_id"] == HUB
    assert (held["walks-here"]["next"]["day"], held["walks-here"]["next"]["time"]) == (soon.isoformat(), "18:15")
    assert held["walks-off"]["next"] is None
    assert [name for name in NEVER if name in part] == []
    steward = app.test_client()
    sign_in(steward, "steward")
    assert "01632 960555" not in steward.get(f"/wards/{ward}").text, "a page to print and pass on"


def test_on_a_phone_an_area_says_first_when_and_whom_to_ask_and_leads_back_to_its_ward(told, open_page, barriers):
    app, _today, ward, _elsewhere = told
    text = app.test_client().get("/programmes/walks/walks-here").text
    order = [text.index(f'id="{part}"') for part in ("dates", "who", "stands", "timeline", "area")]
    assert order == sorted(order) and f'href="/wards/{ward}#under-way"' in text.split("<h1", 1)[0]
    with serving(app) as address:
        page = open_page(360, 740)
        page.goto(f"{address}/programmes/walks/walks-here")
        tops = "ids => ids.map(id => document.getElementById(id).getBoundingClientRect())"
        dates, who, stands = page.evaluate(tops, ["dates", "who", "stands"])
        assert dates["top"] < who["top"] < stands["top"]
        assert barriers(page) == []
        page.set_viewport_size({"width": 1440, "height": 900})
        dates, stands, area = page.evaluate(tops, ["dates", "stands", "area"])
        assert dates["left"] > stands["left"] + 400 and abs(dates["top"] - stands["top"]) < 60
        assert abs(area["left"] - dates["left"]) < 5 and area["top"] > dates["top"], "one column at the side"
        for path in (f"/hubs/{HUB}", "/whats-on?q=lantern", f"/wards/{ward}"):
            page.goto(address + path)
            assert barriers(page) == [], path


def test_links_that_look_alike_say_of_which_date_they_are(told):
    app, today, _ward, _elsewhere = told
    keep(app, PlannedDate("again", "Lantern walk", "walks-here", today + timedelta(40)))
    client = app.test_client()
    sign_in(client, "planner")
    page = client.get("/programmes/walks/walks-here").text
    links = [words(link) for link in re.findall(r"<a [^>]*deployment-dates/[^>]*/change\".*?</a>", page, re.S)]
    assert len([link for link in links if "Lantern walk" in link]) == 2 and len(set(links)) == len(links)


def test_planners_and_stewards_are_told_that_they_may_look_after_programmes(own_app):
    for role in ("planner", "steward"):
        client = own_app.test_client()
        sign_in(client, role)
        page = client.get("/account").text
        assert "programmes" in words(re.search(r'<ul class="ticks">.*?</ul>', page, re.S)[0]), role
        if role == "steward":
            menu = client.get("/steward").text
        assert 'href="/plan/programmes"' in (page if role == "planner" else menu)
    assert 'href="/plan/programmes"><b>' in own_app.test_client().get("/plan").text


def test_residents_read_no_word_of_the_trade(told):
    app, _today, ward, _elsewhere = told
    client = app.test_client()
    for path in ("/whats-on", f"/hubs/{HUB}", f"/wards/{ward}", "/programmes/walks", "/programmes/walks/walks-here",
                 "/plan/programmes/dates"):
        page = re.sub(r"<(script|style).*?</\1>", "", client.get(path).text, flags=re.S)
        assert "deployment" not in words(page).lower(), path
