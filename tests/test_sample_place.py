"""What a person relies on in the sample place: its wards, figures, vocabulary, places, hubs, groups and chances."""

import csv
import itertools
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

GEODATA = Path(__file__).parent.parent / "geodata"
WARD_CODES = {f"E050022{number}" for number in range(12, 29)}
PAPER, NIGHT, WHITE = "#fbf8f3", "#16181d", "#ffffff"
OUTDATED_WITHIN = date(2024, 11, 22)  # two years before the sample was written


def rows_of(name: str) -> list[dict[str, str]]:
    with (GEODATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


@pytest.fixture(scope="module")
def wards() -> geopandas.GeoDataFrame:
    return geopandas.read_file(GEODATA / "wards.geojson").set_index("code")


@pytest.fixture(scope="module")
def vocabulary() -> dict[str, list[dict]]:
    return json.loads((GEODATA / "vocabulary.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def codes(vocabulary) -> dict[str, set[str]]:
    return {kind: {term["code"] for term in terms} for kind, terms in vocabulary.items()}


@pytest.fixture(scope="module")
def postcodes() -> dict[str, dict[str, str]]:
    return {row["postcode"]: row for row in rows_of("sample_postcodes.csv")}


HUBS = rows_of("sample_hubs.csv")
GROUPS = rows_of("sample_groups.csv")
OPPORTUNITIES = rows_of("sample_opportunities.csv")


class TestWards:
    def test_are_southends_seventeen_and_no_others(self, wards):
        assert set(wards.index) == WARD_CODES
        assert set(wards["council_code"]) == {"E06000033"}
        assert set(wards["council_name"]) == {"Southend-on-Sea"}

    def test_have_the_names_that_their_figures_have(self, wards):
        figures = {row["ward_code"]: row["ward_name"] for row in rows_of("ward_figures.csv")}
        assert figures == wards["name"].to_dict()

    def test_hold_at_least_999_of_1000_of_their_own_postcodes(self, wards, postcodes):
        own = [row["ward_code"] for row in postcodes.values()]
        points = shapely.points([(float(row["lon"]), float(row["lat"])) for row in postcodes.values()])
        inside = shapely.covers(wards.geometry.reindex(own).to_numpy(), points)
        assert len(points) > 3_500
        assert inside.mean() >= 0.999

    def test_are_valid_and_meet_without_gap_or_overlap(self, wards):
        outlines = wards.geometry.to_numpy()
        assert shapely.is_valid(outlines).all()
        assert shapely.coverage_is_valid(outlines)
        holes = [ring for part in shapely.get_parts(shapely.union_all(outlines)) for ring in part.interiors]
        assert holes == []

    def test_say_that_they_are_approximate_and_from_where(self, wards):
        assert wards["approximate"].all()
        assert wards["note"].str.contains("[Aa]pproximate").all()
        assert wards["source"].str.contains("Crown copyright").all()
        assert wards["source"].str.contains("Royal Mail").all()

    def test_reach_little_further_than_250_metres_from_a_postcode(self, wards, postcodes):
        """Parks between houses are filled in, so only the outer edge is measured, with 40 m for simplifying."""
        places = geopandas.points_from_xy(
            [float(row["lon"]) for row in postcodes.values()],
            [float(row["lat"]) for row in postcodes.values()], crs="EPSG:4326")
        spots = geopandas.GeoSeries(places).to_crs("EPSG:27700")
        edge = wards.to_crs("EPSG:27700").geometry.union_all().boundary
        corners = shapely.points(shapely.get_coordinates(edge))
        _, distances = shapely.STRtree(spots.to_numpy()).query_nearest(corners, return_distance=True)
        assert np.median(distances) < 290
        assert distances.max() < 600

    def test_fit_in_a_small_file(self):
        assert (GEODATA / "wards.geojson").stat().st_size < 150_000


class TestWardFigures:
    def test_cover_each_ward_once_and_call_themselves_estimates(self):
        figures = rows_of("ward_figures.csv")
        assert {row["ward_code"] for row in figures} == WARD_CODES and len(figures) == 17
        assert {row["estimate"] for row in figures} == {"yes"}
        assert all("Estimate" in row["source"] and row["date"] for row in figures)

    def test_are_possible(self):
        for row in rows_of("ward_figures.csv"):
            assert int(row["age0_15"]) + int(row["age65_plus"]) < int(row["population"])
            assert 0 <= float(row["imd2025_share_lsoa_decile1_2"]) <= 1


def linear(colour: str) -> np.ndarray:
    shares = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #rrggbb colours."""
    light = sorted(float(linear(colour) @ (0.2126, 0.7152, 0.0722)) + 0.05 for colour in (one, other))
    return light[1] / light[0]


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])


def lab(colour: str, sight: np.ndarray) -> np.ndarray:
    share = TO_XYZ @ np.clip(sight @ linear(colour), 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


class TestVocabulary:
    def test_sorts_every_category_into_a_theme(self, vocabulary, codes):
        assert len(codes["themes"]) == 9
        assert {category["theme"] for category in vocabulary["categories"]} == codes["themes"]

    def test_gives_each_code_and_label_once(self, vocabulary):
        for terms in vocabulary.values():
            for key in ("code", "label"):
                assert [name for name, times in Counter(t[key] for t in terms).items() if times > 1] == []

    def test_knows_at_least_eight_everyday_words_for_each_category(self, vocabulary):
        few = [c["code"] for c in vocabulary["categories"] if len({*c["synonyms"], *c.get("narrower", ())}) < 8]
        assert few == []

    @pytest.mark.parametrize(("said", "meant"), [
        ("lonely", "coffee-chat"), ("new baby", "baby-toddler"), ("keep fit", "gentle-exercise"),
        ("english lessons", "english-lessons"), ("esol", "english-lessons"), ("bereaved", "bereavement"),
        ("dementia", "dementia"), ("badminton", "sport"), ("food bank", "food-help"), ("mosque", "faith"),
        ("knit and natter", "sewing-knitting"), ("job club", "work-skills"), ("debt", "advice"),
    ])
    def test_understands_the_words_people_type(self, vocabulary, said, meant):
        known = {c["code"]: (*c["synonyms"], *c.get("narrower", ())) for c in vocabulary["categories"]}
        assert said in known[meant]

    def test_relates_categories_only_to_others_that_exist(self, vocabulary, codes):
        for category in vocabulary["categories"]:
            assert set(category["related"]) <= codes["categories"] - {category["code"]}

    def test_names_its_icons_as_lucide_does(self, vocabulary):
        for kind in ("themes", "categories", "access", "hub_kinds", "opportunity_kinds"):
            assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", term["icon"]) for term in vocabulary[kind])

    def test_theme_colours_can_be_read_on_paper_and_under_white_text(self, vocabulary):
        for theme in vocabulary["themes"]:
            assert contrast(theme["colour"], PAPER) >= 4.5, theme["code"]
            assert contrast(theme["colour"], WHITE) >= 4.5, theme["code"]

    def test_theme_colours_can_be_read_in_the_dark(self, vocabulary):
        for theme in vocabulary["themes"]:
            assert contrast(theme["colour_dark"], NIGHT) >= 4.5, theme["code"]

    @pytest.mark.parametrize("key", ["colour", "colour_dark"])
    @pytest.mark.parametrize(("sight", "apart"), [("full", 20), ("protanopia", 8), ("deuteranopia", 8)])
    def test_theme_colours_differ_for_colour_blind_people_too(self, vocabulary, key, sight, apart):
        shades = [lab(theme[key], SIGHT[sight]) for theme in vocabulary["themes"]]
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(shades, 2)) >= apart


class TestGazetteer:
    def test_names_sixty_places_or_more_each_once(self):
        names = [row["name"] for row in rows_of("gazetteer.csv")]
        assert len(names) >= 60
        assert len(set(names)) == len(names)

    def test_lies_in_the_wards_or_within_400_metres_of_them(self, wards):
        rows = rows_of("gazetteer.csv")
        spots = geopandas.points_from_xy([float(r["lon"]) for r in rows], [float(r["lat"]) for r in rows])
        area = wards.to_crs("EPSG:27700").geometry.union_all()
        away = geopandas.GeoSeries(spots, crs="EPSG:4326").to_crs("EPSG:27700").distance(area)
        assert [row["name"] for row, metres in zip(rows, away, strict=True) if metres > 400] == []

    def test_gives_only_postcodes_that_exist_and_are_close(self, postcodes):
        for row in rows_of("gazetteer.csv"):
            if row["postcode"]:
                there = postcodes[row["postcode"]]
                assert abs(float(there["lat"]) - float(row["lat"])) < 0.0015
                assert abs(float(there["lon"]) - float(row["lon"])) < 0.0025


class TestCalendar:
    def test_bank_holidays_are_weekdays_from_2025_to_2028(self):
        calendar = json.loads((GEODATA / "calendar.json").read_text(encoding="utf-8"))
        days = [date.fromisoformat(day) for day in calendar["bank_holidays"]]
        assert Counter(day.year for day in days) == {2025: 8, 2026: 8, 2027: 8, 2028: 8}
        assert all(day.weekday() < 5 for day in days)

    def test_terms_follow_each_other_and_avoid_christmas(self):
        calendar = json.loads((GEODATA / "calendar.json").read_text(encoding="utf-8"))
        ends = [date.fromisoformat(day) for term in calendar["terms"] for day in term]
        assert ends == sorted(ends) and len(ends) == 36
        assert "sample" in calendar["source"].lower()


class TestSampleRows:
    def test_there_are_enough_of_each_kind(self):
        assert len(HUBS) >= 32
        assert len(GROUPS) >= 180
        assert len(OPPORTUNITIES) >= 95

    @pytest.mark.parametrize("rows", [HUBS, GROUPS, OPPORTUNITIES])
    def test_no_two_share_an_id_or_say_the_same(self, rows):
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"]) for row in rows)
        assert len({row["id"] for row in rows}) == len(rows)
        assert len({row["summary"] for row in rows}) == len(rows)

    @pytest.mark.parametrize("rows", [HUBS, GROUPS, OPPORTUNITIES])
    def test_summaries_are_one_short_line(self, rows):
        assert [row["id"] for row in rows if not 0 < len(row["summary"]) <= 120] == []

    def test_every_postcode_exists_in_southend(self, postcodes):
        given = {row["postcode"] for row in [*HUBS, *GROUPS, *OPPORTUNITIES] if row["postcode"]}
        assert len(given) >= 80
        assert given <= set(postcodes)

    def test_coordinates_are_complete_and_near_their_postcode(self, postcodes):
        for row in [*HUBS, *GROUPS, *OPPORTUNITIES]:
            assert bool(row["lat"]) == bool(row["lon"]), row["id"]
            if row["lat"] and row["postcode"]:
                there = postcodes[row["postcode"]]
                assert abs(float(there["lat"]) - float(row["lat"])) < 0.004, row["id"]
                assert abs(float(there["lon"]) - float(row["lon"])) < 0.006, row["id"]

    def test_words_are_in_the_vocabulary(self, codes):
        columns = {"access": "access", "languages": "languages", "categories": "categories",
                   "topics": "categories", "audiences": "audiences"}
        for row in [*HUBS, *GROUPS, *OPPORTUNITIES]:
            for column, kind in columns.items():
                assert set(several(row.get(column, ""))) <= codes[kind], (row["id"], column)
        assert {row["kind"] for row in HUBS} <= codes["hub_kinds"]
        assert {row["kind"] for row in OPPORTUNITIES} == codes["opportunity_kinds"]
        assert {row["cost"] for row in GROUPS} == codes["costs"]

    def test_every_category_has_a_group(self, codes):
        assert {code for row in GROUPS for code in several(row["categories"])} == codes["categories"]

    def test_venues_and_givers_are_hubs_and_groups_that_exist(self):
        hubs, groups = {row["id"] for row in HUBS}, {row["id"] for row in GROUPS}
        assert {row["venue"] for row in [*GROUPS, *OPPORTUNITIES] if row["venue"]} <= hubs
        named = {place for row in GROUPS for place in re.findall(r" at ([a-z]+(?:-[a-z]+)+)", row["times"])}
        assert named and named <= hubs
        organisations = {row["organisation"] for row in GROUPS}
        assert all(row["from"] in hubs | groups | organisations for row in OPPORTUNITIES)

    def test_telephones_are_kept_for_drama_and_mail_goes_nowhere(self):
        for row in [*HUBS, *GROUPS]:
            assert re.fullmatch(r"|01632 960\d{3}", row["phone"]), row["id"]
            assert re.fullmatch(r"|[a-z0-9.-]+@example\.org", row["email"]), row["id"]
            assert re.fullmatch(r"|https://example\.org/[a-z0-9-]+", row["website"]), row["id"]
        phones = [row["phone"] for row in [*HUBS, *GROUPS] if row["phone"]]
        assert len(set(phones)) == len(phones)

    def test_dates_and_ages_make_sense(self):
        for row in [*HUBS, *GROUPS, *OPPORTUNITIES]:
            assert date.fromisoformat(row["last_confirmed"]) <= date(2026, 11, 22), row["id"]
        for row in GROUPS:
            assert int(row["age_min"] or 0) <= int(row["age_max"] or 120), row["id"]
        assert all(date.fromisoformat(row["expires"]).year == 2027 for row in OPPORTUNITIES)

    def test_choices_are_those_of_the_product(self):
        answers = {"yes", "no", ""}
        assert {row["contact_consent"] for row in [*HUBS, *GROUPS, *OPPORTUNITIES]} <= answers
        assert {row["status"] for row in GROUPS} == {"active", "paused", "ended"}
        assert {row["direction"] for row in OPPORTUNITIES} == {"offer", "ask"}
        assert {row["state"] for row in OPPORTUNITIES} == {"open", "introduced", "connected", "closed"}
        assert {row["reward"] for row in OPPORTUNITIES} == {"none", "expenses", "time_credits"}
        assert {row["ward"] for row in OPPORTUNITIES if row["ward"]} <= WARD_CODES


class TestHonestTraps:
    """The sample holds what real lists hold, so that no page can forget it."""

    def test_many_groups_share_one_hub_and_one_hub_has_none(self):
        at = Counter(row["venue"] for row in GROUPS if row["venue"])
        assert max(at.values()) >= 8
        assert [row["id"] for row in HUBS if not at[row["id"]]]

    def test_one_ward_has_no_hub_yet_each_ward_has_groups(self, postcodes):
        hub_ward = {row["id"]: postcodes[row["postcode"]]["ward_code"] for row in HUBS}
        assert len(WARD_CODES - set(hub_ward.values())) == 1
        group_ward = Counter(
            hub_ward[row["venue"]] if row["venue"] else postcodes[row["postcode"]]["ward_code"]
            for row in GROUPS if row["venue"] or row["postcode"])
        assert set(group_ward) == WARD_CODES
        assert min(group_ward.values()) >= 7

    def test_one_group_lies_outside_every_ward(self, wards):
        spots = [shapely.Point(float(row["lon"]), float(row["lat"])) for row in GROUPS if row["lat"]]
        assert sum(not wards.geometry.covers(spot).any() for spot in spots) >= 1

    def test_some_meet_at_home_online_or_at_three_venues(self):
        assert sum(row["meets_in_home"] == "yes" for row in GROUPS) >= 5
        assert sum(row["online"] == "yes" for row in GROUPS) >= 5
        assert max(len(set(re.findall(r" at ([a-z]+(?:-[a-z]+)+)", row["times"]))) for row in GROUPS) == 3

    def test_some_are_stale_ended_or_have_no_known_times(self):
        assert sum(date.fromisoformat(row["last_confirmed"]) < OUTDATED_WITHIN for row in GROUPS) >= 3
        assert sum(row["status"] == "ended" for row in GROUPS) >= 2
        assert any(not row["times"] for row in GROUPS)
        assert any("ring to ask" in row["times"].lower() for row in GROUPS)

    def test_someone_who_meets_at_home_gives_no_street(self):
        homes = [row for row in GROUPS if row["meets_in_home"] == "yes"]
        assert all(not row["address"] and not row["lat"] for row in homes)
