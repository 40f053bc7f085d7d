"""What a programme's page tells ward by ward: languages offered and asked for, and rounds that could be one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assetmap.domain.programme import Deployment
from assetmap.domain.programme_rounds import close_rounds
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import programme_data
from assetmap.web.programmes import views, words


def languages_by_ward(deployments: Sequence[Deployment], today: date) -> dict | None:
    """Languages offered and asked for today: a row for each ward, by name, with what is asked for and not offered
    there; and which are offered nowhere. None when no language is named. An area without a ward has a row of its own.
    """
    held: dict[str, tuple[dict, set, set]] = {}
    for one in deployments:
        if not (one.languages_offered or one.languages_asked) or not one.runs_on(today):
            continue
        places = views.wards_of(views.ward_codes(one)) or [
            {"code": "", "name": views.area_said(one), "url": ""}]
        for place in places:
            _place, offered, asked = held.setdefault(place["name"], (place, set(), set()))
            offered.update(one.languages_offered)
            asked.update(one.languages_asked)
    if not held:
        return None
    everywhere = {code for _place, offered, _asked in held.values() for code in offered}
    wanted = {code for _place, _offered, asked in held.values() for code in asked}
    rows = [place | {"offered": _named(offered), "asked": _named(asked), "missing": _named(asked - offered)}
            for _name, (place, offered, asked) in sorted(held.items())]
    return {"rows": rows, "nowhere": _named(wanted - everywhere)}


def _named(codes: set[str]) -> list[str]:
    return sorted(views.labels_of("language", codes), key=str.casefold)


def rounds_that_could_be_one(deployments: Sequence[Deployment], today: date) -> list[dict]:
    """Pairs of rounds in the same ward whose days are close: {wards, first, second, apart}."""
    names = programme_data.programmes().atlas.ward_names
    wards = {one.id: programme_data.wards_of(one) for one in deployments}
    return [{"wards": ", ".join(sorted(names[row] for row in pair.shared)), "first": _round(pair.first),
             "second": _round(pair.second), "apart": _apart(pair.days)}
            for pair in close_rounds(deployments, wards, today)]


def _round(one: Deployment) -> dict:
    return {"name": one.name, "url": programme_data.deployment_url(one), "lead": one.lead,
            "when": words.span_said(one.starts, one.ends), "internal": not one.public}


def _apart(days: int) -> str:
    if not days:
        return _("Their days overlap or touch.")
    return ngettext("%(num)s day lies between them.", "%(num)s days lie between them.", days)
