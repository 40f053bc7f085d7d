"""The sample place's people: invented, with their offers and asks, a small timebank and a page of favourites."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from assetmap.domain.errors import AssetmapError
from assetmap.domain.pack import Item
from assetmap.domain.person import GIVER, Person
from assetmap.importing.form import read_form
from assetmap.settings import Settings
from assetmap.store import favourites, ledger, people, records
from assetmap.store.database import Connection, Database
from assetmap.store.rows import LAYERS

BY = "assetmap init"
LAYER = LAYERS["opportunities"]


def add_people(database: Database, settings: Settings, file: Path, source: str) -> None:
    """Put them into an instance that does not have them, in one transaction. Raises AssetmapError."""
    document = json.loads(file.read_text("utf-8"))
    with database.writing() as connection:
        if ledger.listed(connection) or people.listed(connection):
            return
        for number, entry in enumerate(document["people"]):
            _person(connection, settings, entry, source, number)
        _timebank(connection, document["timebank"])
        page = document["favourites"]
        favourites.add(connection, page["title"], hub_id=page["hub"], lead=page["lead"], by=BY,
                       items=tuple(Item(*item) for item in page["items"]))


def _person(connection: Connection, settings: Settings, entry: dict, source: str, number: int) -> None:
    held = people.add(connection, Person(name=entry["name"], email=entry["email"], ward_code=entry["ward"],
                                         languages=tuple(entry["languages"])), by=BY)
    read = read_form(connection, settings, "opportunities", entry["offer"] | {"ward": entry["ward"],
                                                                              "giver": "a person"})
    if read.record is None:
        raise AssetmapError(f"{entry['offer']['name']}: {read.errors}")
    record = replace(read.record, giver="", giver_kind=GIVER, source=source, source_id=f"person-{number + 1}")
    people.tie(connection, records.add_one(connection, LAYER, record, by=BY), held)


def _timebank(connection: Connection, document: dict) -> None:
    members = {group: ledger.add_member(connection, "group", by=BY, record_id=group) for group in document["groups"]}
    for number, booking in enumerate(document["booked"]):
        gave, received = members[booking["gave"]], members[booking["received"]]
        ledger.book(connection, {gave: booking["minutes"], received: -booking["minutes"]}, day="2026-11-02", by=BY,
                    form=f"sample {number + 1}", topic=booking["topic"])
