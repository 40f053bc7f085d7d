"""The tables of what was looked for in vain: by kind, by ward, and where the two stand out together."""

from __future__ import annotations

from urllib.parse import urlencode

from assetmap.analysis.two_way import Span
from assetmap.atlas.planning import Planning
from assetmap.atlas.supply import Supply, by_category
from assetmap.atlas.unmet import ANY_KIND, ELSEWHERE, Unmet
from assetmap.web.language import gettext as _
from assetmap.web.plan.measure_words import whole


def span_words(span: Span) -> str:
    """Between which numbers a count lies, such as “20 to 49”."""
    least, most = span
    return _("%(least)s or more", least=f"{least:,}") if most is None else _(
        "%(least)s to %(most)s", least=f"{least:,}", most=f"{most:,}")


class Tables:
    """The rows of a page or a file, from what may be shown and what there is."""

    def __init__(self, planning: Planning, found: Unmet):
        self.planning, self.found = planning, found
        self.supply: Supply = by_category(planning)
        self.terms = planning.atlas.vocabulary.of("category")
        self.at = {code: number for number, code in enumerate(self.supply.codes)}
        self.people = planning.people().number

    def ward_name(self, code: str) -> str:
        """Of the row of no ward too."""
        atlas = self.planning.atlas
        return (atlas.ward_names[atlas.ward_number[code]] if code != ELSEWHERE else
                _("Ward not said, or not on this map"))

    def kind_name(self, code: str) -> str:
        """Of the row of no category too."""
        return self.terms[code].label if code != ANY_KIND else _("Looked for by words alone")

    def kinds(self) -> list[dict]:
        """A row for each kind of which the number may be shown, the most looked for first."""
        shown = self.found.shown.columns
        made = [self._kind(code, count) for code, count in shown.items() if count is not None]
        return sorted(made, key=lambda row: (-row["count"], row["name"]))

    def _kind(self, code: str, count: int) -> dict:
        row = {"code": code, "name": self.kind_name(code), "count": count}
        if code == ANY_KIND:
            return row | {"groups": None, "per_thousand": None, "wards_without": None, "asks": None}
        at = self.at[code]
        total = self._total_people()
        groups = int(self.supply.everywhere[at])
        return row | {"groups": groups, "per_thousand": 1_000 * groups / total if total else None,
                      "wards_without": int((self.supply.near[:, at] == 0).sum()), "asks": int(self.supply.all_asks[at]),
                      **_links(code)}

    def _total_people(self) -> float | None:
        """Everybody of the map; None unless it is known of every ward."""
        total = float(self.people.sum()) if len(self.people) else 0.0
        return total if total > 0 else None

    def wards(self) -> list[dict]:
        """A row for each ward of which the number may be shown, the most first."""
        shown = self.found.shown.rows
        made = [self._ward(code, count) for code, count in shown.items() if count is not None]
        return sorted(made, key=lambda row: (-row["count"], row["name"]))

    def _ward(self, code: str, count: int) -> dict:
        made = {"code": code, "name": self.ward_name(code), "count": count, "url": "", "people": None,
                "per_thousand": None}
        if code == ELSEWHERE:
            return made
        people = self.people[self.planning.atlas.ward_number[code]]
        return made | {"url": f"/wards/{code}#figures", "people": float(people) if people > 0 else None,
                       "per_thousand": 1_000 * count / people if people > 0 else None}

    def together(self) -> list[dict]:
        """A row for each ward and kind that stand out together, by the most that are sure."""
        made = [self._both(ward, kind, span) for (ward, kind), span in self.found.shown.cells.items()
                if (ward, kind) != (ELSEWHERE, ANY_KIND)]
        return sorted(made, key=lambda row: (-row["least"], row["ward"], row["name"]))

    def of_ward(self, code: str) -> list[dict]:
        """Those of one ward."""
        return [row for row in self.together() if row["ward_code"] == code]

    def _both(self, ward: str, kind: str, span: Span) -> dict:
        row = {"ward_code": ward, "ward": self.ward_name(ward), "code": kind, "name": self.kind_name(kind),
               "least": span[0], "most": span[1], "said": span_words(span), "here": None, "near": None,
               "per_thousand": None, "asks": None, "ward_url": f"/wards/{ward}#figures" if ward != ELSEWHERE else ""}
        row |= _links(kind, ward) if kind != ANY_KIND else {}
        if ELSEWHERE == ward or ANY_KIND == kind:
            return row
        number, at = self.planning.atlas.ward_number[ward], self.at[kind]
        people, here = self.people[number], int(self.supply.here[number, at])
        return row | {"here": here, "near": int(self.supply.near[number, at]),
                      "asks": int(self.supply.asks[number, at]),
                      "per_thousand": 1_000 * here / people if people > 0 else None}

    def held(self) -> dict[str, list[str]]:
        """The names of the wards and kinds of which the number is held back."""
        shown = self.found.shown
        return {"wards": [self.ward_name(code) for code, count in shown.rows.items() if count is None],
                "kinds": [self.kind_name(code) for code, count in shown.columns.items() if count is None]}

    def headline(self) -> list[str]:
        """The whole in sentences."""
        total, kinds = self.found.shown.total, self.kinds()
        if self.found.none:
            return [_("Nobody searched in vain yet.")]
        if total is None:
            return [_("Fewer than 10 searches found nothing, so that no number is shown.")]
        said = [_("%(number)s times somebody looked for a kind of thing and nothing was there.", number=whole(total))]
        most = [row["name"] for row in kinds if row["code"] != ANY_KIND][:3]
        return [*said, _("Most often: %(names)s.", names=", ".join(most))] if most else said


def _links(kind: str, ward: str = "") -> dict[str, str]:
    """Where asks for it are, and where one more would reach most people."""
    pairs = [("direction", "ask"), ("category", kind), *([("ward", ward)] if ward else [])]
    return {"asks_url": f"/opportunities?{urlencode(pairs)}",
            "sites_url": f"/plan/sites?{urlencode([('of', 'groups'), ('category', kind)])}"}
