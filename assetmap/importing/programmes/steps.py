"""The steps that a file gives a programme: in rows or in one cell, and those that it must keep."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from assetmap.domain.programme import ELEMENTS, STATE, STEPS, Programme, Step
from assetmap.domain.text import name_key, one_line, short, slug
from assetmap.importing.programmes.fields import MOST_STEPS
from assetmap.importing.programmes.known import Known
from assetmap.importing.programmes.naming import Unknown

PART = {STEPS: "step", ELEMENTS: "element", STATE: "state"}
_NUMBERED = re.compile(r"^(?:step|stage|element)?\s*\d{1,2}\s*[.):-]\s+", re.IGNORECASE)


def with_steps(known: Known, programme: Programme, made: Iterable[Step], remarks: list[str]) -> Programme:
    """The programme with these steps, and at their places those that progress or a date names."""
    steps = list(made)
    codes, kept = {step.code for step in steps}, kept_steps(known, programme, steps)
    for step in kept:
        before = {one.code for one in programme.steps[:programme.number(step.code) - 1]}
        steps.insert(max((at for at, one in enumerate(steps, 1) if one.code in before), default=0), step)
    if kept:
        remarks.append(f"“{short(programme.name)}” keeps {_named(kept)}, which the file does not have, because "
                       "progress or a date names it. To give a step another name, put its code into the column step.")
    if gone := [step for step in programme.steps if step.code not in codes and step not in kept]:
        remarks.append(f"“{short(programme.name)}” does not have {_named(gone)} any more, because the file does "
                       "not have it.")
    return replace(programme, steps=tuple(steps))


def kept_steps(known: Known, programme: Programme, made: Iterable[Step]) -> list[Step]:
    """The steps that the programme must keep beside those, because progress or a date names them."""
    codes, used = {step.code for step in made}, known.steps_in_use(programme.id)
    return [step for step in programme.steps if step.code not in codes and step.code in used]


def must_fit(programme: Programme) -> Programme:
    """The programme. Raises Unknown when it has more steps than a form can hold."""
    if len(programme.steps) > MOST_STEPS:
        raise Unknown(f"would give “{short(programme.name)}” {len(programme.steps):,} {programme.kind}; at most "
                      f"{MOST_STEPS} fit")
    return programme


def _named(steps: Iterable[Step]) -> str:
    return ", ".join(f"“{short(step.name)}” ({step.code})" for step in steps)


def steps_of_cell(programme: Programme, text: str) -> tuple[Step, ...]:
    """Steps by name in one cell; a step that is there keeps its code, its meaning and the rest. Raises Unknown."""
    there = {name_key(step.name): step for step in programme.steps}
    made: dict[str, Step] = {}
    for name, meaning in _listed(text):
        step = there.get(name_key(name)) or Step(free_code(name, programme.kind, {*made, *_codes(programme)}), name)
        if name_key(name) in map(name_key, (one.name for one in made.values())):
            raise Unknown(f"has “{short(name)}” twice; each needs a name of its own")
        made[step.code] = replace(step, name=name, meaning=meaning or step.meaning)
    return tuple(made.values())


def code_of(programme: Programme, name: str, taken: Iterable[str] = ()) -> str:
    """The code of the step of this name; of a new one, one that is free."""
    there = next((step.code for step in programme.steps if name_key(step.name) == name_key(name)), "")
    return there or free_code(name, programme.kind, {*taken, *_codes(programme)})


def free_code(name: str, kind: str, taken: Collection[str]) -> str:
    """A code made from a step's name, in whatever script that is."""
    wanted, number = slug(name, 40) or PART.get(kind, PART[STEPS]), 2
    made = wanted
    while made in taken:
        made, number = f"{wanted}-{number}", number + 1
    return made


def _codes(programme: Programme) -> Iterable[str]:
    return (step.code for step in programme.steps)


def _listed(text: str) -> list[tuple[str, str]]:
    """(name, what it means): "1. Meet people; 2. Listen | door to door"."""
    made = []
    for part in re.split(r"[;\n]", text):
        step, _, meaning = part.partition("|")
        if step := one_line(_NUMBERED.sub("", one_line(step))):
            made.append((step[:200], one_line(meaning)))
    return made
