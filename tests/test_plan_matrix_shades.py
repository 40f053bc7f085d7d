"""How the matrix and the maps of programmes shade and name how far; columns that stay; areas with letters."""

import re
from datetime import date

import pytest

from assetmap.domain.programme import ELEMENTS, STATE, Step
from assetmap.domain.progress import BEGUN, GONE_BACK, REACHED
from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_map import map_of
from tests.conftest import app_over
from tests.deployed import deployed, event, programme, store_programmes
from tests.planned import council, spot
from tests.test_plan_matrix import PEOPLE, client, drawn_area, key_of, some, words

__all__ = ["client"]


def cell_of(page, deployment_id):
    """(class, sign) of the cell whose link leads to a deployment."""
    link = rf'<a href="[^"]*/{deployment_id}">.*?sign-name">([^<]*)<'
    found = re.search(rf'<td role="cell" class="([^"]*)">{link}', page.text)
    return found[1], found[2]


@pytest.mark.parametrize(("what", "step", "level"), [(BEGUN, 5, 3), (REACHED, 5, 3), (BEGUN, 7, 3), (REACHED, 7, 4),
                                                     (REACHED, 2, 1), (BEGUN, 3, 2)])
def test_matrix_legend_and_map_shade_one_figure_by_one_rule(tmp_path, what, step, level):
    settings = council(tmp_path, [PEOPLE])
    store_programmes(settings, programmes=[programme("c2", name="C2")], deployments=[deployed("c2", 0, id="here")],
                     progress=[event("here", f"s{step}", what, date(2026, 3, 1))])
    with app_over(settings) as app:
        page = app.test_client().get("/plan/programmes")
        assert cell_of(page, "here") == (f"far far-{level}", f"{step}/7")
        shown = re.findall(r'class="far far-(\d)".*?class="sign">(\d)/7<', key_of(page))
        assert ("3", "5") in shown and len(shown) == 4 and all(
            one == str(level) for one, number in shown if (number, what) == (str(step), REACHED))
        with app.test_request_context("/"):
            held = programme_data.initiatives()
            made = map_of(held.programmes["c2"], held, date.today())
        row, = [row for row in made.legend if row.wards]
        assert row.css_class == f"ward-class-{level}" and f"ward-class-{level}" in made.map.script
        low, high = {1: (1, 2), 2: (3, 4), 3: (5, 7), 4: (7, 7)}[level]
        assert row.label.startswith(f"At steps {low} to {high}: " if level < 4 else "All 7 steps reached")


def test_a_state_is_told_by_its_name_and_place_and_never_as_an_achievement(tmp_path):
    rounds = programme("rounds", STATE, name="Rounds", steps=tuple(
        Step(f"t{number}", name) for number, name in enumerate(("Planned", "On the road together", "Finished"))))
    settings = council(tmp_path, [PEOPLE] * 3)
    store_programmes(settings, programmes=[rounds], deployments=[deployed("rounds", n, id=f"r{n}") for n in range(3)],
                     progress=[event(f"r{n}", f"t{n}", REACHED, date(2026, 3, 1)) for n in range(3)])
    with app_over(settings) as app:
        page = app.test_client().get("/plan/programmes")
    assert [cell_of(page, f"r{n}") for n in range(3)] == [
        ("far far-1 is-state", "Planned"), ("far far-3 is-state", "On the road together"),
        ("far far-4 is-state", "Finished")]
    assert not re.search(r"\d/3|third|reached", page.text.split("<table", 1)[1].split("<h3", 1)[0])
    assert "its place among the programme’s states" in key_of(page)


def test_columns_keep_their_order_and_numbers_on_every_day_and_in_every_choice(client):
    def columns(query):
        return re.findall(r"<span>(\d+\. [\w ]+)", client.get(f"/plan/programmes?{query}").text.split("<tbody", 1)[0])

    assert columns("") == ["1. C2", "2. Ten elements", "3. Hubs"]
    assert columns("on=2026-02-03") == columns("on=2025-01-01") == columns("")
    assert columns("kind=state") == ["3. Hubs"]
    early = client.get("/plan/programmes.json?on=2025-10-01").json
    assert "“Hubs” is in most wards: 1 of 4." in early["sentences"], "whatever stands first"


def test_headings_say_that_they_sort_and_show_how_it_is_sorted(client):
    head = client.get("/plan/programmes?order=programme:hubs").text.split("<thead", 1)[1].split("</thead>", 1)[0]
    assert words(head).count("Sort by") == 5 and words(head).endswith("Sort by 3. Hubs ▼") and head.count("▼") == 1
    assert head.count('aria-sort="descending"') == 1
    fewest = client.get("/plan/programmes?order=fewest").text
    assert "Sort by How many here ▲" in words(fewest) and "▼" not in fewest


def test_wards_alike_are_told_together(tmp_path):
    settings = council(tmp_path, [PEOPLE] * 3)
    store_programmes(settings, programmes=[programme("c2"), programme("hubs", STATE)], deployments=[
        deployed("c2", 0, 1, id="a"), deployed("hubs", 0, 1, id="b")])
    with app_over(settings) as app:
        said = app.test_client().get("/plan/programmes.json").json["sentences"]
    assert said[0] == "Most is under way in Ward 1 and Ward 2: 2 programmes each."


def test_page_map_and_matrix_say_the_same_where_nothing_is_noted_and_where_an_element_was_taken_back(tmp_path):
    settings = council(tmp_path, [PEOPLE] * 2)
    store_programmes(
        settings, programmes=[programme("frame", ELEMENTS)],
        deployments=[deployed("frame", 0, id="quiet"), deployed("frame", 1, id="gone")],
        progress=[event("gone", "e1", REACHED, date(2026, 1, 5)), event("gone", "e1", GONE_BACK, date(2026, 2, 5))])
    with app_over(settings) as app:
        client = app.test_client()
        page = words(client.get("/programmes/frame/quiet").text)
        assert page.count("Here, how far is not recorded yet") == 3, "the page, its map’s legend and its popup"
        assert "not begun" not in page.lower().split("here, how far", 1)[0]
        assert "0 of 10 elements in place" in words(client.get("/programmes/frame/gone").text)
        matrix = client.get("/plan/programmes")
        assert cell_of(matrix, "quiet") == ("far far-unknown", "?") and cell_of(matrix, "gone") == ("far far-1", "0/10")


def test_several_drawn_areas_have_letters_on_the_map_and_below_it(tmp_path):
    net = programme("net", STATE, name="Networks")
    areas = [deployed("net", id=f"net-{name}", name=name, outline=drawn_area(at, at + 1))
             for name, at in (("Parks", 0.5), ("Sea", 1.2))]
    with app_over(some(tmp_path, programmes=[net], deployments=areas)) as app:
        page = app.test_client().get("/programmes/net")
        assert "A Parks, B Sea." in words(page.text)
        with app.test_request_context("/"):
            held = programme_data.initiatives()
            made = map_of(held.programmes["net"], held, date.today())
            alone = map_of(held.programmes["net"], held, date.today(), held.deployments["net-Sea"])
        points = {point["mark"]: point for point in made.map.config["points"]}
        assert {mark: point["text"] for mark, point in points.items()} == {"A": "Parks", "B": "Sea"}
        assert (points["B"]["lat"], points["B"]["lon"]) == pytest.approx(spot(1.2, 0, 0.8), abs=1e-5), "on its edge"
        assert re.findall(r'plan-mark"[^>]*>(\w)<', made.drawn) == ["A", "B"], "on paper too"
        assert alone.map.config["points"] == [], "one needs no letter"
