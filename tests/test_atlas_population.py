"""Where people live on a map as it is loaded: read when a planner asks, and again when it changed."""

import json

import numpy as np
import pytest

from assetmap.atlas.atlas import Atlas
from tests.loading import Loader


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("wards", wards(), "wards.geojson")
    yield loader
    loader.database.dispose()


def wards() -> str:
    """Three wards of 1.4 by 1.1 km side by side, over the middle of Southend."""
    features = [{"type": "Feature", "properties": {"WD25CD": f"E0500000{n}", "WD25NM": f"Ward {n}"}, "geometry": {
        "type": "Polygon", "coordinates": [[[west, 51.54], [west + 0.02, 51.54], [west + 0.02, 51.55], [west, 51.55],
                                            [west, 51.54]]]}} for n, west in ((1, 0.69), (2, 0.71), (3, 0.73))]
    return json.dumps({"type": "FeatureCollection", "features": features})


def population(loader):
    return Atlas(loader.database, loader.settings).population


FIGURES = ("ward_code,population,age0_15,age65_plus,imd2025_score,source,date\n"
           "E05000001,9000,1500,2000,14.5,ONS,mid-2024\nE05000002,8000,,,30,ONS,mid-2024\n")


def test_each_ward_rests_on_the_best_that_is_loaded(loader):
    loader.load("ward-figures", FIGURES)
    loader.load("population-points", "code,lat,lon,people,ward code\nA,51.545,0.7,5000,\nB,51.545,0.705,3900,\n"
                                     "C,51.545,0.6899,400,E05000001\nD,51.545,0.68,77,\nE,53.4,-2.3,999,\n",
                source="Census 2021")
    made = population(loader)
    assert made.ward_basis.tolist() == ["supplied", "grid", "postcodes"] and made.basis == "postcodes"
    assert made.source == "Census 2021; ONS; ONS Postcode Directory (embedded)" and made.date == "mid-2024"
    own, grid, unit = (made.ward == row for row in range(3))
    assert sorted(made.people[own]) == [400, 3900, 5000], "a point just past the border is its own ward's"
    assert made.people[made.ward == -1].tolist() == [77], "a neighbour's point; one two hundred km away is left out"
    assert made.children[own].sum() == pytest.approx(9_300 / 6) and np.isnan(made.children[grid]).all()
    assert made.people[grid].sum() == pytest.approx(8_000) and 130 < grid.sum() < 180
    assert unit.sum() > 50 and np.isnan(made.people[unit]).all() and (made.weight[unit] == 1).all()


def test_loaded_postcodes_that_are_in_use_win_over_those_that_come_with_the_program(loader):
    loader.load("postcodes", "postcode,lat,lon,doterm\nSS1 1NE,51.545,0.74,\nSS1 1ZZ,51.545,0.741,201406\n")
    made = population(loader)
    assert np.bincount(made.ward[made.ward >= 0], minlength=3).tolist() == [0, 0, 1] and made.source.startswith(
        "postcodes that are loaded")


def test_what_has_nothing_to_do_with_people_leaves_them_as_they_are_and_a_newer_list_does_not(loader):
    loader.load("ward-figures", FIGURES)
    first = population(loader)
    loader.load("groups", "name\nChess\n")
    assert population(loader) is first
    loader.load("population-points", "code,lat,lon,people\nA,51.545,0.7,9100\n")
    second = population(loader)
    assert second is not first and second.ward_basis[0] == "supplied"
    loader.load("ward-figures", FIGURES.replace("8000", "8100"))
    assert population(loader).people[second.ward == 1].sum() == pytest.approx(8_100)


def test_an_atlas_that_is_out_of_date_leaves_nothing_behind_for_the_next(loader):
    loader.load("ward-figures", FIGURES)
    old = Atlas(loader.database, loader.settings)
    loader.load("ward-figures", FIGURES.replace("8000", "8100"))
    assert old.population.people[old.population.ward == 1].sum() == pytest.approx(8_000)
    made = population(loader)
    assert made.people[made.ward == 1].sum() == pytest.approx(8_100)


def test_a_map_without_wards_or_people_has_no_points(tmp_path, loader):
    from assetmap.importing.instance import make_instance
    from tests.conftest import settings_at

    made = settings_at(tmp_path / "empty")
    database = make_instance(made, sample=False)
    points = Atlas(database, made).population
    assert len(points) == 0 and points.basis == "" and points.label == "no data"
    database.dispose()
