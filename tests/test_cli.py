"""The command line: exit codes, and what it says to whom."""

import json

import pytest
from click.testing import CliRunner

from assetmap.cli import main
from tests.loading import HUBS, assetmap

GOOD = "name,postcode\nChess,SS1 1NE\n"
BAD = "name,postcode\nChess,SS1 1NE\nBridge,SSO 8NB\n"


@pytest.fixture
def command(instance, tmp_path):
    """command("load", "groups", file) -> the finished run; texts in the folder by `command.file`."""

    def run(*arguments):
        return CliRunner().invoke(main, ["--home", str(instance.home), *map(str, arguments)], catch_exceptions=False)

    def file(text, name="groups.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    run.file, run.home, run.settings = file, instance.home, instance
    return run


def test_a_file_that_is_loaded_exits_0_and_says_what_it_did(command):
    done = command("load", "groups", command.file(GOOD))
    assert (done.exit_code, done.stdout) == (0, "groups loaded from groups.csv: 1 added.\n")
    done = command("load", "groups", command.file(GOOD))
    assert (done.exit_code, done.stdout) == (0, "groups loaded from groups.csv: 1 unchanged.\n")


def test_a_file_that_is_refused_exits_1_with_row_column_and_what_would_be_right(command):
    done = command("load", "groups", command.file(BAD))
    assert done.exit_code == 1 and done.stdout == ""
    assert done.stderr.splitlines() == [
        "row 3, column postcode: “SSO 8NB” is not a postcode. Did you mean SS0 8NB?",
        "groups.csv was refused: 1 row of 2 cannot be loaded as it is. Nothing was changed."]


@pytest.mark.parametrize(("arguments", "said"), [
    (["load", "trees", "x.csv"], "There is no layer called “trees”. There are: wards, ward-figures, hubs"),
    (["load", "groups"], "Missing argument 'FILE'"), (["load"], "Missing argument 'LAYER'"),
    (["load", "groups", "x.csv", "--map", "name"], "should be FIELD="),
    (["load", "groups", "x.csv", "--fast"], "No such option"), (["export", "vocabulary", "x.csv"], "no layer called"),
    (["grow"], "No such command")])
def test_wrong_usage_exits_2(command, arguments, said):
    done = command(*arguments)
    assert done.exit_code == 2 and said in done.stderr


@pytest.mark.parametrize(("pair", "said"), [
    ("shoe=name", "There is no field called “shoe” in groups. There are: name"),
    ("name=Nmae", "The file has no column called “Nmae”. It has: name, postcode.")])
def test_a_mapping_that_cannot_be_exits_1_and_says_what_there_is(command, pair, said):
    done = command("load", "groups", command.file(GOOD), "--map", pair)
    assert done.exit_code == 1 and said in done.stderr


def test_a_column_can_be_mapped_by_hand(command):
    done = command("load", "groups", command.file("What it is called,x\nChess,1\n"), "--map", "name=What it is called")
    assert done.exit_code == 0 and "1 added" in done.stdout and "Columns that were not used: x." in done.stdout


@pytest.mark.parametrize("name", ["nothing.csv", "https://example.org/a.csv", "/vsicurl/http://example.org/a.csv"])
def test_a_file_that_is_not_there_exits_1_with_a_sentence(command, name):
    done = command("load", "groups", name)
    assert done.exit_code == 1 and ("There is no file" in done.stderr or "is an address" in done.stderr)


def test_a_dry_run_exits_as_the_load_would(command):
    assert command("load", "groups", command.file(GOOD), "--dry-run").exit_code == 0
    assert command("load", "groups", command.file(BAD), "--dry-run").exit_code == 1
    done = command("load", "groups", command.file(BAD), "--dry-run", "--skip-bad-rows")
    assert done.exit_code == 0 and "would be loaded" in done.stdout
    assert "1 added" in command("load", "groups", command.file(GOOD)).stdout, "nothing had been loaded"


def test_skipping_bad_rows_exits_0_and_names_the_file_of_the_others(command, tmp_path):
    done = command("load", "groups", command.file(BAD), "--skip-bad-rows")
    assert done.exit_code == 0 and "1 row left out" in done.stdout
    assert str(tmp_path / "groups.rejected.csv") in done.stdout


@pytest.mark.parametrize(("text", "code", "applied"), [(GOOD, 0, True), (BAD, 1, False)])
def test_the_report_for_machines_is_json(command, text, code, applied):
    done = command("load", "groups", command.file(text), "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == code and document["applied"] is applied and document["rows"] == text.count("\n") - 1
    assert document["mapping"] == {"name": "name", "postcode": "postcode"}
    assert [problem["row"] for problem in document["problems"]] == ([] if applied else [3])


def test_a_file_that_cannot_be_read_is_json_too(command):
    done = command("load", "groups", "nothing.csv", "--json")
    assert done.exit_code == 1 and "There is no file" in json.loads(done.stdout)["error"]


def test_many_notices_of_one_kind_are_one_sentence(command):
    rows = "".join(f"Group {n},ice hockey {n}\n" for n in range(50))
    done = command("load", "groups", command.file("name,categories\n" + rows))
    assert len([line for line in done.stdout.splitlines() if "vocabulary" in line]) == 1
    assert "50 rows (2, 3, 4, 5, 6, 7, 8, 9, …), column categories: for example" in done.stdout


@pytest.mark.parametrize("arguments", [["check"], ["load", "groups", "x.csv"], ["export", "groups", "x.csv"],
                                       ["backup", "x.db"]])
def test_without_an_instance_every_command_says_how_to_make_one(tmp_path, arguments):
    done = CliRunner().invoke(main, ["--home", str(tmp_path / "none"), *arguments], catch_exceptions=False)
    assert done.exit_code == 1 and "Make one with `assetmap init --sample`" in done.stderr
    assert not (tmp_path / "none").exists()


def test_export_check_backup_and_restore(command, tmp_path):
    command("load", "hubs", command.file(HUBS, "hubs.csv"))
    command("load", "groups", command.file("name\nChess\n"))
    assert command("export", "groups", tmp_path / "out.csv").stdout == f"Wrote 1 group to {tmp_path / 'out.csv'}.\n"
    assert command("export", "groups", tmp_path / "out.doc").exit_code == 1
    assert command("backup", tmp_path / "b.db").exit_code == 0
    command("load", "groups", command.file("name\nBridge\n", "more.csv"))
    done = command("restore", tmp_path / "b.db")
    assert done.exit_code == 0 and "What was there before is kept as" in done.stdout
    assert "1 unchanged" in command("load", "groups", command.file("name\nChess\n")).stdout
    assert command("restore", tmp_path / "hubs.csv").exit_code == 1


def test_check_tells_people_and_machines_what_is_wrong_or_stale(command):
    command("load", "groups", command.file("name,phone,times\nChess,01632 960001,when it suits\n"))
    done = command("check")
    assert done.exit_code == 0 and "Groups have no position and are not online: 1 (chess)" in done.stdout
    document = json.loads(command("check", "--json").stdout)
    findings = {finding["code"]: finding for finding in document["findings"]}
    assert document["ok"] is True and document["data_version"] > 0
    assert {"group-no-position", "group-times", "group-category", "group-stale", "group-consent"} <= set(findings)
    assert findings["group-times"].items() >= {"count": 1, "records": ["chess"], "serious": False}.items()


def test_check_of_an_empty_instance_finds_nothing(command):
    assert command("check").stdout == "Nothing is wrong or stale.\n"
    assert json.loads(command("check", "--json").stdout)["findings"] == []


def test_the_program_runs_as_a_command_of_its_own(command):
    done = assetmap(command.settings, "load", "groups", command.file(BAD))
    assert done.returncode == 1 and "Did you mean SS0 8NB?" in done.stderr
