"""What was counted in some deployments: flows added up over the last 12 months, stocks as they were last counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from assetmap.domain.programme_entries import DeploymentFigure
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.programmes import words

YEAR_DAYS = 365


def figure_sums(entries: Iterable[DeploymentFigure], today: date) -> list[dict]:
    """A row for each name and unit: how much, over what, the latest entry, and where the numbers are from."""
    held: dict[tuple[str, str], list[DeploymentFigure]] = {}
    for entry in entries:
        if entry.day <= today:
            held.setdefault((entry.name.casefold(), entry.unit), []).append(entry)
    return [_sum(sorted(of_one, key=lambda entry: (entry.until or entry.day, entry.id)), today)
            for _key, of_one in sorted(held.items())]


def _sum(of_one: Sequence[DeploymentFigure], today: date) -> dict:
    """`of_one`: entries of one name and unit, the latest last."""
    last = of_one[-1]
    first = today - timedelta(days=YEAR_DAYS)
    counted = list({entry.deployment_id: entry for entry in of_one}.values()) if last.stock else \
        [entry for entry in of_one if first < (entry.until or entry.day)]
    areas = ngettext("%(num)s area", "%(num)s areas", len({entry.deployment_id for entry in counted}))
    days = [entry.day for entry in counted] + [entry.until or entry.day for entry in counted]
    over = ""
    if counted:
        many = _("as last counted") if last.stock else ngettext("%(num)s entry", "%(num)s entries", len(counted))
        over = f"{many}, {areas}, {words.span_said(min(days), max(days))}"
    return {
        "name": last.name, "stock": last.stock, "over": over,
        "said": words.amount(sum(entry.value for entry in counted), last.unit) if counted else _("none noted"),
        "last": words.amount(last.value, last.unit), "last_when": words.span_said(last.day, last.until),
        "sources": sorted({entry.origin for entry in counted or [last] if entry.origin})}
