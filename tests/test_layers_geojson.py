"""GeoJSON that is sound, and every way in which it is not."""

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetmap.domain.errors import FileRefused
from assetmap.layers.geojson_file import read_geojson

SQUARE = [[0.70, 51.50], [0.72, 51.50], [0.72, 51.52], [0.70, 51.52], [0.70, 51.50]]
BOW_TIE = [[0.70, 51.50], [0.72, 51.52], [0.72, 51.50], [0.70, 51.52], [0.70, 51.50]]
HOLE = [[0.705, 51.505], [0.715, 51.505], [0.715, 51.515], [0.705, 51.515], [0.705, 51.505]]


def collection(*geometries, crs=None, **properties):
    features = [{"type": "Feature", "properties": properties, "geometry": shape} for shape in geometries]
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", **named, "features": features}).encode()


def point(*position):
    return {"type": "Point", "coordinates": list(position)}


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def refusal(data):
    with pytest.raises(FileRefused) as caught:
        read_geojson(data)
    return caught.value.message


def test_points_come_with_their_properties_as_text():
    table = read_geojson(
        collection(point(0.7, 51.5, 12.0), name="A", count=3.0, open=True, tags=["x", "y"], gone=None)
    )
    assert table.columns == ["name", "count", "open", "tags", "gone"]
    assert table.rows == [["A", "3", "yes", "x;y", ""]]
    assert table.geometry[0].wkt == "POINT (0.7 51.5)" and table.row_numbers == [2]


def test_features_may_differ_in_their_properties_and_carry_an_id():
    features = [
        {"type": "Feature", "id": 7, "properties": {"a": 1}, "geometry": None},
        {"type": "Feature", "properties": {"b": "x"}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": None},
    ]
    table = read_geojson(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert table.columns == ["id", "a", "b"]
    assert table.rows == [["7", "1", ""], ["", "", "x"], ["", "", ""]]
    assert list(table.geometry) == [None, None, None] and table.notices == []


def test_a_feature_a_geometry_and_a_list_of_objects_are_read_too():
    assert (
        len(
            read_geojson(json.dumps({"type": "Feature", "properties": {}, "geometry": point(0, 51)}).encode())
        )
        == 1
    )
    assert read_geojson(json.dumps(point(0, 51)).encode()).geometry[0].y == 51
    assert read_geojson(b'[{"name": "A", "lat": 51.5}]').rows == [["A", "51.5"]]


def test_a_ward_with_a_hole_and_a_multipolygon_stay_what_they_are():
    shapes = {
        "type": "MultiPolygon",
        "coordinates": [[SQUARE, HOLE], [[[1, 52], [1.1, 52], [1, 52.1], [1, 52]]]],
    }
    table = read_geojson(collection(polygon(SQUARE, HOLE), shapes))
    assert len(table.geometry[0].interiors) == 1 and table.geometry[1].geom_type == "MultiPolygon"
    assert table.notices == []


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400])
def test_numbers_that_are_none_are_problems_of_their_feature(value):
    data = collection(point(0.7, 51.5), point(0.7, "HERE")).replace(b'"HERE"', value.encode())
    table = read_geojson(data)
    (problem,) = table.notices
    assert (problem.row, problem.column, problem.refuses) == (
        3,
        "geometry",
        True,
    ) and "Feature 2" in problem.message
    assert table.geometry[1] is None and table.geometry[0] is not None


def test_a_property_that_is_no_number_is_a_problem_of_its_cell():
    (problem,) = read_geojson(collection(point(0.7, 51.5), size="HERE").replace(b'"HERE"', b"1e400")).notices
    assert (problem.row, problem.column, problem.refuses) == (2, "size", True)


def test_a_number_of_five_thousand_digits_is_told_by_its_line():
    assert "Line 1" in refusal(collection(point(0.7, 51.5), n="HERE").replace(b'"HERE"', b"9" * 5000))


def test_nesting_without_end_is_told():
    assert "too deep" in refusal(b'{"type": "FeatureCollection", "features": ' + b"[" * 200_000)
    assert "too deep" in refusal(b'{"type":"FeatureCollection","a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_collections_within_collections_are_a_problem():
    shape = point(0.7, 51.5)
    for _ in range(40):
        shape = {"type": "GeometryCollection", "geometries": [shape]}
    table = read_geojson(collection(shape))
    assert table.notices[0].refuses and table.geometry[0] is None


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (point(0.7, 5100), "not on Earth"),
        (point(51.5, 0.7), "latitude first"),
        (point(0.7), "pair"),
        (point("0.7", "51.5"), "other than numbers"),
        (point(None, 51), "other than numbers"),
        (point(True, False), "other than numbers"),
        (polygon(SQUARE[:2]), "at least three"),
        (polygon([[0.7, 51.5]] * 5), "at least three"),
        (polygon("x"), "list of positions"),
        (polygon([]), "list of positions"),
        (polygon(SQUARE, 7), "list of positions"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "not a list"),
        ({"type": "LineString", "coordinates": [[0, 51]]}, "at least two"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "no rings"),
        ({"type": "Circle", "coordinates": [0, 51]}, "Circle"),
        ({"type": ["Point"], "coordinates": [0, 51]}, "type"),
        (
            {"type": "GeometryCollection", "geometries": [point(0.7, 51.5), polygon(SQUARE)]},
            "different kinds",
        ),
        ({"type": "GeometryCollection"}, "no list"),
        ("POINT (0.7 51.5)", "not a GeoJSON object"),
    ],
)
def test_a_shape_that_cannot_be_understood_is_a_problem_of_its_row_alone(shape, says):
    table = read_geojson(collection(point(0.7, 51.5), shape))
    (problem,) = table.notices
    assert (problem.row, problem.column, problem.refuses) == (3, "geometry", True) and says in problem.message
    assert table.geometry[0] is not None and table.geometry[1] is None and len(table) == 2


def test_a_collection_of_one_kind_becomes_one_shape():
    table = read_geojson(
        collection(
            {"type": "GeometryCollection", "geometries": [point(0.7, 51.5)]},
            {
                "type": "GeometryCollection",
                "geometries": [polygon(SQUARE), polygon([[p[0] + 1, p[1]] for p in SQUARE])],
            },
            {"type": "GeometryCollection", "geometries": []},
        )
    )
    assert [shape and shape.geom_type for shape in table.geometry] == ["Point", "MultiPolygon", None]


def test_empty_shapes_are_told_and_left_out():
    table = read_geojson(collection({"type": "Point", "coordinates": []}, polygon()))
    assert list(table.geometry) == [None, None]
    assert [(p.row, p.level) for p in table.notices] == [(2, "notice"), (3, "notice")]


def test_an_open_ring_is_closed_and_a_bow_tie_is_mended_with_a_notice():
    table = read_geojson(collection(polygon(SQUARE[:-1]), polygon(BOW_TIE)))
    assert shapely.is_valid(table.geometry).all()
    assert table.geometry[0].equals(shapely.Polygon(SQUARE)) and table.geometry[1].geom_type == "MultiPolygon"
    assert [(p.row, p.level) for p in table.notices] == [(2, "notice"), (3, "notice")]
    assert "self-intersection" in table.notices[1].message


def test_a_sliver_without_area_cannot_be_mended():
    table = read_geojson(collection(polygon([[0, 51], [1, 52], [2, 53], [0, 51]])))
    assert table.geometry[0] is None and table.notices[0].refuses


def test_metres_labelled_as_degrees_refuse_the_whole_file():
    assert "British National Grid" in refusal(collection(point(588_000, 185_000), point(589_000, 186_000)))
    grid = [[588_000, 185_000], [588_900, 185_000], [588_900, 186_000], [588_000, 185_000]]
    assert "British National Grid" in refusal(collection(polygon(grid)))


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::27700", "EPSG:27700", "epsg:27700"])
def test_metres_that_say_what_they_are_are_converted(name):
    table = read_geojson(collection(point(588_229, 185_632), crs=name))
    assert table.geometry[0].distance(shapely.Point(0.7132, 51.5394)) < 0.003


@pytest.mark.parametrize(
    "name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326", "OGC:CRS84"]
)
def test_names_of_wgs84_are_known(name):
    assert read_geojson(collection(point(0.7, 51.5), crs=name)).geometry[0].wkt == "POINT (0.7 51.5)"


@pytest.mark.parametrize("name", ["EPSG:99999", "moon", "EPSG:5701", "", "EPSG:../../etc/passwd"])
def test_other_names_are_refused(name):
    data = collection(point(0.7, 51.5), crs="HERE").replace(b"HERE", name.encode())
    assert "coordinate system" in refusal(data)


def test_a_coordinate_outside_the_grid_is_a_problem_not_a_crash():
    table = read_geojson(collection(point(588_229, 185_632), point(1e12, 1e12), crs="EPSG:27700"))
    assert table.geometry[0] is not None and table.geometry[1] is None and table.notices[0].row == 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"type": "FeatureCollection"', "line 1"),
        (b'{"type": "Topology", "objects": {}}', "TopoJSON"),
        (b'{"geometryType": "esriGeometryPoint", "features": []}', "Esri"),
        (b'{"type": "FeatureCollection", "features": {}}', "no list"),
        (b'"x"', "FeatureCollection was expected"),
        (b"[1, 2]", "FeatureCollection was expected"),
        (b'{"type": "Feature"}\n{"type": "Feature"}', "per line"),
        (b'{"type": "FeatureCollection", "crs": 4, "features": []}', "coordinate system"),
    ],
)
def test_other_json_is_told_apart(data, says):
    assert says in refusal(data)


def test_halves_of_characters_and_control_characters_are_left_out_with_a_notice():
    table = read_geojson(rb'{"type":"Feature","properties":{"na\u0000me":"A\ud800B\u0007"},"geometry":null}')
    assert table.columns == ["name"] and table.rows == [["AB"]]
    assert [(p.row, p.level) for p in table.notices] == [(2, "notice")]
    assert read_geojson(rb'[{"a": "\ud83d\ude00"}]').rows == [["😀"]]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([0.7, 51.5, 1e308]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=12,
)
numbers = st.floats() | st.integers(-(10**400), 10**400) | st.floats(-200, 200)
kinds = [
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
]
nearly_coordinates = st.recursive(
    st.lists(numbers, max_size=3), lambda inner: st.lists(inner, max_size=5), max_leaves=20
)
nearly_geometry = st.fixed_dictionaries(
    {"type": st.sampled_from(kinds) | anything},
    optional={"coordinates": nearly_coordinates | anything, "geometries": anything},
)


@given(
    geometries=st.lists(nearly_geometry | anything, max_size=3),
    properties=st.dictionaries(st.text(max_size=3), anything, max_size=3),
    crs=st.none() | st.sampled_from(["EPSG:27700", "EPSG:3857", "EPSG:29903"]),
)
def test_whatever_the_json_says_the_answer_is_a_table_or_a_sentence(geometries, properties, crs):
    try:
        table = read_geojson(
            collection(*geometries, crs=crs, **{f"p{key}": v for key, v in properties.items()})
        )
    except FileRefused as refused:
        assert refused.message
        return
    assert len(table.rows) == len(table.row_numbers) == len(table.geometry) == len(geometries)
    assert all(shape is None or shape.is_valid for shape in table.geometry)
    assert all(isinstance(cell, str) for row in table.rows for cell in row)
