"""The timebank's ledger: an hour given is an hour received, and none is lost, whatever people do."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from assetmap.domain.errors import BadInput, Conflict, NotFound, Unavailable
from assetmap.domain.ledger import entries_of, gift_of, minutes_of, said
from assetmap.store import ledger, ledger_figures, ledger_members
from assetmap.store.database import Database

DAY = "2026-11-27"


@cache
def empty() -> bytes:
    """The file of a store with its tables and nothing in them."""
    with TemporaryDirectory() as folder:
        made = Database(f"sqlite:///{folder}/ledger.db")
        made.migrate()
        made.dispose()
        return Path(folder, "ledger.db").read_bytes()


def new_database(folder) -> Database:
    Path(folder, "ledger.db").write_bytes(empty())
    return Database(f"sqlite:///{folder}/ledger.db")


@pytest.fixture
def database(tmp_path):
    made = new_database(tmp_path)
    yield made
    made.dispose()


def join(database, count):
    with database.writing() as connection:
        return [ledger_members.add(connection, "group", by="t", record_id=f"g{number}") for number in range(count)]


def balances(database):
    with database.reading() as connection:
        return {one.id: one.minutes for one in ledger_members.listed(connection)}


@pytest.mark.parametrize(("words", "minutes"), [
    ("2", 120), ("1.5", 90), ("1,5", 90), ("1h30", 90), ("1 h 30 min", 90), ("1:30", 90), ("90 min", 90),
    ("45 minutes", 45), ("an hour", 60), ("half an hour", 30), ("an hour and a half", 90), ("two hours", 120),
    ("1 and a half hours", 90), ("2 hours", 120), ("0.25", 15), ("1½", 90), ("½ hour", 30), ("1.25", 75), ("24", 1_440),
    ("three quarters of an hour", 45), ("2 hrs and 15 mins", 135), ("One Hour", 60)])
def test_hours_are_read_as_people_write_them(words, minutes):
    assert minutes_of(words) == minutes


@pytest.mark.parametrize("words", ["", "x", "0", "-1", "25", "1h75", "1.0001", "NaN", "1e9", "{{43*43}}", "9" * 40,
                                   "1.30", "1.45 h", "24h1"])
def test_what_is_no_time_is_a_sentence(words):
    with pytest.raises(BadInput) as fault:
        minutes_of(words)
    assert fault.value.field == "hours" and len(fault.value.message) > 20


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 min"), (45, "45 min"), (120, "2 h"), (-90, "−1 h 30 min")])
def test_time_is_said_in_hours(minutes, words):
    assert said(minutes) == words


@pytest.mark.parametrize(("receivers", "shared", "booked"), [
    ([2], False, {1: 60, 2: -60}), ([2, 3], True, {1: 60, 2: -30, 3: -30}), ([2, 3, 4, 5, 6, 7, 8], True,
     {1: 60, 2: -9, 3: -9, 4: -9, 5: -9, 6: -8, 7: -8, 8: -8}), ([2, 3], False, {1: 60, 2: -60, 3: -60, 9: 60}),
    ([9, 3], False, {1: 60, 3: -60})])
def test_one_gives_to_one_or_to_several(receivers, shared, booked):
    assert entries_of(1, receivers, 60, shared=shared, pot=9) == booked


@pytest.mark.parametrize("receivers", [[], [1], [2, 2], list(range(2, 70))])
def test_nobody_gives_to_nobody_or_to_themselves(receivers):
    with pytest.raises(BadInput):
        entries_of(1, receivers, 60, shared=False, pot=99)


@given(st.integers(1, 1_440), st.lists(st.integers(2, 40), min_size=1, max_size=20, unique=True), st.booleans())
def test_every_booking_sums_to_nothing(minutes, receivers, shared):
    if shared and minutes < len(receivers):
        return
    booked = entries_of(1, receivers, minutes, shared=shared, pot=99)
    assert sum(booked.values()) == 0 and all(booked.values()) and booked[1] == minutes


def test_a_booking_cannot_be_edited_or_erased(database):
    ann, ben = join(database, 2)
    with database.writing() as connection:
        ledger.book(connection, {ann: 60, ben: -60}, day=DAY, by="t", form="1")
    for table in ("ledger_entries", "ledger_transfers"):
        for words in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id + 1"):
            with pytest.raises((DatabaseError, Unavailable), match="only ever added"), database.writing() as connection:
                connection.execute(text(words))
    assert balances(database) == {ann: 60, ben: -60}


def test_a_form_sent_twice_is_booked_once_and_a_booking_taken_back_once(database):
    ann, ben = join(database, 2)
    with database.writing() as connection:
        first = ledger.book(connection, {ann: 60, ben: -60}, day=DAY, by="t", form="1")
        assert ledger.book(connection, {ann: 60, ben: -60}, day=DAY, by="t", form="1") == first
        back = ledger.reverse(connection, first, day=DAY, by="t")
        with pytest.raises(Conflict):
            ledger.reverse(connection, first, day=DAY, by="t")
        with pytest.raises(BadInput):
            ledger.reverse(connection, back, day=DAY, by="t")
        lines = ledger.statement(connection, ann)
    assert [(line.minutes, line.balance) for line in lines] == [(60, 60), (-60, 0)]
    assert lines[0].booking.reversed_by == back and lines[1].booking.reverses == first


def test_nobody_hands_on_more_than_they_have(database):
    ann, ben = join(database, 2)
    with database.writing() as connection:
        ledger.book(connection, {ann: 60, ben: -60}, day=DAY, by="t", form="1")
        gift = ledger.give_on(connection, ann, ben, 45, day=DAY, by="t", form="2")
        assert ledger.give_on(connection, ann, ben, 45, day=DAY, by="t", form="2") == gift
        for giver, minutes in ((ann, 16), (ben, 1)):
            with pytest.raises(BadInput, match="more than they have") as fault:
                ledger.give_on(connection, giver, ben if giver == ann else ann, minutes, day=DAY, by="t", form="3")
            assert fault.value.field == "hours"
        with pytest.raises(BadInput):
            gift_of(ann, ann, 5)
    assert balances(database) == {ann: 15, ben: -15}


def test_who_leaves_leaves_their_hours_to_the_pot_and_what_is_taken_back_later_goes_there_too(database):
    ann, ben = join(database, 2)
    with database.writing() as connection:
        given = ledger.book(connection, {ann: 60, ben: -60}, day=DAY, by="t", form="1")
        pot = ledger_members.pot(connection)
        ledger.leave(connection, ben, day=DAY, by="t")
        ledger.leave(connection, ben, day=DAY, by="t")
        (gift,) = [one.number for one in ledger.recent(connection) if one.kind == "gift"]
        with pytest.raises(BadInput, match="join again"):
            ledger.reverse(connection, gift, day=DAY, by="t")
        with pytest.raises(BadInput, match="no member"):
            ledger.book(connection, {ann: 60, ben: -60}, day=DAY, by="t", form="2")
        with pytest.raises(BadInput, match="stays"):
            ledger.leave(connection, pot, day=DAY, by="t")
    assert balances(database) == {ann: 60, ben: 0, pot: -60}
    with database.writing() as connection:
        ledger.reverse(connection, given, day=DAY, by="t")
        assert ledger.faults(connection) == []
    assert balances(database) == {ann: 0, ben: 0, pot: 0}
    with database.writing() as connection:
        assert ledger_members.add(connection, "group", by="t", record_id="g1") == ben, "with their own statement again"
        assert len(ledger.statement(connection, ben)) == 4 and not ledger_members.get(connection, ben).left_at
        with pytest.raises(Conflict):
            ledger_members.add(connection, "group", by="t", record_id="g1")
        with pytest.raises(NotFound):
            ledger.booking(connection, 999)


def test_figures_count_what_was_given_and_not_taken_back(database):
    with database.writing() as connection:
        ann, ben, cyd = (ledger_members.add(connection, "group", by="t", record_id=name, ward_code=ward)
                         for name, ward in (("a", "W1"), ("b", "W2"), ("c", "")))
        pot = ledger_members.pot(connection)
        ledger.book(connection, entries_of(ann, [ben, cyd], 60, shared=False, pot=pot), day=DAY, by="t", form="1",
                    topic="gardening")
        ledger.book(connection, {cyd: 30, ann: -30}, day="2026-10-31", by="t", form="2")
        wrong = ledger.book(connection, {ben: 500, ann: -500}, day=DAY, by="t", form="3", topic="gardening")
        ledger.reverse(connection, wrong, day=DAY, by="t")
        ledger.give_on(connection, ann, ben, 10, day=DAY, by="t", form="4")
        assert ledger_figures.given(connection) == 90 and ledger_figures.given(connection, "2026-11-01") == 60
        assert ledger_figures.by_topic(connection) == {"gardening": (60, 1), "": (30, 1)}
        assert ledger_figures.hours_by_ward(connection) == {"W1": (60, 1), "": (30, 1)}


@pytest.mark.parametrize(("words", "fault"), [
    ("INSERT INTO ledger_entries (transfer_id, member_id, minutes) VALUES (1, 1, 5)", "comes to 5 minutes"),
    ("INSERT INTO ledger_transfers SELECT 9, '9', at, day, by, 'gift', '', '', NULL FROM ledger_transfers WHERE id = 1",
     "booking 9 has 0 sides"),
    ("INSERT INTO ledger_entries (transfer_id, member_id, minutes) VALUES (2, 1, 5), (2, 2, -5)", "not the opposite"),
    ("UPDATE ledger_members SET left_at = '2026-11-27' WHERE id = 3", "member 3 has left"),
    ("PRAGMA foreign_keys=OFF; INSERT INTO ledger_entries (transfer_id, member_id, minutes) VALUES (77, 1, 5)",
     "of no booking")])
def test_what_another_program_does_to_the_ledger_is_found(database, words, fault):
    ann, ben, cyd = join(database, 3)
    with database.writing() as connection:
        first = ledger.book(connection, {ann: 60, ben: -60}, day=DAY, by="t", form="1")
        ledger.reverse(connection, first, day=DAY, by="t")
        ledger.book(connection, {cyd: 60, ben: -60}, day=DAY, by="t", form="3")
        assert ledger.faults(connection) == []
    with closing(sqlite3.connect(database.engine.url.database)) as other:
        other.executescript(words)
    with database.reading() as connection:
        assert fault in "; ".join(ledger.faults(connection))


class Timebank(RuleBasedStateMachine):
    """Anything that people do, against plain dictionaries."""

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = new_database(self.folder.name)
        with self.database.writing() as connection:
            self.pot = ledger_members.pot(connection)
        self.has: dict[int, int] = {self.pot: 0}
        self.here: list[int] = []
        self.gone: list[int] = []
        self.booked: dict[int, tuple[str, dict[int, int]]] = {}
        self.undone: set[int] = set()

    def teardown(self):
        self.database.dispose()
        self.folder.cleanup()

    def note(self, number, kind, booked):
        assert number not in self.booked
        self.booked[number] = kind, booked
        for member, minutes in booked.items():
            self.has[member] += minutes

    def note_settling(self, member):
        """What a leaver has goes to the pot, by the booking that was made last."""
        if self.has[member]:
            number = max(self.booked, default=0) + 1
            self.note(number, "gift", {member: -self.has[member], self.pot: self.has[member]})

    @rule()
    def somebody_joins(self):
        with self.database.writing() as connection:
            number = ledger_members.add(connection, "group", by="t", record_id=f"g{len(self.has)}")
        self.has[number] = 0
        self.here.append(number)

    @precondition(lambda self: self.here)
    @rule(chance=st.randoms(use_true_random=False), minutes=st.integers(20, 300), shared=st.booleans(),
          twice=st.booleans())
    def time_is_given(self, chance, minutes, shared, twice):
        there = [*self.here, self.pot]
        giver, *receivers = chance.sample(there, chance.randint(2, min(5, len(there))))
        booked = entries_of(giver, receivers, minutes, shared=shared, pot=self.pot)
        for _ in range(1 + twice):
            with self.database.writing() as connection:
                number = ledger.book(connection, booked, day=DAY, by="t", form=f"form {len(self.booked)}")
        self.note(number, "exchange", booked)

    @precondition(lambda self: self.here)
    @rule(chance=st.randoms(use_true_random=False), minutes=st.integers(1, 200))
    def hours_are_handed_on(self, chance, minutes):
        giver, receiver = chance.sample([*self.here, self.pot], 2)
        with self.database.writing() as connection:
            try:
                number = ledger.give_on(connection, giver, receiver, minutes, day=DAY, by="t",
                                        form=f"form {len(self.booked)}")
            except BadInput:
                assert minutes > self.has[giver]
                return
        assert minutes <= self.has[giver]
        self.note(number, "gift", {giver: -minutes, receiver: minutes})

    @precondition(lambda self: self.booked)
    @rule(chance=st.randoms(use_true_random=False))
    def a_booking_is_taken_back(self, chance):
        number = chance.choice(sorted(self.booked))
        kind, booked = self.booked[number]
        gone = [member for member in sorted(booked) if member in self.gone]
        refused = number in self.undone or (kind == "gift" and gone)
        with self.database.writing() as connection:
            try:
                back = ledger.reverse(connection, number, day=DAY, by="t")
            except (Conflict, BadInput):
                assert refused
                return
        assert not refused
        self.undone |= {number, back}
        self.note(back, "reversal", {member: -minutes for member, minutes in booked.items()})
        for member in gone:
            self.note_settling(member)

    @precondition(lambda self: self.here)
    @rule(chance=st.randoms(use_true_random=False))
    def somebody_leaves(self, chance):
        number = chance.choice(self.here)
        with self.database.writing() as connection:
            ledger.leave(connection, number, day=DAY, by="t")
        self.here.remove(number)
        self.gone.append(number)
        self.note_settling(number)

    @precondition(lambda self: self.gone)
    @rule(chance=st.randoms(use_true_random=False))
    def somebody_comes_back(self, chance):
        number = chance.choice(self.gone)
        with self.database.writing() as connection:
            ledger_members.come_back(connection, number)
        self.gone.remove(number)
        self.here.append(number)

    @invariant()
    def no_hour_is_lost(self):
        assert sum(self.has.values()) == 0 and not any(self.has[number] for number in self.gone)
        with self.database.reading() as connection:
            assert {one.id: one.minutes for one in ledger_members.listed(connection)} == self.has
            assert ledger.faults(connection) == []


Timebank.TestCase.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)
TestTimebank = Timebank.TestCase
