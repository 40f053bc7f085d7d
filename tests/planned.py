"""A made-up council of square wards, a kilometre each way, in which figures can be worked out by hand."""

import json

from pyproj import Transformer

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.planning import Planning, planning_of
from assetmap.importing.instance import make_instance
from assetmap.importing.run import Options, load
from assetmap.settings import Settings
from assetmap.store.database import Database
from tests.made_up import store

SIDE_M = 1_000
_WEST, _SOUTH = 585_000, 186_000
_DEGREES = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def spot(ward: float, along: float = 0.5, up: float = 0.5) -> tuple[float, float]:
    """Latitude and longitude of a place in the ward of this number, so far along its sides."""
    lon, lat = _DEGREES.transform(_WEST + (ward + along) * SIDE_M, _SOUTH + up * SIDE_M)
    return lat, lon


def code(ward: int) -> str:
    return f"E05{90_000 + ward:06d}"


def wards_document(count: int, council: str = "E06000999") -> str:
    """GeoJSON of so many wards in a row, from west to east."""
    features = []
    for ward in range(count):
        corners = [spot(ward, a, b)[::-1] for a, b in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
        features.append({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [corners]}, "properties": {
            "WD25CD": code(ward), "WD25NM": f"Ward {ward + 1}", "LAD25CD": council, "LAD25NM": "Squares"}})
    return json.dumps({"type": "FeatureCollection", "features": features})


def figures_table(rows) -> str:
    """CSV of (population, 0 to 15, 65 and over, deprivation) by ward; None for what nobody knows."""
    lines = ["ward_code,population,age0_15,age65_plus,imd_score,source,date"]
    for ward, row in enumerate(rows):
        if row is not None:
            lines.append(",".join([code(ward), *("" if value is None else str(value) for value in row),
                                   "Invented for the tests", "2025"]))
    return "\n".join(lines) + "\n"


def council(folder, rows, **layers) -> Settings:
    """An instance of as many wards as there are rows of figures, with records by layer."""
    settings = Settings.load(home=folder / "instance", environ={})
    database = make_instance(settings, sample=False)
    folder.mkdir(exist_ok=True)
    for layer, name, text in (("wards", "wards.geojson", wards_document(len(rows))),
                              ("ward-figures", "figures.csv", figures_table(rows))):
        (folder / name).write_text(text)
        report = load(database, settings, layer, folder / name, Options())
        assert report.applied and not report.problems, report.problems
    database.dispose()
    store(settings, **layers)
    return settings


def planning(settings: Settings) -> Planning:
    """What planners ask of an instance as it is now."""
    return planning_of(Atlas(Database(settings.database_address), settings))
