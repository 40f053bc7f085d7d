"""How far, as one of a few levels: one rule for the shades of the matrix, of the maps, and of what explains them."""

from __future__ import annotations

from collections.abc import Sequence

from assetmap.domain.programme import ELEMENTS, STATE, STEPS, Programme
from assetmap.domain.progress import PLANNED, Standing
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext

UNKNOWN, TO_COME = -1, 0
"""Levels: it is here and nobody noted how far; it is planned, and nothing of it has begun. 1 to 4: how far it is."""
LEVELS = 4
UNKNOWN_SAID = _("Here, how far is not recorded yet")
_SAMPLE = 7
_SAID = {4: _("all its steps reached, or all its elements in place"),
         3: _("at two thirds of its steps or elements, or further"), 2: _("at a third, and less than two thirds"),
         1: _("begun, at less than a third")}


def level_of(standing: Standing, number: int) -> int:
    """UNKNOWN, TO_COME, or 1 to LEVELS by `number`: the step or state that it is at, or how many elements are in place.
    """
    total = len(standing.conditions)
    if has_begun(standing):
        return level_at(standing.kind, number, total, done=standing.in_place == total)
    return TO_COME if PLANNED in standing.conditions.values() else UNKNOWN


def has_begun(standing: Standing) -> bool:
    """Whether there is something to tell: something has begun, or had, and went back."""
    return standing.has_begun or bool(standing.back_on)


def unbegun_said(standing: Standing) -> str:
    """What is said where nothing has begun: that it is planned, or that nobody noted how far; "" otherwise."""
    if has_begun(standing):
        return ""
    return _("Planned") if PLANNED in standing.conditions.values() else _(UNKNOWN_SAID)


def level_at(kind: str, number: int, total: int, *, done: bool = False) -> int:
    """1 to LEVELS. Of steps and elements by thirds, the last level only when all of it is done; of states by the place
    among the states, which is no measure of what is done: the first has the first level, the last the last.
    """
    if kind == STATE:
        between = total - 1
        return 1 + (2 * (LEVELS - 1) * (number - 1) + between) // (2 * between) if between else LEVELS
    return LEVELS if done else 1 + min((LEVELS - 1) * number // total, LEVELS - 2)


def samples() -> list[dict]:
    """What each shade says of steps and elements, the furthest first, each with a sign that has it."""
    first = {}
    for number in range(1, _SAMPLE + 1):
        first.setdefault(level_at(STEPS, number, _SAMPLE, done=number == _SAMPLE), number)
    return [{"level": level, "sign": f"{first[level]}/{_SAMPLE}", "said": _(_SAID[level])}
            for level in sorted(first, reverse=True)]


def labels_of(programme: Programme) -> list[str]:
    """What each level from TO_COME on says of this programme; "" of one that it cannot have."""
    total = len(programme.steps)
    done = {STEPS: ngettext("Its only step reached", "All %(num)s steps reached", total),
            ELEMENTS: ngettext("Its only element in place", "All %(num)s elements in place", total)}
    numbers: dict[int, list[int]] = {}
    for number in range(0 if programme.kind == ELEMENTS else 1, total + (programme.kind != ELEMENTS)):
        numbers.setdefault(level_at(programme.kind, number, total), []).append(number)
    labels = [_label(programme, numbers[level]) if level in numbers else "" for level in range(1, LEVELS + 1)]
    return [_("Planned"), *labels[:-1], done.get(programme.kind, labels[-1])] if total else [_("Planned"), *labels]


def _label(programme: Programme, numbers: Sequence[int]) -> str:
    low, high = numbers[0], numbers[-1]
    names = [programme.steps[number - 1].name for number in numbers]
    if programme.kind == STATE:
        return ", ".join(names)
    if programme.kind == ELEMENTS:
        if low == 0:
            return _("Begun, at most %(number)s in place", number=high) if high else _("Begun, none in place yet")
        return _("%(number)s in place", number=low) if low == high else _(
            "%(low)s to %(high)s in place", low=low, high=high)
    if low == high:
        return _("At step %(number)s: %(name)s", number=low, name=names[0])
    return _("At steps %(low)s to %(high)s: %(first)s … %(last)s", low=low, high=high, first=names[0], last=names[-1])
