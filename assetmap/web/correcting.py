"""What a resident can put right of an entry: the public page's own words, field by field, and what was made of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from assetmap.atlas.atlas import Atlas
from assetmap.domain.errors import BadInput
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.postcode import Postcode
from assetmap.domain.text import clean, one_line
from assetmap.importing import cells
from assetmap.store.rows import Record
from assetmap.web import wording
from assetmap.web.language import gettext as _

LONGEST_SHOWN = 3_000
MOST_LINKS = 2
_LINK = re.compile(r"https?://\S+|www\.\S+|<a\b|\[url", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Box:
    """One field of the form. `kind` is text, long (lines) or ticks (codes of the vocabulary, joined by ";")."""

    name: str
    label: str
    longest: int = 300
    kind: str = "text"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be wrong, and the fields in which it is put right."""

    code: str
    label: str
    icon: str
    boxes: tuple[Box, ...]


_CONTACT = Topic("contact", _("How to get in touch"), "phone", (
    Box("phone", _("Telephone"), 80, hint=_("The group’s own number. No private numbers, please.")),
    Box("email", _("E-mail"), 200), Box("website", _("Website"), 500)))
_ACCESS = Topic("access", _("Getting in"), "accessibility", (Box("access", _("What is there?"), kind="ticks"),))
_WHERE = (Box("address", _("Address"), 500), Box("postcode", _("Postcode"), 10, hint=_("Such as SS1 2AB.")))
_TIMES = Box("times", _("Days and times"), 2_000, "long", _("For example: Tuesdays 10am to 12, not in August."))
_ABOUT = _("Its name, or what happens there")
TOPICS: dict[str, tuple[Topic, ...]] = {
    "groups": (
        Topic("times", _("Days and times"), "clock", (_TIMES,)),
        Topic("place", _("Where it meets"), "map-pin", (Box("venue", _("Building"), 300), *_WHERE)),
        Topic("cost", _("What it costs"), "banknote", (Box("cost", _("Cost"), 300, hint=_("Such as: free, or £3.")),)),
        _CONTACT, _ACCESS,
        Topic("about", _ABOUT, "pencil", (Box("name", _("Name"), 200),
                                          Box("description", _("What happens there"), 2_000, "long")))),
    "hubs": (
        Topic("times", _("Opening hours"), "clock", (Box("opening_hours", _("Opening hours"), 2_000, "long"),)),
        Topic("place", _("Where it is"), "map-pin", _WHERE),
        _CONTACT, _ACCESS,
        Topic("about", _ABOUT, "pencil", (Box("name", _("Name"), 200),
                                          Box("summary", _("What it is"), 2_000, "long")))),
    "opportunities": (
        Topic("times", _("Days and times"), "clock", (_TIMES,)), _CONTACT, _ACCESS,
        Topic("about", _("Its name, or what it is about"), "pencil", (
            Box("name", _("Name"), 200), Box("summary", _("What it is about"), 2_000, "long")))),
}
_SUMMARY = {"description": Box("summary", _("What happens there"), 2_000, "long")}


class Entry:
    """One record as its public page tells it. A home's address is not among its topics, and no field too long to show.

    `record` is as the Atlas gives it to anyone.
    """

    def __init__(self, layer_name: str, record: Record, atlas: Atlas):
        self._record, self._atlas = record, atlas
        self.in_home = getattr(record, "meets_in_home", False)
        # what would say where a home is, or who an individual is, goes into no suggestion
        left_out = {"place"} if self.in_home else {"contact"} if getattr(record, "giver_kind", "") == INDIVIDUAL else ()
        topics = [topic for topic in TOPICS.get(layer_name, ()) if topic.code not in left_out]
        if getattr(record, "description", "") == "" and record.summary:  # then the summary is what the page shows
            topics = [replace(topic, boxes=tuple(_SUMMARY.get(box.name, box) for box in topic.boxes))
                      for topic in topics]
        self.shown = {box.name: _tidy(box, self._text(box.name)) for topic in topics for box in topic.boxes}
        self.topics = [topic for topic in topics
                       if all(len(self.shown[box.name]) <= LONGEST_SHOWN for box in topic.boxes)]
        self.boxes = {box.name: box for topic in self.topics for box in topic.boxes}

    def _text(self, name: str) -> str:
        record = self._record
        if name in ("phone", "email", "website"):
            return getattr(record.contact.public(), name)
        if name == "access":
            return ";".join(sorted(record.access))
        if name == "venue":
            hubs = dict.fromkeys([record.hub_id, *(meeting.hub_id for meeting in record.meetings)])
            numbers = [self._atlas.hubs.number_of[hub] for hub in hubs if hub in self._atlas.hubs.number_of]
            return "; ".join(self._atlas.hubs.rows.value(number, "name") for number in numbers)
        if name == "cost":
            known = record.cost or record.cost_note
            return wording.cost(record.cost, record.cost_note, self._atlas.vocabulary) if known else ""
        return getattr(record, name)

    def seen(self) -> str:
        """A mark of every text that the form shows, so that what changed meanwhile is not taken for a correction."""
        return " ".join(f"{name}:{_mark(self.shown[name])}" for name in self.boxes)

    def typed(self, form: MultiDict) -> dict[str, str]:
        """What was sent, by field; a field that was not sent is as it is shown."""
        made, ticked = {}, "access:" in form.get("seen", "")
        for name, box in self.boxes.items():
            if box.kind == "ticks":
                codes = self._atlas.vocabulary.of("access").keys() | set(self.shown[name].split(";"))
                held = ";".join(sorted(codes & set(form.getlist(name))))
                made[name] = held if ticked else self.shown[name]
            else:
                made[name] = _tidy(box, form.get(name, self.shown[name]))
        return made

    def changed(self, typed: Mapping[str, str], seen: str) -> dict[str, str]:
        """Of what was typed, what differs from what the form showed when it was opened (`seen`)."""
        marks = dict(part.split(":", 1) for part in seen.split() if ":" in part)
        return {name: text for name, text in typed.items()
                if _mark(text) != marks.get(name, _mark(self.shown[name])) and text != self.shown[name]}

    def faults(self, changed: Mapping[str, str]) -> dict[str, str]:
        """What to put right of the corrections, by field."""
        faults = {}
        for name, text in changed.items():
            fault = too_long(text, self.boxes[name].longest + len(self.shown[name])) or _fault(name, text)
            if fault:
                faults[name] = fault
        return faults


def _tidy(box: Box, text: str) -> str:
    """As a browser sends it back when nobody touches it."""
    return clean(text) if box.kind == "long" else one_line(text)


def too_long(text: str, most: int) -> str:
    """A sentence when a text has more than `most` characters; else ""."""
    return _("This is too long: %(most)s characters fit.", most=f"{most:,}") if len(text) > most else ""


def too_many_links(words: Mapping[str, str], shown: Mapping[str, str] | None = None) -> dict[str, str]:
    """The fields with web addresses, when there are more than a person needs; those on the page do not count."""
    old = " ".join((shown or {}).values())
    held = {name: [link for link in _LINK.findall(text) if link not in old]
            for name, text in words.items() if name != "website"}
    if sum(map(len, held.values())) <= MOST_LINKS and not held.get("name"):
        return {}
    return {name: _("Please leave out the web addresses here.") for name, links in held.items() if links}


def _fault(name: str, text: str) -> str:
    if name == "name" and not text:
        return _("Please say what it is called.")
    if not text:
        return ""
    if name == "postcode":
        try:
            Postcode.parse(text)
        except BadInput as error:
            return error.message
    readers = {"phone": (cells.phone, _("This does not look like a telephone number.")),
               "email": (cells.email, _("This does not look like an e-mail address, such as hello@example.org.")),
               "website": (cells.website, _("This does not look like a web address, such as https://example.org."))}
    read, sentence = readers.get(name, (None, ""))
    return sentence if read and not read(text).value else ""


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def label_of(layer_name: str, name: str) -> str:
    """What a field is called on residents' forms."""
    labels = {"summary": _("What happens there"), "contact_consent": _("The map may show telephone and e-mail")}
    labels |= {box.name: box.label for topic in TOPICS.get(layer_name, ()) for box in topic.boxes}
    return labels.get(name) or NEW_LABELS.get(name, name)


NEW_LABELS = {
    "name": _("What is it called?"), "what_happens": _("What happens there?"), "where": _("Where?"),
    "when": _("When?"), "cost": _("What does it cost?"), "contact_point": _("How can people get in touch?"),
    "direction": _("Offered or asked for?"),
}
