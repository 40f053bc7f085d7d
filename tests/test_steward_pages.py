"""Every page of the stewards: clean by axe, whole on a phone, and usable by keyboard alone."""

import io
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from assetmap.store import history, messages, records, suggestions
from assetmap.store.rows import LAYERS
from tests.conftest import app_over, csrf_of, settings_at, sign_in, signed_in_as
from tests.live import serving

DATA = (".json", ".csv", "/<any(csv, xlsx):kind>", ".<any(csv, xlsx):kind>", "/steward/times", "/steward/place",
        "/steward/backup")
# The forms and lists of the other layers, and a list with nothing in it.
MORE = ("/steward/hubs", "/steward/hubs/new", "/steward/opportunities/new", "/steward/organisations",
        "/steward/organisations/new", "/steward/groups?q=nothing+has+this")
CSV = "name,times,postcode\nWalking chess,Mondays 10am,SS1 1NE\nTea at three,Tuesdays 3pm,SSO 8NB\n"


@pytest.fixture(scope="module")
def desk(made_sample, tmp_path_factory):
    """(the app, the addresses of the pages that there are): a sample with something on every desk."""
    home = Path(shutil.copytree(made_sample, tmp_path_factory.mktemp("desk") / "instance"))
    with app_over(settings_at(home)) as app:
        client = app.test_client()
        account = sign_in(client)
        fill = {"account_id": account.id, **_fill(app, client)}
        pages = sorted({*addresses(app, fill), *MORE})
        yield app, [address for address in pages if client.get(address).status_code == 200]


def _fill(app, client) -> dict:
    layer = LAYERS["groups"]
    with app.extensions["assetmap"].database.writing() as connection:
        group = next(row["id"] for row in records.rows(connection, layer) if row["status"] == "active")
        record, version = records.get(connection, layer, group)
        twin = records.add_one(connection, layer, replace(record, id="", source="", source_id=""), by="the tests")
        records.save_one(connection, layer, replace(record, summary="Another line."), version=version, by="the tests")
        suggestions.add(connection, token="t", link="l", layer="groups", record_id=group, version=version + 1,
                        document={"purpose": "report", "what": "wrong", "detail": "It is at 11 now.",
                                  "changes": {"times": "Mondays 11am"}})
        (suggestion,) = suggestions.pending(connection)
        loaded = next(made.id for made in history.sets(connection) if made.layer == "groups")
        messages.add(connection, recipient="group@example.org", subject="Is it right?", body="Please look.",
                     layer="groups", record_id=group, by="the tests")
    sent = client.post("/steward/import", data={
        "csrf": csrf_of(client), "layer": "groups", "source": "a list", "file": (io.BytesIO(CSV.encode()), "list.csv")})
    draft = re.search(r"/steward/import/([0-9a-f]+)", sent.location).group(1)
    return {"layer_name": "groups", "layer": "groups", "record_id": group, "first_id": min(group, twin),
            "second_id": max(group, twin), "import_id": loaded, "number": suggestion.id, "draft_id": draft,
            "kind": "category", "code": "gardening", "status": "ended"}


def addresses(app, fill) -> list[str]:
    """Every page of the stewards, by address; an argument that nothing fills fails the test."""
    made = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/steward", "/account")) or "GET" not in rule.methods:
            continue
        if rule.rule.endswith(DATA):
            continue
        known = dict(fill)
        if rule.rule.startswith("/steward/health/"):
            known["code"] = "group-stale"
        with app.test_request_context():
            made.append(app.url_map.bind("localhost").build(
                rule.endpoint, {name: known[name] for name in rule.arguments}))
    return sorted(set(made))


@pytest.fixture
def walk(desk, open_page):
    """walk(width) -> (a page signed in as a steward, every address to go to)."""
    from assetmap.web.signed_in import COOKIE

    app, pages = desk
    with serving(app) as server:
        def over(width: int, **options):
            page = open_page(width=width, height=800, **options)
            _, token = signed_in_as(app, "steward", "steward@example.org")
            page.context.add_cookies([{"name": COOKIE, "value": token, "url": server}])
            return page, [server + address for address in pages]

        yield over


@pytest.mark.parametrize("third", range(3))
def test_every_page_is_accessible_and_every_control_of_it_is_reached_with_the_tab_key(walk, barriers, third):
    page, pages = walk(1280)
    assert len(pages) > 30
    faults, unreached = [], []
    for address in pages[third::3]:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        faults += [f"{address}: {fault}" for fault in barriers(page)]
        expected = page.evaluate(_MARK)
        for _number in range(page.evaluate("document.querySelectorAll('[data-seen], [tabindex]').length")):
            page.keyboard.down("Tab")
        page.keyboard.up("Tab")
        reached = set(page.evaluate("[...window.reachedByTab]"))
        unreached += [f"{address}: {name}" for name in expected if name.split(" ")[0] not in reached]
    assert faults == [] and unreached == []


# Numbers each visible control, and gives them back with what they are; of radio buttons the one that Tab goes to.
_MARK = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  const made = [];
  window.reachedByTab = new Set();
  document.addEventListener("focusin", event => window.reachedByTab.add(event.target.dataset.seen));
  all.forEach((one, index) => {
    if (!one.checkVisibility({visibilityProperty: true}) || one.disabled || one.tabIndex < 0) return;
    one.dataset.seen = String(index);
    if (one.type === "radio") {
      const group = [...document.querySelectorAll(`input[type=radio][name="${one.name}"]`)];
      const checked = group.find(other => other.checked) || group[0];
      if (checked !== one) return;
    }
    if (one.closest(".skip, .pot")) return;
    made.push(`${index} ${one.tagName} ${(one.innerText || one.name || "").slice(0, 40)}`);
  });
  return made;
}"""
