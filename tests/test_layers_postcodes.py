"""The embedded postcode directory, the published ones, and metres on the ground."""

import io
import math
import threading
import time
import zipfile

import numpy as np
import pytest
from pyproj import Geod

from assetmap.domain.errors import FileRefused
from assetmap.domain.place import Place
from assetmap.domain.postcode import Postcode
from assetmap.layers import crs, postcodes
from assetmap.layers.postcodes import area_centre, exists, find, find_many, nearest_spellings, read_postcodes


def away_m(place, lat, lon):
    return place.distance_m(Place(lat, lon))


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("SS2 6ER", 51.5449, 0.7089),  # Southend, Civic Centre
        ("SW1A 1AA", 51.5010, -0.1416),  # Buckingham Palace
        ("EH1 1YZ", 55.9503, -3.1930),  # Edinburgh
        ("CF10 4UW", 51.4696, -3.1632),  # Cardiff, County Hall
        ("BT1 5GS", 54.5966, -5.9301),  # Belfast City Hall: in the Irish Grid
        ("M31 4FA", 53.4160, -2.4217),
    ],
)
def test_a_postcode_is_where_it_is(text, lat, lon):
    located = find(Postcode.parse(text))
    assert away_m(located.place, lat, lon) < 300
    assert located.ward_code is None and located.terminated is None and "ONS" in located.source


def test_postcodes_that_do_not_exist_or_have_no_position_are_not_found():
    assert find(Postcode("SS1 2CB")) is None and not exists(Postcode("SS1 2CB"))
    assert find(Postcode("JE2 3AB")) is None and exists(Postcode("JE2 3AB"))


def test_many_are_found_at_once_in_the_order_given():
    texts = ["SS1 2AB", "nonsense", "BT1 5GS", "", "QQ1 1AA", "M31 4FA", "é", "SS1 2AB"]
    lons, lats, found = find_many(texts)
    assert found.tolist() == [True, False, True, False, False, True, False, True]
    assert np.isnan(lons[~found]).all() and lons[0] == lons[7]
    assert math.isclose(lats[0], find(Postcode("SS1 2AB")).place.lat)
    assert [len(array) for array in find_many([])] == [0, 0, 0]


def test_a_hundred_thousand_are_found_in_a_moment():
    find(Postcode("SS1 2AB"))
    began = time.process_time()
    assert find_many(["SS1 2AB", "SS2 6ER", "S1 2HH", "SS9 1AB"] * 25_000)[2].mean() > 0.7
    assert time.process_time() - began < 1


def test_threads_that_ask_at_once_read_a_letter_once(monkeypatch):
    reads = []
    really_read = postcodes._read
    monkeypatch.setattr(postcodes, "_letters", {})
    monkeypatch.setattr(postcodes, "_read", lambda letter: (reads.append(letter), really_read(letter))[1])
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(find(Postcode("YO1 7HH")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads == ["Y"] and len({answer.place for answer in answers}) == 1 and len(answers) == 8


def test_districts_and_sectors_have_a_centre():
    assert away_m(area_centre("ss2"), 51.549, 0.716) < 1500
    assert away_m(area_centre("SS2 4"), 51.547, 0.733) < 1500
    assert away_m(area_centre("BT1"), 54.60, -5.93) < 2000
    # S1 is in Sheffield, and none of it is taken from S10 to S19.
    assert away_m(area_centre("S1"), 53.381, -1.470) < 500
    assert area_centre("SS77 9") is None and area_centre("QQ1") is None and area_centre("hello") is None
    assert area_centre("JE2") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("M3I 4FA", "M31 4FA"),
        ("m31 4fa", None),
        ("SSl 2AB", "SS1 2AB"),
        ("S51 2AB", None),
        ("WAI4 2SZ", "WA14 2SZ"),
    ],
)
def test_a_confused_character_is_guessed_when_that_postcode_exists(typed, meant):
    spellings = [postcode.text for postcode in nearest_spellings(typed)]
    assert (meant in spellings) if meant else all(exists(Postcode(text)) for text in spellings)
    assert len(spellings) <= 3 and typed.upper() not in spellings
    assert nearest_spellings("") == [] and nearest_spellings("x" * 1000) == []


@pytest.fixture
def directory(tmp_path):
    def read(text, name="postcodes.csv", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_postcodes(path, **options)

    return read


OLD_ONSPD = """pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,usertype,oseast1m,osnrth1m,osgrdind,lat,long,imd
"SS1 2AB","SS1  2AB","SS1 2AB","198001","","E99999999","E06000033","E05002220","0","588229","185632","1",51.539,0.713,1
"SS1 1ZZ","SS1  1ZZ","SS1 1ZZ","198001","201406","","E06000033","E05002221","0","588000","185000","1",51.535,0.711,2
"JE1 0AA","JE1  0AA","JE1 0AA","198001","","","","","0","","","9",99.999999,0.000000,0
"""
NEW_ONSPD = """pcd7,pcd8,pcds,dointr,doterm,lad25cd,wd25cd,lat,long
SS1 2AB,SS1  2AB,SS1 2AB,198001,,E06000033,E05002220,51.539,0.713
"""
CODE_POINT = (
    '"SS1 2AB",10,588229,185632,"E92000001","E19000077","E18000006","","E06000033","E05002220"\n'
    '"SS9 1AA",90,0,0,"E92000001","","","","",""\n'
)
PLAIN = "postcode,lat,lon,ward_code\nss12ab,51.539,0.713,E05002220\nSS1 2CO,51,0.7,\n,,,\n"


@pytest.mark.parametrize(
    "text", [OLD_ONSPD, NEW_ONSPD, CODE_POINT, PLAIN, "\ufeff" + PLAIN, PLAIN.replace("\n", "\r\n")]
)
def test_every_generation_of_the_directories_is_read(directory, text):
    frame, _ = directory(text)
    assert list(frame.columns) == ["postcode", "lat", "lon", "ward_code", "terminated"]
    first = frame.iloc[0]
    assert (first.postcode, first.ward_code, first.terminated) == ("SS1 2AB", "E05002220", "")
    assert Place(first.lat, first.lon).distance_m(Place(51.539, 0.713)) < 200


def test_postcodes_that_ended_or_have_no_position_are_kept(directory):
    frame, problems = directory(OLD_ONSPD)
    assert frame.terminated.tolist() == ["", "2014-06", ""] and problems == []
    assert frame.lat.isna().tolist() == [False, False, True]
    assert directory(CODE_POINT)[0].lat.isna().tolist() == [False, True]


def test_rows_that_are_no_postcodes_are_problems_and_a_postcode_given_twice_counts_once(directory):
    frame, problems = directory(PLAIN + "SS1 2AB,52,1,E05000009\n")
    assert frame.postcode.tolist() == ["SS1 2CO", "SS1 2AB"] and frame.ward_code.tolist()[1] == "E05000009"
    assert [problem.row for problem in problems] == [4]


def test_the_publishers_own_zip_is_read(directory):
    def archive(**parts):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name, text in parts.items():
                new.writestr(name.replace("__", "/"), text)
        return out.getvalue()

    two = {
        "Data__CSV__ss.csv": CODE_POINT,
        "Data__CSV__rm.csv": CODE_POINT.replace("SS", "RM"),
        "Doc__x.txt": "x",
    }
    assert directory(archive(**two), "codepo_gb.zip")[0].postcode.str[:2].tolist() == ["SS", "SS", "RM", "RM"]
    onspd = {"Data__ONSPD_MAY_2025_UK.csv": OLD_ONSPD, "Data__multi_csv__x.csv": "x"}
    assert len(directory(archive(**onspd), "onspd.zip")[0]) == 3
    with pytest.raises(FileRefused, match="not a postcode product"):
        directory(archive(readme="x"), "x.zip")
    with pytest.raises(FileRefused, match="unpacks to more than .* Unpack it and send the one file that is meant"):
        directory(archive(**{"Data__CSV__ss.csv": " " * 30_000_000}), "bomb.zip")


@pytest.mark.parametrize(
    "text",
    ["", "\n", "name,day\nA,Mon\n", "postcode,colour\nSS1 2AB,red\n", "postcode,lat,lon\n" + '"x\n' * 51],
)
def test_other_files_are_refused(directory, text):
    with pytest.raises(FileRefused):
        directory(text)


def test_metres_agree_with_the_length_of_the_ellipsoid():
    ellipsoid = Geod(ellps="WGS84")
    pairs = [
        ((0.7115, 51.5415), (0.6404, 51.5412)),  # Southend Victoria to Leigh-on-Sea stations
        ((-2.3477, 53.3875), (-2.2309, 53.4774)),  # Altrincham to Manchester Piccadilly
        ((-0.1246, 51.5007), (-0.0754, 51.5055)),  # Westminster to Tower Bridge
    ]
    for a, b in pairs:
        x, y = crs.to_metres([a[0], b[0]], [a[1], b[1]])
        flat, true = math.hypot(x[1] - x[0], y[1] - y[0]), ellipsoid.inv(*a, *b)[2]
        assert abs(flat - true) < 0.0011 * true  # the grid's own scale error


def test_there_and_back_again_is_the_same_place():
    lons, lats = np.array([0.71, -3.18, -6.0]), np.array([51.54, 55.95, 57.5])
    for system in (crs.BRITISH_NATIONAL_GRID, crs.IRISH_GRID, "EPSG:3857"):
        back = crs.to_wgs84(*crs.to_metres(lons, lats, system), system)
        assert np.allclose(back, (lons, lats), atol=1e-6)


def test_what_cannot_be_projected_is_nan_and_no_points_are_no_fault():
    assert np.isnan(crs.to_wgs84([1e12, np.nan], [1e12, 0])).all()
    assert [array.size for array in crs.to_metres([], [])] == [0, 0]


def test_threads_share_a_conversion_safely():
    wrong = []

    def convert():
        for _ in range(200):
            x, _ = crs.to_metres([0.7115], [51.5415])
            if abs(x[0] - 588_049) > 200:
                wrong.append(x)

    threads = [threading.Thread(target=convert) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
