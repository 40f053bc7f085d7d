"""What a planner asks of the next places: what should be near whom, how many, and where they could be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from assetmap.domain.errors import BadInput
from assetmap.domain.plan_query import PlanQuery, parse_plan_query
from assetmap.domain.query import QueryRefused
from assetmap.domain.text import one_line, short
from assetmap.domain.vocabulary import Vocabulary

MOST_PLACES = 10
SPACINGS_M = (250, 500, 1_000)
CANDIDATES = ("grid", "hubs", "chosen")
WEIGHTS = ("alike", "deprivation")
MOST_POINTS = 50
"""How many chosen points one choice may have."""
_LONGEST_POINT = 80
_OWN = ("places", "candidates", "spacing", "weight", "at")
_NEVER = ("measure", "order")


@dataclass(frozen=True, slots=True)
class SitesQuery:
    """A checked choice. `reach` is what should be how near whom; its measure and order say nothing here.

    `candidates` is where a place could be: a grid `spacing_m` apart, the hubs that there are, or the chosen points
    `at`, as they were typed. `weight` is whether all people count alike or the more deprived more.
    """

    reach: PlanQuery = field(default_factory=lambda: PlanQuery(measure="within", supply="hubs"))
    places: int = 3
    candidates: str = "grid"
    spacing_m: int = 500
    weight: str = "alike"
    at: tuple[str, ...] = ()

    def parameters(self, **changes) -> list[tuple[str, str]]:
        """Name and value pairs that ask for this again, with `changes` by field name."""
        own = replace(self, **changes)
        pairs = [("of", own.reach.supply)]
        pairs += [(name, value) for name, value in own.reach.parameters() if name not in (*_NEVER, "of")]
        pairs += [("places", str(own.places)), ("candidates", own.candidates)]
        pairs += [("spacing", str(own.spacing_m))] if own.candidates == "grid" else []
        pairs += [("weight", own.weight)] if own.weight != "alike" else []
        return pairs + [("at", text) for text in own.at]

    def address(self, path: str, **changes) -> str:
        """`path` with the choice behind it."""
        return f"{path}?{urlencode(self.parameters(**changes))}"


def parse_sites_query(given: Mapping[str, Sequence[str]], vocabulary: Vocabulary,
                      also: Iterable[str] = ()) -> SitesQuery:
    """From a query string's values by name; `also` names parameters that the caller handles itself.

    Without `candidates`: sessions of groups could be in any hub, a hub anywhere on the grid; where points are given,
    at those. Raises QueryRefused with a sentence for each value that makes no sense, and for a choice that could
    reach nobody new.
    """
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    reaching = {name: texts for name, texts in given.items() if name not in _OWN}
    for name in _NEVER:
        if name in reaching and name not in also:
            errors[name] = f"“{name}” is not something this page can be asked for."
    if not any(text.strip() for text in reaching.get("of", ())):
        reaching["of"] = ["hubs"]
    try:
        reach = replace(parse_plan_query(reaching, vocabulary, (*also, *_NEVER)), measure="within")
    except QueryRefused as fault:
        errors |= fault.errors
    for name, read in _READ.items():
        try:
            texts = [text for text in given.get(name, ()) if text.strip()]
            if texts:
                field_name, value = read(name, texts)
                values[field_name] = value
        except BadInput as error:
            errors[name] = error.message
    if errors:
        raise QueryRefused(errors)
    if "candidates" not in values:
        values["candidates"] = "chosen" if values.get("at") else "hubs" if reach.supply == "groups" else "grid"
    made = SitesQuery(reach=reach, **values)
    if made.candidates == "chosen" and not made.at:
        raise QueryRefused({"at": "Type at least one postcode or place where it could be, each on a line of its own."})
    if made.candidates == "hubs" and reach.supply == "hubs" and not reach.access:
        raise QueryRefused({"candidates": (
            "A new place to meet cannot be where one is already. Let it be anywhere on a grid or at points of your "
            "own, or ask for step-free places only: then it is told which places to make step-free.")})
    return made


def _points(name: str, texts: Sequence[str]) -> tuple[str, object]:
    """One a line, in one field or in several; each once."""
    lines = [one_line(line) for text in texts for line in text[:10_000].splitlines()]
    points = tuple(dict.fromkeys(line for line in lines if line))
    if len(points) > MOST_POINTS:
        raise BadInput(f"These are {len(points)} points. At most {MOST_POINTS} can be weighed up at once.")
    if long := next((point for point in points if len(point) > _LONGEST_POINT), ""):
        raise BadInput(f"“{short(long, 40)}” is too long for a postcode or the name of a place.")
    return "at", points


def _one_of(name: str, texts: Sequence[str]) -> tuple[str, object]:
    if len(texts) > 1:
        raise BadInput(f"“{name}” is given {len(texts)} times, and only one can be used.")
    known, field_name, make = _KNOWN[name]
    text = texts[0].strip()
    if text not in known:
        raise BadInput(f"“{short(text, 40)}” is not one of the {name} to choose from. There are: {', '.join(known)}.")
    return field_name, make(text)


_KNOWN = {"places": (tuple(map(str, range(1, MOST_PLACES + 1))), "places", int),
          "candidates": (CANDIDATES, "candidates", str), "spacing": (tuple(map(str, SPACINGS_M)), "spacing_m", int),
          "weight": (WEIGHTS, "weight", str)}
_READ = {**dict.fromkeys(_KNOWN, _one_of), "at": _points}
