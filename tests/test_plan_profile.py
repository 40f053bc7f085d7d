"""A ward's profile for planners: its figures among its council's wards, and the two sides of paper they go on."""

import re
from html import unescape

import pytest

from assetmap.importing.run import Options, load
from assetmap.store.database import Database
from tests.conftest import app_over
from tests.live import serving
from tests.made_up import group, hub
from tests.planned import code, council, spot, wards_document

NONE = (None, None, None, None)


def words(page):
    part = page.text.split('id="figures"', 1)[1].split("</section>\n</div>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


def measures(document):
    return {row["code"]: row for row in (*document["profile"]["people"], *document["profile"]["measures"])}


def sheets(page, address):
    """How many sides of paper it takes."""
    page.goto(address)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def crowd(ward, count, kinds=("walking",)):
    return [group(f"g{ward}-{number}", *spot(ward, 0.5), categories=kinds) for number in range(count)]


def test_each_figure_stands_with_the_average_and_the_range_of_the_wards(tmp_path):
    rows = [(1_000, 200, 100, 10.0), (2_000, 200, 600, 30.0), (1_000, 100, 300, 20.0)]
    settings = council(tmp_path, rows, groups=[*crowd(0, 1), *crowd(1, 10), *crowd(2, 1)])
    with app_over(settings) as app:
        client = app.test_client()
        page, document = words(client.get(f"/wards/{code(1)}")), client.get(f"/wards/{code(1)}.json").json
    held = measures(document)
    assert document["profile"]["compared_with"] == {"council": "Squares", "wards": 3}
    assert document["groups"] == 10 and document["figures"]["population"]["value"] == 2_000, "as it was before"
    groups, older = held["groups"], held["older"]
    assert (groups["value"], groups["numerator"], groups["denominator"]) == (5.0, 10, 2_000)
    assert (groups["average"], groups["lowest"], groups["highest"]) == (3.0, 1.0, 5.0), "12 groups, 4,000 people"
    assert groups["low"] == pytest.approx(2.39, abs=0.01) and groups["high"] == pytest.approx(9.20, abs=0.01)
    assert (older["value"], older["average"]) == (0.3, 0.25) and held["people"]["average"] == pytest.approx(4_000 / 3)
    assert held["near"]["numerator"] == 12, "what meets within 1 km of the boundary counts too"
    assert "5.00 10 for 2,000 2.39 to 9.20 3.00 1.00 (in 2 wards) 5.00 (here)" in page
    assert "Moving and sport 10 5.00 3.00 12" in page and "Not recorded yet, here or within 1 km Arts" in page


def test_wards_of_another_council_are_not_in_the_comparison(tmp_path):
    settings = council(tmp_path, [(1_000, 1, 1, 1.0)] * 12, groups=[*crowd(0, 12), *crowd(1, 3), *crowd(6, 40)])
    (tmp_path / "moved.geojson").write_text(re.sub(
        rf'("WD25CD": "({"|".join(code(ward) for ward in range(6, 12))})".*?)E06000999(.*?)Squares',
        r"\1E06000998\3Rounds", wards_document(12)))
    database = Database(settings.database_address)
    assert load(database, settings, "wards", tmp_path / "moved.geojson", Options()).applied
    database.dispose()
    with app_over(settings) as app:
        client = app.test_client()
        held = measures(client.get(f"/wards/{code(0)}.json").json)
        assert (held["groups"]["average"], held["groups"]["highest"]) == (2.5, 12.0)
        assert held["groups"]["flag"] == "far more than chance", "15 groups in six wards, 12 of them here"
        page = words(client.get(f"/wards/{code(0)}"))
        assert "Compared among the 6 wards of Squares" in page and "far more than chance would explain" in page
        assert measures(client.get(f"/wards/{code(7)}.json").json)["groups"]["highest"] == 40.0


def test_a_profile_says_what_is_not_known_and_still_takes_two_sides(tmp_path, open_page):
    with app_over(council(tmp_path, [NONE], groups=crowd(0, 2, ()))) as app, serving(app) as address:
        page = words(app.test_client().get(f"/wards/{code(0)}"))
        assert "There is no other ward of Squares on this map to compare it with." in page
        assert "no data 2; how many people is not known" in page and "People who live in the ward no data" in page
        assert "2 of the 2 groups in the ward or within 1 km do not say what they are about" in page
        assert "Nobody searched in vain yet" in page and "nan" not in page.lower().split()
        assert sheets(open_page(), f"{address}/wards/{code(0)}") == 2


def test_a_crowded_ward_with_long_names_takes_two_sides(tmp_path, open_page):
    long = "The Very Reverend Somebody's Memorial Hall and Reading Rooms of " + "Squaresborough " * 8
    places = [hub(f"h{number}", *spot(0, number / 60), name=f"{long} {number}") for number in range(90)]
    settings = council(tmp_path, [(1_000, 200, 100, 10.0)] * 20, groups=crowd(0, 300), hubs=places)
    with app_over(settings) as app, serving(app) as address:
        assert sheets(open_page(), f"{address}/wards/{code(0)}") == 2
        assert "300 for 1,000" in words(app.test_client().get(f"/wards/{code(0)}"))


def test_residents_see_their_part_first_and_paper_has_the_planners_alone(client, live_server, open_page, barriers):
    codes = [row["properties"]["code"] for row in client.get("/map/wards.json").json["features"]]
    page = open_page()
    for ward in codes[::6]:
        assert sheets(page, f"{live_server}/wards/{ward}") == 2, ward
    heading, part = page.get_by_role("heading", level=1), page.locator("#figures")
    assert heading.bounding_box()["y"] < part.bounding_box()["y"]
    assert part.locator("svg.range-strip").count() >= 12
    assert barriers(page) == []
    page.emulate_media(media="print")
    assert not heading.is_visible() and part.get_by_role("heading", level=2).is_visible()
    assert page.get_by_text("This is sample data").first.is_visible()
