"""The sample place's people: invented, with their offers and asks, a small timebank and a page of favourites."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from assetmap.atlas.atlas import local_day
from assetmap.domain.errors import AssetmapError
from assetmap.domain.ledger import entries_of
from assetmap.domain.pack import Item
from assetmap.domain.person import GIVER, Person
from assetmap.importing.form import read_form
from assetmap.settings import Settings
from assetmap.store import favourites, ledger, ledger_members, people, records
from assetmap.store.database import Connection, Database
from assetmap.store.rows import LAYERS

BY = "assetmap init"
LAYER = LAYERS["opportunities"]


def add_people(database: Database, settings: Settings, file: Path, source: str) -> None:
    """Put them into an instance that does not have them, in one transaction. Raises AssetmapError."""
    document = json.loads(file.read_text("utf-8"))
    with database.writing() as connection:
        if ledger_members.listed(connection) or people.listed(connection):
            return
        known = {entry["name"]: _person(connection, settings, entry, source, number)
                 for number, entry in enumerate(document["people"])}
        _timebank(connection, document["timebank"], known, local_day(settings))
        page = document["favourites"]
        favourites.add(connection, page["title"], hub_id=page["hub"], lead=page["lead"], by=BY,
                       items=tuple(Item(*item) for item in page["items"]))


def _person(connection: Connection, settings: Settings, entry: dict, source: str, number: int) -> int:
    held = people.add(connection, Person(name=entry["name"], email=entry["email"], ward_code=entry["ward"],
                                         languages=tuple(entry["languages"])), by=BY)
    read = read_form(connection, settings, "opportunities", entry["offer"] | {"ward": entry["ward"],
                                                                              "giver": "a person"})
    if read.record is None:
        raise AssetmapError(f"{entry['offer']['name']}: {read.errors}")
    record = replace(read.record, giver="", giver_kind=GIVER, source=source, source_id=f"person-{number + 1}")
    people.tie(connection, records.add_one(connection, LAYER, record, by=BY), held)
    return held


def _timebank(connection: Connection, document: dict, people_: dict[str, int], today: date) -> None:
    pot, members = ledger_members.pot(connection, BY), {}
    for entry in document["members"]:
        who = {"person_id": people_[entry["id"]]} if entry["kind"] == "person" else {"record_id": entry["id"]}
        members[entry["id"]] = ledger_members.add(connection, entry["kind"], by=BY, ward_code=entry["ward"], **who)
    for number, booking in enumerate(document["booked"]):
        booked = entries_of(members[booking["gave"]], [members[name] for name in booking["received"]],
                            booking["minutes"], shared=False, pot=pot)
        ledger.book(connection, booked, day=(today - timedelta(days=booking["days_ago"])).isoformat(), by=BY,
                    form=f"sample {number + 1}", topic=booking["topic"], opportunity_id=booking.get("for", ""))
