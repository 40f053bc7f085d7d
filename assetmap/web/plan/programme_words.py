"""How far a deployment has got: in words, in a sign for a small cell, and as one of a few levels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import ELEMENTS, STATE, STEPS, Deployment, Programme
from assetmap.domain.progress import IN_PLACE, PLANNED, UNDER_WAY, Standing, known_on
from assetmap.domain.text import short
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_levels import TO_COME, UNKNOWN, UNKNOWN_SAID, has_begun, level_of
from assetmap.web.programmes.words import day_said

KIND_NAMES = {STEPS: _("Steps, one after the other"), ELEMENTS: _("Elements, each in place or not"),
              STATE: _("One of several states")}
_LONGEST_SIGN = 40  # a cell shows what there is room for
_ALL_OF_IT = 0.95  # a hand does not draw along a border


@dataclass(frozen=True, slots=True)
class Far:
    """A deployment on a day. `words` is all of it, `sign` figures or a state's name, `since` from when it has been so.

    `number` of `total`: the step or state that it is at, or how many elements are in place. `internal` says that the
    public does not see it, or sees less of its progress. `ward_share` is how much of one ward its drawn area covers,
    0 to 1; None when that is all of it, or of no ward in particular.
    """

    deployment: Deployment
    programme: Programme
    standing: Standing
    words: str
    sign: str
    level: int
    since: date | None
    number: int
    total: int
    internal: bool
    url: str
    ward_share: float | None = None

    @property
    def where(self) -> str:
        """That it is in a part of the ward only; "" otherwise."""
        if self.ward_share is None:
            return ""
        return _("in part of the ward, %(percent)s%%", percent=max(round(self.ward_share * 100), 1))

    @property
    def rank(self) -> float:
        """What wards are put in order by: further is more, by the figure that is shown; of those alike, by what is
        under way."""
        if self.level in (UNKNOWN, TO_COME):
            return self.level
        return self.number / self.total + (self.standing.share or 0) / 1_000

    @property
    def is_state(self) -> bool:
        """Whether `sign` is the name of a state: where it is, and no measure of how much is done."""
        return self.programme.kind == STATE and self.level > TO_COME


def far(held: Initiatives, deployment: Deployment, day: date) -> Far:
    """How far a deployment had got by the end of a day, of those that `held` has."""
    programme = held.programmes[deployment.programme_id]
    plans = day >= programme_data.today()
    standing = held.standing(deployment.id, day, with_plans=plans)
    total = len(programme.steps)
    number = standing.in_place if programme.kind == ELEMENTS else programme.number(standing.at)
    to_come = deployment.starts is not None and deployment.starts > day and not has_begun(standing)
    level = TO_COME if to_come else level_of(standing, number)
    said = _words(programme, deployment, standing, number, day)
    hidden = not (programme.public and deployment.public) or any(
        not event.public for event in known_on(held.progress.get(deployment.id, ()), day, with_plans=plans))
    return Far(deployment, programme, standing, said, _sign(programme, standing, level, number), level, standing.since,
               number, total, hidden, programme_data.deployment_url(deployment))


def in_ward(one: Far, ward: int) -> Far:
    """The same, of one ward that it is in."""
    if not one.deployment.outline:
        return one
    share = float(programme_data.programmes().shares(one.deployment)[ward])
    return replace(one, ward_share=share) if share < _ALL_OF_IT else one


def said(one: Far) -> dict:
    """A deployment and how far it has got, for machines."""
    return {"programme_id": one.programme.id, "programme": one.programme.name, "deployment_id": one.deployment.id,
            "deployment": one.deployment.name, "kind": one.programme.kind, "how_far": one.words, "number": one.number,
            "of": one.total, "share": one.standing.share, "since": one.since and one.since.isoformat(),
            "lead": one.deployment.lead,
            "ward_share": None if one.ward_share is None else round(one.ward_share, 3), "internal": one.internal,
            "url": one.url}


def there_on(held: Initiatives, deployment: Deployment, day: date, today: date) -> bool:
    """Whether it belongs in what is told of a day: it runs then, or is planned. Of a past day it is told only when it
    had begun by then, or an entry of that time says that it was planned.
    """
    if deployment.ends is not None and deployment.ends < day:
        return False
    if deployment.status == "ended" and deployment.ends is None and day >= today:
        return False  # nobody said when: it is taken to have ended before today alone
    had_begun = deployment.starts is not None and deployment.starts <= day
    return had_begun or day >= today or any(event.day <= day for event in held.progress.get(deployment.id, ()))


def _words(programme: Programme, deployment: Deployment, standing: Standing, number: int, day: date) -> str:
    if deployment.starts is not None and deployment.starts > day and not has_begun(standing):
        said = _("planned, from %(day)s", day=day_said(deployment.starts))
    elif has_begun(standing):
        said = {STEPS: _steps, ELEMENTS: _elements, STATE: _state}[programme.kind](programme, standing, number)
        if standing.since and programme.kind != ELEMENTS:
            said = _("%(how_far)s, since %(day)s", how_far=said, day=day_said(standing.since))
        if standing.back_on and standing.back_on[-1] == standing.since:
            said = _("%(how_far)s, after going back", how_far=said)
    elif planned := [step.name for step in programme.steps if standing.conditions[step.code] == PLANNED]:
        said = _("planned: %(what)s", what=planned[0])
    else:
        said = _(UNKNOWN_SAID)[:1].lower() + _(UNKNOWN_SAID)[1:]
    return _("paused: %(how_far)s", how_far=said) if deployment.status == "paused" else said


def _steps(programme: Programme, standing: Standing, number: int) -> str:
    total, name = len(programme.steps), programme.steps[number - 1].name
    if standing.condition == IN_PLACE:
        if number == total:
            return ngettext("its only step reached", "all %(num)s steps reached", total)
        return _("step %(number)s of %(total)s reached: %(step)s", number=number, total=total, step=name)
    return _("step %(number)s of %(total)s: %(step)s", number=number, total=total, step=name)


def _elements(programme: Programme, standing: Standing, number: int) -> str:
    said = ngettext("%(there)s of %(num)s element in place", "%(there)s of %(num)s elements in place",
                    len(programme.steps), there=number)
    if standing.since:
        said = _("%(how_far)s, since %(day)s", how_far=said, day=day_said(standing.since))
    under_way = sum(condition == UNDER_WAY for condition in standing.conditions.values())
    return _("%(in_place)s, %(number)s under way", in_place=said, number=under_way) if under_way else said


def _state(programme: Programme, standing: Standing, number: int) -> str:
    return programme.steps[number - 1].name


def _sign(programme: Programme, standing: Standing, level: int, number: int) -> str:
    if level == UNKNOWN:
        return "?"
    if level == TO_COME:
        return _("plan")
    if programme.kind == STATE:
        return short(programme.steps[number - 1].name, _LONGEST_SIGN)
    return f"{number}/{len(programme.steps)}"
