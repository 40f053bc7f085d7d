"""The timebank under many hands: eight processes do whatever people do to one ledger, and no hour is lost."""

import random
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from assetmap.domain.errors import BadInput, Conflict
from assetmap.domain.ledger import entries_of
from assetmap.store import ledger, ledger_members
from assetmap.store.database import Database
from assetmap.store.relation_tables import ledger_entries, ledger_transfers
from tests.processes import apart

DAY = "2026-11-27"
PROCESSES, TURNS = 8, 50
SHARED_FORMS = 25  # each is sent by whichever process comes to it, most of them several times
DEEDS = ("give", "give", "give", "send again", "hand on", "take back", "join", "leave", "come back")


@pytest.fixture(scope="module")
def crowd():
    with ProcessPoolExecutor(PROCESSES, mp_context=apart()) as pool:
        yield pool


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The file of a store with its tables and nothing in them."""
    file = tmp_path_factory.mktemp("ledger") / "empty.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.dispose()
    return file


def act(connection, chance: random.Random, name: str, deeds: tuple[str, ...]) -> tuple[str, int]:
    """(what was done, the booking's number, or 0); as the pages do it, in one transaction."""
    members = ledger_members.listed(connection)
    here, gone = ([one.id for one in members if bool(one.left_at) == left and one.kind != "pot"] for left in (0, 1))
    deed, how = chance.choice(deeds), {"day": DAY, "by": name}
    if deed == "join" or len(here) < 3:
        ledger_members.add(connection, "group", by=name, record_id=f"{name} {len(members)}")
        return "join", 0
    if deed == "leave":
        ledger.leave(connection, chance.choice(here), **how)
    elif deed == "come back" and gone:
        ledger_members.come_back(connection, chance.choice(gone))
    elif deed == "take back" and (last := ledger.recent(connection, 30)):
        return deed, ledger.reverse(connection, chance.choice(last).number, **how)
    elif deed == "hand on":
        giver, receiver = chance.sample([*here, ledger_members.pot(connection)], 2)
        return name, ledger.give_on(connection, giver, receiver, chance.randint(1, 90), form=name, **how)
    elif deed in ("give", "send again"):
        form = name if deed == "give" else f"shared {chance.randrange(SHARED_FORMS)}"
        giver, *receivers = chance.sample(here, chance.randint(2, min(6, len(here))))
        booked = entries_of(giver, receivers, chance.randint(15, 240), shared=chance.random() < 0.5,
                            pot=ledger_members.pot(connection))
        return form, ledger.book(connection, booked, form=form, **how)
    return deed, 0


def take_turns(address: str, seed: int, deeds: tuple[str, ...]) -> list[tuple[str, int]]:
    """What one process did, of which it was told that it is kept."""
    chance, database, done = random.Random(seed), Database(address), []
    for turn in range(TURNS):
        try:
            with database.writing() as connection:
                made = act(connection, chance, f"{seed} {turn}", deeds)
            done.append(made)
        except (BadInput, Conflict) as error:
            done.append((type(error).__name__, 0))
        with database.reading() as connection:
            assert connection.execute(select(func.coalesce(func.sum(ledger_entries.c.minutes), 0))).scalar() == 0
            assert turn % 5 or ledger.faults(connection) == []
    database.dispose()
    return done


@settings(max_examples=2, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seeds=st.lists(st.integers(0, 2**32), min_size=PROCESSES, max_size=PROCESSES, unique=True),
       more=st.lists(st.sampled_from(DEEDS), max_size=3))
def test_whatever_eight_processes_do_at_once_no_hour_is_lost_and_none_is_booked_twice(crowd, empty, seeds, more):
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{shutil.copy(empty, Path(folder) / 'ledger.db')}"
        work = [crowd.submit(take_turns, address, seed, (*DEEDS, *more)) for seed in seeds]
        done = [made for one in work for made in one.result(timeout=120)]
        database = Database(address)
        with database.reading() as connection:
            bookings = {one.number: one for one in ledger.recent(connection, 100_000)}
            forms = dict(connection.execute(select(ledger_transfers.c.form, ledger_transfers.c.id)).all())
            members, faults = ledger_members.listed(connection), ledger.faults(connection)
        database.dispose()
    assert len(done) == PROCESSES * TURNS and faults == []
    kept = {(form, number) for form, number in done if number and form != "take back"}
    assert all(forms[form] == number for form, number in kept), "what was acknowledged is there, each form once"
    assert {form for form in forms if not form.startswith(("reversal", "leaving", "settling"))} == {
        form for form, _ in kept}, "and nothing else is"
    taken_back = [number for deed, number in done if deed == "take back" and number]
    assert sorted(taken_back) == sorted(one.number for one in bookings.values() if one.reverses)
    assert len({one.reverses for one in bookings.values()} - {None}) == len(taken_back), "each once"
    sums = dict.fromkeys((one.id for one in members), 0)
    for one in bookings.values():
        for member, minutes in one.entries.items():
            sums[member] += minutes
    assert sums == {one.id: one.minutes for one in members} and sum(sums.values()) == 0
    assert not any(one.minutes for one in members if one.left_at)
    assert len(bookings) > 100 and sum(deed == "join" for deed, _ in done) > 2
