"""What the measures are called, and what is said of them, so that nobody has to guess what a number counts."""

from __future__ import annotations

from dataclasses import dataclass

from assetmap.atlas.measuring import NEAR_M
from assetmap.domain.measure import MEASURES, Kind
from assetmap.domain.plan_query import PlanQuery
from assetmap.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Words:
    """`label` names a measure, `unit` what its numbers are; `top` and `bottom` what is counted, and of what.

    `what` says what it is, `how` how it is worked out and what to beware of.
    """

    label: str
    unit: str
    top: str
    bottom: str
    what: str
    how: str


AUDIENCES = {"everyone": _("Everyone"), "children": _("Children (0 to 15)"), "working-age": _("Working age (16 to 64)"),
             "older": _("65 and over")}
PEOPLE = {"everyone": _("people"), "children": _("children aged 0 to 15"), "working-age": _("people aged 16 to 64"),
          "older": _("people aged 65 and over")}
SUPPLIES = {"groups": _("Groups"), "hubs": _("Places to meet")}
_REAL_WALKS = _("Straight lines: real walks are longer.")


def words_of(query: PlanQuery) -> Words:
    """The words of a choice's measure."""
    return _WORDS[query.measure](query)


def label_of(code: str) -> str:
    """What a measure is called, whatever else is chosen."""
    return _LABELS[code]


def what_of(query: PlanQuery) -> str:
    """One of what is to be reached."""
    return {"groups": _("a group"), "hubs": _("a place to meet")}[query.supply]


def number(kind: Kind, value: float) -> str:
    """A figure as people read it; "" for no data."""
    if value != value:
        return ""
    if kind is Kind.SHARE:
        return f"{100 * value:.0f} %" if value in (0.0, 1.0) or 0.005 <= value < 0.995 else f"{100 * value:.1f} %"
    if kind is Kind.COUNT:
        return whole(value)
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"


def whole(value: float) -> str:
    """A number of things or people; "" for no data."""
    return "" if value != value else f"{value:,.0f}"


def in_words(query: PlanQuery, value: float) -> str:
    """A ward's figure with what it counts, such as “2.3 groups for each 1,000 people”."""
    kind, words = MEASURES[query.measure].kind, words_of(query)
    if value != value:
        return _("no data")
    if kind is Kind.COUNT:
        return f"{whole(value)} {words.unit}"
    return f"{number(kind, value)} {words.unit}"


def _groups(query: PlanQuery) -> Words:
    people = PEOPLE[query.audience]
    return Words(
        _LABELS["groups"], _("groups for each 1,000 %(people)s", people=people), _("Groups"), people,
        _("How many groups meet in a ward, set against how many people live there."),
        _("A group counts once in each ward where it meets. Only groups that are open to the chosen age count, and the "
          "people of that age. Whether they have room is not known."))


def _hours(query: PlanQuery) -> Words:
    people = PEOPLE[query.audience]
    return Words(
        _LABELS["hours"], _("hours a week for each 1,000 %(people)s", people=people), _("Hours a week"), people,
        _("How many hours a week groups meet in a ward, set against how many people live there."),
        _("Weekly sessions count whole, fortnightly half, each weekday of a month 12 in 52, term-time ones 39 in 52. "
          "Groups whose times are not known add nothing: how many are known stands beside."))


def _near(query: PlanQuery) -> Words:
    people = PEOPLE[query.audience]
    return Words(
        _LABELS["near"], _("groups for each 1,000 %(people)s", people=people), _("Groups in or near the ward"), people,
        _("How many groups meet in a ward or within 1 km of it: people do not stop at a boundary."),
        _("Groups at most %(metres)s m from the ward's edge, in a straight line, count too; so one group counts for "
          "several wards.", metres=f"{NEAR_M:,}"))


def _within(query: PlanQuery) -> Words:
    people = PEOPLE[query.audience]
    what = what_of(query)
    return Words(
        _("People near %(what)s", what=what),
        _("of %(people)s have %(what)s within %(metres)s m", people=people, what=what, metres=f"{query.within_m:,}"),
        _("People within %(metres)s m", metres=f"{query.within_m:,}"), people,
        _("Which share of people live near %(what)s, and how many do not.", what=what), _REAL_WALKS)


def _access(query: PlanQuery) -> Words:
    people = PEOPLE[query.audience]
    what = {"groups": _("groups"), "hubs": _("places to meet")}[query.supply]
    return Words(
        _LABELS["access"], _("%(what)s within reach for each 1,000 %(people)s, shared with all who are near",
                             what=what, people=people),
        _("Share of what is near"), people,
        _("How much is within a walk of people's homes, when each is shared among all who live near it."),
        _("Enhanced two-step floating catchment area (Luo and Qi 2009): what is within 400 m counts whole, within "
          "800 m 0.68, within 1,200 m 0.22. Who lives just outside the wards is counted only where small areas were "
          "loaded: else what is near the border seems to be shared by fewer than it is. ") + _REAL_WALKS)


def _opportunities(query: PlanQuery) -> Words:
    people = PEOPLE[query.audience]
    return Words(
        _LABELS["opportunities"], _("open offers and asks for each 1,000 %(people)s", people=people),
        _("Offers and asks"), people, _("How many offers and asks are open in a ward."),
        _("Those that are for the whole area, or online, are in no ward and are not counted."))


def _unmet(_query: PlanQuery) -> Words:
    return Words(
        _LABELS["unmet"], _("searches and requests that found nothing"), _("Found nothing"), "",
        _("How often somebody looked for something in a ward, or a connector asked for somebody, and found nothing."),
        _("Searches, not residents: one person may search many times. Numbers under 10 are held back, and others with "
          "them where they could be worked out."))


def _step_free(_query: PlanQuery) -> Words:
    return Words(
        _LABELS["step-free-hubs"], _("places to meet with step-free access"), _("Step-free places"),
        _("places to meet"), _("How many places to meet have step-free access, of how many."),
        _("A place that says nothing of access does not count as step-free."))


def _confirmed(_query: PlanQuery) -> Words:
    return Words(
        _LABELS["confirmed"], _("of groups were confirmed lately"), _("Confirmed groups"), _("groups"),
        _("Of how many groups somebody has said lately that they are right on this map."),
        _("Where few are confirmed, the other figures are less sure."))


_LABELS = {
    "groups": _("Groups"), "hours": _("Hours that groups meet"), "near": _("Groups in or near the ward"),
    "within": _("People near something to join"), "access": _("Access, shared with neighbours"),
    "opportunities": _("Open offers and asks"), "unmet": _("Searches that found nothing"),
    "step-free-hubs": _("Step-free places to meet"), "confirmed": _("Groups confirmed lately")}
_WORDS = {"groups": _groups, "hours": _hours, "near": _near, "within": _within, "access": _access,
          "opportunities": _opportunities, "unmet": _unmet, "step-free-hubs": _step_free, "confirmed": _confirmed}
