"""The report for a committee: what it says, what it must not say, and its numbers as files."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

import openpyxl
import pyogrio
import pytest

from assetmap.domain.measure import MEASURES
from assetmap.domain.report_query import LONGEST
from tests.conftest import app_over
from tests.evaluated import was_evaluated
from tests.made_up import group, weekly
from tests.planned import council, spot

HOSTILE = '"><img src=x onerror=window.ran=1>{{43*43}} \\"; } body{display:none} =1+1 \u202eevil'
EVERY = [("show", code) for code in MEASURES]


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])).split())


def address(*pairs, ending=""):
    return f"/plan/report{ending}?{urlencode(pairs)}"


def test_the_report_has_every_part_with_numerator_denominator_source_date_and_warning(client):
    page = client.get(address(*EVERY, ("title", "Our wards"), ("council", "A council"), ("committee", "7 May")))
    said = words(page)
    assert page.status_code == 200 and "Our wards" in said and "A council · 7 May" in said
    for part in (r"The whole area has \d\.\d\d groups for each 1,000 people: \d+ groups for 182,773 people\.",
                 r"No ward differs from the average by more than chance|chance would explain: ",
                 r"Not reached: about [\d,]+ people live farther than 800 m, in a straight line",
                 r"in the most deprived fifth of people it is \d\.\d\d, in the least deprived \d\.\d\d",
                 r"Groups confirmed in the last 180 days \d+ 2\d\d \d+ %", r"Outlines of the wards .* 2025",
                 r"Kursaal \d\.\d\d \d+ 12,215", r"This is sample data", r"were typed by whoever made this report",
                 r"estimated: assumes people are spread evenly"):
        assert re.search(part, said), part
    assert page.text.count('class="ward-drawing"') >= 6
    assert " nan" not in said.lower() and "held back" in said.lower()


def test_a_filter_is_said_and_changes_the_figures(client):
    plain, evening = (words(client.get(address(("show", "groups"), *more))) for more in ((), (("time", "evening"),)))
    first = re.compile(r"The whole area has (\d\.\d\d)")
    assert float(first.search(evening)[1]) < float(first.search(plain)[1])
    assert "Only groups that are evening" in evening


def test_a_ward_without_data_and_a_list_that_nobody_confirmed_are_said_before_any_figure(tmp_path):
    rows = [(1_000, 100, 100, 5.0), (None, None, None, None)]
    settings = council(tmp_path / "place", rows, groups=[
        group("a", *spot(0), meetings=(weekly(1, 10),)), group("b", *spot(0)), group("c", lat=None), group("d", None)])
    with app_over(settings) as app:
        said = words(app.test_client().get(address(*EVERY)))
        empty = words(app.test_client().get(address(("show", "opportunities"))))
    assert "Groups that nobody ever confirmed: 4 of 4" in said.split("The whole area has")[0]
    assert re.search(r"Groups without a place on the map 2 4 50 %", said)
    assert "1 ward has no data" in said
    assert "None of it is on this map yet, in any ward." in empty and "None at all in" not in empty


def test_nothing_chosen_shows_the_form_and_a_fault_keeps_what_was_typed(client):
    assert client.get("/plan/report").status_code == 200
    for pairs, field in ((("title", "x"),), "show"), ((("show", "luck"), ("title", "My title")), "show"), (
            (("show", "groups"), ("title", "x" * (LONGEST["title"] + 1))), "title"), (
            (("show", "groups"), ("day", "someday")), "day"):
        page = client.get(address(*pairs))
        assert page.status_code == 400 and f'id="error-{field}"' in page.text
        assert dict(pairs).get("title", "") in page.text
    assert client.get(address(("show", "luck"), ending=".xlsx")).status_code == 400


def test_the_workbook_has_a_sheet_for_each_measure_and_one_of_what_they_are(client):
    answer = client.get(address(("show", "groups"), ("show", "within"), ("show", "step-free-hubs"),
                                ("title", HOSTILE[:120]), ending=".xlsx"))
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["About these figures", "groups", "within", "step-free-hubs"]
    about = dict(book["About these figures"].iter_rows(min_row=2, values_only=True))
    assert "\u202e" not in about["Title"] and about["Title"].startswith('"><img') and "Warning" in about
    heads, *rows = book["within"].iter_rows(values_only=True)
    assert len(rows) == 17 and book["within"]["A1"].font.b and book["within"].freeze_panes == "A2"
    held = [dict(zip(heads, row, strict=True)) for row in rows]
    assert all(row["numerator"] / row["denominator"] == pytest.approx(row["value"]) for row in held)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_geopackage_has_the_wards_with_columns_of_each_measure_and_a_table_of_what_they_are(client, tmp_path):
    file = tmp_path / "report.gpkg"
    file.write_bytes(client.get("/plan/report.gpkg").data)
    assert dict(pyogrio.list_layers(file)) == {"wards": "MultiPolygon", "about": None}
    wards, about = pyogrio.read_dataframe(file, layer="wards"), pyogrio.read_dataframe(file, layer="about")
    assert len(wards) == 17 and wards.crs.to_epsg() == 4326 and len(about) > 20
    for code in MEASURES:
        prefix = code.replace("-", "_")
        assert wards[f"{prefix}_value"].dtype == float and wards[f"{prefix}_numerator"].dtype == float
    assert wards["groups_numerator"].sum() == pytest.approx((wards["groups_value"] * wards["groups_denominator"]).sum()
                                                            / 1_000)


def test_a_hostile_title_is_words_on_the_page_and_at_the_head_of_paper(live_server, open_page, barriers):
    page = open_page()
    title = HOSTILE[:LONGEST["title"]]
    page.goto(live_server + address(("show", "groups"), ("show", "confirmed"), ("title", title)))
    shown = page.locator("h1").inner_text()
    assert shown.startswith('"><img src=x') and "\u202e" not in shown and not was_evaluated(page.content())
    head = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--running-head')")
    assert head.startswith('"\\"><img') and page.evaluate("window.ran === undefined")
    assert page.locator("body").is_visible()
    assert barriers(page) == []
    page.emulate_media(media="print")
    assert not page.locator(".site-head").is_visible() and not page.locator(".plan-nav").is_visible()
    assert page.locator(".ward-drawing").first.is_visible() and page.locator("#sources").is_visible()
