"""What a planner asks for: one choice of measure and filters, in the address of page, map, table and file alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from assetmap.domain.errors import BadInput
from assetmap.domain.measure import AUDIENCES, MEASURES, SUPPLIES, WALKS_M
from assetmap.domain.query import DAYS, MOST_FAULTS, PARTS_OF_DAY, QueryRefused
from assetmap.domain.text import short
from assetmap.domain.vocabulary import Vocabulary

WHEN = (*DAYS, "weekday", "weekend")
ORDERS = ("value", "lowest", "name", "deprivation", "population")
_REPEATABLE = ("category", "theme", "day", "time", "cost", "access")
_FIELDS = {"within": "within_m", "of": "supply"}


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """A checked choice. `supply` and `within_m` say what should be how near, for measures of reach.

    `order` is how the table is sorted. Empty means: not asked.
    """

    measure: str = "groups"
    supply: str = "groups"
    within_m: int = 800
    audience: str = "everyone"
    category: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    order: str = "value"

    @property
    def filters(self) -> tuple:
        """What narrows the groups, apart from the age: the same for measures that count the same groups."""
        return tuple(tuple(sorted(getattr(self, name))) for name in _REPEATABLE)

    @property
    def of_groups(self) -> bool:
        """Whether what is counted are groups, so that every filter applies: of hubs only their access is asked."""
        measure = MEASURES[self.measure]
        return measure.narrowed and not (measure.reaching and self.supply == "hubs")

    @property
    def filtered(self) -> bool:
        """Whether only some groups count."""
        return any(self.filters)

    def parameters(self, **changes) -> list[tuple[str, str]]:
        """Name and value pairs that ask for this again, with `changes` by field name; defaults are left out."""
        changed = replace(self, **changes)
        names = {field: name for name, field in _FIELDS.items()}
        pairs: list[tuple[str, str]] = []
        for field in fields(PlanQuery):
            value, name = getattr(changed, field.name), names.get(field.name, field.name)
            if value != field.default:
                pairs += [(name, code) for code in value] if isinstance(value, tuple) else [(name, str(value))]
        return pairs

    def address(self, path: str, **changes) -> str:
        """`path` with the choice behind it."""
        pairs = self.parameters(**changes)
        return f"{path}?{urlencode(pairs)}" if pairs else path


def parse_plan_query(given: Mapping[str, Sequence[str]], vocabulary: Vocabulary,
                     also: Iterable[str] = ()) -> PlanQuery:
    """From a query string's values by name; `also` names parameters that the caller handles itself.

    Raises QueryRefused with a sentence for every unknown parameter, repeated single value, and value without sense.
    Empty values are as good as absent: a form sends its empty fields.
    """
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    known = _known(vocabulary)
    for name, texts in given.items():
        if name in also or len(errors) >= MOST_FAULTS:
            continue
        if name not in known:
            errors[name[:60]] = (f"“{short(name, 40)}” is not something this page can be asked for. "
                                 f"There are: {', '.join(known)}.")
            continue
        texts = [text.strip() for text in texts if text.strip()]
        try:
            if name in _REPEATABLE:
                for kind, code in (_kind_of(name, text, known) for text in texts):
                    values[kind] = tuple(dict.fromkeys((*values.get(kind, ()), code)))
            elif len(texts) > 1:
                raise BadInput(f"“{name}” is given {len(texts)} times, and only one can be used.")
            elif texts:
                text = _one_of(name, texts[0], known[name])
                values[_FIELDS.get(name, name)] = int(text) if name == "within" else text
        except BadInput as error:
            errors[name] = error.message
    if errors:
        raise QueryRefused(errors)
    return PlanQuery(**values)


def _kind_of(name: str, text: str, known: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """The parameter that a value is for. One field of a form has categories, and whole themes as `theme:CODE`."""
    start, mark, code = text.partition(":")
    if name == "category" and mark and start == "theme":
        return "theme", _one_of("theme", code, known["theme"])
    return name, _one_of(name, text, known[name])


def _known(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    def codes(kind: str) -> tuple[str, ...]:
        return tuple(vocabulary.of(kind))

    return {"measure": tuple(MEASURES), "of": SUPPLIES, "within": tuple(map(str, WALKS_M)),
            "audience": tuple(AUDIENCES), "category": codes("category"), "theme": codes("theme"), "day": WHEN,
            "time": tuple(PARTS_OF_DAY), "cost": codes("cost"), "access": codes("access"), "order": ORDERS}


def _one_of(name: str, text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise BadInput(f"“{short(text, 40)}” is not a {name} that is known. There are: {', '.join(known)}.")
    return text
