"""GeoPackages, and the databases and descriptions that only call themselves one."""

import sqlite3
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from assetmap.domain.errors import FileRefused
from assetmap.layers import geopackage_child
from assetmap.layers.limits import Limits
from assetmap.layers.read import read_table

VRT = """<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>CSV:/etc/passwd</SrcDataSource>
<SrcLayer>passwd</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.fixture
def package(tmp_path):
    """A GeoPackage with two layers, in two coordinate systems."""
    path = tmp_path / "places.gpkg"
    points = gpd.GeoDataFrame(
        {"name": ["A", "B"], "n": [1.0, 2.5], "open": [True, False]},
        geometry=[shapely.Point(0.7, 51.5, 9), None],
        crs="EPSG:4326",
    )
    points.to_file(path, layer="points", driver="GPKG")
    square = shapely.box(588_000, 185_000, 589_000, 186_000)
    gpd.GeoDataFrame({"code": ["X"]}, geometry=[square], crs="EPSG:27700").to_file(
        path, layer="areas", driver="GPKG"
    )
    return path


def refusal(path, **options):
    with pytest.raises(FileRefused) as caught:
        read_table(path, **options)
    return caught.value.message


def altered(path, *statements):
    with sqlite3.connect(path) as database:
        # The triggers of the spatial index call functions that only mapping programs have.
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


def test_the_first_layer_is_read_with_its_types_as_text(package):
    table = read_table(package)
    assert table.columns == ["name", "n", "open"]
    assert table.rows == [["A", "1", "yes"], ["B", "2.5", "no"]]
    assert table.geometry[0].wkt == "POINT (0.7 51.5)" and table.geometry[1] is None
    assert table.row_numbers == [2, 3]
    assert "“points” was read. Others: areas." in table.notices[0].message


def test_a_named_layer_is_converted_from_its_own_coordinate_system(package):
    table = read_table(package, layer="Areas")
    assert table.rows == [["X"]] and table.notices == []
    assert table.geometry[0].contains(shapely.Point(0.7144, 51.5354))
    assert "points, areas" in refusal(package, layer="roads")


def test_a_file_without_our_ending_is_known_by_its_content(package):
    assert read_table(package.rename(package.with_suffix(".dat"))).rows[0][0] == "A"


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".csv", ".vrt"])
def test_a_description_that_points_at_another_file_reads_nothing(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    path.write_text(VRT)
    assert "root" not in refusal(path) and "XML" in refusal(path)


def test_a_plain_database_is_told(tmp_path):
    path = altered(tmp_path / "x.gpkg", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    assert "not a GeoPackage" in refusal(path)


@pytest.mark.parametrize("where", [0.02, 0.1, 0.3, 0.6])
def test_a_damaged_package_is_refused_or_read_without_a_crash(package, where):
    data = bytearray(package.read_bytes())
    at = int(len(data) * where)
    data[at : at + 3000] = b"\xff" * 3000
    package.write_bytes(data)
    try:
        read_table(package)
    except FileRefused as refused:
        assert "GeoPackage" in refused.message or "database" in refused.message or "layer" in refused.message


def test_a_package_cut_short_is_refused(package):
    package.write_bytes(package.read_bytes()[:9000])
    assert "damaged" in refusal(package)


def test_text_named_gpkg_is_told(tmp_path):
    path = tmp_path / "x.gpkg"
    path.write_text("name,day\n")
    assert "not a GeoPackage" in refusal(path)


def test_a_damaged_shape_is_a_problem_of_its_row(package):
    altered(
        package,
        "UPDATE points SET geom = X'4750000100000000FFFF' WHERE name = 'A'",
        "UPDATE points SET geom = X'00' WHERE name = 'B'",
    )
    table = read_table(package)
    assert list(table.geometry) == [None, None]
    assert [(p.row, p.column, p.refuses) for p in table.notices[1:]] == [
        (2, "geometry", True),
        (3, "geometry", True),
    ]


def test_a_view_that_never_ends_is_not_even_looked_at(package):
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS name FROM c"
    altered(
        package, f"CREATE VIEW endless AS {endless}",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('endless', 'attributes', 'e')",
    )  # fmt: skip
    assert "points, areas" in refusal(package, layer="endless")


def test_a_table_of_contents_that_never_ends_is_stopped(package):
    endless = (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
        "SELECT 'x' AS table_name, 'tiles' AS data_type, x AS rowid FROM c"
    )
    altered(
        package,
        "PRAGMA foreign_keys = OFF",
        "DROP TABLE gpkg_contents",
        f"CREATE VIEW gpkg_contents AS {endless}",
    )
    began = time.monotonic()
    assert "table of contents" in refusal(package, limits=Limits(seconds=5))
    assert time.monotonic() - began < 10


def test_limits_on_rows_cells_time_and_memory_hold(package):
    assert "more than 1 features" in refusal(package, limits=Limits(max_rows=1))
    assert "took longer" in refusal(package, limits=Limits(seconds=0.001))
    altered(package, "UPDATE areas SET code = printf('%.*c', 200000, 'x')")
    assert "200,000 characters" in refusal(package, layer="areas")
    altered(package, "UPDATE areas SET code = printf('%.*c', 20000000, 'x')")
    assert "memory" in refusal(package, layer="areas", limits=Limits(memory_bytes=1_000_000))


def test_a_package_that_is_open_elsewhere_is_read_with_a_notice(package):
    Path(f"{package}-wal").write_bytes(b"changes")
    assert any("Another program" in problem.message for problem in read_table(package).notices)


def test_the_file_is_left_as_it_was(package):
    before, files = package.read_bytes(), sorted(package.parent.iterdir())
    read_table(package)
    assert package.read_bytes() == before and sorted(package.parent.iterdir()) == files


def test_names_with_odd_characters_are_opened_all_the_same(package, tmp_path):
    odd = tmp_path / "a b?c=1#%41 é.gpkg"
    package.rename(odd)
    assert len(read_table(odd)) == 2


def test_the_child_imports_nothing_of_ours():
    assert "assetmap" not in Path(geopackage_child.__file__).read_text()
