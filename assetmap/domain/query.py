"""What a reader asks for: one filter state, shared by page, list, map, download and calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from assetmap.domain.errors import BadInput
from assetmap.domain.opportunity import DIRECTIONS
from assetmap.domain.text import short
from assetmap.domain.vocabulary import Vocabulary

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_WORDS = {"today": "today", "tomorrow": "tomorrow", "weekday": "on a weekday", "weekend": "at the weekend"}
PARTS_OF_DAY = {"morning": "Morning", "afternoon": "Afternoon", "evening": "Evening"}
SORTS = {"distance": "Nearest first", "soonest": "Soonest first", "name": "Name, A to Z"}
FARTHEST_M = 50_000
MOST_PER_PAGE = 100
LAST_PAGE = 1_000_000
LONGEST = 200
MOST_FAULTS = 10  # told at once; nobody reads more, and thousands would be a heavy page
REPEATABLE = ("category", "day", "time", "cost", "access", "language", "connected")
KIND_OF = {"kind": "opportunity_kind", "connected": "connected_theme"}
"""The vocabulary's kind of a parameter's codes, where it is called something else."""
OF_OPPORTUNITIES = ("direction", "kind")  # repeatable too, where offers and asks are listed
_ONCE = ("near", "within", "age", "q", "sort", "page", "per_page", "ward")


class QueryRefused(BadInput):
    """Values that make no sense: one sentence for each parameter, in `errors`."""

    def __init__(self, errors: Mapping[str, str]):
        field, sentence = next(iter(errors.items()))
        super().__init__(sentence, field)
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class FindQuery:
    """A checked query. Empty means: not asked. `within_m` is None when nobody said how far."""

    near: str = ""
    within_m: int | None = None
    category: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    connected: tuple[str, ...] = ()
    direction: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    age: int | None = None
    q: str = ""
    ward: str = ""
    sort: str = ""
    page: int = 1
    per_page: int = 20

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list, the place apart."""
        return bool(any(getattr(self, name) for name in (*REPEATABLE, *OF_OPPORTUNITIES)) or self.q or self.ward
                    or self.age is not None)

    def parameters(self, **changes) -> list[tuple[str, str]]:
        """Name and value pairs that ask for this again, with `changes` by field name; defaults are left out."""
        changed = replace(self, **changes)
        pairs: list[tuple[str, str]] = []
        for field in fields(FindQuery):
            value = getattr(changed, field.name)
            if value == field.default:
                continue
            name = "within" if field.name == "within_m" else field.name
            pairs += [(name, code) for code in value] if isinstance(value, tuple) else [(name, str(value))]
        return pairs

    def address(self, path: str, **changes) -> str:
        """`path` with the query behind it; a path may have parameters of its own."""
        pairs = self.parameters(**changes)
        return f"{path}{'&' if '?' in path else '?'}{urlencode(pairs)}" if pairs else path

    def toggled(self, name: str, code: str) -> tuple[str, ...]:
        """The values of a repeatable parameter with one of them switched."""
        held = getattr(self, name)
        return tuple(other for other in held if other != code) if code in held else (*held, code)


def parse_query(given: Mapping[str, Sequence[str]], vocabulary: Vocabulary, *, farthest_m: int = FARTHEST_M,
                also: Iterable[str] = (), opportunities: bool = False) -> FindQuery:
    """From a query string's values by name. `also` names parameters that the caller handles itself; `opportunities`
    takes those that only offers and asks can be narrowed by.

    Raises QueryRefused with a sentence for every unknown parameter, repeated single value, and value without sense.
    Empty values are as good as absent: a form sends its empty fields.
    """
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    repeatable = (*REPEATABLE, *OF_OPPORTUNITIES) if opportunities else REPEATABLE
    for name, texts in given.items():
        if name in also:
            continue
        if name not in repeatable and name not in _ONCE:
            if len(errors) >= MOST_FAULTS:
                continue
            errors[name[:60]] = (f"“{short(name, 40)}” is not something this page can filter by. "
                                 f"There are: {', '.join((*_ONCE, *repeatable))}.")
            continue
        texts = [text.strip() for text in texts if text.strip()]
        try:
            if name in repeatable:
                values[name] = tuple(dict.fromkeys(_code(name, text, vocabulary) for text in texts))
            elif len(texts) > 1:
                raise BadInput(f"“{name}” is given {len(texts)} times, and only one can be used.")
            elif texts:
                values[_FIELD.get(name, name)] = _READERS[name](texts[0], farthest_m)
        except BadInput as error:
            errors[name] = error.message
    if errors:
        raise QueryRefused(errors)
    return FindQuery(**values)


def _code(name: str, text: str, vocabulary: Vocabulary) -> str:
    if name == "day":
        known = (*DAYS, *DAY_WORDS)
    elif name == "time":
        known = tuple(PARTS_OF_DAY)
    elif name == "direction":
        known = DIRECTIONS
    else:
        known = tuple(vocabulary.of(KIND_OF.get(name, name)))
    if text in known:
        return text
    if name == "day" and text.lower()[:3] in DAYS and DAY_NAMES[DAYS.index(text.lower()[:3])].lower() == text.lower():
        return text.lower()[:3]
    called = KIND_OF[name].replace("_", " ") if name == "connected" else name
    raise BadInput(f"“{short(text, 40)}” is not a {called} that is known. There are: {', '.join(known)}.")


def _whole(name: str, lowest: int, highest: int):
    def read(text: str, farthest_m: int) -> int:
        top = min(highest, farthest_m) if name == "within" else highest
        unit = " metres" if name == "within" else ""
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not lowest <= int(text) <= top:
            raise BadInput(f"“{name}” is “{short(text, 30)}”, and should be a whole number from {lowest} to "
                           f"{top:,}{unit}.")
        return int(text)

    return read


def _text(name: str):
    def read(text: str, _farthest_m: int) -> str:
        if len(text) > LONGEST:
            raise BadInput(f"“{name}” is {len(text):,} characters long, and may be {LONGEST} at most.")
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())

    return read


def _sort(text: str, _farthest_m: int) -> str:
    if text not in SORTS:
        raise BadInput(f"“{short(text, 30)}” is not a way to sort. There are: {', '.join(SORTS)}.")
    return text


_FIELD = {"within": "within_m"}
_READERS = {
    "near": _text("near"), "q": _text("q"), "ward": _text("ward"), "sort": _sort,
    "within": _whole("within", 1, FARTHEST_M), "age": _whole("age", 0, 120), "page": _whole("page", 1, LAST_PAGE),
    "per_page": _whole("per_page", 1, MOST_PER_PAGE),
}
