"""The matrix of programmes in a browser: by keyboard, where it is narrow, in the system's colours, and on A3."""

import re

from tests.conftest import app_over, sign_in, signed_in_as
from tests.deployed import many, store_programmes
from tests.live import serving
from tests.planned import council
from tests.test_plan_matrix import PEOPLE, some

IN_SIGHT = """element => {
    const at = element.getBoundingClientRect();
    return at.height > 0 && element.contains(document.elementFromPoint(at.left + 4, (at.top + at.bottom) / 2));
}"""


def here(page):
    """(ward, number of the cell in its row) of what has the focus."""
    return tuple(page.evaluate("""() => {
        const cell = document.activeElement.closest('th, td');
        return [cell.parentElement.cells[0].textContent.trim(), cell.cellIndex];
    }"""))


def test_a_small_matrix_begins_on_a_laptop_s_first_screen_and_has_no_box(tmp_path, open_page):
    with app_over(some(tmp_path)) as app, serving(app) as address:
        page = open_page(1366, 768)
        page.goto(f"{address}/plan/programmes?cells=signs")
        assert page.locator(".matrix tbody tr").first.evaluate("row => row.getBoundingClientRect().bottom") < 768
        assert page.locator(".matrix").evaluate("box => getComputedStyle(box).overflowY") == "visible"
        page.set_viewport_size({"width": 1366, "height": 480})
        page.locator("[data-matrix] a[tabindex='0']").focus()
        for key in ("ArrowDown", "Control+End", "Control+Home"):
            page.keyboard.press(key)
            assert page.locator("a:focus").evaluate(IN_SIGHT), f"{key}: under no heading, and not behind the words"


def test_sixty_wards_by_twentyfive_programmes_can_be_read_with_headers_keys_and_on_a3(tmp_path, open_page, barriers):
    settings = council(tmp_path, [PEOPLE] * 60)
    store_programmes(settings, **many(60, 25))
    with app_over(settings) as app, serving(app) as address:
        client = app.test_client()
        sign_in(client, "planner")
        text = client.get("/plan/programmes").text
        table = text.split("<table", 1)[1].split("</table>", 1)[0]
        assert len(text) < 400_000
        assert table.count('scope="col"') == 27 and table.count('scope="row"') == 61
        assert table.count("Nothing under way here yet") == 3
        page = open_page(1440, 900)
        _account, token = signed_in_as(app, "planner", "planner@example.org")
        page.context.add_cookies([{"name": "assetmap_account", "value": token, "url": address}])
        page.goto(f"{address}/plan/programmes")
        assert 'tabindex="-1"' not in table, "without scripts each link is a tab stop"
        assert page.locator(".matrix a[tabindex='0']").count() == 1 and page.locator(".matrix[tabindex]").count() == 0
        page.locator(".matrix-ways a").last.focus()
        page.keyboard.press("Tab")
        assert here(page) == ("Ward 23", 5), "the first cell that has something"
        for key, at in (("ArrowRight", ("Ward 23", 6)), ("ArrowDown", ("Ward 24", 6)), ("ArrowLeft", ("Ward 24", 5)),
                        ("Home", ("Ward 24", 0)), ("End", ("Ward 24", 21)), ("PageDown", ("Ward 29", 21))):
            page.keyboard.press(key)
            assert here(page) == at, key
        said = page.locator("[data-matrix-said]")
        assert said.inner_text().startswith("Ward 29, ") and said.evaluate(IN_SIGHT)
        page.keyboard.press("Control+End")
        assert here(page)[0] == "Ward 60" and page.locator("a:focus").evaluate(IN_SIGHT)
        held = page.evaluate("""() => {
            const box = document.querySelector('.matrix').getBoundingClientRect();
            const head = document.querySelector('.matrix thead th:nth-child(5)').getBoundingClientRect();
            return document.querySelector('.matrix').scrollTop > 200 && Math.abs(head.top - box.top) < 4;
        }""")
        assert held, "the headings stay in sight"
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('.matrix')"), "one tab stop for the table"
        page.evaluate("document.activeElement.blur(); document.querySelector('.matrix').scrollTop = 0")
        assert barriers(page) == []
        page.emulate_media(forced_colors="active")
        grounds = {page.locator(f".matrix .far-{level}").first.evaluate(
            "cell => getComputedStyle(cell).backgroundColor") for level in (1, 2, 3)}
        assert len(grounds) == 3, "shades stay where the system gives the colours"
        page.emulate_media(forced_colors="none")
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.locator(".matrix tbody .in-words").nth(3).is_visible(), "a list in words where it is narrow"
        assert page.locator(".matrix a[tabindex]").count() == 0, "and each of its links a tab stop"
        assert page.locator(".plan-nav [aria-current]").evaluate("link => link.getBoundingClientRect().right <= 360")
        page.emulate_media(media="print")
        size = page.locator(".matrix .since").first.evaluate("date => parseFloat(getComputedStyle(date).fontSize)")
        assert size >= 6.5 / 0.75 and page.locator("thead .print-only").is_visible(), "dates of 6.5 points or more"
        sides = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
        assert {(round(float(wide)), round(float(high))) for wide, high in sides} == {(1191, 842)}, "A3, on its side"
        assert len(sides) <= 3
