"""Fair shares: the words say what the figures say, and nothing where too little is known."""

import csv
import io
import re
from html import unescape

import pytest

from tests.conftest import app_over
from tests.made_up import group, hub
from tests.planned import council, spot


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])).split())


@pytest.fixture
def place(tmp_path):
    """place(rows of figures, **layers) -> a client of that council."""
    def made(rows, **layers):
        with app_over(council(tmp_path / "place", rows, **layers)) as app:
            return app.test_client()
    return made


def wards(count, people=1_000):
    """So many wards alike, the first the most deprived."""
    return [(people, 200, 100, 50.0 - ward) for ward in range(count)]


def test_each_ward_alike_is_a_fifth_and_its_groups_are_the_fifths(place):
    rates = (0, 1, 2, 3, 4)
    groups = [group(f"g{ward}-{n}", *spot(ward)) for ward in range(5) for n in range(rates[ward])]
    client = place(wards(5), groups=groups)
    made = client.get("/plan/fairness.json?measure=groups").json
    assert [fifth["value"] for fifth in made["fifths"]] == pytest.approx(rates)
    assert [fifth["numerator"] for fifth in made["fifths"]] == pytest.approx(rates)
    assert made["concentration_index"]["value"] == pytest.approx(0.4), "2 Σ share · (value − mean) · mid-rank ÷ mean"
    assert made["concentration_index"]["low"] is None, "of five wards no interval is told"
    page = words(client.get("/plan/fairness?measure=groups"))
    assert "In the most deprived fifth of residents there are 0.00 groups for each 1,000 people, and in" in page
    assert "With 5 units nothing is said of the whole line" in page and "That hides what differs inside a ward" in page


@pytest.mark.parametrize(("first", "sentence"), [
    (True, "the more deprived have much more. That does not hang"),
    (False, "the less deprived have much more. That does not hang")])
def test_the_whole_line_is_told_the_right_way_round(place, first, sentence):
    served = range(6) if first else range(6, 12)
    client = place(wards(12), hubs=[hub(f"h{ward}", *spot(ward)) for ward in served])
    asked = "measure=within&of=hubs&within=400"
    assert sentence in words(client.get(f"/plan/fairness?{asked}"))
    made = client.get(f"/plan/fairness.json?{asked}").json
    ends = made["fifths"][0]["value"], made["fifths"][-1]["value"]
    assert (ends[0] > 0.4 and ends[1] == 0) if first else (ends[1] > 0.4 and ends[0] == 0)
    assert made["erreygers_index"]["value"] < 0 if first else made["erreygers_index"]["value"] > 0
    half = words(client.get(f"/plan/fairness?{asked}")).split("within 400 m, and")[0]
    assert f"{100 * ends[0]:.0f} % of people in the most deprived fifth have a place to meet" in half


def test_a_ward_of_unknown_deprivation_is_left_out_and_counted(place):
    client = place([*wards(6), (700, 10, 10, None)], groups=[group("g", *spot(6))])
    made = client.get("/plan/fairness.json?measure=groups").json
    assert made["left_out"] == {"units": 1, "people": 700.0}
    assert "1 ward with 700 people is left out" in words(client.get("/plan/fairness?measure=groups"))


def test_too_few_wards_are_said_to_be_too_few(place):
    page = words(place(wards(3), groups=[group("g", *spot(0))]).get("/plan/fairness?measure=groups"))
    assert "3 wards are too few, or too alike, to tell fifths of residents apart" in page
    assert "Most deprived fifth" not in page


def test_the_sample_adds_up_to_its_wards_and_is_a_file_with_its_sources(client):
    wards_ = client.get("/plan/wards.json?measure=within&of=hubs").json["area"]
    made = client.get("/plan/fairness.json?of=hubs").json
    assert sum(fifth["numerator"] for fifth in made["fifths"]) == pytest.approx(wards_["numerator"])
    assert sum(fifth["denominator"] for fifth in made["fifths"]) == pytest.approx(wards_["denominator"])
    rows = list(csv.DictReader(io.StringIO(client.get("/plan/fairness.csv?of=hubs").text.lstrip("\ufeff"))))
    assert len(rows) == 5 and all("Indices of Deprivation" in row["deprivation_source"] for row in rows)
    refused = client.get("/plan/fairness?measure=unmet")
    assert refused.status_code == 400 and "cannot be set against deprivation" in words(refused)
