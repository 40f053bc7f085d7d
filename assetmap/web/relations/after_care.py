"""What is asked some weeks on: did you meet? And before an offer or ask ends: should it go on?

Called by `assetmap tidy`, outside every request: letters are queued here, and sent by the postman's next round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from assetmap.atlas.atlas import local_day
from assetmap.domain.introduction import Side, State
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.importing import drafts
from assetmap.importing.instance import secret_key
from assetmap.settings import Settings
from assetmap.store import confirmations, introductions, messages, tidying
from assetmap.store.database import Connection, Database
from assetmap.store.messages import INTRODUCTIONS
from assetmap.store.rows import LAYERS
from assetmap.store.tidying import Tidied
from assetmap.web import wording
from assetmap.web.mail import Postman
from assetmap.web.relations import letters

BY = "assetmap tidy"
LAYER = LAYERS["opportunities"]


@dataclass(frozen=True, slots=True)
class Night:
    """What a night's work came to. `letters_made` is False without SITE_URL: their links would lead nowhere."""

    letters_made: bool
    followed_up: int
    renewals: int
    tidied: Tidied


def tidy_up(database: Database, settings: Settings) -> Night:
    """Ask what is due, send what waits, forget what is over."""
    followed_up = renewals = 0
    if settings.site_url:
        today = local_day(settings)
        with database.writing() as connection:
            followed_up = ask_what_came_of_it(connection, settings, secret_key(settings))
            renewals = ask_to_renew(connection, settings, today)
        if settings.smtp_host:
            with database.reading() as connection:
                waiting = [letter.id for letter in messages.listed(connection, ("queued",), most=1_000)]
            postman = Postman(database, settings)
            postman.send(waiting)
            postman.wait()
    drafts.tidy(database, settings)
    return Night(bool(settings.site_url), followed_up, renewals, tidying.tidy(database, settings))


def ask_what_came_of_it(connection: Connection, settings: Settings, secret_key: str) -> int:
    """A letter to both sides of every introduction that has been silent for FOLLOW_UP_DAYS; how many introductions.

    Where nobody answered yet, it says so to both.
    """
    before = (datetime.now(UTC) - timedelta(days=settings.follow_up_days)).isoformat(timespec="seconds")
    due = introductions.due_for_follow_up(connection, before)
    for one in due:
        chance, _version = introductions.chance_of(connection, one)
        addresses = {Side.OWNER: introductions.address_of(connection, chance), Side.ANSWERER: one.email}
        for side, address in addresses.items():
            url = f"{_root(settings)}/introductions/{letters.link_of(secret_key, one.id, side)}"
            if one.state is State.TALKING:
                letter = letters.follow_up(chance.name, url)
            elif side is Side.OWNER:
                letter = letters.waits(chance.name, one.name, url)
            else:
                letter = letters.unanswered(chance.name, url)
            if address:
                _queue(connection, address, letter, INTRODUCTIONS, str(one.id))
        introductions.note_follow_up(connection, one.id)
    return len(due)


def ask_to_renew(connection: Connection, settings: Settings, today: date) -> int:
    """A letter about every offer or ask that ends within RENEW_DAYS, or ended as lately, once; how many.

    Whoever was asked by a steward within these days, or has said something by that link, is not asked again.
    """
    made, days = 0, timedelta(days=settings.renew_days)
    for chance in introductions.ending(connection, today - days, today + days):
        address = introductions.address_of(connection, chance)
        if not address or confirmations.was_asked(connection, LAYER.name, chance.id, chance.expires - days):
            continue
        # an individual's address stands in their own row alone
        kept = "" if chance.giver_kind == INDIVIDUAL else address
        token = confirmations.make(connection, LAYER.name, chance.id, kept, by=BY, days=settings.renew_days * 2)
        letter = letters.renew(chance.name, wording.long_day(chance.expires, today),
                               f"{_root(settings)}/confirm/{token}", chance.expires < today)
        _queue(connection, address, letter, LAYER.name, chance.id)
        made += 1
    return made


def _root(settings: Settings) -> str:
    return settings.site_url.rstrip("/")


def _queue(connection: Connection, recipient: str, letter: letters.Letter, layer: str, record_id: str) -> None:
    messages.add(connection, recipient=recipient, subject=letter.subject, body=letter.body, layer=layer,
                 record_id=record_id, by=BY)
