"""What a steward is told of a file as a whole, and what can be said of all its rows at once."""

import pytest

from assetmap import paths
from assetmap.domain.errors import BadInput
from assetmap.importing.run import Options, load
from assetmap.store.database import Database
from assetmap.store.records import rows
from assetmap.store.rows import LAYERS

FILE = "name,postcode,category\nChess,SS1 2AB,\nDraughts,M31 4FA,dancing\nBridge,,\n"


@pytest.fixture
def database(instance):
    opened = Database(instance.database_address)
    load(opened, instance, "wards", paths.geodata() / "wards.geojson")
    yield opened
    opened.dispose()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "clubs.csv"
    path.write_text(FILE, "utf-8")
    return path


def test_the_report_tells_how_many_are_outside_every_ward_and_how_many_have_no_position(database, instance, file):
    report = load(database, instance, "groups", file)
    assert "1 of 3 are outside every ward that is loaded: the pages say so." in report.remarks
    assert any(remark.startswith("1 of 3 have no position") for remark in report.remarks)


def test_what_is_said_of_all_rows_fills_only_what_a_row_does_not_say_itself(database, instance, file):
    options = Options(constants={"categories": "board games", "cost": "free"})
    assert load(database, instance, "groups", file, options).applied
    with database.reading() as connection:
        found = {row["name"]: (row["categories"], row["cost"]) for row in rows(connection, LAYERS["groups"])}
    assert found == {"Chess": ('["games-cards"]', "free"), "Draughts": ('["dance"]', "free"),
                     "Bridge": ('["games-cards"]', "free")}


def test_a_field_that_there_is_not_is_named(database, instance, file):
    with pytest.raises(BadInput, match="no field called “colour”"):
        load(database, instance, "groups", file, Options(constants={"colour": "red"}))


def test_many_remarks_of_one_kind_are_one_sentence_with_the_words_of_the_first(database, instance, tmp_path):
    shouted = tmp_path / "charities.csv"
    shouted.write_text("charity_name,categories\nTHE CHESHIRE WILDLIFE TRUST,ice hockey 1\n"
                       "LEIGH LIBRARY FRIENDS,ice hockey 2\n", "utf-8")
    report = load(database, instance, "groups", shouted, Options(mapping={"name": "charity_name"}))
    said = report.notice_groups()
    assert ("2 rows (2, 3), column charity_name: “THE CHESHIRE WILDLIFE TRUST” is in capitals, and was put in "
            "ordinary case") in said
    assert "2 rows (2, 3), column categories: for example, row 2 has “ice hockey 1”, which" in " ".join(said)
