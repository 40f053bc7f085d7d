"""What pages and their data show of programmes: deployments, how they stand, dates, figures, people to contact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from urllib.parse import quote

import numpy as np

from assetmap.atlas.programmes import programmes_of
from assetmap.domain.initiatives import FEEDBACK_OVERDUE, OVERDUE, Initiatives, NextDate
from assetmap.domain.programme import ELEMENTS, STATE, Deployment, Programme
from assetmap.domain.programme_days import Held, held_since
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.progress import IN_PLACE, Moment, Standing, progress_on, timeline
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan.programme_data import deployment_url, initiatives
from assetmap.web.plan.programme_levels import unbegun_said
from assetmap.web.programmes import figures, words


def labels_of(kind: str, codes: Iterable[str]) -> list[str]:
    """Terms of the vocabulary in words; a code that it does not have stays as it is."""
    known = services.atlas().vocabulary.of(kind)
    return [known[code].label if code in known else code for code in codes]


def wards_of(codes: Iterable[str]) -> list[dict[str, str]]:
    """Wards by name: {code, name, url}; one that the map does not have has no address."""
    atlas = services.atlas()
    names = dict(zip(atlas.ward_codes, atlas.ward_names, strict=True))
    made = [{"code": code, "name": names.get(code, code), "url": f"/wards/{quote(code, '')}" if code in names else ""}
            for code in codes]
    return sorted(made, key=lambda ward: ward["name"])


def hub_of(hub_id: str) -> dict[str, str] | None:
    """A place on the public map: {id, name, url}; None when it is not on it."""
    layer = services.atlas().hubs
    number = layer.number_of.get(hub_id) if hub_id else None
    if number is None or not layer.is_active[number]:
        return None
    return {"id": hub_id, "name": layer.record(number).name, "url": f"/hubs/{quote(hub_id, '')}"}


def ward_codes(deployment: Deployment) -> list[str]:
    """The wards that it names, or that its drawn area crosses; those that the map does not have too."""
    atlas = services.atlas()
    if not deployment.outline:
        return list(deployment.wards)
    return [atlas.ward_codes[row] for row in programmes_of(atlas).ward_rows(deployment)]


def residents_said(deployments: Sequence[Deployment]) -> str:
    """How many people live in the areas, nobody counted twice, and what that rests on; "" when nobody knows."""
    covered = programmes_of(services.atlas()).covered(deployments)
    if not np.isfinite(covered.people) or not deployments:
        return ""
    number = round(covered.people, -2) if covered.estimated and covered.people >= 1_000 else covered.people
    said = _("About %(number)s people live there (%(basis)s)") if covered.estimated else \
        _("%(number)s people live there (%(basis)s)")
    return said % {"number": f"{number:,.0f}", "basis": _(covered.basis)}


def area_said(deployment: Deployment) -> str:
    """Where it is, in a few words."""
    names = [ward["name"] for ward in wards_of(ward_codes(deployment))]
    said = deployment.neighbourhood or (", ".join(names[:4]) if len(names) <= 4 else
                                        ngettext("%(num)s ward", "%(num)s wards", len(names)))
    return said or _("A drawn area")


def standing_said(programme: Programme, standing: Standing) -> str:
    """Where it stands, as a short sentence; of what nobody noted, as its map says it."""
    if unbegun := unbegun_said(standing):
        return unbegun
    if programme.kind == ELEMENTS:
        return _("%(number)s of %(all)s elements in place", number=standing.in_place, all=len(programme.steps))
    step = programme.step(standing.at)
    if programme.kind == STATE:
        return step.name
    return _("Step %(number)s of %(all)s: %(name)s, %(how)s", number=programme.number(step.code),
             all=len(programme.steps), name=step.name,
             how=_("reached") if standing.condition == IN_PLACE else _("under way"))


def parts_of(programme: Programme, events: Sequence, day: date) -> tuple[Standing, list[dict]]:
    """Where a deployment stood at the end of a day, and each of its steps, elements or states."""
    plans = day >= services.now().date()
    standing = progress_on(programme, events, day, with_plans=plans)
    since = held_since(programme, events, day, with_plans=plans)
    made = []
    for number, step in enumerate(programme.steps, 1):
        condition, held = standing.conditions[step.code], since.get(step.code)
        made.append({
            "number": number, "code": step.code, "name": step.name, "meaning": step.meaning, "condition": condition,
            "said": words.condition(programme.kind, condition), "icon": words.ICONS[condition],
            "here": step.code == standing.at, "since": held and held.day, "noted": held is None or held.noted,
            "since_said": _since_said(programme.kind, condition, held)})
    return standing, made


def _since_said(kind: str, condition: str, since: Held | None) -> str:
    """What goes on after "Reached", "Under way" or "Not begun"."""
    if since is None:
        return ""
    day = words.day_said(since.day)
    if not since.noted:
        return _(" by %(day)s, day not noted", day=day)
    if kind == STATE:
        return {"in_place": _(", since %(day)s"), "planned": _(" for %(day)s")}.get(
            condition, _(": it was until %(day)s")) % {"day": day}
    return {"in_place": _(" on %(day)s"), "under_way": _(" since %(day)s"), "planned": _(" for %(day)s")}.get(
        condition, _(", after it went back on %(day)s")) % {"day": day}


def moments_of(programme: Programme, events: Sequence, day: date, *, newest_first: bool = True) -> list[dict]:
    """The timeline up to a day. Going back is told with what it went back from."""
    made, before = [], None
    for moment in timeline(programme, (event for event in events if event.day <= day)):
        event, step = moment.event, programme.step(moment.event.step)
        made.append({
            "event": event, "day": event.day, "day_said": words.day_said(event.day), "step": step.name,
            "what": words.happened(programme.kind, event.what), "icon": words.HAPPENED_ICONS[event.what],
            "back": moment.back, "explained": _explained(programme, moment, before) if moment.back else "",
            "standing": standing_said(programme, moment.standing)})
        before = moment.standing
    return made[::-1] if newest_first else made


def _explained(programme: Programme, moment: Moment, before: Standing | None) -> str:
    name = programme.step(moment.event.step).name
    was = programme.step(before.at) if before else None
    if programme.kind == ELEMENTS:
        return _("“%(name)s” had begun, and is not in place any more.", name=name)
    if programme.kind == STATE:
        return _("It went back from “%(was)s” to “%(name)s”.", was=was.name if was else "", name=name)
    if was is None or was.code == moment.event.step:
        return _("Step “%(name)s” had been reached, and is under way again.", name=name)
    return _("It went back from step “%(was)s” to “%(name)s”. What came after “%(name)s” begins again later; all that "
             "was done is still told here.", was=was.name, name=name)


def next_dates(held: Initiatives, deployment_ids: set[str], today: date) -> list[dict]:
    """What comes and what waits, of some deployments."""
    return [_next(one) for one in held.next_dates(today) if one.deployment.id in deployment_ids]


def _next(one: NextDate) -> dict:
    entry, step = one.entry, one.programme.step(one.entry.step)
    return {"kind": one.kind, "said": words.NEXT[one.kind], "day": one.day, "day_said": words.day_said(one.day),
            "name": entry.name, "time": entry.time, "of": words.DATE_KINDS.get(entry.kind, entry.kind), "entry": entry,
            "held_on": words.day_said(entry.day) if one.day != entry.day else "", "note": entry.note,
            "step": step.name if step else "", "hub": hub_of(entry.hub_id), "place": entry.place,
            "late": one.kind in (OVERDUE, FEEDBACK_OVERDUE), "deployment": one.deployment.name,
            "url": deployment_url(one.deployment)}


def date_view(entry: PlannedDate, programme: Programme) -> dict:
    """A date that has been, how many came, and what was told to those who came."""
    due = entry.feedback_due(programme)
    return {"entry": entry, "day_said": words.day_said(entry.day), "of": words.DATE_KINDS.get(entry.kind, entry.kind),
            "came": came_said(entry.attended) if entry.attended is not None else "",
            "feedback": _("Feedback given on %(day)s", day=words.day_said(entry.feedback_given))
            if entry.feedback_given else _("Feedback due by %(day)s", day=words.day_said(due)) if due else ""}


def came_said(people: int) -> str:
    """How many came to something."""
    return ngettext("%(num)s person came", "%(num)s people came", people)


def attendance_said(dates: Iterable[PlannedDate], today: date) -> str:
    """How many came to what was held in the last 12 months; "" when nobody counted."""
    counted = [entry.attended for entry in dates if entry.attended is not None
               and today - timedelta(days=figures.YEAR_DAYS) < entry.day <= today]
    if not counted:
        return ""
    return ngettext("%(people)s at %(num)s event or meeting in the last 12 months.",
                    "%(people)s at %(num)s events and meetings in the last 12 months.", len(counted),
                    people=came_said(sum(counted)))


def facts_of(deployment: Deployment) -> dict:
    """What a deployment is, in words: area, lead, place, days, people, languages, links."""
    return {
        "record": deployment, "url": deployment_url(deployment), "area": area_said(deployment),
        "wards": wards_of(ward_codes(deployment)), "hub": hub_of(deployment.hub_id),
        "days": words.running_said(deployment.starts, deployment.ends),
        "status": words.STATUS.get(deployment.status, ""), "silence": silence_said(deployment),
        "offered": labels_of("language", deployment.languages_offered),
        "asked": labels_of("language", deployment.languages_asked),
        "unmet": labels_of("language", (code for code in deployment.languages_asked
                                        if code not in deployment.languages_offered)),
        "opportunities": opportunities_of([deployment])}


def silence_said(deployment: Deployment) -> str:
    """That nobody has noted anything of what is said to go on for so long that it may be out of date; else ""."""
    today = services.now().date()
    if not deployment.runs_on(today):
        return ""
    heard = initiatives().last_heard(deployment, today)
    if heard is None or (today - heard).days <= services.settings().stale_days:
        return ""
    return _("Nothing new was noted since %(day)s: it may be out of date.", day=words.day_said(heard))


def opportunities_of(deployments: Sequence[Deployment]) -> list[dict]:
    """The kinds of offers and asks that belong to some deployments, and how many are open in their areas."""
    atlas = services.atlas()
    layer, found = atlas.opportunities, programmes_of(atlas)
    listed = layer.listed_mask(services.now())
    rows = {row for one in deployments for row in found.opportunities(one) if listed[row]}
    held = Counter(layer.rows.value(row, "kind") for row in rows)
    codes = list(dict.fromkeys(code for one in deployments for code in one.opportunity_kinds))
    return [{"label": label, "url": f"/opportunities?kind={quote(code, '')}", "open": held[code]}
            for code, label in zip(codes, labels_of("opportunity_kind", codes), strict=True)]
