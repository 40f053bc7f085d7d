"""Telling the sides of an introduction, and those who look after the map, what has happened in it."""

from __future__ import annotations

from flask import current_app

from assetmap.domain.introduction import Introduction, Side
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.store import accounts, introductions, people
from assetmap.store.database import Connection
from assetmap.store.messages import INTRODUCTIONS
from assetmap.store.rows import Record
from assetmap.web import mail, services
from assetmap.web.language import gettext as _
from assetmap.web.relations import letters
from assetmap.web.relations.letters import Letter

BY = "an introduction"
_PASS_ON = "/signpost/introductions"
_REPORTED = "/steward/introductions"


def token_of(number: int, side: Side) -> str:
    """The token of one side's link."""
    return letters.link_of(current_app.secret_key, number, side)


def url_of(number: int, side: Side) -> str:
    """The whole address of one side's page."""
    return f"{services.root()}/introductions/{token_of(number, side)}"


def called(one: Introduction, side: Side) -> str:
    """What the other side is told who wrote. Of the people behind an offer or ask that is never a name."""
    return one.name if side is Side.ANSWERER else _("The people behind it")


def tell_of_answer(connection: Connection, one: Introduction, chance: Record, body: str) -> None:
    """Both get a letter with a link of their own."""
    letter = letters.answered(chance.name, one.name, body, url_of(one.id, Side.OWNER))
    if not tell(connection, one, chance, Side.OWNER, letter):
        _tell_who_passes_on(connection, one, chance)
    tell(connection, one, chance, Side.ANSWERER, letters.begun(chance.name, url_of(one.id, Side.ANSWERER)))


def tell_of_words(connection: Connection, one: Introduction, chance: Record, side: Side, body: str) -> None:
    """The other side gets what `side` wrote."""
    other = side.other
    letter = letters.replied(chance.name, called(one, side), body, url_of(one.id, other))
    if not tell(connection, one, chance, other, letter):
        _tell_who_passes_on(connection, one, chance)


def tell_of_end(connection: Connection, one: Introduction, chance: Record, side: Side) -> None:
    """The other side hears, kindly, that it is not for `side`."""
    letter = letters.ended(chance.name, f"{services.root()}/opportunities") if side is Side.OWNER else \
        letters.withdrawn(chance.name, one.name)
    tell(connection, one, chance, side.other, letter)


def tell(connection: Connection, one: Introduction, chance: Record, side: Side, letter: Letter) -> bool:
    """Queue a letter to one side. False when nobody knows an address: then it is passed on by hand."""
    recipient = introductions.address_of(connection, chance) if side is Side.OWNER else one.email
    if recipient:
        _send(connection, recipient, letter, one)
    return bool(recipient)


def tell_of_report(connection: Connection, one: Introduction, chance: Record) -> None:
    """Those who run the map are told, by letter when there is a mail server; the stewards' first page says so too."""
    settings = services.settings()
    if settings.smtp_host and settings.contact_email:
        _send(connection, settings.contact_email, letters.reported(chance.name, services.root() + _REPORTED), one)


def _tell_who_passes_on(connection: Connection, one: Introduction, chance: Record) -> None:
    """The connector who heard that the person agrees, else those who run the map: when there is a mail server.

    Without one the stewards' first page and the connectors' list say so.
    """
    settings = services.settings()
    person = people.behind(connection, chance.id) if chance.giver_kind == INDIVIDUAL else None
    connector = accounts.find(connection, person.consent_by) if person else None
    recipient = connector.email if connector and not connector.disabled else settings.contact_email
    if settings.smtp_host and recipient:
        _send(connection, recipient, letters.pass_on(chance.name, services.root() + _PASS_ON), one)


def _send(connection: Connection, recipient: str, letter: Letter, one: Introduction) -> None:
    mail.send_or_queue(connection, recipient=recipient, subject=letter.subject, body=letter.body,
                       layer=INTRODUCTIONS, record_id=str(one.id), by=BY)
