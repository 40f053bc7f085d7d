"""The pages of programmes and their areas, and the forms by which planners and stewards keep them."""

from datetime import timedelta

import pytest

from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.importing.run import load
from assetmap.store import ledger, ledger_members, programmes, records
from assetmap.store.rows import LAYERS
from tests.conftest import sign_in
from tests.live import serving
from tests.made_programmes import AREA, EDIT, STEPS, keep, make_listening, send, shared, text_of, today_of

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def planner(own_app):
    client = own_app.test_client()
    sign_in(client, "planner")
    return client


def held(app, layer, record_id):
    with shared(app).database.reading() as connection:
        return programmes.get(connection, layer, record_id)


def steps_form(*names, **more):
    return {f"steps-{number}-name": name for number, name in enumerate(names)} | {
        f"steps-{number}-code": "" for number in range(len(names))} | {"kind": "steps", "status": "active"} | more


def test_a_programme_with_its_own_steps_an_area_and_progress_are_made_by_forms(own_app, planner):
    ward, today = shared(own_app).current.get().ward_codes[0], today_of(own_app)
    new = f"{EDIT}/programmes/new"
    form = steps_form("Knock", "Talk", "", "Eat together", name=f"Long table {HOSTILE}", once="one")
    turned = send(planner, new, **form, do="up:steps:1").text
    assert turned.index('value="Talk"') < turned.index('value="Knock"'), "a button moves a step"
    refused = send(planner, new, **form | {"name": "", "website": "javascript:alert(1)"})
    assert refused.status_code == 400 and "This is needed." in refused.text and 'value="Eat together"' in refused.text
    made = send(planner, new, **form)
    assert made.status_code == 303 and send(planner, new, **form).location == made.location, "sent twice, made once"
    page = planner.get(made.location).text
    assert "Eat together" in page and HOSTILE not in page and "&lt;script&gt;" in page
    programme_id = made.location.rpartition("/")[2]
    assert [step.code for step in held(own_app, "programmes", programme_id)[0].steps] == [
        "knock", "talk", "eat-together"]
    area = send(planner, f"{EDIT}/deployments/new?of={programme_id}", name="Long table here", wards=[ward],
                status="active", **{"roles-0-name": "Cook", "roles-0-email": "cook@example.org"}).location
    area_id = area.rpartition("/")[2]
    event = f"{EDIT}/deployment-progress/new?of={area_id}"
    late = send(planner, event, step="talk", what="reached", day=f"{today + timedelta(3):%d/%m/%Y}")
    assert late.status_code == 400 and "still to come" in late.text
    faulty = send(planner, event, step="talk", what="reached", day="soon", photo="https://a.example/x.jpg")
    assert "This is “soon”, and should be a date" in faulty.text and "Say in words what the photo shows" in faulty.text
    noted = send(planner, event, step="talk", what="reached", day=f"{today:%d/%m/%Y}", note=HOSTILE)
    assert "Take it back" in planner.get(noted.location).text
    public = own_app.test_client().get(area).text
    assert "Step 2 of 3: Talk, reached" in public and HOSTILE not in public and "cook@example.org" not in public


def test_an_area_s_page_tells_how_it_stands_what_went_back_and_how_it_stood_before(own_app):
    url, today, client = make_listening(own_app), today_of(own_app), own_app.test_client()
    now = client.get(url).text
    assert "Step 1 of 3: Listening event, under way" in now
    assert "It went back from step “Monthly meetings” to “Listening event”" in now and "The hall was shut." in now
    assert 'href="https://photos.example/m.jpg"' in now and "Photo: A full hall" in now and "<img" not in now
    assert "Feedback overdue since" in now and "<b>52.5</b>" in now and "Asked for and not offered yet:" in now
    past = client.get(f"{url}?on={today - timedelta(50):%d/%m/%Y}").text
    assert "Step 2 of 3: Monthly meetings, under way" in past and "went back" not in past
    assert "The hall was shut." not in past and "84 answers on the wall" in past
    stood = client.get(f"{url}.json?on={today - timedelta(100)}").json
    assert stood["standing"]["parts"]["listen"]["condition"] == "in_place" and len(stood["timeline"]) == 2
    everywhere = f"/programmes/street?on={today - timedelta(100)}"
    assert "Step 1 of 3: Listening event, reached" in text_of(client.get(everywhere))
    assert client.get(everywhere.replace("?", ".json?")).json["deployments"][0]["standing"]["at"] == "listen"
    long_ago = text_of(client.get("/programmes/street?on=1/2/1999"))
    assert "Where it stood on 1 February 1999" in long_ago and "not under way anywhere on this day" in long_ago
    for typed, sentence in (("soon", "no day that can be read"), (str(today + timedelta(1)), "still to come")):
        for address in (url, "/programmes/street"):
            answer = client.get(f"{address}?on={typed}")
            assert answer.status_code == 400 and sentence in answer.text and f'value="{typed}"' in answer.text
            assert client.get(f"{address}.json?on={typed}").status_code == 400
    for address in (url, "/programmes/street", f"{url}.json"):
        assert "“fish” is not something this page can be asked for" in client.get(f"{address}?fish=1").text
        assert client.get(f"{address}?on=2026-01-01&on=2026-01-02").status_code == 400


SECRETS = ("Secret talks", "Hidden supper", "Costs more", "trust may leave", "555 012", "coordinator@example.org")
FILES = ("/programmes.csv", "/plan/programmes.csv", "/plan/programmes.json", "/plan/programmes/dates.csv",
         "/plan/programmes/dates.ics")


def secrets_in(text):
    return [secret for secret in SECRETS if secret in text]


def test_what_is_internal_is_on_no_public_page_and_in_no_file(own_app, planner):
    url, client = make_listening(own_app), own_app.test_client()
    for address in (url, f"{url}.json", "/programmes/street", "/programmes/street.json", *FILES):
        text = client.get(address).text
        assert secrets_in(text) == [] and "treet" in text, address
        assert "555 013" in text or not address.startswith("/programmes"), address
    seen = planner.get(url).text
    assert "Secret talks" in seen and "Hidden supper" in seen and "Internal: the public does not see this" in seen
    version = held(own_app, "deployments", AREA)[1]
    ward = shared(own_app).current.get().ward_codes[0]
    assert send(planner, f"{EDIT}/deployments/{AREA}/change", name="Gone from sight", wards=[ward], status="active",
                internal="yes", version=version).status_code == 303
    assert client.get(url).status_code == client.get(f"{url}.json").status_code == 404
    assert "Gone from sight" not in client.get("/programmes/street").text and planner.get(url).status_code == 200


def test_a_planner_who_looks_as_the_public_does_gets_what_the_public_gets_in_every_page_and_file(own_app, planner):
    url, client = make_listening(own_app), own_app.test_client()
    addresses = (url, f"{url}.json", "/programmes/street", "/programmes/street.json", *FILES, "/map/catchments.json",
                 f"/wards/{shared(own_app).current.get().ward_codes[0]}.json", "/plan/programmes/dates")
    before = {address: planner.get(address) for address in addresses}
    assert set(SECRETS) <= {secret for answer in before.values() for secret in secrets_in(answer.text)}
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in before.values() if secrets_in(answer.text))
    assert "programmes-with-internal.csv" in before["/programmes.csv"].headers["Content-Disposition"]
    answer = send(planner, f"{EDIT}/seen-as", **{"as": "public", "next": url})
    assert answer.status_code == 303 and answer.location == url
    for address in addresses:
        seen = planner.get(address)
        assert secrets_in(seen.text) == [], address
        if "." in address.rpartition("/")[2] and not address.endswith(".ics"):  # an .ics says when it was made
            assert seen.data == client.get(address).data, address
    assert "You see what the public sees" in planner.get(url).text and "Change it" not in planner.get(url).text
    assert "with-internal" not in planner.get("/programmes.csv").headers["Content-Disposition"]
    send(planner, f"{EDIT}/seen-as", **{"as": "all", "next": "//elsewhere.example"})
    assert "Secret talks" in planner.get(url).text


def test_who_saves_something_internal_while_looking_as_the_public_does_is_led_to_it(own_app, planner):
    url = make_listening(own_app)
    ward = shared(own_app).current.get().ward_codes[0]
    send(planner, f"{EDIT}/seen-as", **{"as": "public"})
    made = send(planner, f"{EDIT}/deployments/new?of=street", name="Quiet start", wards=[ward], status="active",
                internal="yes", once="quiet")
    assert made.status_code == 303 and "Quiet start" in planner.get(made.location).text
    send(planner, f"{EDIT}/seen-as", **{"as": "public"})
    refused = planner.get(made.location)
    assert refused.status_code == 404 and "“Quiet start” is internal, and you see what the public sees." in refused.text
    assert "Quiet start" not in own_app.test_client().get(made.location).text
    assert planner.get(url).status_code == 200


def test_all_programmes_are_a_file_that_loads_back_and_their_areas_another(own_app, planner, tmp_path):
    make_listening(own_app)
    file = tmp_path / "programmes.csv"
    file.write_bytes(planner.get("/programmes.csv").data)
    counts = load(shared(own_app).database, shared(own_app).settings, "programmes", file).counts
    assert counts["changed"] == counts["added"] == 0 and counts["unchanged"] > 100
    areas = own_app.test_client().get("/programmes.geojson").json["features"]
    assert {"street-milton", "network-two-parks"} <= {area["properties"]["deployment"] for area in areas}
    assert all(area["geometry"]["type"].endswith("Polygon") for area in areas)
    assert own_app.test_client().get("/programmes.csv?theme=people").status_code == 400


def test_how_many_came_is_added_up_and_what_stays_is_as_it_was_last_counted(own_app):
    url, today = make_listening(own_app), today_of(own_app)
    ward = shared(own_app).current.get().ward_codes[1]
    keep(own_app, Deployment("street-other", "Street by street elsewhere", "street", wards=(ward,)),
         *(PlannedDate(f"meal{days}", "Community meal", AREA, today - timedelta(days), done=True, attended=came)
           for days, came in ((20, 38), (50, 44), (500, 1_000))),
         *(DeploymentFigure(f"v{area}{days}", "Volunteers", area, count, today - timedelta(days), stock=True)
           for area, days, count in ((AREA, 300, 30), (AREA, 40, 34), ("street-other", 400, 5))))
    client = own_app.test_client()
    here, everywhere = text_of(client.get(url)), text_of(client.get("/programmes/street"))
    assert "Community meal" in here and "38 people came" in here and "1,000 people came" in here
    assert "82 people came at 2 events and meetings in the last 12 months." in here
    assert "Volunteers 34 as last counted, 1 area" in here
    assert "Volunteers 39 as last counted, 2 areas" in everywhere and "People attending 52.5" in everywhere
    dates = {one["name"]: one for one in client.get(f"{url}.json").json["dates"]}
    assert dates["Community meal"]["attended"] in (38, 44, 1_000)


def test_a_programme_tells_by_ward_which_languages_are_asked_for_and_which_rounds_could_be_one(own_app):
    make_listening(own_app)
    wards, today = shared(own_app).current.get().ward_codes, today_of(own_app)

    def area(name, *codes, begins=None, ends=None, **more):
        return Deployment(name, name.title(), "street", wards=codes, starts=begins, ends=ends, **more)

    keep(own_app, area("ask", wards[1], languages_asked=("ar", "pl")),
         area("give", wards[1], languages_offered=("pl",)),
         area("over", wards[1], languages_offered=("ar",), ends=today - timedelta(1), begins=today - timedelta(30)),
         area("smoke alarms", wards[2], wards[3], begins=today - timedelta(5), ends=today + timedelta(10), lead="Fire"),
         area("warm homes", wards[3], begins=today + timedelta(31), ends=today + timedelta(60)),
         area("too late", wards[3], begins=today + timedelta(200), ends=today + timedelta(210)),
         area("elsewhere", wards[4], begins=today, ends=today + timedelta(9)))
    said = text_of(own_app.test_client().get("/programmes/street"))
    assert "Asked for, and offered nowhere yet: Arabic, Bengali." in said
    names = shared(own_app).current.get().ward_names
    assert f"{names[1]} Polish Arabic, Polish Arabic" in said
    rounds = said.split("Could these be joined?")[1].split("Languages by ward")[0]
    assert f"{names[3]}. 20 days lie between them." in rounds and "Smoke Alarms" in rounds and "Fire" in rounds
    assert "Too Late" not in rounds and "Elsewhere" not in rounds and rounds.count("between them") == 1


def test_a_form_without_a_token_changes_nothing_and_others_get_no_form(own_app, planner):
    make_listening(own_app)
    change = f"{EDIT}/deployment-figures/f1/change"
    assert planner.post(change, data={"name": "x", "value": "1", "day": "1/2/2026", "version": "1"}).status_code == 400
    assert held(own_app, "deployment-figures", "f1")[0].value == 40
    connector = own_app.test_client()
    sign_in(connector, "connector")
    assert connector.get(change).status_code == 403 and own_app.test_client().get(change).status_code == 303


def test_of_two_who_save_the_second_sees_both_versions_and_chooses(own_app, planner):
    make_listening(own_app)
    change, mine = f"{EDIT}/deployment-figures/f1/change", {"value": "41", "day": "1/2/2026", "version": "1"}
    steward = own_app.test_client()
    sign_in(steward)
    day = f"{held(own_app, 'deployment-figures', 'f1')[0].day:%d/%m/%Y}"
    send(steward, change, name="People who came", value="40", day=day, origin="Sign-in sheets", version="1")
    both = send(planner, change, name="People attending", origin="Sign-in sheets", **mine)
    assert both.status_code == 409 and "Somebody else saved first" in both.text and "People who came" in both.text
    assert 'name="keep-name" value="theirs" checked' in both.text and 'name="keep-value" value="mine" checked' in \
        both.text, "who changed a field alone is chosen beforehand"
    send(planner, change, name="People attending", origin="Sign-in sheets", **mine | {"version": "2"},
         **{"keep-name": "theirs", "keep-value": "mine"})
    record, version = held(own_app, "deployment-figures", "f1")
    assert (record.name, record.value, version) == ("People who came", 41, 3)
    later = send(planner, change, name="Mine", value="41", day=day, origin="Theirs by now", version="2",
                 **{"keep-name": "theirs"})
    assert later.status_code == 409 and 'name="keep-name"' not in later.text, "what was chosen before still holds"


@pytest.mark.parametrize("value", ["n/a", "-", ".", "£.", "nan", "1e999", "none"])
def test_a_figure_that_is_no_number_is_refused_beside_its_field(own_app, planner, value):
    make_listening(own_app)
    answer = send(planner, f"{EDIT}/deployment-figures/new?of={AREA}", name="Meals", value=value, day="1/2/2026")
    assert answer.status_code == 400 and f'value="{value}"' in answer.text and "umber" in answer.text


def test_a_place_that_the_public_does_not_see_is_named_in_nothing_of_programmes(own_app, planner):
    url = make_listening(own_app)
    atlas = shared(own_app).current.get()
    hub, held_name = (atlas.hubs.rows[0][name] for name in ("id", "name"))
    keep(own_app, Deployment("street-safe", "Street by street indoors", "street", wards=(atlas.ward_codes[0],),
                             hub_id=hub),
         PlannedDate("d9", "Supper", "street-safe", today_of(own_app) + timedelta(4), hub_id=hub))
    client = own_app.test_client()
    addresses = ("/programmes/street.json", "/programmes/street/street-safe.json", "/programmes.csv",
                 "/plan/programmes/dates.csv")
    assert all(hub in client.get(address).text for address in addresses[:3])
    with shared(own_app).database.writing() as connection:
        records.hide(connection, LAYERS["hubs"], hub, by="the tests")
    shared(own_app).current.renew()
    for address in (*addresses, url, "/programmes/street/street-safe", "/plan/programmes/dates"):
        text = client.get(address).text
        own = [line for line in text.splitlines() if "street-safe" in line or "Supper" in line]
        assert hub not in "".join(own) and held_name not in "".join(own), address


def test_an_entry_is_taken_away_and_brought_back_and_a_step_with_progress_stays(own_app, planner):
    url, client = make_listening(own_app), own_app.test_client()
    away = send(planner, f"{EDIT}/deployment-progress/e20/away")
    assert "Step 2 of 3: Monthly meetings, under way" in client.get(url).text
    assert "Take it back" in planner.get(away.location).text
    history = planner.get(f"{EDIT}/deployments/{AREA}/history").text
    line = history.partition("/plan/programmes/edit/changes/")[2].partition("/")[0]
    assert send(planner, f"{EDIT}/changes/{line}/undo").status_code == 303
    assert "Step 1 of 3: Listening event, under way" in client.get(url).text
    form = steps_form("Monthly meetings", name="Street by street", version="1") | {"steps-0-code": "meet"}
    refused = send(planner, f"{EDIT}/programmes/street/change", **form)
    assert refused.status_code == 400 and "“Listening event” has entries of progress, so it stays." in refused.text


def test_the_pages_have_no_barriers_and_progress_is_noted_by_keyboard_without_javascript(own_app, open_page, barriers,
                                                                                         watch):
    from assetmap.web.signed_in import COOKIE
    from tests.conftest import signed_in_as

    url = make_listening(own_app)
    _account, token = signed_in_as(own_app, "planner", "planner@example.org")
    with serving(own_app) as address:
        cookie = {"name": COOKIE, "value": token, "url": address}
        page = open_page()
        page.context.add_cookies([cookie])
        for path in ("/programmes/street", url, f"{EDIT}/programmes/street/change", f"{EDIT}/deployments/{AREA}/change",
                     f"{EDIT}/deployments/{AREA}/history"):
            page.goto(address + path)
            assert barriers(page) == [], path
        watch.expect("status of 400")
        page.goto(f"{address}{EDIT}/deployment-progress/new?of={AREA}")
        page.get_by_role("button", name="Save").last.click()
        page.get_by_role("alert").get_by_role("link", name="Of which: Choose one.").wait_for()
        page.wait_for_function("document.activeElement.matches('.note.bad')")
        page = open_page(java_script_enabled=False)
        page.context.add_cookies([cookie])
        page.goto(address + url)
        page.get_by_role("link", name="Note progress").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Of which").select_option("listen")
        page.get_by_label("In words").fill("Everybody had a say")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Save").last.focus()
        page.keyboard.press("Enter")
        page.get_by_text("Saved.").wait_for()
        assert page.get_by_text("Everybody had a say").is_visible()
        assert page.get_by_text("Step 1 of 3: Listening event, reached").first.is_visible()


def test_time_credits_of_a_ward_show_only_where_enough_people_gave(own_app):
    wards = shared(own_app).current.get().ward_codes[:3]
    groups = [group["id"] for group in own_app.test_client().get("/find.json?per_page=24").json["results"]]
    keep(own_app, Programme("credits", "Time credits", kind="state", steps=STEPS),
         Deployment("all", "Everywhere", "credits", wards=tuple(wards), timebank=True))
    of_ward = [wards[0]] * 12 + [wards[1]] * 4 + [wards[2]] * 8
    with shared(own_app).database.writing() as connection:
        members = [ledger_members.add(connection, "group", by="the tests", record_id=group, ward_code=ward)
                   for group, ward in zip(groups, of_ward, strict=True)]
        for number, member in enumerate(members[:-1]):
            ledger.book(connection, {member: 30, members[-1]: -30}, day="2026-11-01", by="the tests", form=str(number))
    for url in ("/programmes/credits", "/programmes/credits/all"):
        text = own_app.test_client().get(url).text
        assert "6 hours" in text and "In 2 wards nobody gave hours yet" in text
        assert "2 hours" not in text and "3.5 hours" not in text
