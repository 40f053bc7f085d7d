"""What is under way in one ward: what each programme is, what comes next, how far it is and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from assetmap.domain.initiatives import NextDate
from assetmap.domain.programme import STATE, Role
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_data
from assetmap.web.plan.programme_words import Far, far, in_ward, said, there_on
from assetmap.web.programmes import gatherings
from assetmap.web.programmes.words import day_said


@dataclass(frozen=True, slots=True)
class Here:
    """A deployment in a ward, for those who live there.

    `summary` is what its programme would tell a neighbour, `how` how far it is as a sentence, `next` the next event or
    meeting that anyone may come to, `coming` the same as a page shows it, `ask` the first role that can be reached.
    """

    far: Far
    summary: str
    how: str
    next: NextDate | None
    coming: dict | None
    ask: Role | None


def under_way(ward: int) -> list[Here]:
    """The deployments that are in a ward today, by its number; by programme, the furthest of one programme first."""
    held, day = programme_data.initiatives(), programme_data.today()
    made = [in_ward(far(held, one, day), ward) for one in held.deployments.values()
            if ward in programme_data.wards_of(one) and there_on(held, one, day, day)]
    made.sort(key=lambda one: (one.programme.name.casefold(), one.programme.id, -one.rank, one.deployment.name))
    return [_here(one) for one in made]


def document(ward: int) -> list[dict]:
    """The same for machines."""
    return [said(one.far) | {"summary": one.summary, "next": gatherings.document(one.next) if one.next else None}
            for one in under_way(ward)]


def _here(one: Far) -> Here:
    following = gatherings.next_of(one.deployment)
    asked = (role.public() for role in one.deployment.roles)
    return Here(one, one.programme.summary or one.deployment.summary, _how(one), following,
                gatherings.told(following) if following else None,
                next((role for role in asked if role.phone or role.email or role.website), None))


def _how(one: Far) -> str:
    """How far it is, as a sentence; of a state what that means too, when somebody wrote it."""
    step = one.programme.step(one.standing.at) if one.programme.kind == STATE else None
    if step is None or one.deployment.status == "paused" or not one.standing.has_begun:
        return _sentence(one.words[:1].upper() + one.words[1:])
    how = _("%(state)s since %(day)s", state=step.name, day=day_said(one.since)) if one.since else step.name
    return _sentence(_("%(how)s: %(means)s", how=how, means=_without_capital(step.meaning)) if step.meaning else how)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _without_capital(text: str) -> str:
    """For going on after a colon; "NHS staff" stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
