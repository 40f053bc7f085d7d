"""Made-up instances of any size: groups at about 2,000 venues over a town of 15 by 8 km."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

from assetmap.domain.contact import Contact
from assetmap.domain.group import Group, Meeting
from assetmap.domain.hub import Hub
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.place import Place
from assetmap.domain.schedule import Rule, Session
from assetmap.importing.instance import load_or_raise, make_instance
from assetmap.importing.options import no_progress
from assetmap.paths import geodata
from assetmap.settings import Settings
from assetmap.store import records
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS

CENTRE = (51.545, 0.71)  # Southend-on-Sea
NEAR = "51.5405,0.7105"
SPREAD = (0.036, 0.108)  # degrees to each side: about 8 km from south to north, 15 km from west to east
VENUES = 2_000
DOING = {
    "walking": "walking walk strolls ramblers", "sport": "badminton football karate netball cricket bowls",
    "art-craft": "painting pottery drawing craft", "gardening": "gardening allotment seeds",
    "coffee-chat": "coffee chat company natter", "music-singing": "choir singing ukulele drumming",
    "games-cards": "chess bridge bingo dominoes", "gentle-exercise": "yoga pilates tai chi chair exercise",
    "baby-toddler": "baby toddler rhyme time", "carers": "carers respite", "sewing-knitting": "knitting crochet sewing",
    "faith": "prayer bible mosque temple", "digital-skills": "computer phone tablet", "dance": "dance salsa zumba",
}
PLACES = ("Leigh", "Chalkwell", "Prittlewell", "Thorpe", "Shoebury", "Westcliff", "Kursaal", "Milton", "Belfairs")
ACCESS = ("step_free", "accessible_toilet", "hearing_loop", "parking", "bus_nearby", "quiet_space")
LANGUAGES = ("en", "pl", "ur", "ro", "bn", "pt")
THEMES = ("people", "services", "neighbourhoods", "community_organisations", "decision_making")
COSTS = ("free", "free", "donation", "paid", "paid", "membership", "")


def hubs(count: int = VENUES, seed: int = 1) -> list[Hub]:
    """Venues, thicker towards the middle."""
    chance, made = random.Random(seed), []
    for number in range(count):
        name = f"{chance.choice(PLACES)} {chance.choice(('Hall', 'Library', 'Church', 'Centre', 'School'))} {number}"
        made.append(Hub(f"hub-{number}", name, "community_centre", "A place to meet.", f"{number} High Street",
                        "SS1 2AB", Location(_anywhere(chance), LocationSource.GIVEN), access=_some(chance, ACCESS),
                        source="made up", source_id=f"hub-{number}"))
    return made


def groups(count: int, venues: list[Hub], seed: int = 2) -> Iterator[Group]:
    """Groups of every sort: most at a venue, a few with a second, some fortnightly, paused, ended or online."""
    chance = random.Random(seed)
    for number in range(count):
        venue = chance.choice(venues)
        categories = tuple(chance.sample(list(DOING), chance.choice((1, 1, 1, 2))))
        said = chance.choice(DOING[categories[0]].split())
        meetings = tuple(Meeting(_session(chance), chance.choice(venues).id if chance.random() < 0.05 else "")
                         for _ in range(chance.choice((1, 1, 1, 2, 3))))
        online = chance.random() < 0.02
        yield Group(
            f"group-{number}", f"{chance.choice(PLACES)} {said} {number}",
            f"A friendly {said} group for anyone nearby. New people are always welcome.",
            f"We meet for {said} and stay for tea. Come along, or ring first if you would like company on the way.",
            f"{chance.choice(PLACES)} Community Trust", categories, age_min=chance.choice((None, None, 18, 50)),
            age_max=chance.choice((None, None, None, 12)), cost=chance.choice(COSTS),
            languages=_some(chance, LANGUAGES), access=_some(chance, ACCESS), meetings=meetings,
            connected_themes=THEMES[number % 7:][:1 + number % 2],
            hub_id="" if online else venue.id, online=online, address="" if online else venue.address,
            postcode="" if online else venue.postcode,
            location=Location() if online else Location(venue.location.place, LocationSource.HUB),
            contact=Contact(phone="01632 960123", consent=True),
            status="ended" if chance.random() < 0.02 else "active",
            last_confirmed=date(2026, 1, 1) + timedelta(days=chance.randrange(300)),
            source="made up", source_id=f"group-{number}")


def opportunities(count: int, seed: int = 3) -> Iterator[Opportunity]:
    """Offers and asks of every kind, half of each, anywhere in the town."""
    chance, kinds = random.Random(seed), ("volunteering", "skill", "befriending", "mentoring", "room", "gift_or_loan")
    for number in range(count):
        topic = chance.choice(list(DOING))
        yield Opportunity(
            f"chance-{number}", f"{chance.choice(PLACES)} {topic} {number}", chance.choice(kinds),
            chance.choice(("offer", "ask")), f"Somebody for {topic}.", topics=(topic,),
            location=Location(_anywhere(chance), LocationSource.GIVEN), reach_m=chance.choice((None, 1_500, 3_000)),
            meetings=(Meeting(_session(chance)),), hours=chance.choice((None, 1.0, 2.0)),
            languages=_some(chance, LANGUAGES), access=_some(chance, ACCESS), source="made up",
            source_id=f"chance-{number}")


def instance(home: Path, count: int) -> Settings:
    """An instance with the sample's wards, `VENUES` hubs and `count` groups, stored as any feed is."""
    settings = Settings.load(home=home, environ={})
    database = make_instance(settings, sample=False)
    for layer, name in (("wards", "wards.geojson"), ("places", "gazetteer.csv")):
        load_or_raise(database, settings, layer, geodata() / name, no_progress)
    venues = hubs()
    store(database, "hubs", venues)
    store(database, "groups", list(groups(count, venues)))
    database.dispose()
    return settings


def store(database: Database, layer: str, made: list) -> None:
    """Save records as one import."""
    with database.writing() as connection:
        records.save_feed(connection, LAYERS[layer], made, by="benchmark", start=lambda: 1)


def _anywhere(chance: random.Random) -> Place:
    lat, lon = (middle + side * max(-1.0, min(1.0, chance.gauss(0, 0.5)))
                for middle, side in zip(CENTRE, SPREAD, strict=True))
    return Place(round(lat, 6), round(lon, 6))


def _some(chance: random.Random, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if chance.random() < 0.25)


def _session(chance: random.Random) -> Session:
    start = time(chance.randrange(9, 20), chance.choice((0, 30)))
    rule = Rule("weekly", weekdays=(chance.randrange(7),), interval=chance.choice((1, 1, 1, 2)),
                start=date(2026, 1, 5) + timedelta(days=chance.randrange(28)),
                term_time=chance.random() < 0.1)
    if chance.random() < 0.15:
        rule = Rule("monthly", weekdays=(chance.randrange(7),), nth=(chance.randrange(1, 5),))
    return Session(rule, start, start.replace(hour=start.hour + 2), text="as written")
