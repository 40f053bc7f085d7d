"""Taking changes back: one, a whole import, a merge, an undo."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.place import Place
from assetmap.store import history, records, undo
from assetmap.store.rows import LAYERS
from assetmap.store.steward_tables import redirects
from tests.loading import Loader

GROUPS = LAYERS["groups"]
STEWARD = "steward@example.org"


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def feed(count=5, **changed):
    """A file of groups; `changed` is number → another summary."""
    rows = [f"g{n},Group {n},{changed.get(f'g{n}', f'About {n}')},01632 960{n:03},Mondays {1 + n % 9}pm"
            for n in range(count)]
    return "id,name,summary,phone,times\n" + "\n".join(rows) + "\n"


def edit(loader, record_id, by=STEWARD, layer=GROUPS, **values):
    with loader.database.writing() as connection:
        record, version = records.get(connection, layer, record_id)
        return records.save_one(connection, layer, replace(record, **values), version=version, by=by)


def newest(loader, record_id, layer="groups"):
    with loader.database.reading() as connection:
        return history.of_record(connection, layer, record_id)[0]


def last_set(loader):
    with loader.database.reading() as connection:
        return history.sets(connection)[0]


def undo_set(loader, number):
    with loader.database.writing() as connection:
        return undo.undo_set(connection, number, by=STEWARD)


def undo_line(loader, line):
    with loader.database.writing() as connection:
        return undo.undo_line(connection, line.id, by=STEWARD)


def contents(loader, layer="groups"):
    """What people know of each record, without the bookkeeping."""
    return {record_id: replace(record, id="") for record_id, record in loader.all(layer).items()}


def test_an_edit_is_undone_and_its_history_grows(loader):
    loader.load("groups", feed())
    edit(loader, "g1", summary="Better")
    line = newest(loader, "g1")
    version = loader.database.version()
    undone = undo_line(loader, line)
    assert loader.all("groups")["g1"].summary == "About 1"
    assert (undone.changed, undone.hidden, undone.left) == (["g1"], [], [])
    back = newest(loader, "g1")
    assert (back.undoes, back.by, back.changes) == (line.id, STEWARD, {"summary": ["Better", "About 1"]})
    made = last_set(loader)
    assert (made.kind, made.id, made.counts, made.undoes) == ("undo", undone.import_id, {"changed": 1}, None)
    assert loader.database.version() == version + 1


def test_an_undo_can_be_undone_and_that_again(loader):
    loader.load("groups", feed())
    edit(loader, "g1", summary="Better")
    line = newest(loader, "g1")
    for expected in ("About 1", "Better", "About 1", "Better"):
        assert undo_line(loader, newest(loader, "g1")).changed == ["g1"]
        assert loader.all("groups")["g1"].summary == expected
    assert undo_line(loader, line).changed == ["g1"], "the first change holds again, so it can be undone again"
    assert loader.all("groups")["g1"].summary == "About 1"


def test_what_was_undone_is_not_undone_twice(loader):
    loader.load("groups", feed())
    edit(loader, "g1", summary="Better")
    line = newest(loader, "g1")
    undo_line(loader, line)
    edit(loader, "g1", summary="Better")
    before = loader.state()
    assert undo_line(loader, line) == undo.Undone(0, [], [], [])
    assert loader.state() == before, "the same words came by another change, which has an undo of its own"


def test_a_field_that_was_changed_since_is_left_and_said(loader):
    loader.load("groups", feed())
    edit(loader, "g1", summary="Better", organisation="Age Well")
    line = newest(loader, "g1")
    edit(loader, "g1", summary="Best")
    undone = undo_line(loader, line)
    record = loader.all("groups")["g1"]
    assert (record.summary, record.organisation) == ("Best", "")
    assert undone.left == [("g1", "summary")] and undone.changed == ["g1"]


def test_when_all_was_changed_since_nothing_is_written(loader):
    loader.load("groups", feed())
    edit(loader, "g1", summary="Better")
    line = newest(loader, "g1")
    edit(loader, "g1", summary="Best")
    before = loader.state()
    assert undo_line(loader, line) == undo.Undone(0, [], [], [("g1", "summary")])
    assert loader.state() == before


def test_an_import_that_changed_twenty_rows_is_undone_exactly(loader):
    loader.load("groups", feed(60))
    before = contents(loader)
    loader.load("groups", feed(60, **{f"g{n}": f"New {n}" for n in range(0, 40, 2)}))
    changed = last_set(loader)
    assert changed.counts == {"added": 0, "changed": 20, "unchanged": 40} and changed.lines == 20
    undone = undo_set(loader, changed.id)
    assert contents(loader) == before
    assert len(undone.changed) == 20 and undone.hidden == undone.left == []
    made = last_set(loader)
    assert (made.kind, made.undoes, made.counts, made.lines) == ("undo", changed.id, {"changed": 20}, 20)


def test_an_import_that_added_rows_is_undone_by_hiding_them(loader):
    loader.load("groups", feed(735))
    undone = undo_set(loader, last_set(loader).id)
    assert len(undone.hidden) == 735 and undone.changed == []
    assert {group.status for group in loader.all("groups").values()} == {"hidden"}
    assert last_set(loader).counts == {"hidden": 735}


def test_what_an_undo_hid_comes_back_when_the_undo_is_undone(loader):
    loader.load("groups", feed())
    before = contents(loader)
    first = last_set(loader)
    undone = undo_set(loader, first.id)
    again = undo_set(loader, undone.import_id)
    assert contents(loader) == before and len(again.changed) == 5
    assert len(undo_set(loader, first.id).hidden) == 5, "and the import can be undone again"


def test_an_import_undone_twice_changes_nothing_the_second_time(loader):
    loader.load("groups", feed())
    loader.load("groups", feed(g1="New"))
    number = last_set(loader).id
    undo_set(loader, number)
    before = loader.state()
    assert undo_set(loader, number) == undo.Undone(0, [], [], [])
    assert loader.state() == before


def test_an_import_is_undone_but_for_what_a_steward_changed_since(loader):
    loader.load("groups", feed())
    loader.load("groups", feed(g1="New 1", g2="New 2", g3="New 3"))
    number = last_set(loader).id
    edit(loader, "g2", summary="A steward's")
    edit(loader, "g3", name="A steward's name")
    undone = undo_set(loader, number)
    found = loader.all("groups")
    assert [found[f"g{n}"].summary for n in (1, 2, 3)] == ["About 1", "A steward's", "About 3"]
    assert found["g3"].name == "A steward's name"
    assert sorted(undone.changed) == ["g1", "g3"] and undone.left == [("g2", "summary")]
    assert last_set(loader).counts == {"changed": 2, "left": 1}


def test_two_imports_are_undone_one_after_the_other(loader):
    states = []
    for summary in ("one", "two", "three"):
        loader.load("groups", feed(g1=summary))
        states.append(contents(loader))
    with loader.database.reading() as connection:
        three, two, one = history.sets(connection)[:3]
    assert undo_set(loader, two.id) == undo.Undone(0, [], [], [("g1", "summary")]), "three stands on two"
    for number, expected in ((three, states[1]), (two, states[0])):
        undo_set(loader, number.id)
        assert contents(loader) == expected
    undo_set(loader, one.id)
    assert {group.status for group in loader.all("groups").values()} == {"hidden"}


def test_half_a_position_is_never_set_back(loader):
    loader.load("groups", "id,name,lat,lon\ng1,Tea,51.5,0.7\n")
    loader.load("groups", "id,name,lat,lon,summary\ng1,Tea,51.6,0.8,New\n")
    number = last_set(loader).id
    edit(loader, "g1", location=Location(Place(51.6, 0.9), LocationSource.GIVEN))
    undone = undo_set(loader, number)
    found = loader.one("groups")
    assert found.location.place == Place(51.6, 0.9) and found.summary == ""
    assert ("g1", "lon") in undone.left


def test_a_record_added_by_hand_is_hidden_when_that_is_undone(loader):
    loader.load("groups", feed())
    record = replace(loader.all("groups")["g1"], id="", name="By hand", source="", source_id="")
    with loader.database.writing() as connection:
        made = records.add_one(connection, GROUPS, record, by=STEWARD)
    found = loader.all("groups")["by-hand"]
    assert made == "by-hand" and (found.source, found.source_id) == ("by hand", "by-hand")
    assert undo_line(loader, newest(loader, made)).hidden == ["by-hand"]
    assert loader.all("groups")["by-hand"].status == "hidden"


def merged(loader, keep="g1", lose="g2"):
    """A merge as it is in the store: one set of changes and a redirect."""
    with loader.database.writing() as connection:
        number = records.start_import(connection, by=STEWARD, layer="groups", file="", source="", kind="merge")
        for record_id, values in ((keep, {"summary": "Both"}), (lose, {"status": "hidden"})):
            record, version = records.get(connection, GROUPS, record_id)
            records.save_one(connection, GROUPS, replace(record, **values), version=version, by=STEWARD,
                             import_id=number)
        connection.execute(insert(redirects).values(layer="groups", old_id=lose, new_id=keep, import_id=number,
                                                    at=records.now_utc(), ended_at=""))
        records.finish_import(connection, number, {"merged": 1})
    return number


def redirect_stands(loader):
    with loader.database.reading() as connection:
        return connection.execute(select(redirects.c.ended_at)).scalar_one() == ""


def test_a_merge_is_undone_with_its_redirect_and_again(loader):
    loader.load("groups", feed())
    before = contents(loader)
    number = merged(loader)
    after = contents(loader)
    undone = undo_set(loader, number)
    assert contents(loader) == before and not redirect_stands(loader)
    again = undo_set(loader, undone.import_id)
    assert contents(loader) == after and redirect_stands(loader)
    undo_set(loader, again.import_id)
    assert contents(loader) == before and not redirect_stands(loader)


def test_a_merged_record_that_is_brought_back_alone_is_no_longer_led_away_from(loader):
    loader.load("groups", feed())
    merged(loader)
    undo_line(loader, newest(loader, "g2"))
    assert loader.all("groups")["g2"].status == "active" and not redirect_stands(loader)
    assert loader.all("groups")["g1"].summary == "Both"


def test_a_preview_says_what_the_undo_then_does(loader):
    loader.load("groups", feed())
    loader.load("groups", feed(6, g1="New 1", g2="New 2"))
    edit(loader, "g2", summary="A steward's")
    number = last_set(loader).id
    before = loader.state()
    with loader.database.reading() as connection:
        plan = undo.plan_of_set(connection, number)
    assert loader.state() == before
    undone = undo_set(loader, number)
    assert plan.outcome(undone.import_id) == undone
    assert sorted(plan.changes()) == [("groups", "g1", {"summary": ["New 1", "About 1"]}),
                                      ("groups", "g5", {"status": ["active", "hidden"]})]


def test_history_is_only_ever_added_to(loader):
    loader.load("groups", feed())
    edit(loader, "g1", summary="Better")
    with loader.database.reading() as connection:
        before = history.of_record(connection, "groups", "g1")
    undo_line(loader, before[0])
    with loader.database.reading() as connection:
        assert history.of_record(connection, "groups", "g1")[1:] == before


def test_what_there_is_not_is_said(loader):
    for undone in (lambda: undo_set(loader, 99), lambda: undo_line(loader, replace_id(999))):
        with pytest.raises(NotFound, match="There is no such"):
            undone()


def replace_id(number):
    return history.Line(number, "", "", "", "", "", None, {}, None)


def test_an_import_of_postcodes_has_no_way_back_and_says_so(loader):
    loader.load("postcodes", "pcds,lat,long\nSS1 1NE,51.53,0.71\n")
    with pytest.raises(BadInput, match="load the older list again"):
        undo_set(loader, last_set(loader).id)


def test_the_history_of_accounts_is_not_undone_here(loader):
    with loader.database.writing() as connection:
        records.write_history(connection, "accounts", [("jo", "changed", json.dumps({"role": ["a", "b"]}), None)],
                              by="x", import_id=None)
    with pytest.raises(BadInput, match="cannot be undone here"):
        undo_line(loader, newest(loader, "jo", "accounts"))


def test_an_error_in_the_middle_of_an_undo_leaves_nothing(loader):
    loader.load("groups", feed())
    number = last_set(loader).id
    before = loader.state()
    with pytest.raises(ZeroDivisionError), loader.database.writing() as connection:
        undo.undo_set(connection, number, by=STEWARD)
        raise ZeroDivisionError
    assert loader.state() == before
