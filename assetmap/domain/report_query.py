"""What a report should hold: measures, for whom and of what, and the words on its first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from assetmap.domain.measure import MEASURES
from assetmap.domain.plan_query import PlanQuery, parse_plan_query
from assetmap.domain.query import QueryRefused
from assetmap.domain.text import one_line, short
from assetmap.domain.vocabulary import Vocabulary

SHOW = "show"
LONGEST = {"title": 120, "council": 80, "committee": 80}
"""Characters of each text that somebody types."""


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A checked choice. `measures` are in the order of MEASURES, empty while nothing is chosen."""

    choice: PlanQuery = PlanQuery()
    measures: tuple[str, ...] = ()
    title: str = ""
    council: str = ""
    committee: str = ""

    def of(self, measure: str) -> PlanQuery:
        """The choice for one of the measures."""
        return replace(self.choice, measure=measure)

    def address(self, path: str) -> str:
        """`path` with the report behind it, so that it can be shared."""
        words = [(name, getattr(self, name)) for name in LONGEST if getattr(self, name)]
        return f"{path}?{urlencode([*((SHOW, code) for code in self.measures), *words, *self.choice.parameters()])}"


def parse_report_query(given: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> ReportQuery:
    """From a query string's values by name: those of a PlanQuery, measures in `show`, and the texts.

    One measure alone, as other pages of planners have it in their addresses, is a measure of the report.
    Raises QueryRefused with a sentence for each value that makes no sense or is too long.
    """
    errors, choice = {}, PlanQuery()
    try:
        choice = parse_plan_query(given, vocabulary, also=(SHOW, *LONGEST))
    except QueryRefused as fault:
        errors = fault.errors
    chosen = [text.strip() for text in given.get(SHOW, ()) if text.strip()]
    if strange := [code for code in chosen if code not in MEASURES]:
        errors[SHOW] = f"“{short(strange[0], 40)}” is not a measure that is known. There are: {', '.join(MEASURES)}."
    if not chosen and any(text.strip() for text in given.get("measure", ())):
        chosen = [choice.measure]
    words = typed(given)
    for name, most in LONGEST.items():
        if len(words[name]) > most:
            errors[name] = f"At most {most} characters fit here; there are {len(words[name])}."
    if errors:
        raise QueryRefused(errors)
    return ReportQuery(replace(choice, measure="groups"), tuple(code for code in MEASURES if code in chosen), **words)


def typed(given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The texts as they were typed, on one line, without characters that cannot be seen."""
    return {name: one_line(" ".join(given.get(name, ()))[:4_000]) for name in LONGEST}
