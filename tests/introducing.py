"""Answering an offer or ask of the sample as people do, for tests."""

import re
from dataclasses import replace

from sqlalchemy import update

from assetmap.domain.contact import Contact
from assetmap.domain.person import Person
from assetmap.store import history, introductions, messages, people, records
from assetmap.store.relation_tables import introductions as table
from assetmap.store.rows import LAYERS

GARDEN = "untangle-an-overgrown-garden-together"
OWNER, KIM = "owner@example.org", "kim@example.org"
LAYER = LAYERS["opportunities"]
WORDS = {"name": "Kim", "email": "Kim@Example.org", "message": "I have two hands and a fork.", "consent": "yes"}


def prepared(app):
    """The app, with people behind the garden who have an address that is not published."""
    app.config["FORM_LEAST_S"] = 0
    change(app, contact=Contact(email=OWNER, consent=False))
    return app


def database(app):
    return app.extensions["assetmap"].database


def change(app, **values):
    with database(app).writing() as connection:
        record, version = records.get(connection, LAYER, GARDEN)
        records.save_one(connection, LAYER, replace(record, **values), version=version, by="t")
    app.extensions["assetmap"].current.refresh()


def chance(app):
    with database(app).reading() as connection:
        return records.get(connection, LAYER, GARDEN)[0]


def letters(app, recipient=""):
    """Those that wait, the oldest first; to everybody or to one."""
    with database(app).reading() as connection:
        held = reversed(messages.listed(connection, messages.WAITING, most=100))
        return [letter for letter in held if not recipient or letter.recipient == recipient]


def history_of(app):
    with database(app).reading() as connection:
        return history.of_record(connection, "opportunities", GARDEN)


def only(app):
    with database(app).reading() as connection:
        (one,) = introductions.listed(connection)
        return one


def form_of(client, path):
    page = client.get(path)
    assert page.status_code == 200, page.text
    return {"token": re.search(r'name="token" value="([^"]*)"', page.text)[1], "website2": ""}


def answer(client, **fields):
    path = f"/opportunities/{GARDEN}/answer"
    return client.post(path, data=form_of(client, path) | WORDS | fields)


def link_in(letter):
    return re.search(r"/introductions/[0-9a-f]{64}", letter.body)[0]


def press(client, path, **fields):
    return client.post(path, data=form_of(client, path) | fields)


def begin(public, app):
    """(the link of who answered, the link of the people behind it)."""
    sent = answer(public)
    assert sent.status_code == 303, sent.text
    return sent.location, link_in(letters(app, OWNER)[-1])


def somebodys(app, **details):
    """The garden is one person's, whom a connector put on the map; their number."""
    change(app, contact=Contact(), giver="", giver_kind="person", hub_id="")
    with database(app).writing() as connection:
        number = people.add(connection, Person(**details), by="connector@example.org")
        people.tie(connection, GARDEN, number)
    return number


def weeks_go_by(app, moment="2026-01-01T00:00:00+00:00"):
    """Nobody wrote anything since a moment."""
    with database(app).writing() as connection:
        connection.execute(update(table).values(last_at=moment))


def dump(app) -> str:
    """Every row of the store."""
    with database(app).reading() as connection:
        return "\n".join(connection.connection.driver_connection.iterdump())
