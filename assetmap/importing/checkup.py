"""What is wrong or stale in the data, for people and for monitoring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from assetmap.atlas.atlas import Atlas
from assetmap.settings import Settings
from assetmap.store.database import Database
from assetmap.store.suggestions import pending

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault: how many records have it, and some of them. `serious` ones fail the check."""

    code: str
    text: str
    count: int
    records: tuple[str, ...] = ()
    serious: bool = False

    def sentence(self) -> str:
        more = ", …" if self.count > len(self.records) else ""
        named = f" ({', '.join(self.records)}{more})" if self.records else ""
        return f"{self.text[:1].upper()}{self.text[1:]}: {self.count:,}{named}"

    def document(self) -> dict:
        return {"code": self.code, "text": self.text, "count": self.count, "records": list(self.records),
                "serious": self.serious}


def checkup(database: Database, settings: Settings) -> list[Finding]:
    """Every finding, the serious ones first. Raises Unavailable when the store cannot be read."""
    faults = database.check_whole()
    if faults:
        return [Finding("damaged", f"faults in the data file ({faults[0]}): restore a backup", len(faults), (), True)]
    atlas = Atlas(database, settings)
    now = datetime.now(ZoneInfo(settings.timezone)).replace(tzinfo=None)
    findings = [*_groups(atlas, settings, now), *_hubs(atlas), *_wards(atlas)]
    with database.reading() as connection:
        waiting = pending(connection)
    if waiting:
        findings.append(Finding("suggestions", "suggestions from residents wait for a decision", len(waiting),
                                tuple(dict.fromkeys(row.record_id or "something new" for row in waiting))[:_NAMED]))
    return sorted((finding for finding in findings if finding.count), key=lambda finding: not finding.serious)


def _groups(atlas: Atlas, settings: Settings, now: datetime) -> Iterator[Finding]:
    layer = atlas.groups
    listed = layer.listed_mask(now)

    def which(code: str, text: str, wrong: Callable[[int], bool]) -> Finding:
        held = [number for number in range(len(layer)) if listed[number] and wrong(number)]
        return Finding(code, text, len(held), tuple(layer.rows[number]["id"] for number in held[:_NAMED]))

    def age_days(number: int) -> int | None:
        day = layer.rows[number]["last_confirmed"]
        return None if day is None else (now.date() - day).days

    yield which("group-no-position", "groups have no position and are not online",
                lambda n: not layer.placed[n] and not layer.rows[n]["online"])
    yield which("group-outside", "groups are outside every ward", lambda n: len(atlas.wards) and layer.ward[n] == -1)
    yield which("group-times", "groups have times that are not understood or not known",
                lambda n: layer.rows[n]["meetings"] == "[]" or '"understood": false' in layer.rows[n]["meetings"])
    yield which("group-category", "groups have no category", lambda n: layer.rows[n]["categories"] == "[]")
    yield which("group-stale", f"groups were last confirmed over {settings.stale_days} days ago, or never",
                lambda n: (age_days(n) is None) or age_days(n) > settings.stale_days)
    yield which("group-consent", "groups have contact details without consent to publish them",
                lambda n: bool(layer.rows[n]["phone"] or layer.rows[n]["email"]) and not layer.rows[n]["consent"])
    over = [number for number in range(len(layer)) if layer.rows[number]["status"] == "active" and not listed[number]]
    yield Finding("group-over", "groups have no more sessions to come", len(over),
                  tuple(layer.rows[number]["id"] for number in over[:_NAMED]))


def _hubs(atlas: Atlas) -> Iterator[Finding]:
    layer = atlas.hubs
    for code, text, wrong in (
        ("hub-no-position", "hubs have no position", lambda n: not layer.placed[n]),
        ("hub-access", "hubs say nothing about access", lambda n: layer.rows[n]["access"] == "[]"),
    ):
        held = [number for number in range(len(layer)) if wrong(number)]
        yield Finding(code, text, len(held), tuple(layer.rows[number]["id"] for number in held[:_NAMED]))


def _wards(atlas: Atlas) -> Iterator[Finding]:
    codes = set(atlas.ward_number)
    strangers = sorted(set(atlas.figures) - codes)
    yield Finding("figures-strange", "wards have figures and no boundary: is it another year's?",
                  len(strangers) if codes else 0, tuple(strangers[:_NAMED]))
    bare = sorted(codes - set(atlas.figures))
    yield Finding("figures-missing", "wards have no figures", len(bare), tuple(bare[:_NAMED]))
