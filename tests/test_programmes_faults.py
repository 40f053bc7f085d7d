"""Files of programmes with faults: each is told once, where it is, with what would be right, and nothing is changed."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from assetmap.domain.errors import FileRefused
from assetmap.importing.programmes.fields import RECORDS
from assetmap.store import programmes
from tests.importing_pages import Importing
from tests.loading import HUBS, Loader
from tests.made_programmes import shared
from tests.planned import code, wards_document
from tests.test_programmes import PLAIN, held

SEEDS = """record,programme,deployment,name,kind,step,what,day,ward,feedback days,value
programme,Seeds,,,steps,,,,,,
step,Seeds,,Dig,,,,,,,
step,Seeds,,Sow,,,,,,10,
deployment,Seeds,plots,The plots,,,,,Ward 1,,
role,Seeds,plots,Gardener,,,,,,,
progress,Seeds,plots,,,Dig,begun,2026-01-05,,,
figure,Seeds,,Beds,,,,2026-02-07,Ward 1,,12
date,Seeds,,Harvest,,Sow,,2027-09-01,,,
"""


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("wards", wards_document(3), "wards.geojson")
    loader.load("hubs", HUBS)
    yield loader
    loader.database.dispose()


def rejected(loader, name):
    return list(csv.reader(io.StringIO((loader.folder / name).read_text("utf-8-sig"))))


def workbook(loader, name, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(loader.folder / name)
    return loader.folder / name


@pytest.mark.parametrize(("row", "bad", "fault", "follow"), [
    ("programme,Seeds,,,steps", "programme,Seeds,,,stepz", "row 2, column kind: is “stepz”",
     ["7 rows (3, 4, 5, 6, 7, 8, 9), column programme: is “Seeds”, which is not loaded, because row 2 was refused"]),
    ("step,Seeds,,Dig,,,,,,,", "step,Seeds,,Dig,,,,,,ten,", "row 3, column feedback days: is “ten”, and should be a "
                                                            "whole number, in figures",
     ["row 7, column step: is “Dig”, which is not loaded, because row 3 was refused"]),
    ("The plots,,,,,Ward 1", "The plots,,,,,Word 1", "row 5, column ward: has “Word 1”, which is no ward that is "
                                                     "loaded (did you mean “Ward 1”?)",
     ["2 rows (6, 7), column deployment: is “plots”, which is not loaded, because row 5 was refused",
      "row 8, column ward: is “Ward 1”, and “Seeds” has no deployment there",
      "row 9, column deployment: is empty, and the deployment that would be meant is not loaded, because row 5 was"])])
def test_a_fault_is_told_once_and_what_rests_on_its_row_is_counted(loader, row, bad, fault, follow):
    before = loader.state()
    report = loader.load("programmes", SEEDS.replace(row, bad))
    told = [problem.sentence() for problem in report.faults] + report.follow_groups()
    assert report.refused and loader.state() == before
    assert told[0].startswith(fault) and len(told) == 1 + len(follow)
    assert all(any(sentence.startswith(one) for sentence in told[1:]) for one in follow), told
    assert loader.load("programmes", SEEDS).counts["added"] == 5, "the file itself is sound"


def test_a_programme_that_is_not_there_is_named_once_for_all_its_rows(loader):
    loader.load("programmes", PLAIN)
    report = loader.load("programmes", "programme,ward,step\nStreet frends,Ward 1,1\nBread,Ward 1,1\nBread,Ward 2,1\n"
                                       "Bread,Ward 3,2\n", "plain.csv")
    assert [problem.row for problem in report.faults] == [2, 3]
    assert "(did you mean “Street friends”?)" in loader.faults()[0]
    assert "describe a new one in rows whose record is programme and step" in loader.faults()[1]
    assert report.follow_groups() == ["2 rows (4, 5), column programme: is “Bread”, as in row 3"]
    assert "would be refused: 4 rows of 4" in loader.load(
        "programmes", loader.folder / "plain.csv", dry_run=True).headline()


def test_nothing_of_a_rejected_row_is_loaded_and_all_of_it_is_in_the_rejected_file(loader):
    loader.load("programmes", PLAIN + "programme,Hubs,,,state,,,,,,\nstep,Hubs,,Open,,,,,,,\n")
    wide = "Ward,Street friends,Hubs,Lead\nWard 2,2,dancing,Ours\nWard 3,1,open,Theirs\nWord 9,3,open,\n"
    report = loader.load("programmes", wide, "wide.csv", skip_bad_rows=True)
    assert {one.wards for one in held(loader).deployments.values()} == {(code(0),), (code(2),)}
    assert report.headline().endswith("2 rows left out.")
    assert rejected(loader, "wide.rejected.csv")[:2] == [
        ["Ward", "Street friends", "Hubs", "Lead", "reason"],
        ["Ward 2", "2", "dancing", "Ours", "Hubs: is “dancing”, which “Hubs” does not have; it has: 1 Open"]]
    assert len(report.faults) == 2, "a ward that is not there is told once, however many cells its row has"
    text = (loader.folder / "wide.rejected.csv").read_text("utf-8-sig").replace("dancing", "1")
    loader.load("programmes", text.replace("Word 9", ""), "wide.rejected.csv")
    assert loader.faults() == ["row 3, column Ward: is empty; give the ward, or “all” for every one"]
    assert loader.load("programmes", text.replace("Word 9", "all"), "wide.rejected.csv").counts["added"] == 8
    loader.load("programmes", SEEDS.replace("The plots,,,,,Ward 1", "The plots,,,,,Atlantis"), skip_bad_rows=True)
    assert [one for one in held(loader).deployments.values() if one.programme_id == "seeds"] == []
    assert [row[0] for row in rejected(loader, "programmes.rejected.csv")[1:]] == ["deployment", "role", "progress",
                                                                                   "figure", "date"]


def test_a_deployment_with_an_unknown_place_is_not_loaded_without_it(loader):
    with_hub = SEEDS.replace("value\n", "value,hub\n", 1).replace("Ward 1,,\n", "Ward 1,,,Nowhere Hall\n", 1)
    loader.load("programmes", with_hub, skip_bad_rows=True)
    assert not held(loader).deployments and "no place on this map" in loader.faults()[0]


def test_the_same_file_twice_changes_nothing_in_any_of_its_three_shapes(loader):
    table = [[None if cell == "" else cell for cell in row] for row in csv.reader(io.StringIO(SEEDS))]
    for row in table[1:]:
        row[7] = row[7] and datetime.fromisoformat(row[7])
        row[10] = row[10] and float(row[10])
    files = [workbook(loader, "rows.xlsx", *table),
             workbook(loader, "plain.xlsx", ["Programme", "Ward", "Step reached", "Date"],
                      ["Seeds", "Ward 2", 2, date(2026, 3, 1)], ["seeds", code(2), "Dig", "1 April 2026"],
                      ["Seeds", "Ward 2", "Step 1", datetime(2026, 5, 1)]),
             workbook(loader, "wide.xlsx", ["Seeds by ward"], ["Ward", "Seeds"], ["Ward 2", "Sow"], ["Ward 3", 2.0])]
    for number, file in enumerate(files):
        assert loader.load("programmes", file).counts["added"], file
        before = loader.state()
        report = loader.load("programmes", file)
        assert not report.counts["added"] + report.counts["changed"] and loader.state() == before, file
        text = loader.folder / f"again-{number}.csv"
        with open(text, "w", newline="") as target:
            csv.writer(target).writerows(table if number == 0 else [
                [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row]
                for row in _rows_of(file)])
        assert not loader.load("programmes", text, source=file.stem).counts["added"], text
        assert loader.state() == before
    deployment = next(one for one in held(loader).deployments.values() if one.wards == (code(1),))
    assert held(loader).standing(deployment.id, date(2026, 6, 1)).back_on == (date(2026, 5, 1),)


def _rows_of(file):
    from openpyxl import load_workbook

    return load_workbook(file).active.iter_rows(values_only=True)


def test_a_step_that_progress_or_a_date_names_stays_at_its_place_and_other_steps_go(loader):
    loader.load("programmes", PLAIN)
    report = loader.load("programmes", "record,programme,name,step\nstep,Street friends,Say hello,\n"
                                       "step,Street friends,A meal in the street,street-meal\n", "steps.csv")
    assert ["“Street friends” keeps “Knock on doors” (knock-on-doors)" in report.remarks[0],
            "“Every month” (every-month) any more" in report.remarks[1]] == [True, True], report.remarks
    (programme,) = held(loader).programmes.values()
    assert [step.code for step in programme.steps] == ["knock-on-doors", "say-hello", "street-meal"]
    assert held(loader).standing("street-friends-ward-1", date(2026, 1, 20)).at == "knock-on-doors"
    loader.load("programmes", 'record,programme,steps\nprogramme,Street friends,"Say hello; Cheer"\n', "cell.csv")
    assert [step.name for step in held(loader).programmes["street-friends"].steps] == [
        "Knock on doors", "Say hello", "A meal in the street", "Cheer"]


@pytest.mark.parametrize(("line", "said"), [
    ("programme,Street friends,elements", "column kind: is elements, and what is noted of “Street friends” (2 of its "
                                          "steps) would mean something else; leave it steps"),
    ('programme,New,steps,"Sow; Dig; sow"', "column steps: has “sow” twice; each needs a name of its own")])
def test_steps_that_cannot_be_told_apart_and_another_kind_of_progress_are_refused(loader, line, said):
    loader.load("programmes", PLAIN)
    loader.load("programmes", f"record,programme,kind,steps\n{line}\n", "bad.csv")
    assert said in loader.faults()[0]


def test_a_column_that_names_no_programme_is_told_with_the_one_that_may_be_meant(loader):
    loader.load("programmes", PLAIN)
    report = loader.load("programmes", "Ward,Street friends,Street freinds\nWard 2,1,2\n", "wide.csv")
    assert "No programme is called “Street freinds” (did you mean “Street friends”?), so its column was not read." in \
        report.remarks
    with pytest.raises(FileRefused, match=r"Street freinds \(did you mean “Street friends”\?\)"):
        loader.load("programmes", "Ward,Street freinds\nWard 2,1\n", "wide.csv")


HOSTILE = ('=cmd|"/c calc"!A1', "+1+1", "<script>alert(1)</script>", "\x07\x1b[31m", "x" * 30_000, "‮drow",
           "31/02/2026", "E05999999", "9" * 400, "a;b\nc", '""quoted" twice""', "NaN", "2026-13-01", "../../etc/passwd")
COLUMNS = ("programme", "deployment", "name", "kind", "step", "what", "day", "ward", "value", "hub", "public",
           "themes", "link", "photo", "feedback_days", "time", "steps", "outline", "phone", "languages_offered",
           "status", "until")


@pytest.mark.parametrize("record", RECORDS)
def test_hostile_cells_give_sentences_with_row_and_column_and_change_nothing(loader, record):
    loader.load("programmes", PLAIN)
    before = loader.state()
    sound = {"programme": "Street friends", "ward": "Ward 1", "name": "A name", "step": "1", "day": "2026-01-09",
             "value": "3", "record": record}
    rows = [sound | {column: text} for column in COLUMNS for text in HOSTILE]
    text = io.StringIO()
    writer = csv.DictWriter(text, ["record", *COLUMNS])
    writer.writeheader()
    writer.writerows(rows)
    report = loader.load("programmes", text.getvalue(), "hostile.csv", source="hostile")
    assert report.refused and loader.state() == before
    for problem in report.refusals:
        assert 2 <= problem.row <= len(rows) * 2 and problem.column in ("record", *COLUMNS) and len(
            problem.message) < 700, problem
        assert problem.message.startswith(("is ", "has ", "says ", "reaches ", "“")), problem
        assert not any(ord(sign) < 32 or sign == "‮" for sign in problem.message), problem
    loader.load("programmes", text.getvalue(), "hostile.csv", source="hostile", skip_bad_rows=True)
    state = loader.state()
    assert not any(loader.load("programmes", text.getvalue(), "hostile.csv", source="hostile", skip_bad_rows=True
                               ).counts[word] for word in ("added", "changed")) and loader.state() == state


@pytest.mark.parametrize("encode", [lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: text.encode("utf-16"),
                                    lambda text: text.replace(",", ";").encode("cp1252"),
                                    lambda text: text.replace("\n", "\r\n").replace(",", "\t").encode("utf-16-le")])
def test_a_file_saved_by_another_program_is_read_all_the_same(loader, encode):
    assert loader.load("programmes", encode(SEEDS)).counts["added"] == 5 and not loader.faults()


def test_a_workbook_with_merged_headings_is_read_from_the_row_of_its_columns(loader):
    loader.load("programmes", PLAIN)
    book = Workbook()
    for row in (["What is under way", None], [None, "Programmes"], ["Ward", "Street friends"], ["Ward 2", 2]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.save(loader.folder / "merged.xlsx")
    loader.load("programmes", loader.folder / "merged.xlsx")
    assert any(one.wards == (code(1),) for one in held(loader).deployments.values())


def test_the_pages_of_an_import_show_a_fault_once_and_count_what_rests_on_it(steward_client):
    importing = Importing(steward_client)
    importing.upload("programmes", SEEDS.replace("steps,", "stepz,").replace(",Ward 1,", ",Milton,")).columns()
    importing.get("preview")
    assert importing.figures()["rows with faults"] == 8
    assert importing.words.count("was refused") == 1 and "Left out because of these" in importing.words
    assert "7 rows (3, 4, 5, 6, 7, 8, 9), column programme: is “Seeds”" in importing.words


def test_what_people_renamed_or_moved_is_known_again_by_the_file_that_brought_it(loader):
    plain = "Programme,Ward,Step,Date\nStreet friends,Ward 2,2,2026-03-01\n"
    loader.load("programmes", PLAIN)
    loader.load("programmes", plain, "plain.csv")
    for layer, record_id, changes in (("programmes", "street-friends", {"name": "Good neighbours"}),
                                      ("deployments", "street-friends-ward-2", {"wards": (code(2),), "name": "North"}),
                                      ("deployments", "street-friends-ward-1", {"neighbourhood": "The Lanes"})):
        with loader.database.writing() as connection:
            record, version = programmes.get(connection, layer, record_id)
            assert programmes.save(connection, replace(record, **changes), version=version, by="jo")
    for text, name in ((PLAIN, "programmes.csv"), (plain, "plain.csv")):
        assert not loader.load("programmes", text, name).counts["added"] and not loader.faults()
    made = held(loader)
    assert [one.name for one in made.programmes.values()] == ["Good neighbours"]
    assert made.deployments["street-friends-ward-2"].wards == (code(2),) and len(made.deployments) == 2


def test_names_in_any_script_and_long_ones_are_told_apart(loader):
    long = "A programme of the council's neighbourhood team with its many friends in "
    rows = [("programme", "Спільнота", ""), ("step", "Спільнота", "Слухати"), ("step", "Спільнота", "Говорити"),
            ("programme", "কমিউনিটি", ""), ("programme", "কমিউনিটা", ""), ("programme", long + "Leigh", ""),
            ("programme", long + "Milton", ""), ("standing", "Спільнота", "Говорити")]
    text = "record,programme,name,step,ward\n" + "".join(
        f"{record},{of},{name if record == 'step' else ''},{name if record == 'standing' else ''},Ward 1\n"
        for record, of, name in rows)
    loader.load("programmes", text)
    assert not loader.faults() and len(held(loader).programmes) == 5
    (deployment,) = held(loader).deployments.values()
    standing = held(loader).standing(deployment.id, date.today())
    assert held(loader).programme_of(deployment.id).number(standing.at) == 2
    before = loader.state()
    assert not loader.load("programmes", text).counts["added"] and loader.state() == before


def test_where_a_place_stands_on_a_day_to_come_is_not_known_yet(loader):
    loader.load("programmes", PLAIN)
    loader.load("programmes", "Programme,Ward,Step,Date\nStreet friends,Ward 2,2,2199-03-01\n", "plain.csv")
    assert loader.faults() == ["row 2, column Date: is 2199-03-01, which has not come yet; what is to come is planned"]


def test_what_the_readme_and_the_template_s_page_show_loads_as_it_stands(loader, steward_client):
    from assetmap import paths
    from assetmap.web.steward.import_programme_fields import SHAPES

    loader.load("wards", paths.geodata() / "wards.geojson")
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    example = readme.partition("```\n  record,programme")[2].partition("```")[0]
    loader.load("programmes", "record,programme" + example.replace("\n  ", "\n"), "readme.csv", dry_run=True)
    assert loader.report.counts["added"] == 3 and not loader.faults() + loader.notices()
    page = steward_client.get("/steward/import/templates/programmes").text
    for number, (title, _about, rows) in enumerate(SHAPES):
        assert title in page
        if number == 2:
            loader.load("programmes", "record,programme,kind,steps\nprogramme,Community hubs,state,Open\n", "hubs.csv")
        text = "\n".join(",".join(row) for row in rows)
        assert loader.load("programmes", text, f"shape-{number}.csv").counts["added"], title
        assert not loader.faults() + loader.notices()
    template = steward_client.get("/steward/import/templates/programmes.csv").data
    assert not loader.load("programmes", template, "template.csv").refused


def test_what_was_changed_by_hand_leads_from_the_preview_to_its_own_form(own_app, steward_client):
    importing = Importing(steward_client)
    text = SEEDS.replace(",Ward 1,", ",Milton,")
    importing.upload("programmes", text).columns()
    importing.apply()
    with shared(own_app).database.writing() as connection:
        record, version = programmes.get(connection, "deployments", "plots")
        programmes.save(connection, replace(record, lead="Us"), version=version, by="jo")
        figure = next(one for one in programmes.every(connection, "deployment-figures").values() if one.name == "Beds")
        programmes.save(connection, replace(figure, value=13.0), version=1, by="jo")
    importing.upload("programmes", text).columns()
    page = importing.get("preview")
    assert f"/plan/programmes/edit/deployment-figures/{figure.id}/change" in page.text and "Number" in page.words


def test_who_loads_more_of_a_programme_that_was_taken_away_is_told(loader):
    loader.load("programmes", PLAIN)
    with loader.database.writing() as connection:
        programmes.hide(connection, "programmes", "street-friends", by="jo")
    report = loader.load("programmes", "Programme,Ward,Step\nStreet friends,Ward 2,2\n", "plain.csv")
    assert any("“Street friends” was taken away here, so nobody sees" in remark for remark in report.remarks)


def test_a_row_that_goes_back_to_what_was_not_there_is_told_and_one_that_its_history_explains_is_loaded(loader):
    back = SEEDS + "progress,Seeds,plots,,,{step},gone back,2026-03-01,,,\n"
    loader.load("programmes", back.format(step="Sow"))
    assert loader.faults() == ["row 10, column step: is “Sow”, which went back on 2026-03-01; but it comes after step "
                               "1, “Dig”, which is how far it had got before that day; choose the step that is under "
                               "way again"]
    assert not held(loader).deployments
    later = "progress,Seeds,plots,,,Sow,begun,2026-02-01,,,\n"
    assert loader.load("programmes", back.format(step="Dig") + later).counts["added"]
    assert held(loader).standing("plots", date(2026, 6, 1)).back_on == (date(2026, 3, 1),)
    plain = "Programme,Ward,Step reached,What,Date\nSeeds,Ward 2,{}\n"
    loader.load("programmes", plain.format("Dig,gone back,1/6/2026"), "plain.csv")
    assert "column Step reached: is “Dig”" in loader.faults()[0]
    loader.load("programmes", plain.format("Sow,reached,1/5/2026"), "plain.csv")
    for day in ("1/6/2026", "2/6/2026"):
        loader.load("programmes", plain.format(f"Dig,gone back,{day}"), "plain.csv")
        assert not loader.faults(), "said again, it stands so already"
    (deployment,) = (one for one in held(loader).deployments.values() if one.wards == (code(1),))
    assert held(loader).standing(deployment.id, date(2026, 7, 1)).back_on == (date(2026, 6, 1),)
