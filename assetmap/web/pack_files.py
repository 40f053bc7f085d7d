"""A pack as plain text for a message, and as a calendar; in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from assetmap.domain.pack import Item
from assetmap.web import formats, pack_items, services
from assetmap.web.calendar_feed import feed
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.pack_items import Shown


def text(heading: str, shown: Sequence[Shown], left_out: int, *, url: str, until: str) -> str:
    """Lines that any program for messages shows; ends with where all of it is, if `url` is known."""
    parts = [f"{heading}\n" + _("From the community map of %(area)s", area=services.area_name())]
    parts += [f"{number}. {one.name}\n" + "\n".join(_lines(one)) for number, one in enumerate(shown, 1)]
    if left_out:
        parts.append(ngettext("One more suggestion is not on the map any more, and is left out.",
                              "%(num)s more suggestions are not on the map any more, and are left out.", left_out))
    parts.append(_("Times change: if you can, ask before you go."))
    if url:
        parts.append(_("All of it on a page, until %(day)s: %(url)s", day=until, url=url))
    return "\n\n".join(parts) + "\n"


def _lines(one: Shown, *, dated: bool = True) -> list[str]:
    """What a suggestion says under its name; without `dated` not when it is, which a calendar shows by itself."""
    said = [one.what, one.line and f"» {one.line}"]
    if one.paused:
        said.append(_("Taking a break. Ask before you set out."))
    times = [words for words, _english in one.when] if dated else []
    if one.dates and dated:
        next_dates = "; ".join(", ".join(filter(None, date)) for date in one.dates)
        times.append(_("Next:") + f" {next_dates}")
    place = [", ".join(one.where)]
    if one.online:
        place.append(_("You can also join online or by telephone") if one.where else _("Online, or by telephone"))
    facts = ((_("When"), "; ".join(times)), (_("How long"), one.until), (_("Where"), ". ".join(filter(None, place))),
             (_("How far"), one.far), (_("Cost"), ": ".join(filter(None, (one.cost, one.cost_note)))),
             (_("Getting in"), one.getting_in), (_("Languages"), one.languages), (_("Telephone"), one.phone),
             (_("E-mail"), one.email))
    return [line for line in said if line] + [f"{label}: {value}" for label, value in facts if value]


def calendar(items: Iterable[Item], name: str) -> Response:
    """The sessions of what is in a pack, each with what the page says of it."""
    entries = []
    for item in items:
        found, (shown, _left_out) = pack_items.find(item), pack_items.of([item])
        if found is None or not shown:
            continue
        said = {"description": "\n".join(_lines(shown[0], dated=False)), "times": ""}
        layer, number = found
        if layer.is_individuals[number]:
            said |= {"lat": None, "lon": None}  # somewhere in the ward
        entries += [entry._replace(**said) for entry in formats.entries_of(layer, number)]
    body = feed(entries, name=f"{name} · {services.area_name()}", now=services.now(),
                timezone=services.settings().timezone, calendar=services.atlas().calendar)
    return Response(body, mimetype="text/calendar", headers={"Content-Disposition": 'inline; filename="pack.ics"'})

