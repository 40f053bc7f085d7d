"""Somebody leaves: their offers and asks close, their hours go to the pot, and what says who they are is deleted."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from assetmap.store import introductions, ledger, ledger_members, people, records
from assetmap.store.records import now_utc
from assetmap.store.rows import LAYERS


def leave(connection: Connection, number: int, *, by: str) -> bool:
    """Forget a person by their number; `by` is what the history of their offers and asks says. False: forgotten before.

    Raises NotFound.
    """
    person, layer = people.get(connection, number), LAYERS["opportunities"]
    theirs = people.offers_of(connection, number)
    for row in theirs:
        if row["state"] not in people.OVER:
            record, version = records.get(connection, layer, row["id"])
            records.save_one(connection, layer, replace(record, state="closed"), version=version, by=by)
    member = ledger_members.of_person(connection, number)
    if member:
        ledger.leave(connection, member, day=now_utc()[:10], by=by)
    introductions.forget_about(connection, opportunity_ids=[row["id"] for row in theirs], email=person.email)
    return people.forget_one(connection, number)
