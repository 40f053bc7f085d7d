"""Rows of a programmes file that are alike: what is the same is told, what is another thing is kept, and nothing of one
record ever ends in another.
"""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from assetmap.domain.text import slug
from assetmap.importing.options import Options
from assetmap.importing.programmes import loading
from assetmap.importing.programmes.fields import MOST_STEPS
from assetmap.importing.programmes.typed import Known, read_programme
from assetmap.importing.run import make_context
from assetmap.store import programmes, records
from assetmap.store.database import Database
from assetmap.store.programme_rows import DEPLOYMENTS, FIGURES, PROGRAMME_LAYERS, PROGRAMMES
from tests.loading import Loader
from tests.planned import code, wards_document
from tests.test_programmes import PLAIN, held

HEADINGS = ("record", "programme", "deployment", "name", "ward", "step", "day", "value", "unit", "source_id")
HERE = "street-friends-ward-1"


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("wards", wards_document(3), "wards.geojson")
    loader.load("programmes", PLAIN)
    yield loader
    loader.database.dispose()


def table(*rows: dict) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def programme(said="", name="", number=""):
    return {"record": "programme", "programme": said, "name": name, "source_id": number}


def deployment(name, ward, number="", record="deployment"):
    return {"record": record, "programme": "street-friends", "name": name, "ward": ward, "source_id": number}


def figure(name, value, unit="", number="", day="2026-03-01"):
    return {"record": "figure", "programme": "street-friends", "deployment": HERE, "name": name, "value": value,
            "unit": unit, "day": day, "source_id": number}


def every(loader, layer):
    with loader.database.reading() as connection:
        return programmes.every(connection, layer)


@pytest.mark.parametrize("rows", [
    (figure("Meals", 3, number=77), figure("Songs", 4, number=77)),
    (figure("Meals", 3, number=77), figure("Meals", 4, number=77, day="2026-03-02")),
    (deployment("A", "Ward 2", 77), deployment("B", "Ward 3", 77)),
    (deployment("", "Ward 2", 77, "standing"), deployment("", "Ward 3", 77, "standing")),
    (programme(name="A", number=77), programme(name="B", number=77))])
def test_a_number_that_two_rows_give_to_different_things_is_told(loader, rows):
    before = loader.state()
    loader.load("programmes", table(*rows), "numbered.csv")
    assert loader.faults() == ["row 3, column source_id: is “77”, as in row 2, which is about something else; each "
                               "needs a number of its own"] and loader.state() == before
    assert loader.load("programmes", table(*rows), "numbered.csv", skip_bad_rows=True).counts["added"] == 1


@pytest.mark.parametrize(("rows", "said"), [
    ((programme("Health & Care"), programme("Health, Care")),
     "column programme: is “Health, Care”, which is the same but for its signs as “Health & Care” in row 2"),
    ((deployment("Area: one", "Ward 2"), deployment("Area, one", "Ward 3")),
     "column name: is “Area, one”, which is the same but for its signs as “Area: one” in row 2"),
    ((figure("Hours!", 3), figure("Hours?", 4)),
     "column name: is “Hours?”, which is the same but for its signs as “Hours!” in row 2"),
    ((figure("Hours", 3, "h", 1), figure("Hours", 4, "h", 1)), "column name: is about the same as row 2; leave one"),
    ((programme(name="A", number=1), programme(name="A", number=1)), "is about the same as row 2; leave one of the")])
def test_rows_about_the_same_thing_are_told_with_what_they_have_in_common(loader, rows, said):
    before = loader.state()
    loader.load("programmes", table(*rows), "alike.csv")
    (fault,) = loader.faults()
    assert fault.startswith("row 3, ") and said in fault and loader.state() == before


@pytest.mark.parametrize(("layer", "rows"), [
    (FIGURES, (figure("Grants", 3, "£"), figure("Grants", 4, "number"))),
    (FIGURES, (figure("Grants", 3, "£", 1), figure("Grants", 4, "£", 2))),
    (FIGURES, (figure("%", 3), figure("時間", 4), figure("授業", 5))),
    (PROGRAMMES, (programme("Care", number=1), programme("Care!", number=2), programme("Care?", number=3))),
    (PROGRAMMES, (programme("中文"), programme("日本"), programme("Programme"), programme("Unnamed"))),
    (DEPLOYMENTS, (deployment("中文", "Ward 2"), deployment("日本", "Ward 2"), deployment("Street friends", "Ward 3"))),
    (DEPLOYMENTS, (deployment("Warm", "Ward 2", 1), deployment("Warm", "Ward 2", 2), deployment("Warm", "Ward 3", 3)))])
def test_different_things_are_all_kept_whether_they_come_in_one_file_or_one_after_another(loader, layer, rows):
    before = len(every(loader, layer))
    for row in rows:
        assert loader.load("programmes", table(row), "apart.csv").counts["added"] == 1, loader.faults()
    made = every(loader, layer)
    assert len(made) == before + len(rows)
    assert loader.load("programmes", table(*rows), "apart.csv").counts == {
        "added": 0, "changed": 0, "unchanged": len(rows)} and every(loader, layer) == made
    assert loader.load("programmes", table(*rows[::-1]), "back.csv", source="apart").counts["unchanged"] == len(rows)


def test_a_name_in_another_script_is_not_found_by_what_its_address_is_called(loader):
    with loader.database.writing() as connection:
        programmes.add(connection, replace(programmes.get(connection, PROGRAMMES, "street-friends")[0], id="",
                                           name="中文", source="", source_id=""), by="jo")
    assert loader.load("programmes", table(programme("Unnamed!")), "later.csv").counts["added"] == 1
    assert {one.name for one in held(loader).programmes.values()} == {"Street friends", "中文", "Unnamed!"}


def test_a_figure_keeps_its_unit_when_a_later_file_says_none_and_gets_one_that_it_had_not(loader):
    loader.load("programmes", table(figure("Grants", 3, "£")), "f.csv")
    assert loader.load("programmes", table(figure("Grants", 4)), "f.csv").counts["changed"] == 1
    assert loader.load("programmes", table(figure("People attending", 38, "people", day="2026-02-07")), "g.csv"
                       ).counts["changed"] == 1
    assert {(one.name, one.value, one.unit) for one in every(loader, FIGURES).values()} == {
        ("Grants", 4, "£"), ("People attending", 38, "people")}


def test_a_name_that_several_have_is_not_guessed_for_another_list_s_number(loader):
    loader.load("programmes", table(programme("Care", number=1), programme("Care!", number=2)), "ours.csv")
    loader.load("programmes", table(programme("Care", number=5)), "theirs.csv")
    assert loader.faults() == ["row 2, column programme: “Care” is the name of 2 programmes; give the id of one, such "
                               "as care"]


def test_a_feed_s_new_name_for_its_number_is_followed_and_an_export_of_two_feeds_keeps_their_numbers_apart(loader):
    loader.load("programmes", table(programme(name="Warm rooms", number=7)), "ours.csv")
    loader.load("programmes", table(programme(name="Warm spaces", number=7)), "ours.csv")
    assert loader.report.counts["changed"] == 1
    text = "record,programme,name,source,source_id\n" + "".join(
        f"programme,,{name},{source},1\n" for name, source in (("Left", "a"), ("Right", "b")))
    for _ in range(2):
        loader.load("programmes", text, "export.csv")
    assert loader.report.counts == {"added": 0, "changed": 0, "unchanged": 2}
    assert {one.name for one in every(loader, PROGRAMMES).values()} == {"Street friends", "Warm spaces", "Left",
                                                                        "Right"}


def test_a_row_that_names_no_place_is_no_deployment_everywhere(loader):
    loader.load("programmes", table(deployment("", "")), "nowhere.csv")
    assert loader.faults() == ["row 2, column ward: is empty; give the ward, or “all” for every one"]


@pytest.mark.parametrize("in_a_cell", [True, False])
def test_as_many_steps_fit_into_a_file_as_into_the_form(loader, in_a_cell):
    names = [f"Step no. {letter}{number}" for letter in "abcd" for number in range(20)]
    new = loader.load("programmes", steps_file("New", names[:MOST_STEPS], in_a_cell), "steps.csv")
    assert new.applied and len(every(loader, PROGRAMMES)["new"].steps) == MOST_STEPS
    made = every(loader, PROGRAMMES)["new"]
    typed = {"name": "New", "kind": "steps", "status": "active",
             "steps": [{"code": step.code, "name": step.name} for step in made.steps]}
    assert read_programme(typed, Known(), made).record == made
    loader.load("programmes", steps_file("More", names, in_a_cell), "more.csv")
    assert len(loader.report.faults) == 1 and f"at most {MOST_STEPS}" in loader.faults()[0]
    loader.load("programmes", steps_file("Street friends", names[:MOST_STEPS], in_a_cell), "kept.csv")
    assert len(loader.report.faults) == 1 and f"at most {MOST_STEPS}" in loader.faults()[0], \
        "those that progress names stay, and count"


def steps_file(name, names, in_a_cell):
    if in_a_cell:
        return f'record,programme,steps\nprogramme,{name},"{chr(10).join(names)}"\n'
    return f"record,programme,name\nprogramme,{name},\n" + "".join(f"step,{name},{one}\n" for one in names)


def test_two_programmes_of_one_file_may_have_steps_of_one_name(loader):
    loader.load("programmes", "record,programme,name\n" + "".join(
        f"{record},{of},{name}\n" for record, name in (("programme", ""), ("step", "Dig")) for of in ("A", "B")))
    assert [every(loader, PROGRAMMES)[one].steps[0].code for one in "ab"] == ["dig", "dig"]


@pytest.mark.parametrize("text", ["£.", ".", "£", "-", "inf", "nan", "1e400", "£-", "9" * 5_000])
def test_what_is_no_number_is_told_in_figures_that_can_be_read(loader, text):
    loader.load("programmes", table(figure("Meals", text)), "values.csv")
    (fault,) = loader.faults()
    assert "column value: is " in fault and ".0" not in fault, fault


def test_a_remark_for_each_of_many_programmes_ends_with_how_many_more_there_are(loader):
    report = loader.load("programmes", table(*(programme(f"P {number}") for number in range(100))), "many.csv")
    assert report.counts["added"] == 100 and len(report.remarks) < 70
    assert report.remarks[-1] == "There are 40 more such remarks."


def test_while_a_file_is_checked_others_can_save_and_what_they_saved_counts(loader):
    name = "A programme whose name is far too long to stand as it is in an address"
    saved = []

    def context_of(connection, settings, source):
        context = make_context(connection, settings, source)
        if not saved:  # somebody saves in the middle of the check, and takes the id that the file would have had
            other = Database(settings.database_address, busy_timeout_s=0.1)
            with other.writing() as own:
                record, _version = programmes.get(own, PROGRAMMES, "street-friends")
                saved.append(programmes.add(own, replace(record, id=slug(name), name="By hand", source="",
                                                         source_id=""), by="jo"))
            other.dispose()
        return context

    file = loader.file(f"record,programme,name,ward,steps,step,day\nprogramme,{name},,,Dig,,\n"
                       f"deployment,{name},Here,Ward 1,,,\nprogress,{name},,Ward 1,,Dig,2026-01-01\n", "new.csv")
    report = loading.load(loader.database, loader.settings, file, Options(), context_of, "new")
    assert saved == [slug(name)] and report.counts["added"] == 3
    made = held(loader)
    (place,) = (one for one in made.deployments.values() if one.name == "Here")
    assert made.programme_of(place.id).name == name and len(made.progress[place.id]) == 1


def test_thousands_of_rows_about_one_place_stand_where_their_last_day_says(loader):
    rows = [f"Street friends,Ward 2,{1 + number % 3},{date.fromordinal(700_000 + number)}" for number in range(2_000)]
    text = "programme,ward,step,day\n" + "\n".join(rows) + "\n"
    loader.load("programmes", text, "days.csv")
    (place,) = (one for one in held(loader).deployments.values() if one.wards == (code(1),))
    assert held(loader).standing(place.id, date(2026, 1, 1)).at == "street-meal"
    before = loader.state()
    assert not loader.load("programmes", text, "days.csv").counts["added"] and loader.state() == before


def test_every_id_of_a_name_that_many_have_is_its_own(loader):
    loader.load("programmes", table(*(figure("Meals", 1, day=date.fromordinal(700_000 + number).isoformat())
                                      for number in range(500))), "many.csv")
    with loader.database.reading() as connection:
        ids = [row[0] for row in records.identities(connection, PROGRAMME_LAYERS[FIGURES]) if row[1] == "Meals"]
    assert len(set(ids)) == 500 and f"{HERE}-meals-500" in ids
