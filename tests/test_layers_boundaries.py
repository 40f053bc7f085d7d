"""Ward boundaries of any year, and which ward a point is in."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetmap.domain.errors import FileRefused
from assetmap.layers.boundaries import locate_wards, read_wards


def box(west, south, size=0.02):
    return shapely.box(west, south, west + size, south + size)


@pytest.fixture
def wards_file(tmp_path):
    """wards_file([(properties, shape), ...]) -> a GeoJSON file with them."""

    def write(wards, name="wards.geojson"):
        features = [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": shape and json.loads(shapely.to_geojson(shape)),
            }
            for properties, shape in wards
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


def ons(code, name, year="25", **more):
    return {
        f"WD{year}CD": code,
        f"WD{year}NM": name,
        f"LAD{year}CD": "E06000033",
        f"LAD{year}NM": "Southend",
        **more,
    }


def test_official_wards_of_any_year_are_recognised(wards_file):
    for year, expected in (("25", 2025), ("21", 2021), ("09", 2009)):
        layer = read_wards(wards_file([(ons("E05002212", "Belfairs", year, WD25NMW=" "), box(0.6, 51.5))]))
        assert layer.boundary_year == expected and layer.problems == []
        ward = layer.frame.iloc[0]
        assert (ward.code, ward["name"], ward.council_code) == ("E05002212", "Belfairs", "E06000033")
        assert layer.frame.crs.to_epsg() == 4326 and not ward.approximate


def test_headings_in_small_letters_and_without_a_council_will_do(wards_file):
    layer = read_wards(wards_file([({"wd23cd": "w05000123", "wd23nm": "Aber"}, box(-4, 52))]))
    assert (layer.frame.code[0], layer.frame.council_name[0], layer.boundary_year) == ("W05000123", "", 2023)


def test_our_own_sample_keeps_its_year_and_that_it_is_approximate(wards_file):
    properties = {
        "code": "E05002212", "name": "Belfairs", "council_code": "E06000033", "council_name": "Southend-on-Sea",
        "boundary_year": 2025, "approximate": True, "source": "OS Code-Point Open",
    }  # fmt: skip
    layer = read_wards(wards_file([(properties, box(0.6, 51.5))]))
    assert layer.boundary_year == 2025 and bool(layer.frame.approximate[0])
    assert layer.frame.source[0] == "OS Code-Point Open" and layer.frame.council_name[0] == "Southend-on-Sea"


def test_a_geopackage_in_national_grid_metres_is_converted(tmp_path):
    square = shapely.box(588_000, 185_000, 589_000, 186_000)
    frame = gpd.GeoDataFrame([ons("E05002212", "Belfairs")], geometry=[square], crs="EPSG:27700")
    frame.to_file(tmp_path / "wards.gpkg", driver="GPKG")
    layer = read_wards(tmp_path / "wards.gpkg")
    assert locate_wards(layer.frame, [0.7144], [51.5354]).tolist() == [0]


def test_rows_that_are_no_wards_are_refused_by_row(wards_file):
    layer = read_wards(
        wards_file(
            [
                (ons("E05002212", "Belfairs"), box(0.6, 51.5)),
                (ons("E05002212", "Belfairs again"), box(0.7, 51.5)),
                (ons("Leigh", "Leigh"), box(0.8, 51.5)),
                (ons("E05002213", " "), box(0.9, 51.5)),
                (ons("E05002214", "No shape"), None),
                (ons("E05002215", "A point"), shapely.Point(0.7, 51.5)),
            ]
        )
    )
    assert [(p.row, p.column) for p in layer.problems if p.refuses] == [
        (3, "WD25CD"), (4, "WD25CD"), (5, "WD25NM"), (6, "geometry"), (7, "geometry"),
    ]  # fmt: skip
    assert list(layer.frame.code) == ["E05002212"]


def test_overlapping_wards_are_noticed_and_touching_ones_are_not(wards_file):
    layer = read_wards(
        wards_file(
            [
                (ons("E05000001", "One"), box(0.60, 51.5)),
                (ons("E05000002", "Two"), box(0.62, 51.5)),
                (ons("E05000003", "Three"), box(0.63, 51.5)),
                (ons("E05000004", "Four"), box(0.64999, 51.5)),
            ]
        )
    )
    (notice,) = layer.problems
    assert (notice.row, notice.level) == (4, "notice") and "Two and Three overlap by 50%" in notice.message


def test_a_crossed_outline_is_mended_with_a_notice(wards_file):
    bow_tie = shapely.Polygon([(0.7, 51.5), (0.72, 51.52), (0.72, 51.5), (0.7, 51.52)])
    layer = read_wards(wards_file([(ons("E05002212", "Belfairs"), bow_tie)]))
    assert layer.frame.is_valid.all() and [p.level for p in layer.problems] == ["notice"]


def test_a_file_that_holds_no_wards_is_refused(wards_file, tmp_path):
    with pytest.raises(FileRefused, match="no ward codes and names"):
        read_wards(wards_file([({"colour": "red"}, box(0.6, 51.5))]))
    (tmp_path / "wards.csv").write_text("WD25CD,WD25NM\nE05002212,Belfairs\n")
    with pytest.raises(FileRefused, match="no shapes"):
        read_wards(tmp_path / "wards.csv")


@pytest.fixture(scope="module")
def four():
    """Four wards in a square, the third with a hole and a far island."""
    third = shapely.multipolygons(
        [shapely.Polygon(box(0, 51.02).exterior, [box(0.005, 51.025, 0.01).exterior]), box(1, 51)]
    )
    return gpd.GeoDataFrame(
        {"code": list("ABCD")}, geometry=[box(0, 51), box(0.02, 51), third, box(0.02, 51.02)], crs=4326
    )


def test_points_fall_in_their_ward_and_a_shared_line_belongs_to_the_first(four):
    lons = [0.01, 0.03, 0.001, 0.03, 1.01, 0.01, 5.0, np.nan, 0.02, 0.02, 0.01]
    lats = [51.01, 51.01, 51.03, 51.03, 51.01, 51.03, 51.0, 51.0, 51.01, 51.02, 51.02]
    assert locate_wards(four, lons, lats).tolist() == [0, 1, 2, 3, 2, -1, -1, -1, 0, 0, 0]


def test_no_points_and_no_wards_are_no_fault(four):
    assert locate_wards(four, [], []).tolist() == []
    assert locate_wards(four.iloc[:0], [0.01], [51.01]).tolist() == [-1]


@given(st.lists(st.tuples(st.floats(-0.01, 0.05), st.floats(50.99, 51.05)), max_size=20))
def test_the_index_agrees_with_asking_every_ward(four, points):
    found = locate_wards(four, [p[0] for p in points], [p[1] for p in points])
    for point, index in zip(points, found, strict=True):
        holding = [i for i, shape in enumerate(four.geometry) if shape.intersects(shapely.Point(point))]
        assert index == (holding[0] if holding else -1)
