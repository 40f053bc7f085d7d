"""A made-up instance of a few hundred groups, and groups with what a test wants of them."""

from datetime import date, time

from assetmap.domain.group import Group, Meeting
from assetmap.domain.hub import Hub
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.place import Place
from assetmap.domain.schedule import Rule, Session
from assetmap.store import records
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS

NEAR = "51.5405,0.7105"


def store(settings, **layers) -> None:
    """Save records by layer: store(settings, groups=[…], hubs=[…])."""
    database = Database(settings.database_address)
    for name, made in layers.items():
        with database.writing() as connection:
            records.save_feed(connection, LAYERS[name], made, by="test", start=lambda: 1)
    database.dispose()


def at(lat: float, lon: float) -> Location:
    return Location(Place(lat, lon), LocationSource.GIVEN)


def group(id: str, lat: float | None = 51.5405, lon: float = 0.7105, **values) -> Group:
    """A group beside NEAR unless it is put elsewhere; `lat` None is nowhere."""
    values = {"name": id.replace("-", " ").capitalize(), "location": Location() if lat is None else at(lat, lon),
              "source": "test", "source_id": id} | values
    return Group(id, **values)


def hub(id: str, lat: float, lon: float, **values) -> Hub:
    values = {"name": id.replace("-", " ").title(), "location": at(lat, lon), "source": "test",
              "source_id": id} | values
    return Hub(id, **values)


def weekly(weekday: int, hour: int, hub_id: str = "", **values) -> Meeting:
    """A two-hour meeting each week, Monday being 0."""
    rule = Rule("weekly", weekdays=(weekday,), **values)
    return Meeting(Session(rule, time(hour), time(hour + 2)), hub_id)


def once(day: date, hour: int = 10) -> Meeting:
    return Meeting(Session(Rule("once", start=day), time(hour), time(hour + 1)))
