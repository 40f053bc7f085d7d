"""Undoing an import hides what people have worked on since too, and says so before and after."""

from dataclasses import replace

import pytest

from assetmap.importing.run import Options, load
from assetmap.store import history, merging, records
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of

GROUPS = LAYERS["groups"]


@pytest.fixture
def feed(own_app, tmp_path):
    """feed(summary) loads four clubs and returns the set's number."""
    held = own_app.extensions["assetmap"]

    def loaded(summary="Old words"):
        file = tmp_path / "clubs.csv"
        file.write_text("id,name,summary\n" + "".join(f"c{n},Club number {n},{summary}\n" for n in range(4)))
        return load(held.database, held.settings, "groups", file, Options(by="jo@example.org")).import_id

    return loaded


def edit(app, record_id, by="ann@example.org", **values):
    with app.extensions["assetmap"].database.writing() as connection:
        record, version = records.get(connection, GROUPS, record_id)
        records.save_one(connection, GROUPS, replace(record, **values), version=version, by=by)


def preview(client, number):
    return client.get(f"/steward/changes/{number}/undo").get_data(as_text=True)


def undo(client, number):
    answer = client.post(f"/steward/changes/{number}/undo", data={"csrf": csrf_of(client)})
    return client.get(answer.location).get_data(as_text=True)


def test_what_people_edited_since_is_counted_and_named_first_and_the_result_says_so(own_app, steward_client, feed):
    number = feed()
    edit(own_app, "c1", summary="Better words")
    edit(own_app, "c2", by="bea@example.org", summary="Other words")
    page = preview(steward_client, number)
    assert "Edited or confirmed since, and hidden with the rest: 2" in page
    listed = page[page.index("and hidden with the rest"): page.index("Yes, undo it")]
    assert listed.index("Club number 2") < listed.index("Club number 1")
    assert "bea@example.org" in listed and "ann@example.org" in listed and 'href="/steward/groups/c1/history"' in listed
    rest = page[page.index("Will be hidden, unchanged since"):]
    assert "Club number 0" in rest and "Club number 3" in rest and "Club number 1" not in rest
    done = undo(steward_client, number)
    assert "4 were hidden" in done and "2 of the hidden were edited or confirmed since." in done
    with own_app.extensions["assetmap"].database.reading() as connection:
        assert {records.get(connection, GROUPS, f"c{n}")[0].status for n in range(4)} == {"hidden"}


def test_a_merge_by_hand_is_work_too(own_app, steward_client, feed):
    number = feed()
    with own_app.extensions["assetmap"].database.writing() as connection:
        (keep, version), (_, lose_version) = (records.get(connection, GROUPS, one) for one in ("c1", "c2"))
        merging.merge(connection, GROUPS, replace(keep, summary="Both"), "c2", version=version,
                      lose_version=lose_version, by="ann@example.org")
    assert "Edited or confirmed since, and hidden with the rest: 1" in preview(steward_client, number)


def test_what_only_the_feed_and_undos_touched_is_not_said_to_be_edited(own_app, steward_client, feed):
    number = feed()
    second = feed("New words")
    undo(steward_client, second)
    undo(steward_client, number)
    with own_app.extensions["assetmap"].database.reading() as connection:
        third = history.sets(connection)[0].id
    undo(steward_client, third)
    page = preview(steward_client, number)
    assert "Edited or confirmed since" not in page and "Will be hidden</h2>" in page
    assert "edited or confirmed" not in undo(steward_client, number)
