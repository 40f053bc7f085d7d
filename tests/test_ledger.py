"""The timebank: an hour given is an hour received, whatever happens and however many book at once."""

import multiprocessing
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from assetmap.domain.errors import BadInput, Conflict, Unavailable
from assetmap.domain.ledger import entries_of, minutes_of, said
from assetmap.store import ledger
from assetmap.store.database import Database
from assetmap.store.relation_tables import ledger_entries, ledger_transfers
from tests.conftest import csrf_of, sign_in

DAY = "2026-11-27"


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    made.migrate()
    yield made
    made.dispose()


def join(database, count):
    with database.writing() as connection:
        return [ledger.add_member(connection, "group", by="t", record_id=f"g{number}") for number in range(count)]


def balances(database):
    with database.reading() as connection:
        return {one.id: one.minutes for one in ledger.listed(connection)}


@pytest.mark.parametrize(("words", "minutes"), [
    ("2", 120), ("1.5", 90), ("1,5", 90), ("1h30", 90), ("1 h 30 min", 90), ("1:30", 90), ("90 min", 90),
    ("45 minutes", 45), ("an hour", 60), ("half an hour", 30), ("an hour and a half", 90), ("two hours", 120),
    ("1 and a half hours", 90), ("2 hours", 120), ("0.25", 15)])
def test_hours_are_read_as_people_write_them(words, minutes):
    assert minutes_of(words) == minutes


@pytest.mark.parametrize("words", ["", "x", "0", "-1", "25", "1h75", "1.0001", "NaN", "1e9", "{{43*43}}", "9" * 40])
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
    assert lines[0].reversed_by == back and lines[1].reverses == first


class Timebank(RuleBasedStateMachine):
    """Anything that people do, against a plain dictionary."""

    def __init__(self):
        super().__init__()
        from tempfile import TemporaryDirectory

        self.folder = TemporaryDirectory()
        self.database = Database(f"sqlite:///{self.folder.name}/ledger.db")
        self.database.migrate()
        self.model: dict[int, int] = {}
        self.here: set[int] = set()
        self.booked: dict[int, dict[int, int]] = {}
        self.undone: set[int] = set()
        self.forms = 0

    def teardown(self):
        self.database.dispose()
        self.folder.cleanup()

    def _book(self, booked, form):
        with self.database.writing() as connection:
            number = ledger.book(connection, booked, day=DAY, by="t", form=form)
        if number not in self.booked:
            self.booked[number] = booked
            for member, minutes in booked.items():
                self.model[member] = self.model.get(member, 0) + minutes

    @rule()
    def somebody_joins(self):
        with self.database.writing() as connection:
            number = ledger.add_member(connection, "group", by="t", record_id=f"g{len(self.model)}")
        self.model[number] = 0
        self.here.add(number)

    @precondition(lambda self: len(self.here) > 1)
    @rule(chance=st.randoms(use_true_random=False), minutes=st.integers(20, 300), shared=st.booleans(),
          twice=st.booleans())
    def time_is_given(self, chance, minutes, shared, twice):
        giver, *receivers = chance.sample(sorted(self.here), chance.randint(2, min(5, len(self.here))))
        with self.database.writing() as connection:
            pot = ledger.pot(connection)
        self.model.setdefault(pot, 0)
        self.forms += 1
        for _ in range(1 + twice):
            self._book(entries_of(giver, receivers, minutes, shared=shared, pot=pot), f"form {self.forms}")

    @precondition(lambda self: self.booked)
    @rule(chance=st.randoms(use_true_random=False))
    def a_booking_is_taken_back(self, chance):
        number = chance.choice(sorted(self.booked))
        with self.database.writing() as connection:
            try:
                back = ledger.reverse(connection, number, day=DAY, by="t")
            except (Conflict, BadInput):
                assert number in self.undone
                return
        assert number not in self.undone
        self.undone |= {number, back}
        self.booked[back] = {member: -minutes for member, minutes in self.booked[number].items()}
        for member, minutes in self.booked[back].items():
            self.model[member] += minutes

    @precondition(lambda self: self.here)
    @rule(chance=st.randoms(use_true_random=False))
    def somebody_leaves(self, chance):
        number = chance.choice(sorted(self.here))
        with self.database.writing() as connection:
            before = self.model[number]
            ledger.leave(connection, number, day=DAY, by="t")
            pot = ledger.pot(connection) if before else None
        self.here.discard(number)
        if before:
            with self.database.reading() as connection:
                leaving = connection.execute(select(func.max(ledger_transfers.c.id))).scalar()
            self.booked[leaving] = {number: -before, pot: before}
            self.model[number] = 0
            self.model[pot] = self.model.get(pot, 0) + before

    @invariant()
    def no_hour_is_lost(self):
        held = balances(self.database)
        assert sum(held.values()) == 0 and {number: held.get(number, 0) for number in self.model} == self.model
        with self.database.reading() as connection:
            assert ledger.faults(connection) == []


Timebank.TestCase.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
TestTimebank = Timebank.TestCase


def _many_bookings(address, members, seed, count):
    chance, database = random.Random(seed), Database(address)
    for number in range(count):
        giver, *receivers = chance.sample(members, chance.randint(2, 4))
        with database.writing() as connection:
            booked = entries_of(giver, receivers, chance.randint(15, 240), shared=chance.random() < 0.5,
                                pot=ledger.pot(connection))
            made = ledger.book(connection, booked, day=DAY, by=f"p{seed}", form=f"{seed} {number}")
            if chance.random() < 0.2:
                ledger.reverse(connection, made, day=DAY, by=f"p{seed}")
        with database.reading() as connection:
            assert connection.execute(select(func.sum(ledger_entries.c.minutes))).scalar() == 0
            assert ledger.faults(connection) == []
    database.dispose()


def test_eight_who_book_at_once_lose_no_hour(database):
    members = join(database, 12)
    with database.writing() as connection:
        ledger.pot(connection)
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_many_bookings, args=(database.address, members, seed, 130)) for seed in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(240)
    assert [worker.exitcode for worker in workers] == [0] * 8
    with database.reading() as connection:
        made = connection.execute(select(func.count()).select_from(ledger_transfers)).scalar()
        undone = connection.execute(select(func.count()).select_from(ledger_transfers).where(
            ledger_transfers.c.reverses.is_not(None))).scalar()
    assert made - undone == 8 * 130 and undone > 100 and sum(balances(database).values()) == 0


# The pages

@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


def send(client, path, **fields):
    return client.post(path, data={"csrf": csrf_of(client), "once": fields.pop("once", "1"), **fields})


def member(client, once, **fields):
    answer = send(client, "/timebank/members/new", once=once, **fields)
    assert answer.status_code == 303, re.findall(r'class="error".*?</p>', answer.text, re.DOTALL)
    return answer.location.rsplit("/", 1)[1]


ADA = {"kind": "person", "person_name": "Ada Marker", "phone": "01632 960444", "postcode": "SS2 4LY", "consent": "yes",
       "languages": ["en"]}


def test_time_is_booked_seen_in_statements_and_taken_back(connector, own_app):
    ada = member(connector, "a", **ADA)
    cards = member(connector, "b", kind="group", who="Dominoes on Six")
    booked = {"giver": ada, "receivers": [cards], "hours": "1h30", "topic": "games-cards", "day": ""}
    assert send(connector, "/timebank/new", once="c", **booked).status_code == 303
    assert send(connector, "/timebank/new", once="c", **booked).status_code == 303
    page = connector.get("/timebank").text
    assert "Ada Marker gave, Dominoes on Six received" in page and page.count("1 h 30 min</dd>") == 0
    statement = connector.get(f"/timebank/members/{ada}").text
    assert statement.count("gave, Games and cards") == 1 and "Has 1 h 30 min." in statement
    assert "−1 h 30 min" in connector.get(f"/timebank/members/{cards}").text
    rows = connector.get(f"/timebank/members/{ada}.csv").text.splitlines()
    assert rows[1].endswith("Dominoes on Six,Games and cards,90,90")
    booking = re.search(r"/timebank/bookings/(\d+)/reverse", statement)[1]
    assert "Yes, take it back" in connector.get(f"/timebank/bookings/{booking}/reverse").text
    assert send(connector, f"/timebank/bookings/{booking}/reverse").status_code == 303
    assert send(connector, f"/timebank/bookings/{booking}/reverse").status_code == 409
    assert "Has 0 min." in connector.get(f"/timebank/members/{ada}").text


@pytest.mark.parametrize(("change", "field", "words"), [
    ({"giver": ""}, "giver", "Choose a member"), ({"receivers": []}, "receivers", "who received"),
    ({"hours": "soon"}, "hours", "not a time"), ({"day": "32/1/2026"}, "day", "not a day"),
    ({"day": "1/1/2020"}, "day", "last year"), ({"giver": "999"}, "receivers", "no member")])
def test_what_cannot_be_booked_is_said_beside_its_field(connector, own_app, change, field, words):
    ada = member(connector, "a", **ADA)
    cards = member(connector, "b", kind="group", who="Dominoes on Six")
    answer = send(connector, "/timebank/new", once="c",
                  **{"giver": ada, "receivers": [cards], "hours": "1", "day": ""} | change)
    assert answer.status_code == 400
    assert words in re.search(rf'id="error-{field}">.*?<span>(.*?)</span>', answer.text, re.DOTALL)[1]


def test_a_member_has_a_link_of_their_own_leaves_and_is_forgotten_with_no_hour_lost(connector, own_app):
    ada = member(connector, "a", **ADA)
    cards = member(connector, "b", kind="group", who="Dominoes on Six")
    send(connector, "/timebank/new", once="c", giver=ada, receivers=[cards], hours="2", day="")
    send(connector, f"/timebank/members/{ada}/link")
    link = re.search(r'value="http://localhost(/statements/\w+)"', connector.get(f"/timebank/members/{ada}").text)[1]
    public = own_app.test_client()
    page = public.get(link)
    assert "You have 2 h" in page.text and "Dominoes" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    send(connector, f"/timebank/members/{ada}/unlink")
    assert public.get(link).status_code == 404
    assert send(connector, f"/timebank/members/{ada}/leave").status_code == 400
    assert send(connector, f"/timebank/members/{ada}/leave", sure="yes").status_code == 303
    database = own_app.extensions["assetmap"].database
    with database.writing() as connection:
        from assetmap.store import people

        assert people.forget(connection, "2999-01-01T00:00:00+00:00") >= 1
        held = {one.kind: one for one in ledger.listed(connection)}
    assert (held["person"].name, held["person"].minutes) == ("", 0) and held["pot"].minutes == 120
    assert f"Former member {ada}" in connector.get(f"/timebank/members/{ada}").text


def test_the_pages_hold_no_barrier(connector, own_app, open_page, barriers):
    from assetmap.web.signed_in import COOKIE
    from tests.conftest import signed_in_as
    from tests.live import serving

    ada = member(connector, "a", **ADA | {"person_name": "Ada " + "verylongname" * 5})
    cards = member(connector, "b", kind="group", who="Dominoes on Six")
    send(connector, "/timebank/new", once="c", giver=ada, receivers=[cards], hours="2", day="")
    send(connector, f"/timebank/members/{ada}/link")
    link = re.search(r'(/statements/\w+)"', connector.get(f"/timebank/members/{ada}").text)[1]
    with serving(own_app) as address:
        page = open_page()
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        for path in ("/timebank", "/timebank/new", "/timebank/members/new", f"/timebank/members/{ada}", link,
                     "/timebank/bookings/1/reverse"):
            page.goto(address + path)
            assert barriers(page) == [], path
