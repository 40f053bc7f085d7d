"""The offers and asks that hours are recorded for."""

from __future__ import annotations

from assetmap.domain.errors import BadInput
from assetmap.domain.text import plain
from assetmap.store import ledger_members, people
from assetmap.web import services
from assetmap.web.language import gettext as _

TIMEBANK = "timebank"
_MOST_SUGGESTED = 500


def id_of(text: str) -> str:
    """The public id of an offer or ask that is named by it or by its name; "" of nothing. Raises BadInput."""
    if not text:
        return ""
    layer = services.atlas().opportunities
    if text in layer.number_of:
        return text
    found = [number for number, name in enumerate(layer.column("name")) if plain(name) == plain(text)]
    if len(found) != 1:
        raise BadInput(_("No offer or ask on the map has just this name. Choose one from the list, or leave it empty.")
                       if not found else
                       _("Several have this name. Open the right one on the map, and record the hours from there."))
    return layer.rows.value(found[0], "id")


def suggested() -> list[str]:
    """Names of what is given and asked for in hours."""
    layer = services.atlas().opportunities
    columns = zip(layer.column("name"), layer.column("reward"), layer.column("kind"), strict=True)
    return sorted({name for name, reward, kind in columns if takes_hours(reward, kind)})[:_MOST_SUGGESTED]


def takes_hours(reward: str, kind: str) -> bool:
    """Whether an offer or ask is given back in hours."""
    return reward == "time_credits" or kind == TIMEBANK


def begin(values: dict) -> dict:
    """What a form about an offer or ask holds at first: its topic, and whoever gives it or asks for it."""
    layer = services.atlas().opportunities
    number = layer.number_of.get(values["for"])
    if number is None:
        return values
    chance = layer.record(number)
    with services.database().reading() as connection:
        person = people.behind(connection, chance.id)
        member = ledger_members.of_person(connection, person.id) if person else \
            ledger_members.of_record(connection, chance.giver_kind, chance.giver)
    known = str(member) if member else ""
    of_side = {"giver": values["giver"] or known} if chance.direction == "offer" else {
        "receivers": values["receivers"] or [known] * bool(known)}
    alone = layer.column("name").count(chance.name) == 1
    return values | of_side | {"topic": values["topic"] or (chance.topics[0] if chance.topics else ""),
                               "hours": values["hours"] or (f"{chance.hours:g}" if chance.hours else ""),
                               "for": chance.name if alone else chance.id}
