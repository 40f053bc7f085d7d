"""Why rows of a programmes file are left out on account of others: a fault is told once, at the row that has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assetmap.domain.programme import Programme
from assetmap.domain.text import name_key, short
from assetmap.importing.programmes import fields
from assetmap.importing.programmes.fields import Row


class Causes:
    """The rows that were refused so far, by what they would have brought. `numbers` are the rows' as people see them.

    Each question answers with the end of a sentence that begins with the row's number, or "" when no other row is why.
    """

    def __init__(self, numbers: Sequence[int]):
        self._numbers = numbers
        self._refused: dict[tuple[str, ...], int] = {}
        self._unknown: dict[str, int] = {}

    def note(self, row: Row) -> None:
        """Keep in mind what a refused row would have brought."""
        of = name_key(str(row.get("programme")))
        for key in self._keys(row, of):
            self._refused.setdefault((row.record, *key), self._numbers[row.index])

    def _keys(self, row: Row, of: str) -> Iterable[tuple[str, ...]]:
        said = {name: name_key(str(row.get(name))) for name in ("name", "deployment", "step", "ward", "neighbourhood")}
        if row.record == fields.PROGRAMME:
            return ((one,) for one in (of, said["name"], name_key(str(row.get("id")))) if one)
        if row.record == fields.STEP:
            return ((of, one) for one in (said["step"], said["name"]) if one)
        if row.record == fields.DEPLOYMENT:
            return ((of,), *((one, text) for text in said.values() if text for one in {of, ""}))
        return ()

    def of_programme(self, said: str, row: Row) -> str:
        """Why there is no programme of this name."""
        number = self._refused.get((fields.PROGRAMME, name_key(said)))
        if number:
            return f"is “{short(said)}”, which is not loaded, because row {number} was refused"
        first = self._unknown.setdefault(name_key(said), self._numbers[row.index])
        return "" if first == self._numbers[row.index] else f"is “{short(said)}”, as in row {first}"

    def of_deployment(self, programme: Programme | None, row: Row) -> str:
        """Why there is no deployment such as the row names; of one that names none, of the programme at all."""
        said = next((str(row.get(name)) for name in ("deployment", "ward", "neighbourhood") if row.get(name)), "")
        number = self._number(fields.DEPLOYMENT, programme, said)
        if not number:
            return ""
        what = f"is “{short(said)}”, which" if said else "is empty, and the deployment that would be meant"
        return f"{what} is not loaded, because row {number} was refused"

    def of_step(self, programme: Programme, said: str) -> str:
        """Why the programme has no such step."""
        number = self._number(fields.STEP, programme, said)
        return f"is “{short(said)}”, which is not loaded, because row {number} was refused" if number else ""

    def _number(self, record: str, programme: Programme | None, said: str) -> int:
        """The first refused row of this kind that is about this in the programme; 0 for none."""
        of = {programme.id, name_key(programme.name), name_key(programme.source_id)} if programme else {""}
        about = (name_key(said),) if said else ()
        return min((self._refused[record, one, *about] for one in of if (record, one, *about) in self._refused),
                   default=0)
