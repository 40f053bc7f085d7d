"""Any sequence of feeds, hand edits and undos does to a record what a small model of it says."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.domain.group import Group
from assetmap.importing.instance import make_instance
from assetmap.store import history, records, undo
from assetmap.store.rows import LAYERS
from tests.conftest import settings_at

GROUPS = LAYERS["groups"]
FIELDS = ("summary", "organisation")
texts = st.sampled_from("abcd")
both = st.fixed_dictionaries(dict.fromkeys(FIELDS, texts))
steps = st.lists(st.one_of(
    st.tuples(st.just("feed"), both), st.tuples(st.just("hand"), both),
    st.tuples(st.just("undo"), st.integers(0, 30))), max_size=14)


@dataclass
class Event:
    """A line of history as the model sees it: what it did to each field, and what people had replaced before."""

    by_feed: bool
    changes: dict
    replaced: dict
    undoes: "Event | None" = None
    undos: list = field(default_factory=list)

    def holds(self, name) -> bool:
        return name in self.changes and not any(undo.holds(name) for undo in self.undos)


class Model:
    """One record: its fields, and for each the values that a feed cannot bring back."""

    def __init__(self, values):
        self.there, self.replaced = dict(values), {name: frozenset() for name in FIELDS}
        self.events: list[Event] = []

    def feed(self, said):
        self._take(True, {name: value for name, value in said.items()
                          if value != self.there[name] and value not in self.replaced[name]})

    def hand(self, said):
        self._take(False, {name: value for name, value in said.items() if value != self.there[name]})

    def undo(self, event):
        back = {name: before for name, (before, after) in event.changes.items()
                if event.holds(name) and self.there[name] == after}
        self._take(event.by_feed, back, event)

    def _take(self, by_feed, values, undoes=None):
        if not values:
            return
        event = Event(by_feed, {name: (self.there[name], value) for name, value in values.items()},
                      dict(self.replaced), undoes)
        for name, value in values.items():
            if not by_feed:
                self.replaced[name] |= {self.there[name]}
            else:
                self.replaced[name] = undoes.replaced[name] if undoes else frozenset()
            self.there[name] = value
        self.events.append(event)
        if undoes:
            undoes.undos.append(event)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    made = make_instance(settings_at(tmp_path_factory.mktemp("model") / "instance"), sample=False)
    yield made
    made.dispose()


class Store:
    """The same record in the store."""

    def __init__(self, connection, values):
        self.connection = connection
        self.feed(values)

    def feed(self, said):
        return records.save_feed(self.connection, GROUPS, [Group("tea", "Tea", source="s", source_id="1", **said)],
                                 by="feed", start=lambda: records.start_import(
                                     self.connection, by="feed", layer="groups", file="f", source="s"))

    def hand(self, said):
        record, version = records.get(self.connection, GROUPS, "tea")
        records.save_one(self.connection, GROUPS, replace(record, **said), version=version, by="steward")

    def undo(self, number, whole):
        line = self.lines()[number]
        if whole and line.import_id is not None:
            return undo.undo_set(self.connection, line.import_id, by="steward")
        return undo.undo_line(self.connection, line.id, by="steward")

    def there(self):
        record, _ = records.get(self.connection, GROUPS, "tea")
        return {name: getattr(record, name) for name in FIELDS}

    def lines(self):
        """Those of changes, oldest first: not the one by which it was added."""
        return history.of_record(self.connection, "groups", "tea")[-2::-1]


@settings(max_examples=120)
@given(first=both, steps=steps, whole=st.booleans())
def test_a_record_follows_the_model(database, first, steps, whole):
    with database.writing() as connection:
        model, store = Model(first), Store(connection, first)
        for what, said in steps:
            if what == "undo":
                if model.events:
                    number = said % len(model.events)
                    model.undo(model.events[number])
                    store.undo(number, whole)
            else:
                getattr(model, what)(said)
                getattr(store, what)(said)
            assert store.there() == model.there
            assert [{name: tuple(change) for name, change in line.changes.items()} for line in store.lines()] == [
                event.changes for event in model.events]
        _, version = records.get(connection, GROUPS, "tea")
        assert version == 1 + len(model.events)
        connection.rollback()


@settings(max_examples=40)
@given(first=both, steps=steps)
def test_history_tells_the_whole_story_and_leads_back_to_its_beginning(database, first, steps):
    with database.writing() as connection:
        store = Store(connection, first)
        for what, said in steps:
            if what == "undo" and store.lines():
                store.undo(said % len(store.lines()), False)
            elif what != "undo":
                getattr(store, what)(said)
        told = dict(first)
        for line in store.lines():
            assert {name: told[name] for name in line.changes} == {n: old for n, (old, _) in line.changes.items()}
            told |= {name: new for name, (_, new) in line.changes.items()}
        assert told == store.there()
        for line in reversed(store.lines()):
            undo.undo_line(connection, line.id, by="steward")
        done = history.taken_back(connection, store.lines())
        assert all(done[line.id] for line in store.lines() if line.undoes is None)
        assert store.there() == first
        connection.rollback()


@settings(max_examples=40)
@given(first=both, edits=st.lists(both, min_size=1, max_size=4), news=both)
def test_a_feed_loaded_twice_changes_nothing_the_second_time(database, first, edits, news):
    with database.writing() as connection:
        store = Store(connection, first)
        for said in edits:
            store.hand(said)
        store.feed(news)
        before = store.there(), len(store.lines())
        assert store.feed(news).changed == [] and (store.there(), len(store.lines())) == before
        connection.rollback()
