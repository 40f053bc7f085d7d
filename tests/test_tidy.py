"""`assetmap tidy`: what it says it did, beside a server that runs, and as often as one likes."""

import json
import os

import pytest
from click.testing import CliRunner

from assetmap.cli import main
from assetmap.importing.drafts import KEPT_DAYS
from assetmap.store import packs, tidying
from assetmap.store.database import Database


@pytest.fixture
def tidy(sample_home):
    def run(*arguments):
        done = CliRunner().invoke(main, ["--home", str(sample_home), "tidy", *arguments], env={"SITE_URL": ""})
        assert done.exit_code == 0, done.output
        return done

    return run


def test_it_says_what_it_did_and_a_second_run_finds_nothing(tidy, sample_home):
    database = Database(f"sqlite:///{sample_home / 'assetmap.db'}")
    with database.writing() as connection:
        packs.add(connection, (), by="c@example.org", language="en", heading="For Zebedee", days=-1,
                  signpost_id=None, secret="key")
    left = sample_home / "uploads" / "left"
    left.mkdir(parents=True)
    (left / "upload.csv").write_text("name,phone\nZebedee,01632 960777\n")
    os.utime(left, (0, 0))
    first = tidy()
    assert first.stdout.splitlines() == [
        "1 pack whose link had ended was deleted.",
        "The data file was written anew: nothing of what was deleted is left in it. Backups from before hold it."]
    assert "set SITE_URL" in first.stderr
    assert not left.exists(), f"uploads are kept for {KEPT_DAYS} days"
    assert b"Zebedee" not in b"".join(file.read_bytes() for file in sample_home.glob("assetmap.db*"))
    assert tidy().stdout.startswith("Nothing was due.\n")
    counts = json.loads(tidy("--json").stdout)
    assert counts.pop("compacted") is True and counts.pop("letters_made") is False and not any(counts.values())


def test_who_reads_meanwhile_goes_on_reading_and_the_next_run_clears_the_rest(sample_home):
    database = Database(f"sqlite:///{sample_home / 'assetmap.db'}", busy_timeout_s=0.1)
    with database.reading() as connection, connection.begin():
        before = connection.exec_driver_sql("SELECT count(*) FROM groups").scalar()
        with database.writing() as other:
            packs.add(other, (), by="c", language="en", heading="Zebedee", days=-1, signpost_id=None, secret="key")
            packs.forget(other)
        assert tidying.compact(database) is False
        assert connection.exec_driver_sql("SELECT count(*) FROM groups").scalar() == before > 0
    with database.writing():
        assert tidying.compact(database) is False, "somebody is saving"
    assert tidying.compact(database) is True and database.check_whole() == []
