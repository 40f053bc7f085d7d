"""An area as people type, paste or upload it, and the one sentence for what is none."""

import json
import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.importing.programmes.typed_outline import BadOutline, read_outline, read_outline_file

GRID = "EPSG:27700"
CORNERS = ((51.54, 0.70), (51.55, 0.70), (51.55, 0.72))
KEPT = "POLYGON ((0.7 51.54, 0.72 51.55, 0.7 51.55, 0.7 51.54))"
SQUARE = "(0.7 51.5, 0.8 51.5, 0.8 51.6, 0.7 51.6, 0.7 51.5)"


def fault(text: str, crs: str = GRID) -> str:
    with pytest.raises(BadOutline) as raised:
        read_outline(text, crs)
    return str(raised.value)


def written(corners, way: str) -> str:
    """The same area in each way that it may be given."""
    if way == "lines":
        return "\r\n".join(f"{lat}, {lon}" for lat, lon in corners)
    ring = [[lon, lat] for lat, lon in (*corners, corners[0])]
    if way == "well-known text":
        return f"polygon(({', '.join(f'{lon} {lat}' for lon, lat in ring)}))"
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": "Ours"}, "geometry": geometry}
    return json.dumps({"geometry": geometry, "feature": feature,
                       "collection": {"type": "FeatureCollection", "features": [feature]}}[way], indent=1)


WAYS = ("lines", "well-known text", "geometry", "feature", "collection")


@given(st.lists(st.floats(0.2, 1.0), min_size=3, max_size=40))
@settings(max_examples=30)
def test_an_area_is_the_same_however_it_is_given_and_what_is_kept_is_read_as_itself(lengths):
    corners = [(round(51.55 + 0.02 * far * math.sin(2 * math.pi * at / len(lengths)), 6),
                round(0.70 + 0.03 * far * math.cos(2 * math.pi * at / len(lengths)), 6))
               for at, far in enumerate(lengths)]
    kept = {read_outline(written(corners, way), GRID) for way in WAYS}
    assert len(kept) == 1 and {read_outline(text, GRID) for text in kept} == kept


@given(st.text(alphabet="POLYGNMUTI() 0123456789.,;-\n{}[]\"typecodinas:SR=°ßü\0", max_size=200) | st.text(max_size=60)
       | st.builds("POLYGON (({}))".format, st.lists(st.sampled_from(
           ("0.7 51.5", "0.8 51.6", "nan 1", "1e999 2", "51.5 0.7", "0 0", "7", "")), max_size=9).map(", ".join)))
@settings(max_examples=200)
def test_whatever_is_typed_gives_a_sound_area_or_a_sentence(text):
    try:
        outline = read_outline(text, GRID)
    except BadOutline as bad:
        assert str(bad)[0].isupper() and str(bad).endswith(".") and len(str(bad)) < 400
    else:
        assert not outline or shapely.from_wkt(outline).is_valid


def test_several_areas_become_one_holes_stay_and_what_overlaps_is_joined():
    lines = written(CORNERS, "lines")
    apart = read_outline(f"{lines}\n\n51.60 0.70\n51.61 0.70\n51.61 0.72\n51.60 0.70", GRID)
    assert len(shapely.from_wkt(apart).geoms) == 2
    joined = shapely.from_wkt(read_outline(f"{lines}\n\n51.545;0.69\n51.545;0.73\n51.552;0.73\n51.552;0.69", GRID))
    assert joined.geom_type == "Polygon"
    hole = shapely.from_wkt(read_outline(f"POLYGON ({SQUARE}, (0.72 51.52, 0.74 51.52, 0.74 51.54, 0.72 51.52))", GRID))
    assert len(hole.interiors) == 1
    assert read_outline(" \r\n", GRID) == ""
    metres = "SRID=27700;POLYGON ((585100 186100, 585900 186100, 585900 186900, 585100 186100))"
    assert read_outline(metres, GRID).startswith("POLYGON ((0.6679")
    assert read_outline("38.6,-90.2\n38.7,-90.2\n38.7,-90.1", "EPSG:26915").startswith("POLYGON ((-90.2 38.6")


def test_each_mistake_is_told_in_one_sentence():
    lines = written(CORNERS, "lines")
    for text, sentence in (
            ("51.54, 0.70\n51.55, 0.72\n51.55, 0.70\n51.54, 0.72", "crosses or touches itself near 51.545, 0.71."),
            ("0.70, 51.54\n0.70, 51.55\n0.72, 51.55", "Latitude and longitude are the wrong way round: 51.54 is taken"),
            ("POLYGON ((51.54 0.7, 51.55 0.7, 51.55 0.72, 51.54 0.7))", "the wrong way round"),
            ("LINESTRING (0.7 51.5, 0.8 51.5)", "This is a line, not an area."),
            ('{"type": "Point", "coordinates": [0.7, 51.5]}', "This is a point, not an area."),
            ("51.54, 0.70\n51.55, 0.70", "needs at least three corners; this has 2."),
            ("51.54, 0.70\n51.54, 0.71\n51.54, 0.72", "All corners lie on one line"),
            (f"{lines}\nand so on", "Line 4, “and so on”, is not a latitude and a longitude."),
            ("POLYGON ((2 40, 3 40, 3 41, 2 40))", "outside the area of this map."),
            ("POLYGON ((585100 186100, 585900 186100, 585900 186900, 585100 186100))", "British National Grid metres"),
            (f"POLYGON ({SQUARE}, (1.72 51.52, 1.74 51.52, 1.74 51.54, 1.72 51.52))", "A hole reaches out of its area"),
            ("\n".join(f"51.{number:04}, 0.{number % 9 + 1}" for number in range(5_001)), "This has 5,001 corners"),
            ("\n\n".join([lines] * 101), "This has 101 separate areas"),
            ("0.1 " * 200_000, "characters long")):
        assert sentence in fault(text), text[:60]
    assert "the wrong way round" in fault("-90.2,38.6\n-90.2,38.7\n-90.1,38.7", "EPSG:26915")


def test_a_file_is_read_as_its_text_is_and_one_that_is_none_is_refused(tmp_path):
    import geopandas

    def file(name, data):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    assert read_outline_file(file("a.geojson", written(CORNERS, "collection").encode("utf-16")), GRID) == KEPT
    frame = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[shapely.from_wkt(KEPT)], crs="EPSG:4326")
    frame.to_crs(GRID).to_file(tmp_path / "a.gpkg")
    assert read_outline_file(tmp_path / "a.gpkg", GRID) == KEPT
    bow = shapely.from_wkt("POLYGON ((0.7 51.54, 0.72 51.55, 0.7 51.55, 0.72 51.54, 0.7 51.54))")
    geopandas.GeoDataFrame({"name": ["a"]}, geometry=[bow], crs="EPSG:4326").to_file(tmp_path / "bow.gpkg")
    for path, sentence in ((tmp_path / "bow.gpkg", "cannot be mended"), (file("a.pdf", b"%PDF-1.7"), "PDF document"),
                           (file("a.zip", b"PK\x03\x04"), "zip file or a workbook"), (file("b.json", b" "), "empty"),
                           (file("c.gpkg", b"SQLite format 3\0" + b"x" * 90), "GeoPackage"),
                           (file("a.kml", b"<kml></kml>"), "an XML file")):
        with pytest.raises(BadOutline, match=sentence):
            read_outline_file(path, GRID)
