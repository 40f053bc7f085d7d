"""The drawn area of a deployment: pasted, uploaded, drawn by mouse and by keyboard, and told in words."""

import json
import re
from html import unescape
from io import BytesIO

import pytest
import shapely

from assetmap.store import programmes
from tests.conftest import sign_in, signed_in_as
from tests.live import serving
from tests.made_programmes import EDIT, make_listening, send, shared

AREA = "street-milton"
CHANGE, CHECK = f"{EDIT}/deployments/{AREA}/change", f"{EDIT}/area.json"
LINES = "51.535, 0.69\n51.545, 0.69\n51.545, 0.71\n51.535, 0.71"
KEPT = "POLYGON ((0.69 51.535, 0.71 51.535, 0.71 51.545, 0.69 51.545, 0.69 51.535))"
OTHER = "POLYGON ((0.69 51.535, 0.72 51.535, 0.71 51.545, 0.69 51.545, 0.69 51.535))"


@pytest.fixture
def planner(own_app):
    make_listening(own_app)
    client = own_app.test_client()
    sign_in(client, "planner")
    return client


def held(app):
    with shared(app).database.reading() as connection:
        return programmes.get(connection, "deployments", AREA)


def form(app, **more):
    """The form as it would be sent, with the first ward ticked."""
    return {"name": "Street by street in Milton", "wards": [shared(app).current.get().ward_codes[0]],
            "status": "active", "version": held(app)[1]} | more


def test_a_pasted_area_is_kept_and_the_pages_and_the_history_tell_it_in_words(own_app, planner):
    made = send(planner, CHANGE, **form(own_app, outline=LINES))
    assert made.status_code == 303 and held(own_app)[0].outline == KEPT
    page = planner.get(made.location).text
    assert "Its own outline is drawn" in page and "people live there" in page
    assert re.search(r"Wards:.*Chalkwell.*Milton.*</p>", page)
    history = planner.get(f"{EDIT}/deployments/{AREA}/history").text
    assert "an area of 1.5 km² that crosses" in history and "POLYGON" not in history
    assert send(planner, CHANGE, **form(own_app)).status_code == 303
    assert held(own_app)[0].outline == KEPT, "a form without the field leaves the area alone"
    send(planner, CHANGE, **form(own_app, outline=" "))
    assert held(own_app)[0].outline == ""
    undo = re.findall(r"/plan/programmes/edit/changes/\d+/undo", planner.get(f"{EDIT}/deployments/{AREA}/history").text)
    send(planner, undo[0])
    assert held(own_app)[0].outline == KEPT


def test_a_bad_area_is_told_beside_its_field_with_what_was_typed_and_changes_nothing(own_app, planner):
    before = held(own_app)
    for text, sentence in (
            ("51.53, 0.69\n51.55, 0.71\n51.55, 0.69\n51.53, 0.71",
             "The outline crosses or touches itself near 51.54, 0.7."),
            ("53.48, -2.24\n53.49, -2.24\n53.49, -2.22", "This area is not on this map: it begins at 53.48, -2.24"),
            ("</textarea><script>alert(1)</script>{{43*43}}", "This is no area that can be read.")):
        answer = send(planner, CHANGE, **form(own_app, outline=text, name="Another name", wards=[]))
        field = re.search(r'<textarea class="input" id="outline".*?</textarea>', answer.text, re.DOTALL)[0]
        assert answer.status_code == 400 and 'id="error-outline"' in answer.text and sentence in unescape(answer.text)
        assert text in unescape(field) and "<script>alert" not in answer.text and 'value="Another name"' in answer.text
        assert "Say where it is" not in answer.text
        assert send(planner, CHECK, outline=text).json["fault"].startswith(sentence[:40])
    assert held(own_app) == before


def test_an_area_is_checked_before_it_is_saved_and_the_form_says_that_it_counts_and_not_the_wards(own_app, planner):
    before = held(own_app)
    page = send(planner, CHANGE, **form(own_app, outline=LINES, do="area:check"))
    assert page.status_code == 200 and "An area of 1.5 km² with 4 corners. It crosses" in page.text
    assert re.search(r"people live there \(.*?\)\.", page.text) and KEPT in page.text
    assert "The drawn area counts, and not the wards that are ticked (" in page.text
    told = send(planner, CHECK, outline=LINES).json
    assert told["outline"] == KEPT and told["areas"][0][0][0] == [51.535, 0.69] and len(told["lines"]) == 1
    sea = send(planner, CHECK, outline="51.525, 0.70\n51.526, 0.70\n51.526, 0.705").json["lines"]
    assert [line["level"] for line in sea] == ["plain", "warn"] and "It crosses no ward" in sea[1]["text"]
    assert planner.post(CHECK, data={"outline": LINES}).status_code == 400, "without the form's token"
    assert held(own_app) == before


def test_an_area_comes_from_a_file_and_a_file_that_is_none_keeps_the_text(own_app, planner):
    geojson = json.dumps({"type": "Feature", "geometry": shapely.geometry.mapping(shapely.from_wkt(KEPT))})
    saved = send(planner, CHANGE, **form(own_app, outline="", area_file=(BytesIO(geojson.encode()), "ours.geojson")))
    assert saved.status_code == 303 and held(own_app)[0].outline == KEPT
    for data, name, sentence in ((b"%PDF-1.7", "a.pdf", "The file: This is a PDF document"),
                                 (b"{}", "a.json", "The file: ")):
        answer = send(planner, CHANGE, **form(own_app, outline=OTHER, area_file=(BytesIO(data), name)))
        assert answer.status_code == 400 and sentence in answer.text and OTHER in answer.text
    assert held(own_app)[0].outline == KEPT


def test_of_two_who_drew_the_second_sees_both_areas_in_words_and_chooses(own_app, planner):
    old = form(own_app, outline=LINES)
    send(planner, CHANGE, **form(own_app, outline=OTHER))
    both = send(planner, CHANGE, **old)
    assert both.status_code == 409 and "an area of 1.9 km² that" in both.text and "an area of 1.5 km² that" in both.text
    kept = send(planner, CHANGE, **form(own_app, outline=LINES) | {"keep-outline": "theirs"})
    assert kept.status_code == 303 and held(own_app)[0].outline == OTHER


@pytest.fixture
def opened(own_app, open_page):
    """opened(**options) -> (page, its map): a planner's browser at the form of the area."""
    from assetmap.web.signed_in import COOKIE

    make_listening(own_app)
    _account, token = signed_in_as(own_app, "planner", "planner@example.org")
    with serving(own_app) as address:
        def go(**options):
            page = open_page(1280, 1000, **options)
            page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
            page.goto(address + CHANGE, wait_until="networkidle")
            area = page.locator("[data-draw-map] .leaflet-container")
            if options.get("java_script_enabled", True):
                area.scroll_into_view_if_needed()
            return page, area

        yield go


def test_on_a_laptop_the_tools_the_map_and_what_is_said_of_the_area_are_in_sight_together(opened):
    page, area = opened()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.locator("[data-draw-map]").evaluate("map => map.scrollIntoView({block: 'nearest'})")
    box = page.locator("[data-draw-map]").bounding_box()
    for across, down in ((.35, .4), (.6, .4), (.6, .6)):
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    page.get_by_role("button", name="Finish", exact=True).click()
    page.get_by_text("An area of").first.wait_for()
    assert page.locator("[data-draw-map]").bounding_box() == box, "nothing moves under the pointer"
    tools = page.locator(".draw-buttons").bounding_box()
    said, save = page.locator("[data-draw-said]").bounding_box(), page.locator(".edit-save").bounding_box()
    head = page.locator(".site-head").bounding_box()
    assert box["height"] >= 240 and head["y"] + head["height"] < tools["y"], "under the head of the page"
    assert said["y"] + said["height"] < save["y"], "above the bar at its foot"


def drawn(page) -> shapely.Geometry:
    return shapely.from_wkt(page.input_value("#outline") or "POLYGON EMPTY")


def test_an_area_is_drawn_changed_and_saved_with_the_mouse(own_app, opened, barriers):
    page, area = opened()

    def at(across, down):
        area.scroll_into_view_if_needed()
        box = area.bounding_box()
        return box["x"] + box["width"] * across, box["y"] + box["height"] * down

    for across, down in ((.35, .4), (.6, .4), (.6, .6), (.5, .7)):
        page.mouse.click(*at(across, down))
    page.get_by_role("button", name="Undo").click()
    page.mouse.click(*at(.35, .6))
    page.mouse.click(*at(.35, .4))  # the first again
    page.get_by_text("An area of").first.wait_for()
    square = drawn(page)
    assert len(square.exterior.coords) == 5 and page.get_by_role("button", name="Finish").is_disabled()
    for start, end in ((.6, .6), (.7, .65)), ((.475, .4), (.475, .3)):  # a corner, and a handle between two
        page.mouse.move(*at(*start))
        page.mouse.down()
        page.mouse.move(*at(*end), steps=5)
        page.mouse.up()
    wider = drawn(page)
    assert wider.area > square.area and len(wider.exterior.coords) == 6
    page.locator("[data-draw-corners] summary").click()
    assert page.locator("[data-draw-list] li").count() == 5
    page.get_by_role("button", name="Take out: Corner 2").click()
    assert len(drawn(page).exterior.coords) == 5
    page.get_by_role("button", name="Draw one more").click()
    page.mouse.click(*at(.1, .1))
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("One area has fewer than three corners.").first.wait_for()
    for across, down in ((.2, .1), (.2, .2)):
        page.mouse.click(*at(across, down))
    page.get_by_text("with 7 corners").first.wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("Saved.").wait_for()
    assert len(shapely.from_wkt(held(own_app)[0].outline).geoms) == 2


def test_an_area_is_drawn_by_the_keyboard_alone_and_spoken(own_app, opened):
    page, area = opened()
    said = page.locator("#announce")
    page.get_by_role("button", name="Corner in the middle").focus()
    page.keyboard.press("Enter")
    for key, words in (("ArrowRight", "Corner 2. 2 corners."), ("ArrowDown", "Corner 3. 3 corners.")):
        area.focus()
        page.keyboard.press(key)
        page.wait_for_timeout(400)  # the map glides
        page.keyboard.press("Enter")
        said.get_by_text(words).wait_for()
    said.get_by_text("with 3 corners").wait_for()
    page.keyboard.press("Tab")  # the first corner
    page.keyboard.press("Enter")
    said.get_by_text("Finished.").wait_for()
    before = drawn(page)
    page.locator("[data-corner='0 0 1']").focus()
    page.keyboard.press("ArrowUp")
    moved = drawn(page)
    assert moved.area > before.area and page.evaluate("document.activeElement.dataset.corner") == "0 0 1"
    page.locator("[data-draw-corners] summary").focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Corner 1", exact=True)
    field.fill("nowhere")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true" and drawn(page) == moved
    field.fill("51.55, 0.68")
    field.press("Enter")
    assert (0.68, 51.55) in drawn(page).exterior.coords
    said.get_by_text("people live there").wait_for()
    page.get_by_role("button", name="Save").last.press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert (0.68, 51.55) in shapely.from_wkt(held(own_app)[0].outline).exterior.coords


def test_an_area_is_pasted_with_and_without_javascript_and_its_faults_are_no_barrier(own_app, opened, barriers, watch):
    watch.expect("status of 400")
    page, _area = opened()
    page.locator("[data-draw-text] summary").click()
    page.fill("#outline", "51.53, 0.69\n51.55, 0.71\n51.55, 0.69\n51.53, 0.71")
    page.locator("#outline").blur()
    page.locator("[data-draw-said]").get_by_text("crosses or touches itself").wait_for()
    page.get_by_role("button", name="Save").last.click()
    page.locator("#error-outline").get_by_text("crosses or touches itself").wait_for()
    assert barriers(page) == []
    page.fill("#outline", LINES)
    page.get_by_role("button", name="Check this area").click()
    page.locator("[data-draw-said]").get_by_text("with 4 corners").wait_for()
    assert page.locator("[data-corner]").count() == 4 and page.input_value("#outline") == KEPT
    page.set_input_files("#area_file", {"name": "a.geojson", "mimeType": "application/json", "buffer": json.dumps(
        shapely.geometry.mapping(shapely.from_wkt(OTHER))).encode()})
    page.locator("[data-draw-said]").get_by_text("An area of 1.9 km²").wait_for()
    assert page.input_value("#outline") == OTHER
    page, _area = opened(java_script_enabled=False)
    page.locator("[data-draw-text] summary").click()
    page.fill("#outline", "hello")
    page.get_by_role("button", name="Check this area").click()
    page.locator("#error-outline").get_by_text("This is no area that can be read.").wait_for()
    page.set_input_files("#area_file", {"name": "a.json", "mimeType": "application/json", "buffer": b"[" * 5_000_001})
    page.get_by_role("button", name="Save").last.click()
    page.locator("#error-outline").get_by_text("The file: It is larger than 5 MB.").wait_for()
    page.fill("#outline", LINES)
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("Saved.").wait_for()
    assert held(own_app)[0].outline == KEPT
