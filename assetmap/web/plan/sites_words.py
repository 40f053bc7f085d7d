"""What is said of the next places: how many more people, how sure that is, and what a reader should know first."""

from __future__ import annotations

import math

import numpy as np

from assetmap.analysis.population import GRID, LABELS, POSTCODES
from assetmap.analysis.site_weights import HEAVIEST
from assetmap.domain.measure import Kind
from assetmap.domain.plan_query import PlanQuery
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import asking, method
from assetmap.web.plan.measure_words import AUDIENCES, PEOPLE, number, what_of

_COMPASS = {"n": _("north"), "ne": _("north-east"), "e": _("east"), "se": _("south-east"), "s": _("south"),
            "sw": _("south-west"), "w": _("west"), "nw": _("north-west")}


class Words:
    """The sentences of one document, as `sites_document.document` makes them."""

    def __init__(self, document: dict):
        self.document = document
        asked, people = document["query"], document["people"]
        self.reach = PlanQuery(measure="within", supply=asked["of"], within_m=asked["within"],
                               audience=asked["audience"], **{name: tuple(asked[name]) for name in
                                                              ("category", "theme", "day", "time", "cost", "access")})
        self.residents = PEOPLE[asked["audience"]]
        self.metres = f"{asked['within']:,}"
        self.estimated = people["basis"] in (GRID, POSTCODES)
        self.weighted = document["weight"]["kind"] == "deprivation" and document["weight"]["levels"] > 1

    def about(self, value: float) -> str:
        """A number of people; of estimates only the tens, for they are no better than that."""
        return f"{self.rounded(value) + 0:,.0f}"

    def rounded(self, value):
        """One number of people or many, as `about` tells them."""
        return np.round(value, -1 if self.estimated else 0)

    def share(self, part: float, whole: float | None) -> str:
        return number(Kind.SHARE, part / whole) if whole else ""

    @property
    def what(self) -> str:
        """What is to be reached, such as “a group (Gardening, free)”."""
        chosen = asking.chosen_words(self.reach)
        return f"{what_of(self.reach)} ({', '.join(chosen)})" if chosen else what_of(self.reach)

    @property
    def title(self) -> str:
        """What the choice is called."""
        places = self.document["proof"]["asked"]
        also = [_("the more deprived count more")] if self.weighted else []
        if self.reach.audience != "everyone":
            also.insert(0, AUDIENCES[self.reach.audience])
        if self.reach.supply == "groups":
            said = ngettext("%(what)s in %(num)s more place, within %(metres)s m",
                            "%(what)s in %(num)s more places, within %(metres)s m", places,
                            what=self.what[:1].upper() + self.what[1:], metres=self.metres)
        else:
            also = [*asking.chosen_words(self.reach), *also]
            said = ngettext("%(num)s more place to meet, within %(metres)s m",
                            "%(num)s more places to meet, within %(metres)s m", places, metres=self.metres)
        return f"{said} ({', '.join(also)})" if also else said

    @property
    def weighed(self) -> str:
        """Where the places could have been."""
        held = self.document["candidates"]
        number_, kind = held["number"], held["kind"]
        if kind == "hubs":
            return ngettext("%(num)s place to meet", "%(num)s places to meet", number_)
        if kind == "chosen":
            return ngettext("%(num)s point of somebody’s choice", "%(num)s points of somebody’s choice", number_)
        return ngettext("%(num)s point of a grid, %(metres)s m apart", "%(num)s points of a grid, %(metres)s m apart",
                        number_, metres=f"{held['spacing_m']:,.0f}")

    @property
    def headline(self) -> str:
        """What the places would change for the whole area."""
        people = self.document["people"]
        if not people["total"]:
            return _("Nobody knows yet where people live in these wards, so that nobody can be counted.")
        now = self.share(people["before"], people["total"])
        if not self.document["sites"]:
            return _("%(share)s of %(people)s have %(what)s within %(metres)s m now, and nowhere in this choice would "
                     "one more reach anybody else.", share=now, people=self.residents, what=self.what,
                     metres=self.metres)
        return _("%(more)s more %(people)s would have %(what)s within %(metres)s m: %(after)s instead of %(now)s.",
                 more=self.about(people["newly"]), people=self.residents, what=self.what, metres=self.metres,
                 after=self.share(people["after"], people["total"]), now=now)

    @property
    def proof(self) -> str:
        """How sure it is that no other choice is better; "" where there is none."""
        proof, found = self.document["proof"], self.document["proof"]["found"]
        if not found:
            return ""
        said = self.proved(proof["proved"], proof["gap"], found)
        if found < proof["asked"]:
            said += " " + ngettext("More than %(num)s place would reach nobody new.",
                                   "More than %(num)s places would reach nobody new.", found)
        return said

    def proved(self, proved: bool, gap: float, places: int) -> str:
        """The proof of one choice, or how far off it may be."""
        of = f"{self.document['candidates']['number']:,}"
        if proved and self.weighted:
            return ngettext("Proved: no other place of the %(of)s weighed up counts for more.",
                            "Proved: no other %(num)s places of the %(of)s weighed up count for more.", places, of=of)
        if proved:
            return ngettext("Proved: no other place of the %(of)s weighed up reaches more people.",
                            "Proved: no other %(num)s places of the %(of)s weighed up reach more people.", places,
                            of=of)
        return _("Within %(gap)s %% of the best possible. Whether another choice is a little better could not be "
                 "settled in a few seconds.", gap=f"{math.ceil(1_000 * gap) / 10:.1f}")

    def lines(self) -> list[str]:
        """What else is to be said first: how sure, the lowest ward, the most and least deprived."""
        said = [self.proof]
        if self.document["sites"]:
            said += [self._lowest(), self._fifths()]
        return [sentence for sentence in said if sentence]

    def lowest(self) -> dict[str, tuple[float, list[str]]]:
        """The lowest share of any ward `before` and `after`, and the wards that have it."""
        known = [ward for ward in self.document["wards"] if ward["people"]]
        made = {}
        for when in ("before", "after") if known else ():
            least = min(ward[when] / ward["people"] for ward in known)
            made[when] = least, [ward["name"] for ward in known if ward[when] / ward["people"] <= least + 1e-9]
        return made

    def _lowest(self) -> str:
        lowest = self.lowest()
        if not lowest:
            return ""
        (now, at_now), (then, at_then) = lowest["before"], lowest["after"]
        if at_now == at_then and round(now, 4) == round(then, 4):
            return _("Lowest ward: %(names)s with %(share)s. These places change nothing there.", names=some(at_now),
                     share=number(Kind.SHARE, now))
        return _("Lowest ward now: %(at_now)s with %(now)s. With these places: %(at_then)s with %(then)s.",
                 at_now=some(at_now), now=number(Kind.SHARE, now), at_then=some(at_then),
                 then=number(Kind.SHARE, then))

    def _fifths(self) -> str:
        fifths = self.document["fifths"]
        if not fifths["enough"]:
            return ""
        ends = []
        for end in (0, 4):
            now, then = (number(Kind.SHARE, fifths[when][end]) for when in ("before", "after"))
            ends.append(_("%(then)s as now", then=then) if now == then else
                        _("%(then)s instead of %(now)s", then=then, now=now))
        return _("Of the most deprived fifth of %(people)s: %(most)s. Of the least deprived fifth: %(least)s.",
                 people=self.residents, most=ends[0], least=ends[1])

    def name(self, place: dict) -> str:
        """What a place is called."""
        if place["name"]:
            return place["name"]
        return _("Around %(lat)s, %(lon)s", lat=f"{place['lat']:.4f}", lon=f"{place['lon']:.4f}")

    def about_place(self, place: dict) -> str:
        """What a place is."""
        if place["kind"] == "hub":
            return _("A place to meet that is there already")
        if place["kind"] == "chosen":
            return _("A point that you chose")
        if place["near"]:
            return _("A point of the grid, about %(metres)s m %(direction)s of %(name)s",
                     metres=f"{place['near_m']:,.0f}", direction=_COMPASS[place["near_to"]], name=place["near"])
        return _("A point of the grid; no place to meet is near")

    def ties(self) -> list[str]:
        """Other choices that do nearly as well, a sentence each."""
        return [self._tie(tie) for tie in self.document["ties"]]

    def _tie(self, tie: dict) -> str:
        where = tie["name"] or _("a point %(metres)s m %(direction)s of it", metres=f"{tie['beside_m']:,.0f}",
                                 direction=_COMPASS[tie["beside_to"]])
        where = f"{where} ({tie['ward']})" if tie["ward"] else where
        said = {"number": tie["instead_of"], "where": where, "people": self.about(abs(tie["fewer"]))}
        if said["people"] == "0":
            return _("Instead of place %(number)s: %(where)s reaches as many people.", **said)
        if tie["fewer"] < 0:
            return _("Instead of place %(number)s: %(where)s reaches %(people)s people more, but they count for less "
                     "in all.", **said)
        return _("Instead of place %(number)s: %(where)s reaches only %(people)s people fewer.", **said)

    def notes(self) -> list[str]:
        """What a reader should know before quoting any of it."""
        document, people = self.document, self.document["people"]
        said = [_("People, not points: everybody is counted once, however many of the places are near. Who has "
                  "%(what)s within %(metres)s m already counts nothing.", what=self.what, metres=self.metres),
                _("Straight lines: real walks are longer. Whether there is a building, land or money at a point is not "
                  "known here: take a point as “about here”, and look at the choices that do nearly as well.")]
        if people["basis"]:
            said.append(_("Where people live: %(label)s.", label=LABELS[people["basis"]]))
        if people["source"]:
            said.append(_("Source: %(source)s.", source=method.sources([(people["source"], people["date"])])))
        if document["fifths"]["enough"]:
            said.append(_("The fifths are of residents, by how deprived the ward or small area is that they live in."))
            if source := method.sources(map(tuple, document.get("deprivation", ()))):
                said.append(_("Deprivation: %(sources)s.", sources=source))
        said += [self._weight(), self._unknown()]
        spacing = document["candidates"]["spacing_m"]
        if spacing and spacing > (document["query"]["spacing"] or 0) + 1:
            said.append(_("The points of the grid are %(metres)s m apart: closer, there would be too many.",
                          metres=f"{spacing:,.0f}"))
        said.append(_("Residents of these wards alone are counted, though people from next door would come too."))
        said.append(_("The choice is worked out as a maximal covering location problem (Church and ReVelle 1974) by "
                      "the solver HiGHS, which says how much better any other choice could be at most."))
        return [sentence for sentence in said if sentence]

    def _weight(self) -> str:
        weight = self.document["weight"]
        if weight["kind"] != "deprivation":
            return ""
        if not self.weighted:
            return _("How deprived the wards are is not known, or is the same everywhere: all people count alike.")
        said = _("When places are chosen, a resident of the most deprived area counts %(most)s times as much as one of "
                 "the least deprived, and the others between the two by their place in that order. That is a choice of "
                 "values, not a finding. The numbers of people shown are people, each counted once.",
                 most=f"{HEAVIEST:g}")
        return said + (" " + _("Where deprivation is not known, people count as the middle.")
                       if weight["assumed"] else "")

    def _unknown(self) -> str:
        missing = sum(ward["people"] is None for ward in self.document["wards"])
        return ngettext("Of %(num)s ward nobody knows how many live where: nobody is counted there.",
                        "Of %(num)s wards nobody knows how many live where: nobody is counted there.",
                        missing) if missing else ""


def some(names: list[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return shown if more <= 0 else ngettext("%(names)s and %(num)s other", "%(names)s and %(num)s others", more,
                                            names=shown)
