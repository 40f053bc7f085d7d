"""Wards, their figures, postcodes, places and vocabulary."""

import json

import pytest

from assetmap.domain.errors import BadInput, FileRefused
from tests.loading import Loader


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def wards(*codes: str, year: int = 25, council: str = "E06000033") -> str:
    """Squares side by side, headed as ONS heads them."""
    features = [{"type": "Feature", "properties": {
        f"WD{year}CD": code, f"WD{year}NM": f"Ward {code[-2:]}", f"LAD{year}CD": council,
        f"LAD{year}NM": "Southend-on-Sea" if council else ""},
        "geometry": {"type": "Polygon", "coordinates": [[
            [0.7 + n / 50, 51.5], [0.72 + n / 50, 51.5], [0.72 + n / 50, 51.52], [0.7 + n / 50, 51.52],
            [0.7 + n / 50, 51.5]]]}} for n, code in enumerate(codes)]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_wards_of_any_year_are_read_and_again_change_nothing(loader):
    assert loader.load("wards", wards("E05002212", "E05002213"), "w.geojson").counts["added"] == 2
    before = loader.state()
    assert loader.load("wards", wards("E05002212", "E05002213"), "w.geojson").counts == {
        "added": 0, "changed": 0, "unchanged": 2}
    assert loader.state() == before


def test_a_boundary_review_takes_out_the_wards_that_are_gone(loader):
    loader.load("wards", wards("E05002212", "E05002213", year=23), "w.geojson")
    loader.load("wards", wards("E05009999", council="E06000034"), "other.geojson")
    version = loader.database.version()
    report = loader.load("wards", wards("E05002212", "E05017777", year=25), "w.geojson")
    assert report.counts == {"added": 1, "changed": 1, "unchanged": 0, "removed": 1}
    assert loader.count("wards") == 3, "another council's ward stays" and loader.database.version() > version


def test_without_a_council_no_ward_is_taken_out_and_that_is_said(loader):
    loader.load("wards", wards("E05002212", "E05002213", council=""), "w.geojson")
    report = loader.load("wards", wards("E05002212", council=""), "w.geojson")
    assert loader.count("wards") == 2 and "are not removed" in report.remarks[0]


@pytest.mark.parametrize("text", ["{}", '{"type":"FeatureCollection","features":[]}', "a,b\n1,2\n", "<html>", ""])
def test_what_holds_no_wards_is_refused_and_changes_nothing(loader, text):
    loader.load("wards", wards("E05002212"), "w.geojson")
    before = loader.state()
    try:
        assert loader.load("wards", text, "x.geojson").refused
    except FileRefused as refused:
        assert refused.message
    assert loader.state() == before


def test_figures_are_read_by_column_with_their_source_and_date(loader):
    loader.load("wards", wards("E05002212"), "w.geojson")
    text = "area_code,area_name,all_ages,imd2025_score_mean,remark\nE05002212,Milton,\"11,278\",5.6,a nice place\n"
    report = loader.load("ward-figures", text, "figures.csv")
    figures = {row[1]: row for row in dict(loader.state())["ward_figures"]}
    assert figures["population"][2] == 11278 and figures["imd_score"][4] == "2025"
    assert set(figures) == {"population", "imd_score"} and "remark" in report.remarks[0]
    assert loader.load("ward-figures", text, "figures.csv").counts["unchanged"] == 2


def test_figures_of_wards_that_are_not_loaded_are_kept_and_remarked_on(loader):
    loader.load("wards", wards("E05002212"), "w.geojson")
    report = loader.load("ward-figures", "ward_code,population\nE05002212,1\nE05015239,2\n")
    assert report.applied and loader.count("ward_figures") == 2
    assert report.remarks == ["1 of 2 codes are not wards that are loaded, such as E05015239: are the figures of "
                              "another boundary year?"]


@pytest.mark.parametrize(("row", "said"), [
    ("Milton,5", "“MILTON” is not a ward code such as E05002212"), ("E05002213,many", "should be a number"),
    ("E05002212,6", "E05002212 has its population in row 2 too"), ("E05002213,1e400", "should be from")])
def test_figures_that_make_no_sense_are_refused_by_row(loader, row, said):
    loader.load("ward-figures", f"ward_code,population\nE05002212,5\n{row}\n")
    assert loader.report.refused and said in loader.faults()[0] and loader.count("ward_figures") == 0
    report = loader.load("ward-figures", f"ward_code,population\nE05002212,5\n{row}\n", skip_bad_rows=True)
    assert loader.count("ward_figures") == 1 and report.rejected_file


def test_figures_need_a_column_of_ward_codes(loader):
    with pytest.raises(FileRefused, match="No column holds ward codes such as E05002212"):
        loader.load("ward-figures", "where,population\nhere,5\n")


def test_a_loaded_postcode_wins_over_the_embedded_one(loader):
    loader.load("postcodes", "postcode,lat,lon,ward_code\nSS1 1NE,50,0.5,E05002212\nSS1 1NE,50.5,0.5,E05002212\n")
    loader.load("groups", "name,postcode\nChess,ss11ne\n")
    assert loader.one("groups").location.place.lat == 50.5 and loader.count("postcodes") == 1


def test_places_are_put_by_coordinates_or_postcode_and_each_has_one_name(loader):
    loader.load("places", "name,kind,lat,lon,postcode\nPier,landmark,51.5,0.7,\nLeigh,area,,,SS9 2DD\n")
    assert loader.count("places") == 2
    loader.load("places", "name,lat,lon\nPark,51.5,0.7\nPark,51.6,0.7\nNowhere,,\n")
    assert [fault.split(":")[0] for fault in loader.faults()] == ["row 3, column name", "row 4, column lat"]


def test_a_vocabulary_is_replaced_term_by_term(loader):
    from assetmap.paths import geodata

    text = (geodata() / "vocabulary.json").read_text("utf-8").replace('"label": "Walking"', '"label": "Strolling"')
    report = loader.load("vocabulary", text, "vocabulary.json")
    assert report.counts["changed"] == 1 and report.counts["added"] == 0


@pytest.mark.parametrize("text", ["{}", "[]", "null", "not json", '{"categories": [{"no_code": 1}]}',
                                  '{"categories": 3}', '{"categories": [3]}', "[" * 100_000])
def test_what_is_not_a_vocabulary_is_refused(loader, text):
    before = loader.state()
    with pytest.raises(FileRefused, match="JSON"):
        loader.load("vocabulary", text, "vocabulary.json")
    assert loader.state() == before


@pytest.mark.parametrize("layer", ["wards", "postcodes", "vocabulary"])
def test_layers_with_standard_headings_take_no_mapping(loader, layer):
    with pytest.raises(BadInput, match="--map is for the other layers"):
        loader.load(layer, "name\nx\n", mapping={"name": "name"})
