"""The day of the past that a programme's or a deployment's page is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request

from assetmap.domain.errors import BadInput
from assetmap.domain.programme_query import must_have_been
from assetmap.domain.query import MOST_FAULTS, QueryRefused
from assetmap.domain.text import short
from assetmap.importing.programmes.fields import said_day
from assetmap.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class AskedDay:
    """`day` is today when none was asked for, or with a `fault`; `typed` is what was asked."""

    day: date
    past: bool
    typed: str = ""
    fault: str = ""

    @property
    def value(self) -> str:
        """For an address; "" for today."""
        return self.day.isoformat() if self.past else ""


def asked(today: date) -> AskedDay:
    """What the page is asked for."""
    typed = short(request.args.get("on", ""), 40)
    try:
        day = asked_of_data(today)
    except BadInput as error:
        return AskedDay(today, False, typed, error.message)
    return AskedDay(day, day < today, typed)


def asked_of_data(today: date) -> date:
    """The day `on`, today without one. Raises BadInput, and QueryRefused for what else an address asks for."""
    if unknown := [name for name in request.args if name != "on"]:
        raise QueryRefused({short(name, 60): _("“%(name)s” is not something this page can be asked for. There is: on.",
                                               name=short(name, 40)) for name in unknown[:MOST_FAULTS]})
    days = [text for text in request.args.getlist("on") if text.strip()]
    if len(days) > 1:
        raise QueryRefused({"on": _("“on” is given %(number)s times, and only one can be used.", number=len(days))})
    typed = days[0] if days else ""
    if not typed.strip():
        return today
    try:
        return must_have_been(said_day(typed[:40]).value, typed, today)
    except BadInput as error:
        raise BadInput(error.message, "on") from None
