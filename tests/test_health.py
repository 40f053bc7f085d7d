"""What `assetmap check` finds: every kind of fault, the records that have it, and where to put each right."""

import json
import shutil
import time
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from assetmap.cli import main
from assetmap.domain.web_address import fault
from assetmap.importing.checkup import audit, checkup
from assetmap.importing.health.finding import MOST_IN_DOCUMENT, Level
from assetmap.store import drafts, messages, records
from assetmap.store.drafts import Draft
from assetmap.store.rows import LAYERS
from tests.conftest import settings_at
from tests.loading import Loader, assetmap
from tests.spoiling import spoil

TODAY = date.today()
RECENT = (TODAY - timedelta(days=20)).isoformat()
WARDS = json.dumps({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": f"E0500221{n}", "name": f"Ward {n}", "boundary_year": "2025"},
     "geometry": {"type": "Polygon", "coordinates": [[[w, 51.53], [w + .02, 51.53], [w + .02, 51.55], [w, 51.55],
                                                      [w, 51.53]]]}} for n, w in ((2, 0.70), (3, 0.72))]})
HUBS = f"""id,name,kind,postcode,lat,lon,access,last_confirmed
good,Good Library,library,,51.54,0.71,step_free,{RECENT}
"""
# A group with nothing wrong, which each test spoils in one way.
GOOD = {"id": "a", "name": "A Group", "categories": "walking", "times": "Tuesdays 10am-12", "venue": "good",
        "last_confirmed": RECENT}


@pytest.fixture(scope="module")
def loaded(made_empty, tmp_path_factory):
    """The instance that each test has a copy of."""
    folder = tmp_path_factory.mktemp("loaded")
    loader = Loader(settings_at(shutil.copytree(made_empty, folder / "instance")), folder)
    loader.load("wards", WARDS, "wards.geojson")
    loader.load("ward-figures", "ward_code,population,date\nE05002212,100,mid-2025\nE05002213,200,mid-2025\n")
    loader.load("hubs", HUBS + f"other,Other Hall,library,,51.54,0.73,step_free,{RECENT}\n")
    loader.load("groups", json.dumps([GOOD, GOOD | {"id": "b", "name": "Zebra Crossing Choir", "venue": "other"}]),
                "good.json")
    loader.database.dispose()
    return loader.settings.home


@pytest.fixture
def loader(loaded, tmp_path):
    loader = Loader(settings_at(shutil.copytree(loaded, tmp_path / "instance")), tmp_path)
    yield loader
    loader.database.dispose()


def found(loader):
    return {finding.code: finding for finding in checkup(loader.database, loader.settings)}


def test_where_nothing_is_wrong_only_the_missing_backup_is_told(loader):
    assert set(found(loader)) == {"backup-old"}


def spoiled(loader, layer="groups", **values):
    base = GOOD if layer == "groups" else {"id": "x", "name": "An Other Thing", "last_confirmed": RECENT}
    loader.load(layer, json.dumps([base | {"id": "x", "name": "Quite Unlike Others"} | values]), "spoiled.json")
    assert loader.faults() == [], loader.faults()
    return {code: finding for code, finding in found(loader).items() if code != "backup-old"}


@pytest.mark.parametrize(("code", "values", "note"), [
    ("group-no-position", {"venue": ""}, ""),
    ("group-outside", {"venue": "", "lat": 51.6, "lon": 0.9}, ""),
    ("group-far", {"postcode": "SS9 2DD"} | {"venue": "", "lat": 51.54, "lon": 0.71}, "km from SS9 2DD"),
    ("group-times", {"times": ""}, ""),
    ("group-times", {"times": "when the moon is full"}, "“when the moon is full”"),
    ("group-category", {"categories": ""}, ""),
    ("group-category", {"categories": "crochet bombing"}, "It says “crochet bombing”"),
    ("group-consent", {"phone": "01632 960001"}, ""),
    ("group-stale", {"last_confirmed": ""}, "never confirmed"),
    ("group-stale", {"last_confirmed": "2020-01-02"}, "last confirmed 2020-01-02, "),
    ("group-over", {"times": "1 March 2020 10am"}, "the last was on 2020-03-01"),
    ("group-session-over", {"times": "1 March 2020 10am; Tuesdays 10am"}, "the last was on 2020-03-01"),
])
def test_each_fault_of_a_group_is_found_and_told_alone(loader, code, values, note):
    faults = spoiled(loader, **values)
    assert set(faults) == {code}
    (entry,) = faults[code].entries
    assert (entry.layer, entry.id, entry.link) == ("groups", "x", "/steward/groups/x")
    assert note in entry.note and faults[code].advice.endswith((".", ".”"))


@pytest.mark.parametrize(("layer", "code", "values"), [
    ("hubs", "hub-no-position", {}), ("hubs", "hub-access", {"lat": 51.54, "lon": 0.71}),
    ("hubs", "hub-no-groups", {"lat": 51.54, "lon": 0.71}), ("hubs", "hub-outside", {"lat": 51.6, "lon": 0.9}),
    ("hubs", "hub-far", {"lat": 51.54, "lon": 0.71, "postcode": "SS9 2DD"}),
    ("hubs", "hub-stale", {"last_confirmed": ""}), ("hubs", "hub-consent", {"email": "a@example.org"}),
    ("organisations", "organisation-no-position", {}), ("organisations", "organisation-stale", {"last_confirmed": ""}),
    ("organisations", "organisation-outside", {"lat": 51.6, "lon": 0.9}),
    ("opportunities", "opportunity-no-position", {"kind": "skill", "topics": "walking"}),
    ("opportunities", "opportunity-category", {"kind": "skill", "venue": "good"}),
    ("opportunities", "opportunity-over", {"kind": "skill", "topics": "walking", "venue": "good",
                                           "expires": "2026-01-01"}),
    ("opportunities", "opportunity-times", {"kind": "skill", "topics": "walking", "venue": "good",
                                            "times": "when the moon is full"}),
])
def test_every_layer_is_looked_at(loader, layer, code, values):
    faults = spoiled(loader, layer, **values)
    assert [entry.link for entry in faults[code].entries] == [f"/steward/{layer}/x"]


def test_a_position_far_from_its_postcode_says_how_far(loader):
    faults = spoiled(loader, venue="", lat=51.54, lon=0.71, postcode="SS9 2DD")
    note = faults["group-far"].entries[0].note
    assert note.endswith(" km from SS9 2DD") and 3 < float(note.split()[0]) < 6
    assert "group-far" not in spoiled(loader, venue="", lat=51.5418, lon=0.6553, postcode="SS9 2DD")


def test_a_postcode_that_ended_and_one_that_never_was_are_told(loader):
    loader.load("postcodes", "postcode,lat,lon,ward_code,doterm\nSS1 1NE,51.54,0.71,E05002212,201406\n")
    faults = spoiled(loader, venue="", postcode="SS1 1NE")
    assert faults["group-postcode-ended"].entries[0].note == "SS1 1NE has not been in use since 2014-06"
    change(loader, "groups", "x", postcode="ZZ1 9ZZ")
    assert found(loader)["group-postcode-unknown"].entries[0].note == "There is no postcode ZZ1 9ZZ."


def change(loader, layer, record_id, **values):
    """By hand, as no file could: what is wrong in a store that others wrote to."""
    table = LAYERS[layer].table
    with loader.database.writing() as connection:
        connection.execute(table.update().where(table.c.id == record_id).values(**values))


@pytest.mark.parametrize(("address", "said"), [
    ("mailto:tea@friends.org.uk", "is an e-mail address"), ("tea@friends.org.uk", "is an e-mail address"),
    ("https://tea@friends.org.uk", "is an e-mail address"), ("ftp://friends.org.uk", "does not begin with http"),
    ("www.friends.org.uk", "does not begin with http"), ("javascript:alert(1)", "does not begin with http"),
    ("https://friends", "no dot"), ("https://friends of tea.org", "has a space"), ("https://", "names no site"),
    ("https://www.example.com/tea", "only an example"), ("http://site.test", "only an example"),
    ("http://localhost:8000/", "own network"), ("http://127.0.0.1/", "own network"), ("http://[::1]/", "own network"),
    ("http://2130706433/", "own network"), ("http://127.1/", "own network"), ("http://0x7f.1/", "own network"),
    ("http://192.168.1.1/", "own network"), ("http://printer.local/", "own network"), ("http://8.8.8.8/", "a number"),
    ("https://a..org", "cannot be"), ("https://-a.org", "cannot be"), ("https://a.org:99999/", "cannot be read"),
    ("https://user:word@friends.org.uk/", "a name or password"), ("https://[::/", "cannot be read"),
])
def test_survive_6_and_31_links_are_judged_by_their_form_and_never_fetched(loader, address, said):
    assert said in fault(address)
    change(loader, "groups", "a", website=address)
    (entry,) = found(loader)["group-link"].entries
    assert entry.id == "a" and said in entry.note and address[:70] in entry.note


@pytest.mark.parametrize("address", ["", "https://friends.org.uk", "http://www.friends.co/a?b=c#d", "HTTPS://Tea.ORG/",
                                     "https://münchen.de/", "https://xn--mnchen-3ya.de", "https://a.org:8443/x"])
def test_good_links_are_left_alone(address):
    assert fault(address) == ""


def test_places_that_are_hidden_ended_or_gone_are_told_of_those_that_meet_there(loader):
    change(loader, "hubs", "good", status="hidden")
    entry = found(loader)["group-hub-hidden"].entries[0]
    assert (entry.id, entry.note) == ("a", "Good Library (hidden)")
    change(loader, "groups", "a", hub_id="nowhere")
    gone = found(loader)["group-hub-gone"]
    assert gone.serious and gone.entries[0].note == "nowhere"
    assert CliRunner().invoke(main, ["--home", str(loader.settings.home), "check"]).exit_code == 1


def test_an_offer_whose_giver_or_ward_is_gone_is_told(loader):
    spoiled(loader, "opportunities", kind="skill", topics="walking", **{"from": "a", "ward": "E05002212"})
    change(loader, "groups", "a", status="ended")
    assert found(loader)["opportunity-giver-hidden"].entries[0].note == "A Group (ended)"
    change(loader, "opportunities", "x", ward_code="E05009999")
    assert found(loader)["opportunity-ward-gone"].entries[0].note == "E05009999"


def test_hidden_ended_and_closed_records_are_left_in_peace(loader):
    for status in ("hidden", "ended"):
        assert spoiled(loader, venue="", categories="", times="", status=status, phone="01632 960001") == {}
    assert spoiled(loader, "opportunities", kind="skill", state="closed") == {}


def test_wards_without_places_or_figures_and_figures_without_wards_are_told(loader):
    loader.load("ward-figures", "ward_code,population,date\nE05009999,5,2019\nE05002213,5,mid-2019\n", "more.csv")
    change(loader, "hubs", "other", status="ended")
    faults = found(loader)
    assert [entry.id for entry in faults["figures-strange"].entries] == ["E05009999"]
    assert [(entry.name, entry.link) for entry in faults["ward-no-hub"].entries] == [("Ward 3", "/wards/E05002213")]
    assert faults["figures-year"].entries[0].note == "boundary of 2025, figures of mid-2019"
    assert [entry.id for entry in faults["figures-year"].entries] == ["E05002213"]


def test_wards_without_figures_are_told(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("wards", WARDS, "wards.geojson")
    assert {entry.id for entry in found(loader)["figures-missing"].entries} == {"E05002212", "E05002213"}
    loader.database.dispose()


def test_two_that_look_like_one_are_told_until_somebody_decides(loader):
    faults = spoiled(loader, id="twin", name="The A Group")
    (pair,) = faults["group-duplicates"].entries
    assert pair.name == "A Group · The A Group" and pair.note
    with loader.database.writing() as connection:
        from assetmap.store import likeness
        likeness.remember_not_same(connection, "groups", [("a", "twin")], by="a steward")
    assert "group-duplicates" not in found(loader)


def test_what_waits_for_somebody_is_told(loader):
    with loader.database.writing() as connection:
        messages.add(connection, recipient="tea@example.org", subject="Is this right?", body="…", layer="groups",
                     record_id="a", by="steward@example.org")
        drafts.add(connection, Draft(id="d1", by="s", layer="groups", file="my.csv", source="my",
                                     at=records.now_utc()))
    faults = found(loader)
    assert faults["letters"].level is faults["drafts"].level is Level.WAITING
    assert faults["drafts"].entries[0].link == "/steward/import/d1"


def test_the_worst_come_first(loader):
    change(loader, "groups", "a", hub_id="nowhere", categories="[]", website="ftp://x.org")
    levels = [finding.level for finding in checkup(loader.database, loader.settings)]
    assert levels == sorted(levels, key=list(Level).index) and levels[0] is Level.SERIOUS


def test_a_disk_that_is_nearly_full_is_serious(loader, monkeypatch):
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9 - 5_000_000, 5_000_000))
    assert found(loader)["disk-low"].serious and "only 5 MB" in found(loader)["disk-low"].text


# For machines

KEYS = {"ok", "checked_at", "data_version", "program_version", "counts", "findings"}
FINDING_KEYS = {"code", "level", "serious", "text", "advice", "count", "link", "records", "entries"}


def test_the_document_keeps_its_shape_and_says_what_each_key_is(loader):
    spoiled(loader, categories="")
    done = CliRunner().invoke(main, ["--home", str(loader.settings.home), "check", "--json"], catch_exceptions=False)
    document = json.loads(done.stdout)
    assert done.exit_code == 0 and set(document) == KEYS and document["ok"] is True
    assert document["data_version"] == loader.database.version() and document["checked_at"].endswith("+00:00")
    assert document["counts"] == {"serious": 0, "misleading": 0, "waiting": 0, "lacking": 2}
    for finding in document["findings"]:
        assert set(finding) == FINDING_KEYS
    (category,) = [finding for finding in document["findings"] if finding["code"] == "group-category"]
    assert category["records"] == ["x"] and category["link"] == "/steward/health/group-category"
    assert category["entries"] == [{"layer": "groups", "id": "x", "name": "Quite Unlike Others",
                                    "note": "No category given", "link": "/steward/groups/x"}]
    for key in (KEYS - {"findings"}) | FINDING_KEYS:
        assert key in audit.__doc__


def test_the_document_holds_the_first_hundred_and_the_finding_all(loader):
    rows = [GOOD | {"id": f"g{n}", "name": f"Number {n * 7919}", "categories": ""} for n in range(150)]
    loader.load("groups", json.dumps(rows), "many.json")
    finding = found(loader)["group-category"]
    assert finding.count == len(finding.entries) == 150
    document = finding.document()
    assert document["count"] == 150 and len(document["records"]) == MOST_IN_DOCUMENT == 100


@pytest.mark.parametrize("damage", ["rubbish", "middle"])
def test_survive_43_a_damaged_store_is_a_document_too_and_exit_code_1(loader, damage):
    loader.load("groups", json.dumps([GOOD | {"id": f"g{n}", "name": f"Number {n}", "notes": "words " * 300}
                                      for n in range(50)]), "many.json")
    loader.database.dispose()
    spoil(loader.settings.database_file, damage)
    done = assetmap(loader.settings, "check", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert set(document) == KEYS and document["ok"] is False and document["data_version"] is None
    (finding,) = document["findings"]
    assert (finding["code"], finding["level"]) == ("damaged", "serious") and "restore" in finding["advice"]


def test_survive_43_a_data_file_that_is_gone_is_said_to_be_gone_and_nothing_new_is_advised(loader):
    loader.database.dispose()
    for file in loader.settings.home.glob("assetmap.db*"):
        file.unlink()
    done = assetmap(loader.settings, "check", "--json")
    (finding,) = json.loads(done.stdout)["findings"]
    assert done.returncode == 1 and (finding["code"], finding["level"]) == ("gone", "serious")
    assert finding["advice"].startswith("The data file is gone. Put it back, or restore a backup")
    assert "init" not in done.stdout + done.stderr and not loader.settings.database_file.exists()
    told = assetmap(loader.settings, "check")
    assert told.returncode == 1 and "The data file is gone" in told.stderr and "Traceback" not in told.stderr


def test_ten_thousand_groups_are_looked_through_without_waiting_long(instance, tmp_path):
    """A generous bound, against what grows with the square of the records."""
    loader = Loader(instance, tmp_path)
    loader.load("wards", WARDS, "wards.geojson")
    rows = ["name,times,lat,lon,categories"] + [
        f"Group {n * 7919 % 100_003},Tuesdays {n % 9 + 9}am,{51.53 + n % 100 / 5_000},{0.7 + n // 100 / 2_500},walking"
        for n in range(10_000)]
    loader.load("groups", "\n".join(rows), "many.csv")
    began = time.process_time()
    faults = found(loader)
    assert faults["group-stale"].count == 10_000
    assert time.process_time() - began < 60
    loader.database.dispose()
