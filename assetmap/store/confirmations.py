"""Links by which a group's own people say that their entry is right. Only the link's digest is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from assetmap.store.accounts import digest
from assetmap.store.records import get, now_utc, save_one
from assetmap.store.rows import RecordLayer
from assetmap.store.steward_tables import confirmations

REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One link. `outcome` is right, change or closed, once it was used; replaced, when a newer one took its place."""

    layer: str
    record_id: str
    email: str
    at: str
    by: str
    expires_at: str
    used_at: str
    outcome: str

    @property
    def is_open(self) -> bool:
        """Whether it may still be used."""
        return not self.used_at and self.expires_at > now_utc()


def make(connection: Connection, layer_name: str, record_id: str, email: str, *, by: str, days: int) -> str:
    """A link's token, which is kept nowhere else, for `days` days. Links that the record had before end with it."""
    token, table = secrets.token_urlsafe(32), confirmations
    connection.execute(update(table).where(table.c.layer == layer_name, table.c.record_id == record_id,
                                           table.c.used_at == "").values(used_at=now_utc(), outcome=REPLACED))
    expires_at = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
    connection.execute(insert(table).values(
        token=digest(token), layer=layer_name, record_id=record_id, email=email, at=now_utc(), by=by,
        expires_at=expires_at, used_at="", outcome=""))
    return token


def find(connection: Connection, token: str) -> Confirmation | None:
    """The link of a token, open or not."""
    row = connection.execute(select(confirmations).where(confirmations.c.token == digest(token))).mappings().first()
    return row and Confirmation(**{name: row[name] for name in Confirmation.__slots__})


def use(connection: Connection, token: str, outcome: str) -> bool:
    """Note what the link was used for. False when it is not open: it was used before, or its time is over."""
    table = confirmations
    done = connection.execute(update(table).where(table.c.token == digest(token), table.c.used_at == "",
                                                  table.c.expires_at > now_utc())
                              .values(used_at=now_utc(), outcome=outcome))
    return bool(done.rowcount)


def asked(connection: Connection) -> dict[tuple[str, str], str]:
    """When each record's people were last asked, by (layer, id); only where their link is still open."""
    table = confirmations
    chosen = select(table.c.layer, table.c.record_id, func.max(table.c.at)).where(
        table.c.used_at == "", table.c.expires_at > now_utc()).group_by(table.c.layer, table.c.record_id)
    return {(layer, record_id): at for layer, record_id, at in connection.execute(chosen)}


def was_asked(connection: Connection, layer_name: str, record_id: str, since: date) -> bool:
    """Whether a record's people got a link since a day, whatever they have done with it."""
    table = confirmations
    found = connection.execute(select(table.c.at).where(
        table.c.layer == layer_name, table.c.record_id == record_id, table.c.at >= since.isoformat())).first()
    return found is not None


def queued(connection: Connection) -> int:
    """How many groups were asked and have not answered yet."""
    return len(asked(connection))


def note_right(connection: Connection, layer: RecordLayer, record_id: str, *, version: int, who: str, by: str,
               today: date, goes_on_days: int = 0, consent: bool | None = None) -> bool:
    """Somebody says that a record is right as it is: `who` is what its page says of them, `by` what history says.

    An offer or ask that ends goes on for `goes_on_days` from today, if that is longer. `consent` is whether its
    contact details may be shown, where its own people say so; None leaves that as it is.
    False when the record said so already. Raises Conflict when it was changed since `version`, NotFound when it is not
    there.
    """
    record, _version = get(connection, layer, record_id)
    record = replace(record, last_confirmed=today, confirmed_by=who)
    if consent is not None:
        record = replace(record, contact=replace(record.contact, consent=consent))
    if goes_on_days and getattr(record, "expires", None):
        record = replace(record, expires=max(record.expires, today + timedelta(days=goes_on_days)))
    return save_one(connection, layer, record, version=version, by=by)
