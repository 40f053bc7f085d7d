"""Reads and writes of single records, and their history."""

import json
import multiprocessing
import time
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from assetmap.domain.contact import Contact
from assetmap.domain.errors import Conflict, NotFound, Unavailable
from assetmap.domain.group import Group, Meeting
from assetmap.domain.hub import Hub
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.place import Place
from assetmap.domain.schedule import Rule, Session
from assetmap.store import records
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS, content_of, contents_of, fingerprint
from assetmap.store.tables import history
from tests.loading import Loader
from tests.processes import apart

GROUPS = LAYERS["groups"]
FULL = Group(
    "tea", "Tea", "A cuppa", "Long", "Age Well", ("coffee-chat",), ("bombing",), ("everyone",), 50, 99, "paid", "£2",
    ("en", "pl"), ("step_free",), ("people",), "Mondays",
    (Meeting(Session(Rule("weekly", (0,)), text="Mondays"), "hall"),), "hall", "1 High St",
    "SS1 1NE", Location(Place(51.5, 0.7), LocationSource.GIVEN), True, True,
    Contact("01632 960001", "a@example.org", "https://example.org", True), "hm", "paused", date(2026, 1, 2), "s", "1")
RECORDS = [FULL, Group("bare", "Bare", source="s", source_id="2"),
           Hub("hall", "Hall", "library", capacity=30, last_confirmed=date(2020, 2, 29), source="s", source_id="h"),
           Opportunity("teach", "Teach", "skill", "ask", hours=1.5, reach_m=200, expires=date(2027, 1, 1), source="s",
                       source_id="o", meetings=FULL.meetings)]
LAYER_OF = {Group: GROUPS, Hub: LAYERS["hubs"], Opportunity: LAYERS["opportunities"]}


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def save(database, *wanted):
    for record in wanted:
        with database.writing() as connection:
            saved = records.save_feed(connection, LAYER_OF[type(record)], [record], by="test", start=lambda: 0)
    return saved


def lines(database, record_id):
    with database.reading() as connection:
        return connection.execute(select(history).where(history.c.record_id == record_id)
                                  .order_by(history.c.id)).mappings().all()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
def test_a_record_comes_back_as_it_was_saved(loader, record):
    save(loader.database, record)
    with loader.database.reading() as connection:
        found, version = records.get(connection, LAYER_OF[type(record)], record.id)
    assert found == record and version == 1


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
def test_many_records_at_once_are_kept_as_one_by_one(record):
    layer = LAYER_OF[type(record)]
    contact = record.contact
    columns = {name: [getattr(record, name)] * 2 for name in type(record).__dataclass_fields__ if name != "contact"}
    columns |= {"phone": [contact.phone] * 2, "email": [contact.email] * 2, "website": [contact.website] * 2,
                "consent": [contact.consent] * 2}
    assert contents_of(layer, columns) == [content_of(layer, record)] * 2


def test_a_fingerprint_moves_with_every_field():
    seen = {fingerprint(content_of(GROUPS, FULL))}
    for name in FULL.__dataclass_fields__:
        if name != "id":
            blank = Group("x", "Y", source="other", source_id="z", status="ended")
            seen.add(fingerprint(content_of(GROUPS, replace(FULL, **{name: getattr(blank, name)}))))
    assert len(seen) == len(FULL.__dataclass_fields__)


def test_equal_records_have_equal_fingerprints_in_every_process():
    content = content_of(GROUPS, FULL)
    twin = tuple("".join(list(value)) if isinstance(value, str) else value for value in content)
    assert fingerprint(twin) == fingerprint(content)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_fingerprint_of_full) == fingerprint(content)


def _fingerprint_of_full():
    return fingerprint(content_of(GROUPS, FULL))


def test_history_says_who_changed_what_from_what_to_what(loader):
    save(loader.database, FULL)
    with loader.database.writing() as connection:
        records.save_one(connection, GROUPS, replace(FULL, name="Coffee", last_confirmed=date(2026, 2, 3)), version=1,
                         by="jo@example.org")
    added, changed = lines(loader.database, "tea")
    assert (added["action"], changed["action"], changed["by"]) == ("added", "changed", "jo@example.org")
    assert json.loads(changed["changes"]) == {"name": ["Tea", "Coffee"], "last_confirmed": ["2026-01-02", "2026-02-03"]}


def test_an_edit_of_an_older_version_is_a_conflict_and_changes_nothing(loader):
    save(loader.database, FULL)
    with loader.database.writing() as connection:
        records.save_one(connection, GROUPS, replace(FULL, name="First"), version=1, by="a")
    before = loader.state()
    with pytest.raises(Conflict, match="Somebody else changed “Second” while you were editing"), \
            loader.database.writing() as connection:
        records.save_one(connection, GROUPS, replace(FULL, name="Second"), version=1, by="b")
    assert loader.state() == before


def test_a_record_that_there_is_not_is_said(loader):
    with pytest.raises(NotFound, match="There is no group called “nothing”"), loader.database.reading() as connection:
        records.get(connection, GROUPS, "nothing")


def test_a_hidden_record_stays_with_its_history(loader):
    save(loader.database, FULL)
    with loader.database.writing() as connection:
        records.hide(connection, GROUPS, "tea", by="jo")
    assert loader.all("groups")["tea"].status == "hidden" and len(lines(loader.database, "tea")) == 2


def test_an_error_in_the_middle_of_a_write_leaves_nothing(loader):
    before = loader.state()
    with pytest.raises(ZeroDivisionError), loader.database.writing() as connection:
        records.save_feed(connection, GROUPS, [FULL], by="test", start=lambda: 0)
        raise ZeroDivisionError
    assert loader.state() == before


def test_ids_are_found_fast_and_never_twice_among_thousands_of_one_name(loader):
    wanted = [replace(FULL, id="tea", source_id=str(n)) for n in range(3_000)]
    with loader.database.writing() as connection:
        saved = records.save_feed(connection, GROUPS, wanted, by="test", start=lambda: 0)
    assert len(set(saved.added)) == 3_000 and "tea" in saved.added and "tea-3000" in saved.added


def _edit(address: str, worker: int, times: int) -> int:
    """Edits one of three groups as a web process would: read, change, save; on a conflict, again."""
    database, conflicts = Database(address), 0
    for number in range(times):
        record_id = f"g{number % 3}"
        while True:
            with database.reading() as connection:
                record, version = records.get(connection, GROUPS, record_id)
            count = int(record.summary or 0) + 1
            try:
                with database.writing() as connection:
                    records.save_one(connection, GROUPS, replace(record, summary=str(count)), version=version,
                                     by=f"worker {worker}")
                break
            except Conflict:
                conflicts += 1
                time.sleep(0.001 * worker)
            except Unavailable as error:
                raise AssertionError(error.message) from error
    database.dispose()
    return conflicts


def test_survive_39_eight_processes_editing_at_once_lose_no_update(loader):
    save(loader.database, *(Group(f"g{n}", f"Group {n}", source="s", source_id=str(n)) for n in range(3)))
    version = loader.database.version()
    address = loader.settings.database_address
    with apart().Pool(8) as pool:
        conflicts = pool.starmap(_edit, [(address, worker, 100) for worker in range(8)])
    edits = [line for n in range(3) for line in lines(loader.database, f"g{n}") if line["action"] == "changed"]
    assert len(edits) == 800 and loader.database.version() == version + 800
    assert sum(int(group.summary) for group in loader.all("groups").values()) == 800
    assert sum(conflicts) > 0, "they did meet"
