"""A map of wards in classes: what folium gets, and what a reader gets from it with eyes, hands or a screen reader."""

import math

import pytest
import shapely
from flask import jsonify, render_template_string

from assetmap.maps.charts.scatter import Quarters, quadrants
from assetmap.maps.choropleth import MapPoint, WardText, choropleth
from assetmap.maps.palette import legend
from assetmap.maps.shell import ClassedWards
from tests.evaluated import was_evaluated

HOSTILE = "{{43*43}} {% off ${alert(1)} ` </script><img src=x onerror=window.ran=1>"
CODES = ["E05000001", "E05000002", "E05000003"]
TEXTS = [WardText("Southchurch", "2.3 groups per 1,000", "2.3", ("From 1.1 to 4, allowing for chance.",),
                  url="/wards"),
         WardText("Milton", "none per 1,000", "0"), WardText(f"Leigh {HOSTILE}", "no data")]
BOUNDS = ((51.50, 0.60), (51.60, 0.90))
PAGE = """{% extends "base.html" %}{% import "plan/_figures.html" as figures with context %}
{% block map_styles %}{{ figures.styles([map]) }}{% endblock %}
{% block main %}<div class="page"><h1>Wards</h1>{{ figures.ward_map(map, "Groups per 1,000 by ward") }}
{{ figures.legend(rows, "Groups per 1,000 people") }}
<table><thead><tr><th scope="col">Ward</th><th scope="col">Groups</th></tr></thead><tbody>{% for code in codes %}
<tr data-ward="{{ code }}"><th scope="row"><a href="/wards">{{ code }}</a></th><td>1</td></tr>{% endfor %}
</tbody></table>{{ chart }}
{{ figures.heat_table("Groups by theme", "Ward", ["Arts", "Food"], heat) }}</div>{% endblock %}
{% block scripts %}{{ figures.scripts([map], csp_nonce) }}{% endblock %}"""


def made(codes=tuple(CODES), class_of=(1, 0, -1), texts=tuple(TEXTS), **more):
    return choropleth(element_id="ward_map", bounds=BOUNDS, codes=codes, class_of=class_of, classes=2, texts=texts,
                      wards_url="/try/wards.json", static="/static/{}".format, **more)


def test_folium_gets_codes_and_classes_and_never_a_name():
    shell = made(points=[MapPoint(51.55, 0.7, HOSTILE, "hub"), MapPoint(math.nan, 0.7, "nowhere")])
    assert '"E05000001": "ward-class-3", "E05000002": "ward-class-1", "E05000003": "ward-no-data"' in shell.script
    everything = shell.script + shell.html + shell.stylesheets + shell.scripts
    assert "Southchurch" not in everything and "43" not in everything and not was_evaluated(everything)
    assert shell.config["texts"]["E05000003"]["name"] == f"Leigh {HOSTILE}"
    assert [point["text"] for point in shell.config["points"]] == [HOSTILE]


@pytest.mark.parametrize("code", ["{{43*43}}", "E0500 0001", "", "E05</script>", "x" * 21])
def test_a_code_that_is_not_letters_and_digits_is_refused(code):
    with pytest.raises(ValueError, match="cannot be a ward's code"):
        made(codes=(CODES[0], CODES[1], code))


@pytest.mark.parametrize("url", ["https://example.org/wards.json", "//example.org/w", "/w.json?q={{43*43}}", "/w\"+x"])
def test_outlines_come_from_an_address_of_ours_alone(url):
    with pytest.raises(ValueError, match="not an address"):
        ClassedWards(url, ()).literal()


@pytest.fixture
def ward_page(own_app, open_page):
    """The page above, served as the program serves its own; gives (open, address)."""
    from tests.live import serving

    static = own_app.extensions["assetmap"].static.address
    shell = choropleth(element_id="ward_map", bounds=BOUNDS, codes=CODES, class_of=[1, 0, -1], classes=2, texts=TEXTS,
                       wards_url="/try/wards.json", static=static, points=[MapPoint(51.55, 0.65, HOSTILE, "hub")],
                       tile_url="https://tile.openstreetmap.org/{z}/{x}/{y}.png", tile_attribution="OpenStreetMap")
    heat = [{"name": f"Ward {HOSTILE}", "code": CODES[0], "url": "", "cells": [
        {"text": "12", "css_class": "ward-class-4"}, {"text": "", "css_class": "ward-no-data"}]}]

    chart = quadrants("quarters", "Deprivation", "In words.", names=[text.name for text in TEXTS], codes=CODES,
                      x=[10, 30, 20], y=[1, 2, 3], x_label="Deprivation", y_label="Groups", x_split=20, y_split=2,
                      quarters=Quarters("a", "b", "c", "d"))

    @own_app.get("/try/wards.json")
    def wards():
        boxes = [shapely.box(0.6 + 0.1 * n, 51.5, 0.7 + 0.1 * n, 51.6) for n in range(3)]
        return jsonify({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": shapely.geometry.mapping(box), "properties": {"code": code}}
            for box, code in zip(boxes, CODES, strict=True)]})

    @own_app.get("/try/page")
    def page():
        return render_template_string(PAGE, map=shell, codes=CODES, heat=heat, chart=chart,
                                      rows=legend([1, 0, -1], ["fewer than 1", "1 or more"]))

    with serving(own_app) as address:
        def opened(**options):
            page = open_page(**options)
            page.goto(f"{address}/try/page")
            return page

        yield opened


def test_wards_are_named_coloured_and_one_with_their_rows_by_keyboard_and_by_hand(ward_page, barriers):
    page = ward_page()
    south, milton, leigh = (page.locator(f"path[data-ward={code}]") for code in CODES)
    south.wait_for()
    assert barriers(page) == []
    assert south.get_attribute("aria-label") == "Southchurch: 2.3 groups per 1,000"
    assert leigh.get_attribute("aria-label") == f"Leigh {HOSTILE}: no data"
    fills = [path.evaluate("path => getComputedStyle(path).fill") for path in (south, milton, leigh)]
    assert fills[:2] == ["rgb(0, 152, 156)", "rgb(189, 216, 154)"]  # shades 3 and 1 of the five
    assert fills[2] == 'url("#ward_map_hatch")'
    page.locator(".ward-label").nth(1).wait_for()
    assert page.locator(".ward-label").all_inner_texts() == ["Southchurch\n2.3", "Milton\n0"]

    page.locator(".skip-map").focus()
    page.keyboard.press("Tab")  # the map itself, which the arrow keys move
    page.keyboard.press("Tab")
    assert page.locator("tr.is-lit").evaluate_all("rows => rows.map(row => row.dataset.ward)") == [CODES[0]] * 2
    assert page.locator(".ward-ring").count() == 1
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog", name="Southchurch")
    assert popup.locator("p").all_inner_texts() == ["2.3 groups per 1,000", "From 1.1 to 4, allowing for chance."]
    page.keyboard.press("Escape")
    assert south.evaluate("path => path === document.activeElement")

    page.locator(f"tr[data-ward={CODES[2]}] a").focus()
    assert page.locator(".ward-tip").last.inner_text() == f"Leigh {HOSTILE}\nno data"
    page.locator(f"tr[data-ward={CODES[2]}] a").blur()
    assert page.locator(".ward-ring").count() == 0
    page.locator(f"g[data-ward={CODES[1]}]").hover()
    assert page.locator(".ward-ring").count() == 1
    assert page.locator("tr.is-lit").first.get_attribute("data-ward") == CODES[1]
    assert page.evaluate("window.ran") is None and not was_evaluated(page.content().replace(HOSTILE, ""))


def test_in_the_dark_and_without_tiles_the_wards_still_show_and_other_figures_can_follow(ward_page, watch):
    watch.tiles_blocked = True
    page = ward_page(width=360, color_scheme="dark")
    south = page.locator(f"path[data-ward={CODES[0]}]")
    south.wait_for()
    assert south.evaluate("path => getComputedStyle(path).fill") == "rgb(189, 216, 154)"  # more is brighter
    page.evaluate("""() => document.dispatchEvent(new CustomEvent("assetmap:wards", {detail: {
        classOf: {E05000001: "ward-no-data", E05000002: "ward-class-4", E05000003: "ward-class-0"},
        texts: {E05000001: {name: "Southchurch", figure: "no data"}, E05000002: {name: "Milton", figure: "9"},
                E05000003: {name: "Leigh", figure: "1"}}}}))""")
    assert south.get_attribute("aria-label") == "Southchurch: no data"
    assert south.evaluate("path => getComputedStyle(path).fill").startswith("url(")
    page.emulate_media(media="print")
    assert page.locator(".ward-map").is_hidden() and page.locator(".class-legend").is_visible()
