"""One kind of fault, and the records that have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_NAMED = 5
MOST_IN_DOCUMENT = 100


class Level(StrEnum):
    """How bad it is, worst first."""

    SERIOUS = "serious"
    MISLEADING = "misleading"
    WAITING = "waiting"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, ward or other thing at fault. `note` says what is wrong with this one; `link` is where to fix it.

    `apart` tells it from another of its name: its postcode, or the list that it came from.
    """

    layer: str
    id: str
    name: str
    link: str
    note: str = ""
    apart: str = ""

    def document(self) -> dict[str, str]:
        return {"layer": self.layer, "id": self.id, "name": self.name, "note": self.note, "link": self.link}


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` never changes its meaning; `text` goes on to say what the entries have in common, `advice` what to do.

    `total` is how many there are when there is no entry for each; `link` leads to where all of them are put right.
    """

    code: str
    text: str
    level: Level
    advice: str = ""
    entries: tuple[Entry, ...] = ()
    total: int = 0
    link: str = ""

    @property
    def count(self) -> int:
        """How many have it."""
        return self.total or len(self.entries)

    @property
    def serious(self) -> bool:
        """Whether it fails the check."""
        return self.level is Level.SERIOUS

    @property
    def title(self) -> str:
        """The text as a sentence's beginning."""
        return self.text[:1].upper() + self.text[1:]

    def sentence(self) -> str:
        """For a terminal: the text, how many, and some of them."""
        if not self.entries:
            return self.title + (f": {self.total:,}" if self.total > 1 else "")
        named = [entry.id or entry.name for entry in self.entries[:_NAMED]]
        more = ", …" if self.count > len(named) else ""
        return f"{self.title}: {self.count:,} ({', '.join(named)}{more})"

    def document(self) -> dict:
        """For machines; of the entries the first hundred."""
        shown = self.entries[:MOST_IN_DOCUMENT]
        return {"code": self.code, "level": self.level.value, "serious": self.serious, "text": self.text,
                "advice": self.advice, "count": self.count, "link": f"/steward/health/{self.code}",
                "records": [entry.id for entry in shown], "entries": [entry.document() for entry in shown]}


def record_link(layer: str, record_id: str) -> str:
    """The form of a record."""
    return f"/steward/{layer}/{record_id}"


def finding(code: str, text: str, level: Level, entries: Sequence[Entry], advice: str) -> Finding:
    """A finding of entries."""
    return Finding(code, text, level, advice, tuple(entries))
