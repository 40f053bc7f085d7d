"""Text that people typed is shown as text, everywhere, whatever it looks like (MAPS.md, SURVIVE.md 1–6 and 9)."""

import csv
import json
import shutil
import unicodedata
from urllib.parse import quote

import pytest

from assetmap import paths
from assetmap.importing.run import Options, load
from assetmap.store.database import Database
from tests.conftest import app_over, settings_at
from tests.evaluated import was_evaluated

HOSTILE = {
    "jinja": "{{43*43}}", "block": "50% {% off", "backtick": "tick ` tock `${alert(1)}`", "dollar": "${alert(1)}",
    "script": "</script><script>window.ran=1</script>", "image": "\"><img src=x onerror=window.ran=1>",
    "quote": "'\"--><svg onload=window.ran=1>", "bidi": "abc \u202e desrever \u2066 \U0001f600 e\u0301\u0301\u0301",
    "long": "Donaudampfschifffahrtsgesellschaftskapitaenswitwenverein" * 2,
}
AT = ("51.5418", "0.7140")


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def hub_row(key, text):
    return {"id": f"hub-{key}", "name": f"Hub {text}", "summary": text, "address": text, "lat": AT[0], "lon": AT[1],
            "opening_hours": text, "rooms": text, "kind": text, "access": text, "languages": text, "notes": text,
            "phone": f"01632 960001 {text}"[:60], "contact_consent": "yes"}


def group_row(key, text):
    return {"id": f"group-{key}", "name": f"Group {text}", "summary": text, "description": f"{text}\n{text}",
            "organisation": text, "categories": text, "audiences": text, "cost": text, "cost_note": text,
            "languages": text, "access": text, "times": f"Tuesdays 10am-12; {text}", "venue": f"hub-{key}",
            "address": text, "lat": AT[0], "lon": AT[1], "notes": text, "phone": f"01632 960002 {text}"[:60],
            "contact_consent": "yes"}


def chance_row(key, text):
    return {"id": f"chance-{key}", "name": f"Chance {text}", "kind": "gift_or_loan", "direction": "offer",
            "summary": text, "topics": text, "from": text, "times": text, "amount": text[:90], "lat": AT[0],
            "lon": AT[1], "languages": text, "access": text, "notes": text}


def ask_row(key, text):
    return chance_row(key, text) | {"id": f"ask-{key}", "name": f"Ask {text}", "direction": "ask", "from": ""}


@pytest.fixture(scope="module")
def hostile_app(made_sample, tmp_path_factory):
    """The sample, and beside it a hub, a group and an offer for each hostile text, in every field that takes text."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = settings_at(folder / "instance")
    shutil.copytree(made_sample, settings.home)
    vocabulary = json.loads((paths.geodata() / "vocabulary.json").read_text("utf-8"))
    for number, term in enumerate(vocabulary["categories"]):
        term["label"] += " " + list(HOSTILE.values())[number % len(HOSTILE)]
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary), "utf-8")
    wards = json.loads((paths.geodata() / "wards.geojson").read_text("utf-8"))
    for number, ward in enumerate(wards["features"]):
        ward["properties"]["name"] += " " + list(HOSTILE.values())[number % len(HOSTILE)]
    (folder / "wards.geojson").write_text(json.dumps(wards), "utf-8")
    files = {"vocabulary": folder / "vocabulary.json", "wards": folder / "wards.geojson"}
    for layer, make in (("hubs", hub_row), ("groups", group_row), ("opportunities", chance_row)):
        rows = [make(key, text) for key, text in HOSTILE.items()]
        rows += [ask_row(key, text) for key, text in HOSTILE.items()] if layer == "opportunities" else []
        files[layer] = write(folder / f"{layer}.csv", rows)
    database = Database(settings.database_address)
    for layer, file in files.items():
        source = "" if layer in ("wards", "vocabulary") else file.stem
        report = load(database, settings, layer, file, Options(source=source))
        assert report.applied, [problem.sentence() for problem in report.refusals]
    database.dispose()
    with app_over(settings) as app:
        yield app


@pytest.fixture(scope="module")
def hostile_server(hostile_app):
    from tests.live import serving

    with serving(hostile_app) as address:
        yield address


def visible(text: str) -> str:
    """What is left to see of a text: marks that reorder it are taken out, and accents put together."""
    return unicodedata.normalize("NFC", text.replace("\u202e", "").replace("\u2066", ""))


def check_page(page, address):
    page.goto(address, wait_until="networkidle")
    assert page.evaluate("window.ran") is None, f"something ran on {address}"
    content = page.content()
    assert not was_evaluated(content), f"a template was evaluated on {address}"
    assert page.locator("img[src=x]").count() == 0 and page.locator("svg[onload]").count() == 0
    return " ".join(page.locator("body").inner_text().split())


@pytest.mark.parametrize("key", HOSTILE)
def test_hostile_text_is_shown_as_text_on_every_page_of_a_record(key, hostile_server, open_page):
    page = open_page(1280, 900)
    page.on("dialog", lambda dialog: pytest.fail("an alert opened"))
    wanted = " ".join(visible(HOSTILE[key]).split())
    for path in (f"/groups/group-{key}", f"/hubs/hub-{key}", f"/opportunities/chance-{key}"):
        assert wanted in check_page(page, hostile_server + path), path


@pytest.mark.parametrize("path", ["/?near=51.5418,0.7140&within=100&per_page=100", "/opportunities?per_page=100",
                                  "/could-meet?near=51.5418,0.7140&within=100&per_page=100", "/could-meet?show=best",
                                  "/wards", "/wards/E05002212", "/wards/E05002213", "/whats-on", "/", "/data"])
def test_hostile_text_is_shown_as_text_on_every_list(path, hostile_server, open_page):
    page = open_page(1280, 900)
    page.on("dialog", lambda dialog: pytest.fail("an alert opened"))
    check_page(page, hostile_server + path)


def test_hostile_text_is_shown_as_text_in_the_maps_popups(hostile_server, open_page):
    page = open_page(1440, 900)
    page.on("dialog", lambda dialog: pytest.fail("an alert opened"))
    page.goto(hostile_server + "/?near=51.5418,0.7140&within=50", wait_until="networkidle")
    stack = page.locator(".leaflet-marker-icon[aria-haspopup=dialog]").last
    stack.wait_for()
    stack.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("[role=dialog]")
    dialog.wait_for()
    text = dialog.inner_text()
    assert "{{43*43}}" in text and "{% off" in text and "${alert(1)}" in text and "</script>" in text
    assert page.evaluate("window.ran") is None


def test_hostile_text_is_shown_as_text_on_the_lines_between_who_could_meet(hostile_server, open_page):
    page = open_page(1440, 900)
    page.on("dialog", lambda dialog: pytest.fail("an alert opened"))
    said = check_page(page, hostile_server + "/could-meet?near=51.5418,0.7140&within=50&per_page=100")
    line = page.locator(".meet-line").first  # both ends are one place, so that the line is a ring
    line.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    text = dialog.inner_text()
    for wanted in ("{{43*43}}", "{% off", "${alert(1)}", "</script>", "<img src=x"):
        assert wanted in text and wanted in said
    assert page.evaluate("window.ran") is None and page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("field", ["near", "q", "age", "within", "category", "sort", "nonsense"])
@pytest.mark.parametrize("key", ["jinja", "script", "image", "dollar"])
def test_hostile_text_in_the_address_is_shown_as_text(field, key, hostile_server, open_page, watch):
    watch.expect("status of 40[04]")
    page = open_page(1280, 900)
    page.on("dialog", lambda dialog: pytest.fail("an alert opened"))
    check_page(page, f"{hostile_server}/?{field}={quote(HOSTILE[key])}")


@pytest.mark.parametrize("path", ["/find.json?per_page=100", "/find.geojson", "/find.csv", "/find.ics",
                                  "/opportunities.csv", "/map/points.json?zoom=18&layer=groups&layer=hubs",
                                  "/map/wards.json", "/whats-on.ics", "/groups/group-jinja.json",
                                  "/groups/group-image.ics"])
def test_hostile_text_in_data_is_the_text_itself(path, hostile_app):
    answer = hostile_app.test_client().get(path)
    assert answer.status_code == 200
    assert not was_evaluated(answer.get_data(as_text=True))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype != "text/html"


def test_cells_that_a_spreadsheet_would_run_are_defused_in_what_is_downloaded(tmp_path, own_app):
    database, settings = own_app.extensions["assetmap"].database, own_app.extensions["assetmap"].settings
    row = {"name": "=HYPERLINK(\"http://x\")", "summary": "@SUM(1)", "times": "+1-1"}
    file = write(tmp_path / "formulas.csv", [row])
    assert load(database, settings, "groups", file).applied
    own_app.extensions["assetmap"].current.refresh()
    text = own_app.test_client().get("/find.csv?q=hyperlink").get_data(as_text=True)
    assert "\"'=HYPERLINK" in text and "'@SUM(1)" in text
