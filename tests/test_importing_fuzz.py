"""Whatever is loaded, there is a report or a sentence: never another exception, and never half of a file."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetmap import paths
from assetmap.domain.errors import BadInput
from assetmap.importing.columns import FIELDS
from assetmap.importing.instance import make_instance
from assetmap.importing.run import LAYER_NAMES
from assetmap.layers.read import ENDINGS
from tests.conftest import settings_at
from tests.loading import HUBS, Loader

ANY_ENDING = (*ENDINGS, ".zip", ".xls", ".vrt", "")
BEGINNINGS = (b"", b"PK\x03\x04", b"PK\x05\x06", b"SQLite format 3\0", b"\xef\xbb\xbf", b"\xff\xfe", b"{", b"[{",
              b"name,", b"%PDF", b"\x1f\x8b", b"<html>", b'{"type":"FeatureCollection","features":[',
              b"name\tpostcode\n", b'name\n"')
SQUARE = [[[0.60, 51.50], [0.70, 51.50], [0.70, 51.60], [0.60, 51.60], [0.60, 51.50]]]


@pytest.fixture(scope="module")
def loader(tmp_path_factory):
    home = tmp_path_factory.mktemp("fuzz")
    instance = settings_at(home / "instance")
    make_instance(instance, sample=False).dispose()
    loader = Loader(instance, home)
    loader.load("hubs", HUBS)
    sea = feature({"type": "Polygon", "coordinates": SQUARE}, WD25CD="E05000001", WD25NM="Sea")
    loader.load("wards", geojson([sea]), "wards.geojson")
    loader.load("programmes", _PROGRAMMES, "streets.csv")
    yield loader
    loader.database.dispose()


def feature(geometry, **properties) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def geojson(features) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def loads_whole_or_not_at_all(loader: Loader, layer: str, data: bytes, ending: str, skip: bool, dry: bool) -> None:
    before = loader.state()
    try:
        report = loader.load(layer, data, f"fuzz{ending}", skip_bad_rows=skip, dry_run=dry, source="fuzz", details=dry)
    except BadInput as error:  # FileRefused is one
        assert error.message.strip() and loader.state() == before
        return
    assert report.headline() and all(problem.sentence() for problem in report.problems)
    json.dumps(report.document())
    if dry or not report.applied:
        assert loader.state() == before
    elif any(report.counts.get(word) for word in ("added", "changed", "removed")):
        assert loader.state() != before


def fuzz(examples: int):
    return settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


layers = st.sampled_from(LAYER_NAMES)
yes_no = st.booleans()


@fuzz(250)
@given(layers, st.sampled_from(ANY_ENDING), st.sampled_from(BEGINNINGS), st.binary(max_size=300), yes_no, yes_no)
def test_any_bytes_give_a_report_or_a_sentence(loader, layer, ending, beginning, data, skip, dry):
    loads_whole_or_not_at_all(loader, layer, beginning + data, ending, skip, dry)


def _sample(name: str, lines: int = 8) -> bytes:
    return b"".join((paths.geodata() / name).read_bytes().splitlines(keepends=True)[:lines])


def _workbook(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, data)
    return made.getvalue()


WARDS = geojson([feature({"type": "Polygon", "coordinates": SQUARE}, WD25CD="E05000001", WD25NM="Sea",
                         LAD25CD="E06000033", LAD25NM="Southend")]).encode()
POINTS = geojson([feature({"type": "Point", "coordinates": [0.65, 51.54]}, name="Chess", id=1),
                  feature(None, name="Bridge", postcode="SS1 2AB")]).encode()
_PROGRAMMES = b"""record,programme,name,kind,step,ward,day,value
programme,Street friends,,steps,,,,
step,Street friends,Knock,,,,,
deployment,Street friends,,,,Sea,2026-01-01,
progress,Street friends,,,Knock,Sea,2026-01-05,
figure,Street friends,People,,,Sea,2026-01-05,12
date,Street friends,Meal,event,1,Sea,2027-01-05,
"""
VALID = [
    ("groups", ".csv", _sample("sample_groups.csv")), ("hubs", ".csv", _sample("sample_hubs.csv")),
    ("opportunities", ".csv", _sample("sample_opportunities.csv")),
    ("organisations", ".csv", b"name,charity number,postcode,phone\nFriends,123,SS1 2AB,01632 960123\n"),
    ("ward-figures", ".csv", _sample("ward_figures.csv")), ("places", ".csv", _sample("gazetteer.csv")),
    ("postcodes", ".csv", _sample("sample_postcodes.csv")), ("wards", ".geojson", WARDS),
    ("groups", ".geojson", POINTS),
    ("population-points", ".csv", b"OA21CD,easting,northing,people,age65 plus\nE00080001,588229,185632,312,60\n"),
    ("programmes", ".csv", _sample("sample_programmes.csv", 60)), ("programmes", ".csv", _PROGRAMMES),
    ("programmes", ".xlsx", _workbook([["Ward", "Street friends"], ["Sea", 2], ["Sea", "x"]])),
    ("postcodes", ".zip", _zip("Data/CSV/ss.csv", b'"SS1  2AB",10,588000,185000,"","","","","","E05000001"\n')),
    ("vocabulary", ".json", (paths.geodata() / "vocabulary.json").read_bytes()),
    ("groups", ".xlsx", _workbook([["name", "postcode", "times"], ["Chess", "SS1 2AB", "Mondays 7pm"]])),
]
edits = st.lists(st.tuples(st.sampled_from(("cut", "put", "flip", "twice", "end")), st.integers(0, 1 << 20),
                           st.integers(0, 60), st.binary(max_size=8)), min_size=1, max_size=4)


def edited(data: bytes, changes) -> bytes:
    for what, at, length, chunk in changes:
        at %= len(data) + 1
        piece = data[at: at + length]
        data = {"cut": data[:at] + data[at + length:], "put": data[:at] + chunk + data[at:],
                "flip": data[:at] + bytes(byte ^ 0x15 for byte in piece) + data[at + length:],
                "twice": data[:at] + piece + piece + data[at + length:], "end": data[:at]}[what]
    return data


@fuzz(200)
@given(st.sampled_from(VALID), edits, yes_no, yes_no)
def test_a_good_file_that_was_damaged_gives_a_report_or_a_sentence(loader, valid, changes, skip, dry):
    layer, ending, data = valid
    loads_whole_or_not_at_all(loader, layer, edited(data, changes), ending, skip, dry)


ODD = ("", "NA", "-", "1e400", "NaN", "-1", "99999999999999999999", "5100", "=1+1", "@x", "javascript:alert(1)", "\0",
       "\ud800", "\u202e", "yes", "SS1 2AB", "SSO 8NB", "ZZ99 9ZZ", "51.54", "0.65", "2026-02-30", "24/11/2026",
       "every other Tuesday", "FREQ=SECONDLY", "leigh-library", "E05000001", "volunteering", "free;paid", "8-12",
       "12-8",
       "x" * 5_000, "{{43*43}}", "hidden", "ended", "1;2;3", "\u0663", "\uff11\uff12", "\U0001d7d9", "a\r\nb", "http://[",
       "Street friends", "knock", "step", "programme", "reached", "gone_back", "sea", "all",
       "https://é.example", "fuzz", "chess", "250000")
values = st.one_of(st.sampled_from(ODD), st.text(max_size=20))


@st.composite
def tables(draw):
    """(layer, headings, rows): headings that the layer's fields are guessed from, cells of anything."""
    layer = draw(st.sampled_from(sorted(FIELDS)))
    names = draw(st.lists(st.sampled_from(sorted(FIELDS[layer])), max_size=9, unique=True))
    needed = {"ward-figures": ["ward_code", "population"], "opportunities": ["name", "kind"],
              "programmes": ["programme", "ward"]}.get(layer, ["name"])
    headings = list(dict.fromkeys((needed if draw(st.integers(0, 9)) else []) + names)) + draw(
        st.lists(st.text(max_size=6), max_size=2))
    rows = draw(st.lists(st.lists(values, min_size=len(headings), max_size=len(headings) + 1), max_size=5))
    return layer, headings, rows


@fuzz(200)
@given(tables(), yes_no, yes_no)
def test_a_table_of_anything_gives_a_report_or_a_sentence(loader, table, skip, dry):
    layer, headings, rows = table
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    loads_whole_or_not_at_all(loader, layer, text.getvalue().encode("utf-8", "surrogatepass"), ".csv", skip, dry)


@fuzz(60)
@given(tables(), yes_no)
def test_a_workbook_of_anything_gives_a_report_or_a_sentence(loader, table, dry):
    layer, headings, rows = table

    def cell(text: str) -> object:
        plain = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text.encode("utf-8", "ignore").decode())
        return plain[:300] if len(plain) % 3 else len(plain) * 1.5

    data = _workbook([[cell(text) for text in row] for row in [headings, *rows]])
    loads_whole_or_not_at_all(loader, layer, data, ".xlsx", True, dry)


numbers = st.one_of(st.floats(-200, 200),
                    st.sampled_from([0.65, 51.54, 588000.0, 185000.0, 1e308, 5100, None, "x", True]))
points = st.lists(numbers, max_size=3)
shapes = st.one_of(
    st.none(), st.fixed_dictionaries({"type": st.just("Point"), "coordinates": points}),
    st.fixed_dictionaries({"type": st.sampled_from(["Polygon", "MultiLineString"]),
                           "coordinates": st.lists(st.lists(points, max_size=6), max_size=3)}),
    st.fixed_dictionaries({"type": st.just("MultiPolygon"),
                           "coordinates": st.lists(st.lists(st.lists(points, max_size=5), max_size=2), max_size=2)}),
    st.just({"type": "Polygon", "coordinates": SQUARE}), st.just({"type": "GeometryCollection", "geometries": []}),
    st.recursive(st.one_of(st.none(), numbers, st.text(max_size=4)),
                 lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
                 max_leaves=6))
properties = st.fixed_dictionaries({"name": values}, optional={
    "WD25CD": st.one_of(values, st.sampled_from(["E05000001", "E05000002"])), "WD25NM": values, "code": values,
    "lat": numbers, "lon": numbers, "kind": values, "people": numbers,
    "id": st.one_of(values, st.integers(), st.lists(values, max_size=2))})


@fuzz(150)
@given(st.sampled_from(("wards", "groups", "hubs", "places", "population-points")),
       st.lists(st.builds(lambda shape, held: feature(shape, **held), shapes, properties), max_size=4), yes_no, yes_no)
def test_geojson_of_any_shape_gives_a_report_or_a_sentence(loader, layer, features, skip, dry):
    data = geojson(features).encode("utf-8", "surrogatepass")
    loads_whole_or_not_at_all(loader, layer, data, ".geojson", skip, dry)


@pytest.fixture(scope="module")
def geopackage(tmp_path_factory) -> bytes:
    import geopandas
    import shapely

    path = tmp_path_factory.mktemp("gpkg") / "groups.gpkg"
    geopandas.GeoDataFrame({"name": ["Chess"]}, geometry=[shapely.Point(0.65, 51.54)], crs="EPSG:4326").to_file(path)
    return path.read_bytes()


@fuzz(15)
@given(edits, st.sampled_from(("groups", "wards")))
def test_a_damaged_geopackage_gives_a_report_or_a_sentence(loader, geopackage, changes, layer):
    loads_whole_or_not_at_all(loader, layer, edited(geopackage, changes), ".gpkg", True, False)
