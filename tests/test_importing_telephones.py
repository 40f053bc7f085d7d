"""Telephone numbers that went through a spreadsheet: no news, nothing lost, and what was put right is told."""

import csv
import io
import re

import pytest

from assetmap.importing.export import export_layer
from assetmap.importing.form import read_form
from tests.loading import HUBS, Loader

NUMBERS = ("01632 960654", "07700 900123", "+44 1632 960001", "01632 960 123 (Mon-Fri)", "(01632) 960777",
           "0800 123456")
GROUPS = "id,name,phone\n" + "".join(f"g{at},Group {at},{number}\n" for at, number in enumerate(NUMBERS))


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("hubs", HUBS)
    loader.load("groups", GROUPS)
    yield loader
    loader.database.dispose()


def mangled(text: str) -> str:
    """The file as a spreadsheet saves it: what can be a number is one, without the 0, the + and the spaces."""
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        bare = row["phone"].replace(" ", "").removeprefix("+")
        row["phone"] = str(int(bare)) if bare.isdigit() else row["phone"]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def exported(loader: Loader) -> str:
    file = loader.folder / "groups.csv"
    export_layer(loader.database, loader.settings, "groups", file)
    return file.read_text("utf-8-sig")


def phones(loader: Loader) -> list[str]:
    return [group.contact.phone for group in loader.all("groups").values()]


@pytest.mark.parametrize("again", [exported, lambda _: GROUPS], ids=["an export", "the feed"])
def test_a_file_whose_telephone_numbers_lost_their_0_changes_nothing(loader, again):
    text = mangled(again(loader))
    assert "1632960654" in text and "01632" not in re.sub(r"\(01632\)|01632 960 123", "", text)
    before = loader.state()
    report = loader.load("groups", text)
    assert report.counts == {"added": 0, "changed": 0, "unchanged": len(NUMBERS)} and loader.state() == before
    told = [sentence for sentence in loader.notices() if "put back" in sentence]
    assert len(told) == 3 and "“1632960654”" in told[0]


def test_a_new_file_gets_the_0_back(loader):
    loader.load("groups", mangled(GROUPS), "others.csv")
    assert "01632960654" in phones(loader) and "07700900123" in phones(loader)


def test_news_in_the_same_line_is_taken_and_the_number_stays_as_it_is_written(loader):
    loader.load("groups", mangled(GROUPS).replace("Group 0", "Chess"))
    assert loader.report.counts["changed"] == 1
    assert loader.all("groups")["g0"].name == "Chess" and tuple(phones(loader)) == NUMBERS


@pytest.mark.parametrize("other", ["01632 960655", "01632 960654 ask Jo", ""])
def test_another_number_is_news(loader, other):
    loader.load("groups", GROUPS.replace("01632 960654", other))
    assert loader.report.counts["changed"] == 1 and phones(loader)[0] == other


def test_a_form_puts_the_0_back_and_says_so(loader):
    with loader.database.reading() as connection:
        made = read_form(connection, loader.settings, "groups", {"name": "Tea", "phone": "1632960654"})
    assert made.record.contact.phone == "01632960654"
    assert made.notices == ["This is “1632960654”; the 0 that a spreadsheet took off its front was put back."]


@pytest.mark.parametrize("damaged", ["1.63E+09", "4,41632E+11", "1e9"])
def test_a_number_whose_end_a_spreadsheet_lost_refuses_its_row_and_takes_no_good_one_away(loader, damaged):
    before = loader.state()
    loader.load("groups", GROUPS.replace("01632 960654", f'"{damaged}"'))
    (fault,) = [problem.sentence() for problem in loader.report.refusals]
    assert fault.startswith(f"row 2, column phone: is “{damaged}”") and "make the column text" in fault
    assert loader.state() == before
