"""All or nothing: what a bad file may do to the store, and what it says."""

import csv
import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetmap.domain.errors import AssetmapError, BadInput, FileRefused, Unavailable
from assetmap.importing import rejected
from tests.loading import HUBS, Loader

GOOD_AND_BAD = "id,name,postcode\n1,Chess,SS1 1NE\n2,Bridge,SSO 8NB\n3,,SS9 2DD\n4,Go,SS0 8NB\n"


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def test_one_bad_row_keeps_the_whole_file_out(loader):
    before = loader.state()
    report = loader.load("groups", GOOD_AND_BAD)
    assert report.refused and not report.applied and loader.state() == before
    assert report.headline() == "groups.csv was refused: 2 rows of 4 cannot be loaded as they are. Nothing was changed."
    assert [fault.split(":")[0] for fault in loader.faults()] == ["row 3, column postcode", "row 4, column name"]


def test_the_good_rows_are_loaded_and_the_bad_ones_written_beside_with_their_reasons(loader):
    report = loader.load("groups", GOOD_AND_BAD, skip_bad_rows=True)
    assert report.applied and set(loader.all("groups")) == {"chess", "go"}
    assert report.rejected_file == str(loader.folder / "groups.rejected.csv")
    with open(report.rejected_file, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["2", "3"] and list(rows[0]) == ["id", "name", "postcode", "reason"]
    assert "SS0 8NB" in rows[0]["reason"] and rows[1]["reason"] == "name: is empty, and every row needs one"


def test_rows_that_were_put_right_join_the_others_and_the_reasons_go(loader):
    loader.load("groups", GOOD_AND_BAD, skip_bad_rows=True)
    mended = (loader.folder / "groups.rejected.csv").read_text("utf-8-sig").replace("SSO 8NB", "SS0 8NB")
    report = loader.load("groups", mended, "groups.rejected.csv", skip_bad_rows=True)
    assert report.counts["added"] == 1 and set(loader.all("groups")) == {"chess", "go", "bridge"}
    with open(report.rejected_file, encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)).count(rejected.REASON) == 1
    assert loader.load("groups", GOOD_AND_BAD.replace("SSO", "SS0").replace("3,,", "3,Tai Chi,")).counts == {
        "added": 1, "changed": 0, "unchanged": 3}


def test_when_the_bad_rows_cannot_be_written_nothing_is_loaded(loader):
    before = loader.state()
    (loader.folder / "groups.rejected.csv").mkdir()
    with pytest.raises(Unavailable, match="“groups.rejected.csv” could not be written: Is a directory"):
        loader.load("groups", GOOD_AND_BAD, skip_bad_rows=True)
    assert loader.state() == before


@pytest.mark.parametrize("layer", ["hubs", "groups", "opportunities", "ward-figures", "places", "postcodes",
                                   "population-points"])
def test_a_dry_run_says_what_would_be_done_and_does_not(loader, layer):
    text = {"ward-figures": "ward_code,population\nE05002212,100\n", "places": "name,lat,lon\nPier,51.5,0.7\n",
            "postcodes": "postcode,lat,lon,ward_code\nSS1 1NE,51.5,0.7,E05002212\n",
            "population-points": "code,lat,lon,people\nE00080001,51.5,0.7,312\n",
            "opportunities": "name,kind\nTeach chess,skill\n"}.get(layer, "name\nChess\n")
    before = loader.state()
    report = loader.load(layer, text, dry_run=True)
    assert report.counts["added"] == 1 and not report.applied and not report.refused
    assert "would be loaded" in report.headline() and loader.state() == before
    assert loader.load(layer, text).counts["added"] == 1


def test_a_dry_run_writes_no_rejected_rows(loader):
    report = loader.load("groups", GOOD_AND_BAD, dry_run=True, skip_bad_rows=True)
    assert not report.rejected_file and not (loader.folder / "groups.rejected.csv").exists()


def test_a_layer_that_there_is_not_is_said(loader):
    with pytest.raises(BadInput, match="There is no layer called “trees”. There are: wards, ward-figures, hubs"):
        loader.load("trees", "name\nOak\n")


def test_a_file_without_names_says_which_columns_it_has(loader):
    with pytest.raises(FileRefused) as refused:
        loader.load("groups", "foo,bar\n1,2\n")
    assert "--map name=COLUMN; the file has: foo, bar" in refused.value.message


def test_an_import_keeps_what_it_did(loader):
    loader.load("groups", GOOD_AND_BAD, skip_bad_rows=True, by="jo@example.org")
    state = dict(loader.state())
    (row,) = [row for row in state["imports"] if row[3] == "groups"]
    assert row[2] == "jo@example.org" and json.loads(row[6]) == {"added": 2, "changed": 0, "unchanged": 0}
    assert len([line for line in state["history"] if line[6] == row[0]]) == 2


# SURVIVE 1-9: text in any field.
HOSTILE = ["{{43*43}}", "{% off", "${7*7}", "`id`", "</script><script>alert(1)</script>", "\ud800", "a\x00b\x07c",
           "\u202eevil\u202c", "🏳️‍🌈 o\u0308 ñ", "'; DROP TABLE groups; --", "=cmd|' /C calc'!A0", "\r\n\r\n", "%s%n",
           "\\", '"']


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("layer", ["hubs", "groups", "opportunities"])
def test_survive_1_to_9_text_is_stored_unharmed_or_refused_with_a_sentence(loader, layer, text):
    fields = ["name", "summary", "description", "organisation", "address", "times", "venue", "notes", "cost_note",
              "opening_hours", "rooms", "categories", "access", "amount", "from"]
    cell = '"' + ("X" + text).replace('"', '""') + '"'
    kind = ",kind" if layer == "opportunities" else ""
    data = (",".join(fields) + kind + "\n" + ",".join([cell] * len(fields)) + (",skill" if kind else "") + "\n")
    report = loader.load(layer, data.encode("utf-8", "surrogatepass"))
    if report.applied:
        record = loader.one(layer)
        shown = [c for c in unicodedata.normalize("NFC", text) if c.isprintable() and c not in " \u202e"]
        assert [c for c in record.name if c in shown] == shown
        assert not set("\x00\x07\ud800\u202e\u202c") & set(repr(record)) - set("'")
    else:
        assert all(fault.startswith("row 2, column ") for fault in loader.faults())


def test_survive_6_a_javascript_link_is_refused(loader):
    before = loader.state()
    loader.load("groups", "name,website\nChess,javascript:alert(1)\n")
    assert loader.faults() == ["row 2, column website: is “javascript:alert(1)”, and a web address starts with "
                               "https:// or http://"]
    assert loader.state() == before


def test_survive_9_a_field_of_a_megabyte_is_refused_with_its_length(loader):
    with pytest.raises(FileRefused, match="Row 2: a cell has more than 131,072 characters"):
        loader.load("groups", f"name,summary\nChess,{'x' * 1_000_000}\n")
    loader.load("groups", f"name,summary\nChess,{'x' * 90_000}\n")
    assert loader.faults() == ["row 2, column summary: is 90,000 characters long; at most 2,000 fit"]


cell = st.text(max_size=12) | st.sampled_from(
    ["", "1e400", "-1", "nan", "SS1 1NE", "M31 OFA", "51.5", "0.7", "E05002212", "yes", "free", "leigh-library",
     "Mondays 10am", "Mondays 10am at leigh-library", "2026-01-01", "javascript:x", "hub", "postcode", "a;b,c", "8-12"])


@st.composite
def tables(draw):
    from assetmap.importing.columns import FIELDS

    layer = draw(st.sampled_from(list(FIELDS)))
    heads = draw(st.lists(st.sampled_from(["name", "id", "source", "source_id", "kind", *FIELDS[layer]])
                          | st.text(max_size=8), min_size=1, max_size=8))
    rows = draw(st.lists(st.lists(cell, min_size=len(heads), max_size=len(heads)), max_size=5))
    return layer, heads, rows


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    from assetmap.importing.instance import make_instance
    from tests.conftest import settings_at

    folder = tmp_path_factory.mktemp("any")
    made = settings_at(folder / "instance")
    make_instance(made, sample=False).dispose()
    loader = Loader(made, folder)
    loader.load("hubs", HUBS)
    loader.load("groups", "id,name\n1,Chess\n")
    yield loader
    loader.database.dispose()


def check_all_or_nothing(loader, layer, path, **options):
    before = loader.state()
    try:
        report = loader.load(layer, path, **options)
    except AssetmapError as error:
        assert error.message and loader.state() == before
        return
    assert report.headline() and report.document() and report.notice_groups() is not None
    if not report.applied:
        assert loader.state() == before
        return
    again = loader.load(layer, path, **options)
    assert not any(again.counts.get(word) for word in ("added", "changed", "removed"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(), st.booleans())
def test_any_table_gives_a_report_or_a_sentence_and_never_half_a_load(lasting, table, skip):
    layer, heads, rows = table
    path = lasting.folder / "any.csv"
    with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    check_all_or_nothing(lasting, layer, path, skip_bad_rows=skip)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.sampled_from([b"\xff\xfen\x00a\x00m\x00e\x00\n\x00A\x00\n\x00", b"name\n\x80\n"]),
       st.sampled_from(["wards", "ward-figures", "hubs", "groups", "opportunities", "postcodes", "places",
                        "population-points", "vocabulary"]),
       st.sampled_from([".csv", ".xlsx", ".geojson", ".gpkg", ".txt", ".json", ""]))
def test_any_bytes_give_a_report_or_a_sentence_and_never_half_a_load(lasting, data, layer, ending):
    path = lasting.folder / f"bytes{ending}"
    path.write_bytes(data)
    check_all_or_nothing(lasting, layer, path)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["wards", "groups", "hubs", "places"]),
       st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["type", "features", "geometry", "properties", "coordinates", "name"]),
                        inner, max_size=4), max_leaves=12))
def test_any_json_gives_a_report_or_a_sentence_and_never_half_a_load(lasting, layer, document):
    path = lasting.folder / "any.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "X", "WD25CD": "E05002212", "WD25NM": "X"}, "geometry": document}]}))
    check_all_or_nothing(lasting, layer, path)
