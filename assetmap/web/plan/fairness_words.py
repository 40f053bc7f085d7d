"""What is said of the fairness of a measure: the two ends first, then the whole line, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from assetmap.analysis.fairness import FEWEST_UNITS, Interval
from assetmap.atlas.fairness import Fairness
from assetmap.atlas.planning import Planning
from assetmap.domain.measure import MEASURES, Kind
from assetmap.domain.plan_query import PlanQuery
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import method
from assetmap.web.plan.measure_words import PEOPLE, in_words, number, what_of, whole, words_of

_LITTLE, _MUCH = 0.05, 0.15
FIFTHS = (_("Most deprived fifth"), _("Second"), _("Middle"), _("Fourth"), _("Least deprived fifth"))


@dataclass(frozen=True)
class Words:
    """The sentences of one measure."""

    query: PlanQuery
    planning: Planning
    made: Fairness

    @property
    def residents(self) -> str:
        return PEOPLE[self.query.audience]

    @property
    def headline(self) -> str:
        """The most and the least deprived fifth; or why they cannot be told apart."""
        fifths = self.made.fifths
        if not self.made.units:
            return _("Nothing can be said of who has how much: it is not known here, or how deprived the wards are is "
                     "not.")
        if not fifths.enough:
            return ngettext("%(num)s ward is too few to tell fifths of residents apart by how deprived they are.",
                            "%(num)s wards are too few, or too alike, to tell fifths of residents apart by how "
                            "deprived they are.", self.made.units) if self.made.by == "wards" else _(
                "The areas are too few, or too alike, to tell fifths of residents apart by how deprived they are.")
        said = {"most": number(self.made.kind, fifths.value[0]), "least": number(self.made.kind, fifths.value[-1]),
                "unit": words_of(self.query).unit, "people": self.residents, "what": what_of(self.query),
                "metres": f"{self.query.within_m:,}"}
        if self.made.kind is Kind.SHARE:
            return _("%(most)s of %(people)s in the most deprived fifth have %(what)s within %(metres)s m, and "
                     "%(least)s in the least deprived fifth.", **said)
        return _("In the most deprived fifth of residents there are %(most)s %(unit)s, and in the least deprived fifth "
                 "%(least)s.", **said)

    @property
    def estimated(self) -> bool:
        """Whether people were counted where they are only assumed to live: then only the tens are told."""
        return self.made.kind is Kind.SHARE and self.planning.points.estimated

    def lines(self) -> list[str]:
        """The whole line from the most to the least deprived, in words, and the area as a whole."""
        if not self.made.units:
            return []
        said = [_("All together: %(figure)s.", figure=in_words(self.query, self.made.average))]
        return [sentence for sentence in (*said, self._whole_line()) if sentence]

    def _whole_line(self) -> str:
        index = self.made.index
        if index.says == "nothing":
            return ngettext("With %(num)s unit nothing is said of the whole line: it would say more about chance than "
                            "about fairness.", "With %(num)s units nothing is said of the whole line: it would say "
                            "more about chance than about fairness.", index.units) if index.units < FEWEST_UNITS else ""
        size = abs(index.estimate)
        how = _("a little more") if size < _LITTLE else _("more") if size < _MUCH or index.says == "level" else _(
            "much more")
        who = _("the more deprived") if index.estimate < 0 else _("the less deprived")
        if index.says == "level":
            if size < 0.005:
                return _("From the most to the least deprived, all have about as much.")
            return _("Over the whole line from the most to the least deprived, %(who)s seem to have %(how)s, but that "
                     "could be chance: it hangs on single wards or areas.", who=who, how=how)
        return _("Over the whole line from the most to the least deprived, %(who)s have %(how)s. That does not hang on "
                 "single wards or areas.", who=who, how=how)

    def indices(self) -> list[dict]:
        """The indices with their intervals, and how to read them."""
        made = self.made
        held = [(_("Concentration index"), made.index,
                 _("From −1 to 1. Below 0 the more deprived have more, above 0 the less deprived; 0 is level."))]
        if made.erreygers:
            held.append((_("Erreygers’ index"), made.erreygers,
                         _("The same for shares: it comes out alike whether those are counted who have it or those who "
                           "have not.")))
        return [{"label": label, "value": signed(index.estimate), "range": _range(index), "how": how}
                for label, index, how in held if index.estimate == index.estimate]

    def rows(self) -> list[dict]:
        """The five fifths, a row each."""
        fifths, share = self.made.fifths, self.made.kind is Kind.SHARE
        made = []
        for name, value, people, units in zip(FIFTHS, fifths.value, fifths.people, fifths.units, strict=True):
            has = value * people if share else value * people / 1_000
            if self.estimated:
                has = round(has, -1)
            made.append({"name": name, "value": number(self.made.kind, value) or _("no data"),
                         "top": (whole(has) if share or has >= 100 else f"{has:,.1f}") if value == value else "",
                         "people": whole(people), "units": f"{units:,}"})
        return made

    def notes(self) -> list[str]:
        """What a reader should know first."""
        planning, made = self.planning, self.made
        said = [words_of(self.query).how]
        if made.by == "points":
            said.append(_("How deprived people are is that of the small area that they live in."))
        else:
            said.append(_("How deprived people are is taken to be that of their ward. That hides what differs inside a "
                          "ward: a deprived street in a well-off ward counts as well off."))
        said.append(_("Residents are put in line by deprivation and cut into five equal parts. A ward or area across a "
                      "cut is split in proportion."))
        said.append(self._left_out())
        said.append(_("Deprivation: %(sources)s.", sources=method.sources(planning.deprivation[1]))
                    if planning.deprivation[1] else "")
        people = planning.people(self.query.audience)
        said.append(_("People: %(sources)s.", sources=method.sources(people.sources)) if people.sources else "")
        if MEASURES[self.query.measure].reaching:
            said += method.points_note(planning)
        said.append(_("The ranges are what the index could be if other wards or areas had been drawn (95 %, "
                      "bootstrap): with few of them it is wide. Kakwani, Wagstaff and van Doorslaer 1997; "
                      "Erreygers 2009."))
        said.append(method.boundary_note(planning, [day for _source, day in people.sources]))
        return [sentence for sentence in dict.fromkeys(said) if sentence]

    def _left_out(self) -> str:
        fifths = self.made.fifths
        if not fifths.left_out:
            return ""
        people = whole(fifths.left_out_people)
        if self.made.by == "points":
            return ngettext("%(num)s area with %(people)s people is left out: its deprivation, its people or its "
                            "figure is not known.", "%(num)s areas with %(people)s people are left out: their "
                            "deprivation, their people or their figure is not known.", fifths.left_out, people=people)
        return ngettext("%(num)s ward with %(people)s people is left out: its deprivation, its people or its figure is "
                        "not known.", "%(num)s wards with %(people)s people are left out: their deprivation, their "
                        "people or their figure is not known.", fifths.left_out, people=people)


def signed(value: float) -> str:
    """An index with two decimals and a real minus; "" for none."""
    return "" if value != value else f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _range(index: Interval) -> str:
    if index.lower != index.lower:
        return ""
    return _("%(low)s to %(high)s", low=signed(index.lower), high=signed(index.upper))
