"""The form of a choice: which measure, for whom, of what, when; and the address that says it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from assetmap.domain.measure import MEASURES, SUPPLIES, WALKS_M
from assetmap.domain.plan_query import ORDERS, PlanQuery, parse_plan_query
from assetmap.domain.query import DAY_NAMES, DAYS, PARTS_OF_DAY
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.plan import measure_words

_ORDERS = {"value": _("Highest first"), "lowest": _("Lowest first"), "name": _("By name"),
           "deprivation": _("Most deprived first"), "population": _("Most people first")}


def asked(also: Iterable[str] = ()) -> PlanQuery:
    """The request's choice. Raises QueryRefused with a sentence for each value that makes no sense."""
    return parse_plan_query(request.args.to_dict(flat=False), services.atlas().vocabulary, also)


def form(query: PlanQuery) -> dict:
    """What templates/plan/_choice.html shows: each field's options, with what is chosen."""
    vocabulary, measure = services.atlas().vocabulary, MEASURES[query.measure]
    themes = [{"label": theme.label, "options": [
        _option(f"theme:{theme.code}", _("All of “%(theme)s”", theme=theme.label), theme.code in query.theme),
        *(_option(term.code, term.label, term.code in query.category)
          for term in vocabulary.of("category").values() if term.theme == theme.code)]}
        for theme in vocabulary.of("theme").values()]
    days = [*zip(DAYS, DAY_NAMES, strict=True), ("weekday", _("On a weekday")), ("weekend", _("At the weekend"))]
    return {
        "measure": [_option(code, measure_words.label_of(code), code == query.measure) for code in MEASURES],
        "of": [_option(code, measure_words.SUPPLIES[code], code == query.supply) for code in SUPPLIES],
        "within": [_option(str(metres), _("%(metres)s m", metres=f"{metres:,}"), metres == query.within_m)
                   for metres in WALKS_M],
        "audience": [_option(code, label, code == query.audience)
                     for code, label in measure_words.AUDIENCES.items()],
        "kinds": themes, "any_kind": not (query.category or query.theme),
        "day": [_option(code, label, code in query.day) for code, label in days],
        "time": [_option(code, label, code in query.time) for code, label in PARTS_OF_DAY.items()],
        "step_free": "step_free" in query.access, "free": "free" in query.cost,
        "order": [_option(code, _ORDERS[code], code == query.order) for code in ORDERS],
        "narrowed": query.of_groups, "access": query.of_groups or measure.reaching, "reaching": measure.reaching,
        "by_age": measure.by_age,
        "hidden": _also_chosen(query)}


def _option(value: str, label: str, selected: bool) -> dict:
    return {"value": value, "label": label, "selected": selected}


def _also_chosen(query: PlanQuery) -> list[tuple[str, str]]:
    """What the form has no field for, so that it is not lost when the form is sent: second values, other access."""
    shown = {"measure", "of", "within", "audience", "order"}
    seen: set[str] = set()
    kept = []
    for name, value in query.parameters():
        known = name in shown or (name == "access" and value == "step_free") or (name == "cost" and value == "free")
        if known or (name in ("category", "theme", "day", "time") and name not in seen):
            seen.add(name)
            continue
        kept.append((name, value))
    return kept


def chosen_words(query: PlanQuery) -> list[str]:
    """What narrows the choice, in words, such as “Gardening and growing”, “step-free”, “in the evening”."""
    vocabulary = services.atlas().vocabulary
    said = [*vocabulary.labels("theme", query.theme), *vocabulary.labels("category", query.category)]
    said += [*vocabulary.labels("access", query.access), *vocabulary.labels("cost", query.cost)]
    names = dict(zip(DAYS, DAY_NAMES, strict=True)) | {"weekday": _("on a weekday"), "weekend": _("at the weekend")}
    said += [names[code] for code in query.day] + [PARTS_OF_DAY[code].lower() for code in query.time]
    return said
