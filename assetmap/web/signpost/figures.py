"""What was signposted, in figures: by ward, by category, by month, and what came of it. Small numbers are held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Flask, render_template

from assetmap.analysis.suppression import LEAST, suppress, suppress_each
from assetmap.store import signposts
from assetmap.web import services, wording
from assetmap.web.language import gettext as _

blueprint = Blueprint("signpost_figures", __name__)
MONTHS = 12
_Names = list[tuple[str, str]]


@blueprint.get("/signpost/figures")
def figures() -> str:
    """The last twelve months, this one too."""
    today = services.now().date()
    months = _months(today)
    with services.database().reading() as connection:
        counts = signposts.counts(connection, f"{months[0]}-01")
    atlas = services.atlas()
    wards = [*zip(atlas.ward_codes, atlas.ward_names, strict=True), ("", _("Ward not said, or not on this map"))]
    categories = [(term.code, term.label) for term in atlas.vocabulary.of("category").values()]
    outcomes = [("went", _("They went")), ("did_not", _("They did not go")),
                ("unknown", _("The connector does not know")), ("", _("Nobody has said yet"))]
    tables = [
        _whole(_("Signposts by ward"), _("Ward"), wards, counts["ward"]),
        _many(_("Signposts by interest"), _("Interest"), categories, counts["category"]),
        _whole(_("Signposts by month"), _("Month"), [(month, _month_name(month)) for month in months], counts["month"]),
        _whole(_("What came of them"), _("Answer"), outcomes, counts["outcome"]),
        _whole(_("Nothing suitable, by ward"), _("Ward"), wards, counts["unmet_ward"]),
        _many(_("Nothing suitable, by interest"), _("Interest"), categories, counts["unmet_category"])]
    return render_template("signpost/figures.html", tables=tables, least=LEAST, total=tables[0]["total"],
                           first=_month_name(months[0]), today=f"{today.day} {_month_name(months[-1])}")


def _whole(caption: str, heading: str, names: _Names, counts: Counter) -> dict:
    """A table in which each signpost is once, with its total. What has a name no more is in the last row."""
    known, last = dict.fromkeys((code for code, _name in names), 0), names[-1][0]
    for code, number in counts.items():
        known[code if code in known else last] += number
    shown, total = suppress(known)
    return _table(caption, heading, names, shown) | {"total": total, "has_total": True}


def _many(caption: str, heading: str, names: _Names, counts: Counter) -> dict:
    """A table in which a signpost may be several times, so that it has no total."""
    return _table(caption, heading, names, suppress_each({code: counts[code] for code, _name in names}))


def _table(caption: str, heading: str, names: _Names, shown: Mapping[str, int | None]) -> dict:
    """The rows that say something, and what the others are called."""
    rows = [{"name": name, "number": shown[code]} for code, name in names]
    return {"caption": caption, "heading": heading, "total": None, "has_total": False,
            "rows": [row for row in rows if row["number"] is not None],
            "held": [row["name"] for row in rows if row["number"] is None]}


def _months(today: date) -> list[str]:
    """The last twelve, as `2026-11`, the oldest first."""
    number = today.year * 12 + today.month - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(number - MONTHS + 1, number + 1)]


def _month_name(month: str) -> str:
    year, number = month.split("-")
    return f"{wording.LONG_MONTHS[int(number) - 1]} {year}"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
