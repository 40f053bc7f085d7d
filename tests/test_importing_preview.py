"""What a load tells those who look before they leap: each record's change, what looks alike, what is kept by hand."""

from dataclasses import replace

import pytest

from assetmap.importing import run
from assetmap.store import merging, records, undo
from assetmap.store.rows import LAYERS
from tests.loading import HUBS, Loader

FILE = "name,id,postcode,website\nChess,1,SS1 2AB,\nBridge,2,SS0 8NB,\n"


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("hubs", HUBS)
    loader.load("groups", FILE)
    yield loader
    loader.database.dispose()


def test_a_dry_run_with_details_tells_each_records_change_and_changes_nothing(loader):
    before = loader.state()
    changed = FILE.replace("SS0 8NB,", "SS0 8NB,https://example.org/bridge") + "Darts,3,SS9 2DD,\n"
    report = loader.load("groups", changed, dry_run=True, details=True)
    assert report.counts == {"added": 1, "changed": 1, "unchanged": 1} and loader.state() == before
    assert [(one.id, one.name, one.changes) for one in report.records["changed"]] == [
        ("bridge", "Bridge", {"website": ["", "https://example.org/bridge"]})]
    assert [(one.name, one.changes) for one in report.records["added"]] == [("Darts", {})]


def test_without_details_nothing_of_it_is_worked_out(loader):
    report = loader.load("groups", FILE + "Darts,3,SS9 2DD,\n", dry_run=True)
    assert report.records == {} and report.alike == []


def test_the_details_are_capped_and_the_counts_are_true(loader, monkeypatch):
    monkeypatch.setattr(run, "MOST_SHOWN", 3)
    report = loader.load("groups", "name\n" + "".join(f"Club {number}\n" for number in range(10)), dry_run=True,
                         details=True)
    assert report.counts["added"] == 10 and len(report.records["added"]) == 3


def test_a_dry_run_with_details_writes_the_rows_that_would_be_left_out(loader):
    report = loader.load("groups", FILE + "Darts,3,SSO 8NB,\n", dry_run=True, details=True, skip_bad_rows=True)
    assert report.rejected_file.endswith("groups.rejected.csv")
    assert "Did you mean SS0 8NB?" in (loader.folder / "groups.rejected.csv").read_text("utf-8-sig")
    (loader.folder / "groups.rejected.csv").unlink()
    assert not loader.load("groups", FILE + "Darts,3,SSO 8NB,\n", dry_run=True, skip_bad_rows=True).rejected_file


def test_new_rows_that_look_like_records_that_are_there_are_told(loader):
    report = loader.load("groups", "name,postcode\nThe Chess Club,SS1 2AB\nPottery,SS9 2DD\n", "other.csv",
                         dry_run=True, details=True)
    assert report.looks_alike == 1
    assert [(one.name, one.id, one.other) for one in report.alike] == [("The Chess Club", "chess", "Chess")]
    assert loader.load("groups", FILE, dry_run=True, details=True).alike == []


def test_only_so_many_new_rows_are_compared_and_that_is_said(loader, monkeypatch):
    monkeypatch.setattr(run, "MOST_COMPARED", 1)
    report = loader.load("groups", "name,postcode\nPottery,SS9 2DD\nThe Chess Club,SS1 2AB\n", "other.csv",
                         dry_run=True, details=True)
    assert report.alike == []
    assert "Of 2 new rows the first 1 were compared with what is there already." in report.remarks


def test_hand_edits_that_stay_and_those_that_give_way_are_told(loader):
    with loader.database.writing() as connection:
        for name in ("chess", "bridge"):
            record, version = records.get(connection, LAYERS["groups"], name)
            records.save_one(connection, LAYERS["groups"], replace(record, name=f"{record.name} Club"), version=version,
                             by="a steward")
    report = loader.load("groups", FILE.replace("Bridge", "Whist"), dry_run=True)
    assert report.by_hand == {"kept": [("chess", ["name"])], "overridden": [("bridge", ["name"])]}
    assert any(remark.startswith("1 keep something that was changed by hand") for remark in report.remarks)
    assert any(remark.startswith("1 lose something that was changed by hand") for remark in report.remarks)


def test_news_of_an_entry_that_was_merged_into_another_is_said(loader):
    loader.load("groups", FILE + "Darts,3,SS9 2DD,\n")
    with loader.database.writing() as connection:
        kept, version = records.get(connection, LAYERS["groups"], "chess")
        number = merging.merge(connection, LAYERS["groups"], kept, "bridge", version=version, lose_version=1, by="sam")
    assert ("1 row belongs to an entry that was merged into another, and brings no news."
            in loader.load("groups", FILE, dry_run=True).remarks)
    news = FILE.replace("SS0 8NB,", "SS0 8NB,https://example.org/bridge")
    for dry_run in (True, False):
        report = loader.load("groups", news, dry_run=dry_run)
        assert [(one.name, one.id, one.kept_id) for one in report.merged] == [("Bridge", "bridge", "chess")]
        assert ("1 row belongs to an entry that was merged into another. Its news is kept with the hidden entry; the "
                "one that people see does not get it. Please look at both.") in report.remarks
    with loader.database.writing() as connection:
        merging.merge(connection, LAYERS["groups"], kept, "darts", version=version, lose_version=1, by="sam")
    report = loader.load("groups", news + "Darts,3,SS9 2DD,https://example.org/darts\n")
    assert any(remark.startswith("2 rows belong to entries that were merged into others. The news of 1 of them, such "
                                 "as “Darts”, is kept") for remark in report.remarks)
    groups = loader.all("groups")
    assert (groups["bridge"].status, groups["bridge"].contact.website) == ("hidden", "https://example.org/bridge")
    assert groups["chess"] == kept
    with loader.database.writing() as connection:
        undo.undo_set(connection, number, by="sam")
    report = loader.load("groups", FILE)
    assert report.merged == [] and not any("merged" in remark for remark in report.remarks)  # Bridge is seen again


def test_rows_without_a_postcode_are_said_in_one_sentence(loader):
    report = loader.load("groups", "name,postcode\n" + "".join(f"Club {n},\n" for n in range(5)) + "Darts,SS1 2AB\n")
    (sentence,) = [remark for remark in report.remarks if "no position" in remark]
    assert sentence.startswith("5 of 6 have no position, because they give neither a postcode nor")
    assert not report.problems


def test_names_that_are_in_the_file_again_and_again_are_said(loader):
    report = loader.load("groups", "name,ref\nChoir,a\nChoir,b\nCHOIR,c\nPottery,d\n", "grants.csv")
    assert any(remark.startswith("1 name is in the file more than once, on 3 rows, such as “Choir”")
               for remark in report.remarks)


def test_what_settles_a_load_is_part_of_its_transaction(loader):
    before = loader.state()

    def refuse(connection, import_id):
        raise RuntimeError("not after all")

    with pytest.raises(RuntimeError):
        loader.load("groups", FILE + "Darts,3,SS9 2DD,\n", settle=refuse)
    assert loader.state() == before
    seen = []
    report = loader.load("groups", FILE, settle=lambda connection, import_id: seen.append(import_id))
    assert seen == [None] and report.import_id is None
    report = loader.load("groups", FILE + "Darts,3,SS9 2DD,\n", settle=lambda connection, number: seen.append(number))
    assert seen[1] == report.import_id is not None
