"""SURVIVE 41: `kill -9` in the middle of a load of 20,000 rows."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from assetmap.importing.instance import make_instance
from assetmap.importing.run import Options, load
from assetmap.store.database import Database
from tests.conftest import settings_at

ROWS = 20_000
KILLS = 30
AT_ONCE = 2
# A process that has all it needs in memory, and makes one like itself for each load; it kills it after some seconds.
LOADS = """
import os, signal, sys, time
from pathlib import Path
from assetmap.importing.run import Options, load
from assetmap.settings import Settings
from assetmap.store.database import Database
print("ready", flush=True)
for line in sys.stdin:
    home, kill_after_s = line.rstrip("\\n").split("\\t")
    began, child = time.monotonic(), os.fork()
    if not child:
        settings = Settings.load(home=Path(home), environ={})
        load(Database(settings.database_address), settings, "groups", Path(sys.argv[1]), Options(by="crash"))
        print("loaded", flush=True)
        os._exit(0)
    if kill_after_s:
        time.sleep(float(kill_after_s))
        os.kill(child, signal.SIGKILL)
    _, ended = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(ended), time.monotonic() - began, flush=True)
"""


@dataclass
class Ended:
    """How a load ended, after how many seconds, and whether it had said that it was done."""

    status: int
    took_s: float
    said_done: bool


class Loads:
    """Loads of one file, each in a process of its own."""

    def __init__(self, process: subprocess.Popen):
        self._process = process

    def run(self, home: Path, kill_after_s: float | None = None) -> Ended:
        print(home, "" if kill_after_s is None else kill_after_s, sep="\t", file=self._process.stdin, flush=True)
        said_done = (line := self._process.stdout.readline()) == "loaded\n"
        status, took_s = (self._process.stdout.readline() if said_done else line).split()
        return Ended(int(status), float(took_s), said_done)


@contextmanager
def loads_of(file: Path) -> Iterator[Loads]:
    with subprocess.Popen([sys.executable, "-c", LOADS, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield Loads(process)
        process.stdin.close()
        assert process.wait() == 0


@pytest.fixture
def file(tmp_path) -> Path:
    file = tmp_path / "many.csv"
    file.write_text("name,summary\n" + "".join(f"Group {n},{'x' * 100}\n" for n in range(ROWS)))
    return file


@pytest.fixture
def home_of(tmp_path):
    """home_of(name) -> an empty instance of that name."""
    make_instance(settings_at(tmp_path / "empty"), sample=False).dispose()
    return lambda name: Path(shutil.copytree(tmp_path / "empty", tmp_path / str(name)))


def rows_of(home: Path) -> int:
    """How many groups are there. Everything about the store is whole, and agrees."""
    database = Database(settings_at(home).database_address)
    counted = ("groups", "history WHERE layer = 'groups'", "imports WHERE layer = 'groups'")
    try:
        database.migrate()
        assert database.check_whole() == []
        with database.reading() as connection:
            groups, history, imports = (connection.execute(text(f"SELECT count(*) FROM {what}")).scalar_one()
                                        for what in counted)
            said = connection.execute(text("SELECT counts FROM imports WHERE layer = 'groups'")).scalar()
        version = database.version()
    finally:
        database.dispose()
    assert groups == history and groups in (0, ROWS)
    assert (imports, version) == ((1, 2) if groups else (0, 1))
    assert said in (None, f'{{"added": {ROWS}, "changed": 0, "unchanged": 0}}')
    return groups


def test_survive_41_thirty_kills_at_random_moments_leave_all_or_nothing(file, home_of):
    chance = random.Random(41)
    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as pool:
        loads = [stack.enter_context(loads_of(file)) for _ in range(AT_ONCE)]
        # two at once, so that these take as long as those that are killed
        timed = list(pool.map(lambda one: loads[one].run(home_of(f"timed{one}")), range(AT_ONCE)))
        assert all(ended.status == 0 and ended.said_done for ended in timed)
        length_s = min(ended.took_s for ended in timed)
        # one in each thirtieth of that time and a little beyond: the commit, too, is among them
        moments = [(number + chance.random()) / KILLS * 1.1 * length_s for number in range(KILLS)]
        chance.shuffle(moments)

        def kill(worker: int) -> list[tuple[int, Ended]]:
            made = []
            for number in range(worker, KILLS, AT_ONCE):
                home = home_of(number)
                ended = loads[worker].run(home, moments[number])
                made.append((rows_of(home), ended))
                shutil.rmtree(home)
            return made

        found = [one for made in pool.map(kill, range(AT_ONCE)) for one in made]
    assert len(found) == KILLS and {ended.status for _, ended in found} <= {0, -signal.SIGKILL}
    assert all(rows == ROWS for rows, ended in found if ended.said_done), "what was said to be loaded is there"
    assert sum(rows == 0 for rows, _ in found) >= 5, "killed before they were done"


def test_survive_41_after_a_kill_the_same_file_loads(file, home_of):
    home = home_of("killed")
    with loads_of(file) as loads:
        assert loads.run(home, kill_after_s=0.3).status == -signal.SIGKILL
    settings = settings_at(home)
    database = Database(settings.database_address)
    report = load(database, settings, "groups", file, Options(by="after the crash"))
    database.dispose()
    assert report.counts["added"] == ROWS and rows_of(home) == ROWS
