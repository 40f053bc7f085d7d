"""What people call programmes, steps and wards in a file, and what they may have meant by a name that is not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from assetmap.domain.programme import Programme
from assetmap.domain.text import name_key, one_line, short
from assetmap.domain.ward import is_gss

_ALL_WARDS = {"all", "all-wards", "every-ward", "whole-council", "whole-area", "borough-wide", "boroughwide",
              "city-wide", "citywide", "district-wide", "everywhere", "council-wide"}
_NUMBER = re.compile(r"(?:step|stage|element|state|phase|no|number)?\s*\.?\s*(\d{1,2})\s*[.:)]?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:step|stage|element|state|phase)?\s*(\d{1,2})\s*[.):–-]+\s+(\S.*)", re.IGNORECASE)
_MOST_GUESSED = 50


class Unknown(ValueError):
    """Something that is named and not there; the text says what, for the person who wrote the row. `column` is where,
    "" for the column of the name; `ids` are the records that have the name when several do.
    """

    def __init__(self, message: str, column: str = "", ids: Collection[str] = ()):
        super().__init__(message)
        self.column, self.ids = column, ids


class Guesses:
    """What may be meant by the first names that are not there: whoever has more has other faults than misspelt names,
    and looking for each takes its time.
    """

    def __init__(self) -> None:
        self._made: dict[str, str] = {}

    def like(self, said: str, names: Iterable[str]) -> str:
        """“ (did you mean …?)” with the one of the names that is most like it; "" when none is."""
        if said not in self._made and len(self._made) < _MOST_GUESSED:
            self._made[said] = _alike(said, names)
        return self._made.get(said, "")


class StepNames:
    """The steps of a programme by what people call them."""

    def __init__(self, programme: Programme):
        self.programme = programme
        self._codes = [step.code for step in programme.steps]
        self._names = {name_key(step.name): step.code for step in programme.steps}
        self._said: dict[str, str] = {}

    def code(self, said: str) -> str:
        """The code of a step by its code, number or name; "" for none."""
        if said not in self._said:
            self._said[said] = self._found(said)
        return self._said[said]

    def _found(self, said: str) -> str:
        key = name_key(said)
        found = key if key in self._codes else self._names.get(key, "")
        number = _NUMBER.fullmatch(one_line(said))
        if not found and number and 1 <= int(number[1]) <= len(self._codes):
            found = self._codes[int(number[1]) - 1]
        if not found and (both := _NUMBERED.fullmatch(one_line(said))):
            found = self._names.get(name_key(both[2]), "")
        return found


class WardNames:
    """The wards that are loaded (code → name), by what people call them."""

    def __init__(self, loaded: Mapping[str, str]):
        self._loaded, self._guesses = loaded, Guesses()
        self._said: dict[str, tuple[str, ...]] = {}
        self._by_name: dict[str, list[str]] = {}
        for code, name in loaded.items():
            self._by_name.setdefault(name_key(name), []).append(code)

    def codes(self, said: str) -> tuple[str, ...]:
        """Codes of wards by code or name, several with semicolons, lines or commas between. Raises Unknown."""
        if said not in self._said:
            self._said[said] = self._read(said)
        return self._said[said]

    def _read(self, said: str) -> tuple[str, ...]:
        if name_key(said) in _ALL_WARDS:
            if not self._loaded:
                raise Unknown("names every ward, and no wards are loaded; load them first")
            return tuple(self._loaded)
        made = []
        for piece in re.split(r"[;\n]", said):
            whole = one_line(piece)
            parts = [whole] if "," not in whole or self._named(whole) else whole.split(",")
            made += [self._ward(one_line(part)) for part in parts if part.strip()]
        return tuple(dict.fromkeys(made))

    def _named(self, said: str) -> list[str]:
        key = name_key(said)
        return self._by_name.get(key, []) or self._by_name.get(key.removesuffix("-ward"), [])

    def _ward(self, said: str) -> str:
        code, loaded = said.upper(), self._loaded
        if is_gss(code):
            if loaded and code not in loaded:
                raise Unknown(f"has {code}, which is not a ward that is loaded; is it of another year's boundaries?")
            return code
        found = self._named(said)
        if len(found) > 1:
            raise Unknown(f"has “{short(said)}”, the name of {len(found)} wards; give the code of the one that is "
                          f"meant: {', '.join(found)}")
        if not found:
            like = self._guesses.like(said, loaded.values())
            raise Unknown(f"has “{short(said)}”, which is no ward that is loaded{like}; write it as the page of wards "
                          "does, or give its code")
        return found[0]


def _alike(said: str, names: Iterable[str]) -> str:
    """", did you mean …?" with the name that is most like it; "" when none is."""
    from difflib import get_close_matches  # only for what is misspelt

    by_key = {name_key(name): name for name in names}
    found = get_close_matches(name_key(said), by_key, n=1, cutoff=0.7)
    return f" (did you mean “{by_key[found[0]]}”?)" if found else ""
