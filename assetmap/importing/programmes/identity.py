"""What tells the records of a file apart: the numbers of its feed, and rows that are about the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice

from assetmap.domain.text import name_key, short
from assetmap.importing.programmes import fields
from assetmap.importing.programmes.fields import Row
from assetmap.importing.programmes.ids import FreeIds
from assetmap.importing.programmes.known import Known
from assetmap.importing.programmes.naming import Unknown
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS

_LAYER_OF = {fields.PROGRAMME: PROGRAMMES, fields.DEPLOYMENT: DEPLOYMENTS, fields.STANDING: DEPLOYMENTS,
             fields.PROGRESS: PROGRESS, fields.FIGURE: FIGURES, fields.DATE: DATES}


class Identities:
    """Which record a row is about. `numbers` are the rows' as people see them."""

    def __init__(self, known: Known, numbers: Sequence[int]):
        self._known, self._numbers, self._ids = known, numbers, FreeIds()
        self._first: dict[tuple, tuple[int, str]] = {}
        self._others: dict[tuple[str, str], int] = {}
        self._numbered: dict[tuple[str, str], tuple[int, str]] = {}

    def same_as(self, row: Row, said: str, *key: object) -> str:
        """What to tell of a row when an earlier one is about the same, as the end of a sentence; "" when none is."""
        first, before = self._first.setdefault((row.record, *key), (row.index, said))
        if first == row.index:
            return ""
        number = self._numbers[first]
        if said.casefold() != before.casefold() and name_key(said) == name_key(before):
            return (f"is “{short(said)}”, which is the same but for its signs as “{short(before)}” in row {number}; "
                    "leave one of the two out, or give it a name of other words")
        return f"is about the same as row {number}; leave one of the two out"

    def number(self, row: Row, layer_name: str) -> str:
        """What the feed calls the record of this layer that a row describes; "" when it does not say.

        The number of another feed, in a file that was exported elsewhere, has that feed's name before it: two feeds
        may number alike.
        """
        own, source = str(row.get("source_id")), str(row.get("source"))
        if not own or _LAYER_OF.get(row.record) != layer_name:
            return ""
        return own if source in ("", self._known.context.source) else f"{source}/{own}"

    def meant(self, row: Row, layer_name: str, find: Callable[[], object | None], otherwise: str) -> object | None:
        """The record that a row is about: the one of its number, else the one that `find` gives, None for a new one.

        `otherwise` is what stands for its number when it has none. Raises Unknown when an earlier row has given the
        number to something else.
        """
        own, held = self.number(row, layer_name), self._known.held(layer_name)
        if not own:
            return find()
        numbered = held.get(self._known.of_feed(layer_name, own))
        if self._numbered.get((layer_name, own), (0, ""))[1] in held:
            return self._again(row, layer_name, own, find)
        if row.record == fields.STANDING:  # many rows are about one place, each with a number of its own
            return find() or numbered
        if numbered is not None:
            return numbered
        try:
            found = find()
        except Unknown as fault:
            if not self._are_others(layer_name, fault.ids, otherwise):
                raise
            return None
        return None if found is None or self._is_another(layer_name, found, otherwise) else found

    def _again(self, row: Row, layer_name: str, own: str, find: Callable[[], object | None]) -> object:
        first, record_id = self._numbered[layer_name, own]
        there = self._known.held(layer_name)[record_id]
        try:
            found = find()
        except Unknown:
            return there  # its name is that of several
        if found is None or found.id != record_id:
            raise Unknown(f"is “{short(str(row.get('source_id')))}”, as in row {self._numbers[first]}, which is about "
                          "something else; each needs a number of its own", "source_id")
        return there

    def _are_others(self, layer_name: str, ids: Collection[str], otherwise: str) -> bool:
        """Whether `_is_another` is so of all that are called alike; those that were looked at before are not again."""
        held, before = self._known.held(layer_name), self._others.get((layer_name, otherwise), 0)
        if not ids or not all(self._is_another(layer_name, held[one], otherwise)
                              for one in islice(reversed(ids), max(len(ids) - before, 0))):
            return False
        self._others[layer_name, otherwise] = len(ids)
        return True

    def _is_another(self, layer_name: str, found: object, otherwise: str) -> bool:
        """Whether what is called alike has another number in the feed; an entry of another feed is another too."""
        if found.source == self._known.context.source:
            return found.source_id != otherwise
        return layer_name not in (PROGRAMMES, DEPLOYMENTS)

    def keep(self, row: Row, layer_name: str, record_id: str) -> None:
        """Keep in mind what a row is about."""
        if own := self.number(row, layer_name):
            if self._numbered.get((layer_name, own), (0, ""))[1] != record_id:
                self._numbered[layer_name, own] = row.index, record_id

    def feed(self, row: Row, layer_name: str, otherwise: str) -> Mapping[str, str]:
        """The source and the number there of a new record."""
        return {"source": self._known.context.source, "source_id": self.number(row, layer_name) or otherwise}

    def free(self, layer_name: str, wanted: str) -> str:
        """An id for a new record."""
        return self._ids.free(layer_name, wanted, self._known.held(layer_name))
