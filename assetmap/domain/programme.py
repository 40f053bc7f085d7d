"""A programme: a named initiative with a kind of progress, and a deployment: that programme in an area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STEPS, ELEMENTS, STATE = KINDS = ("steps", "elements", "state")
"""Ordered steps, one after the other; a set of elements, each with a state of its own; one of several states."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step, an element or a state, as its programme's kind has it: `code` is a slug, no two alike in a programme.

    `feedback_days`: within how many days those who came to an event of this step are told what came of it.
    """

    code: str
    name: str
    meaning: str = ""
    feedback_days: int | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """`steps` in their order; `themes` are codes of the vocabulary's connected themes; `notes` are internal."""

    id: str
    name: str
    summary: str = ""
    purpose: str = ""
    kind: str = STEPS
    steps: tuple[Step, ...] = ()
    themes: tuple[str, ...] = ()
    lead: str = ""
    website: str = ""
    public: bool = True
    notes: str = ""
    status: str = "active"
    last_confirmed: date | None = None
    confirmed_by: str = ""
    source: str = ""
    source_id: str = ""

    def step(self, code: str) -> Step | None:
        """The step, element or state of a code."""
        return next((step for step in self.steps if step.code == code), None)

    def number(self, code: str) -> int:
        """Which one it is, from 1 on; 0 for a code that it does not have."""
        return next((number for number, step in enumerate(self.steps, 1) if step.code == code), 0)


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody does in a deployment and how to reach whoever does it: a role's own address, never a person's.

    No name of a person is kept. Telephone and e-mail are public only with `consent`.
    """

    name: str
    phone: str = ""
    email: str = ""
    website: str = ""
    consent: bool = False

    def public(self) -> Role:
        """What anyone may see."""
        return self if self.consent else Role(self.name, website=self.website)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A programme in an area: the `wards` of these codes, or the `outline` when one is drawn, whose wards it may cross.

    `outline` is well-known text, polygons in WGS84 (longitude first), "" for none; `neighbourhood` is what people call
    the area. `starts` and `ends` are its first and last day. `languages_offered` and `languages_asked` are codes of
    the vocabulary, `opportunity_kinds` are kinds of offers and asks that belong to it, `timebank` says that the
    timebank does. `notes` are internal.
    """

    id: str
    name: str
    programme_id: str
    summary: str = ""
    wards: tuple[str, ...] = ()
    neighbourhood: str = ""
    outline: str = ""
    lead: str = ""
    hub_id: str = ""
    starts: date | None = None
    ends: date | None = None
    roles: tuple[Role, ...] = ()
    languages_offered: tuple[str, ...] = ()
    languages_asked: tuple[str, ...] = ()
    opportunity_kinds: tuple[str, ...] = ()
    timebank: bool = False
    website: str = ""
    public: bool = True
    notes: str = ""
    status: str = "active"
    last_confirmed: date | None = None
    confirmed_by: str = ""
    source: str = ""
    source_id: str = ""

    def runs_on(self, day: date) -> bool:
        """Whether it is going on: neither before its first day, nor after its last, nor ended or hidden."""
        return (self.status in ("active", "paused") and (self.starts is None or self.starts <= day)
                and (self.ends is None or day <= self.ends))
