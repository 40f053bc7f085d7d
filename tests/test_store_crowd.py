"""SURVIVE 39: many people at once over the same few records, by their forms and by their files."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest

from assetmap.domain.errors import Conflict
from assetmap.domain.group import Group
from assetmap.store import history, records, undo
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS
from assetmap.web.signed_in import COOKIE
from tests.conftest import signed_in_as
from tests.live import serving
from tests.loading import Loader
from tests.processes import apart

GROUPS = LAYERS["groups"]
PEOPLE, FORMS_EACH, TURNS = 8, 6, 10


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def add(database, *names):
    with database.writing() as connection:
        return [records.add_one(connection, GROUPS, Group("", name, summary="0"), by="test") for name in names]


def lines_of(database, record_id):
    with database.reading() as connection:
        return history.of_record(connection, "groups", record_id)


def count_up(database, record_id, by, field):
    """One edit that counts on what was there: read, add one, save; when somebody was first, again."""
    while True:
        with database.reading() as connection:
            record, version = records.get(connection, GROUPS, record_id)
        try:
            with database.writing() as connection:
                record = replace(record, **{field: str(int(getattr(record, field) or 0) + 1)})
                assert records.save_one(connection, GROUPS, record, version=version, by=by)
                return
        except Conflict:
            continue


def start(connection) -> int:
    return records.start_import(connection, by="feed", layer="groups", file="f", source="feed")


def _steward(address: str, by: str) -> None:
    database = Database(address)
    for _ in range(TURNS):
        count_up(database, "tea", by, "summary")
    database.dispose()


def _undoer(address: str) -> int:
    """Changes and takes back, as somebody who cannot decide."""
    database, undone = Database(address), 0
    for number in range(TURNS):
        with database.writing() as connection:
            record, version = records.get(connection, GROUPS, "tea")
            records.save_one(connection, GROUPS, replace(record, organisation=f"Number {number}"), version=version,
                             by="undoer")
            line = history.of_record(connection, "groups", "tea")[0]
        with database.writing() as connection:
            undone += len(undo.undo_line(connection, line.id, by="undoer").changed)
    database.dispose()
    return undone


def _feeder(address: str) -> None:
    """Loads a feed of the same record again and again, each time with other news."""
    database = Database(address)
    for number in range(TURNS):
        with database.writing() as connection:
            records.save_feed(
                connection, GROUPS, [Group("tea", "Tea", source="feed", source_id="1", description=f"News {number}")],
                by="feed", start=partial(start, connection))
    database.dispose()


def test_stewards_a_feed_and_an_undoer_at_once_lose_nothing_of_each_other(loader):
    with loader.database.writing() as connection:
        records.save_feed(connection, GROUPS, [Group("tea", "Tea", source="feed", source_id="1", summary="")],
                          by="feed", start=partial(start, connection))
    address = loader.settings.database_address
    with apart().Pool(8) as pool:
        jobs = [pool.apply_async(_steward, (address, f"steward {n}")) for n in range(6)]
        jobs.append(pool.apply_async(_feeder, (address,)))
        undone = pool.apply_async(_undoer, (address,))
        for job in jobs:
            job.get(timeout=300)
        assert undone.get(timeout=300) == TURNS
    tea = loader.one("groups")
    assert (tea.summary, tea.organisation, tea.description) == (str(6 * TURNS), "", f"News {TURNS - 1}")
    made = lines_of(loader.database, "tea")
    assert len(made) == 1 + 6 * TURNS + TURNS + 2 * TURNS
    with loader.database.reading() as connection:
        assert records.get(connection, GROUPS, "tea")[1] == len(made)
    told = dict.fromkeys(("summary", "organisation", "description"), "")
    for line in reversed(made):
        assert all(told[name] == old for name, (old, _) in line.changes.items()), "each line begins where one ended"
        told |= {name: new for name, (_, new) in line.changes.items()}


class Person:
    """A steward with a browser of the simplest kind."""

    def __init__(self, address: str, token: str):
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        self._cookie = f"{COOKIE}={token}"
        self.seen: list[int] = []

    def ask(self, method: str, path: str, data: dict | None = None) -> tuple[int, str]:
        headers = {"Cookie": self._cookie}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(data, doseq=True) if data is not None else None, headers)
        answer = self._connection.getresponse()
        self.seen.append(answer.status)
        return answer.status, answer.read().decode()

    def count_up(self, path: str) -> None:
        """Adds one to what the form says; when somebody was first, from the beginning."""
        while True:
            status, page = self.ask("GET", path)
            assert status == 200
            form = form_in(page)
            form["summary"] = [str(int(form["summary"][0]) + 1)]
            status, page = self.ask("POST", path, form)
            assert status in (303, 409), page[:2_000]
            assert "database is locked" not in page
            if status == 303:
                return

    def close(self) -> None:
        self._connection.close()


def form_in(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form as it came."""
    page = page[page.index('<form class="edit-form"'):]
    page = page[: page.index("</form>")]
    data: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if at.get("type") not in ("checkbox", "radio") or re.search(r"\schecked", tag):
            data.setdefault(unescape(at["name"]), []).append(unescape(at.get("value", "")))
    for name, text in re.findall(r'<textarea\b[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        data[name] = [unescape(text)]
    for name, inside in re.findall(r'<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        data[name] = [unescape(value) for value in re.findall(r'value="([^"]*)" selected', inside)][:1] or [""]
    return data


@pytest.mark.parametrize("accounts", [PEOPLE, 1], ids=["eight accounts", "one account in eight windows"])
def test_survive_39_eight_people_with_forms_lose_no_update(empty_app, accounts):
    database = empty_app.extensions["assetmap"].database
    ids = add(database, "Tea", "Chess")
    tokens = [signed_in_as(empty_app, "steward", f"steward{n % accounts}@example.org")[1] for n in range(PEOPLE)]

    def work(number: int) -> list[int]:
        person = Person(address, tokens[number])
        for turn in range(FORMS_EACH):
            person.count_up(f"/steward/groups/{ids[(number + turn) % len(ids)]}")
        person.close()
        return person.seen

    with serving(empty_app, threads=PEOPLE) as address, ThreadPoolExecutor(PEOPLE) as pool:
        seen = [status for statuses in pool.map(work, range(PEOPLE)) for status in statuses]
    made = [line for record_id in ids for line in lines_of(database, record_id) if line.action == "changed"]
    assert len(made) == PEOPLE * FORMS_EACH == seen.count(303)
    with database.reading() as connection:
        counted = [int(records.get(connection, GROUPS, record_id)[0].summary) for record_id in ids]
    assert sum(counted) == PEOPLE * FORMS_EACH
    assert set(seen) <= {200, 303, 409}
