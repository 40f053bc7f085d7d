"""What a feed's row does to a record that people have changed by hand: hand edits win over the feed's old news.

A value that a person has replaced never comes back from a feed; whatever else the feed says is news and is taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from assetmap.domain.location import LocationSource

Fields = Mapping[str, object]
POSITION = ("lat", "lon", "location_source")
TIMES = ("times", "meetings")
CONFIRMATION = ("last_confirmed", "confirmed_by")
GIVER = ("giver", "giver_kind")
# Fields that are worked out from one another: all of them come from one side.
TOGETHER = (POSITION, TIMES, CONFIRMATION, GIVER)


def merge(there: Fields, replaced: Mapping[str, Sequence], incoming: Fields) -> dict[str, object]:
    """What to keep of a record whose fields are `there`, when its feed says `incoming`.

    `replaced` has the values of a field that people have put others in the place of, since the feed's last news of
    that field. Fields that nobody has touched are the feed's.
    """
    made: dict[str, object] = dict(incoming)
    for together in units(incoming):
        held = any(name in replaced for name in together)
        if held and not _has_news(together, there, replaced, incoming):
            made |= {name: there[name] for name in together}
    if "meetings" in made:
        made["meetings"] = _at_the_same_hub(made, there, incoming)
    return made


def units(fields: Fields) -> list[tuple[str, ...]]:
    """The fields by those that go together."""
    found = [together for together in TOGETHER if all(name in fields for name in together)]
    grouped = {name for together in found for name in together}
    return found + [(name,) for name in fields if name not in grouped]


def _has_news(together: tuple[str, ...], there: Fields, replaced: Mapping[str, Sequence], incoming: Fields) -> bool:
    """Whether the feed itself says something new of these fields, some of which a person has changed."""

    def is_new(name: str) -> bool:
        return incoming[name] != there[name] and incoming[name] not in replaced.get(name, ())

    if together == POSITION:  # a newer list of postcodes moves points of which nobody has said anything new
        given = incoming["location_source"] == LocationSource.GIVEN
        return is_new("postcode") or given and (is_new("lat") or is_new("lon"))
    if together == TIMES:  # a newer program may understand the same words better
        return is_new("times")
    if together == CONFIRMATION and there["last_confirmed"]:
        return (incoming["last_confirmed"] or "") > there["last_confirmed"]
    if together == ("status",) and there["status"] == "hidden":
        return False  # hidden by a person, or merged into another: no feed brings it back
    return any(is_new(name) for name in together)


def _at_the_same_hub(made: Fields, there: Fields, incoming: Fields) -> object:
    """The meetings, moved to the hub when their times come from one side and the hub from the other."""
    text, hub = made["meetings"], made["hub_id"]
    if (text, hub) in {(side["meetings"], side["hub_id"]) for side in (there, incoming)}:
        return text
    left = (incoming if text == incoming["meetings"] else there)["hub_id"]
    meetings = json.loads(text)
    if not left or not hub or not any(meeting.get("hub") == left for meeting in meetings):
        return text
    return json.dumps([meeting | {"hub": hub} if meeting.get("hub") == left else meeting for meeting in meetings],
                      ensure_ascii=False)
