"""What residents suggest, as the texts of a record's form: what the form would hold if a steward typed it in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from assetmap.domain.freshness import BY_GROUP, BY_STEWARD
from assetmap.domain.postcode import find_inside
from assetmap.domain.suggestion import Purpose, Suggestion
from assetmap.domain.text import EMAIL, one_line
from assetmap.importing.columns import FIELDS

_WEBSITE = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|uk|info|eu)\b(?:/\S*)?",
                      re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\b)\d[\d ()-]{7,}\d\b")
_ABOUT = {"groups": "description", "hubs": "summary", "opportunities": "summary"}
_WHEN = {"groups": "times", "hubs": "opening_hours", "opportunities": "times"}


def as_form(held: Iterable[Suggestion], now: Mapping[str, str]) -> dict[str, str]:
    """The texts `now` (`importing.form.fields_of`; {} for something new) with what the suggestions say, the last of
    them last.

    A place that was corrected moves the point on the map: it is found anew, by the postcode or the hub.
    """
    texts = dict(now)
    for one in held:
        told = _new(one) if one.purpose is Purpose.NEW else _corrected(one, texts)
        texts |= {name: text for name, text in told.items() if name in FIELDS[one.layer]}
    return texts


def _corrected(one: Suggestion, now: Mapping[str, str]) -> dict[str, str]:
    told = dict(one.fields)
    if "cost" in told:  # which is what the page says in words: the kind of cost, or the amount
        told["cost_note"] = ""
    if any(name in told and told[name] != now.get(name, "") for name in ("postcode", "venue")):
        told |= {"position_from": "postcode", "lat": "", "lon": ""}
    if one.closed:
        told["status"] = "ended"
    elif one.at[:10] > now.get("last_confirmed", "") and (one.says_running or one.purpose is Purpose.GROUP):
        who = BY_GROUP if one.purpose is Purpose.GROUP else BY_STEWARD
        told |= {"last_confirmed": one.at[:10], "confirmed_by": who}
    return told


def _new(one: Suggestion) -> dict[str, str]:
    """A resident's answers to "where?" and "how to get in touch?" go to the fields that they look like."""
    said = dict(one.fields)
    told = {"name": said.get("name", ""), _ABOUT[one.layer]: said.get("what_happens", ""),
            _WHEN[one.layer]: said.get("when", ""), "cost": said.get("cost", ""),
            "direction": said.get("direction", ""), **_reached(said.get("contact_point", ""))}
    if one.layer == "opportunities":  # whoever offers or asks may be a person: history would keep their number for ever
        told = {name: text for name, text in told.items() if name not in ("phone", "email")}
    where = one_line(said.get("where", ""))
    postcode = find_inside(where)
    if postcode:
        told["postcode"] = postcode.text
    # a building may be a hub that is known by its name; one that is not becomes part of the address
    place = one_line(re.sub(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "", where, flags=re.IGNORECASE)).strip(" ,;.")
    told["address" if one.layer == "hubs" else "venue"] = place
    return {name: text for name, text in told.items() if text}


def _reached(text: str) -> dict[str, str]:
    found = {"email": EMAIL.search(text)}
    rest = text.replace(found["email"][0], " ") if found["email"] else text
    found["website"] = _WEBSITE.search(rest)
    rest = rest.replace(found["website"][0], " ") if found["website"] else rest
    found["phone"] = _PHONE.search(rest)
    return {name: match[0].strip(" ,;.") for name, match in found.items() if match}
