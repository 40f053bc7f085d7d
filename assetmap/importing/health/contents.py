"""What records say, and what they do not say: links, consent, categories, access, age, references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assetmap.domain.text import short
from assetmap.domain.web_address import fault
from assetmap.importing.health.finding import Finding, Level, finding
from assetmap.importing.health.held import MANY, SINGULAR, Held
from assetmap.store.rows import load_list, load_meetings

_MADE_UP = "sample"  # the feed of the sample place, whose addresses are examples on purpose


def findings(held: Held) -> Iterator[Finding]:
    """The contents of every layer."""
    for layer in held.live:
        one, many = SINGULAR[layer], MANY[layer]
        yield finding(f"{one}-link", f"{many} have a web address that cannot be right", Level.MISLEADING,
                      held.entries(layer, _bad_link),
                      "Correct the address, or take it out. An e-mail address has a field of its own.")
        yield finding(f"{one}-consent", f"{many} have contact details without consent to publish them", Level.LACKING,
                      held.entries(layer, _no_consent),
                      "Ask them, and tick the box when they agree. Until then nobody sees the details.")
        yield finding(f"{one}-stale",
                      f"{many} were last confirmed over {held.settings.stale_days} days ago, or never",
                      Level.MISLEADING, held.entries(layer, lambda row: _age(held, row)),
                      "Ask whether it is still right. The freshness list sends them a link to confirm it.")
    yield from _lacking(held)
    yield from _references(held)


def _lacking(held: Held) -> Iterator[Finding]:
    yield finding("group-category", "groups have no category", Level.LACKING,
                  held.entries("groups", _no_category), "Choose one: people find groups by what they are about.")
    yield finding("opportunity-category", "offers and asks have no topic", Level.LACKING,
                  held.entries("opportunities", lambda row: row["topics"] == "[]" and "No topic given"),
                  "Choose what it is about.")
    yield finding("hub-access", "hubs say nothing about access", Level.LACKING,
                  held.entries("hubs", lambda row: row["access"] == "[]" and "Nothing is said about access"),
                  "Ask about steps, toilets, parking and hearing loops: some people can only come when they know.")
    yield finding("hub-no-groups", "hubs have no groups", Level.LACKING, _empty_hubs(held),
                  "Ask what happens there, and add it. It may also be one place under two names.")


def _references(held: Held) -> Iterator[Finding]:
    hubs = held.all_rows["hubs"]
    for layer in ("groups", "opportunities"):
        one, many = SINGULAR[layer], MANY[layer]
        yield finding(f"{one}-hub-gone", f"{many} are held at a place that is not in the data", Level.SERIOUS,
                      held.entries(layer, lambda row: _named(
                          [hub_id for hub_id in _hubs_of(row) if hub_id not in hubs])), "Choose another place.")
        yield finding(f"{one}-hub-hidden", f"{many} are held at a place that is hidden or has ended", Level.MISLEADING,
                      held.entries(layer, lambda row: _named(
                          [f"{hubs[hub_id]['name']} ({hubs[hub_id]['status']})" for hub_id in _hubs_of(row)
                           if hub_id in hubs and hubs[hub_id]["status"] in ("hidden", "ended")])),
                      "Ask where it is held now, or show the place again.")
    yield finding("opportunity-giver-hidden", "offers and asks come from somebody who is hidden, has ended or is gone",
                  Level.MISLEADING, held.entries("opportunities", lambda row: _lost_giver(held, row)),
                  "Ask whether it still stands, and who offers it.")
    wards = set(held.wards["code"])
    yield finding("opportunity-ward-gone", "offers and asks are for a ward that is not loaded", Level.MISLEADING,
                  held.entries("opportunities", lambda row: bool(wards) and row["ward_code"] not in ("", *wards)
                               and row["ward_code"]), "Choose the ward by its name of today.")


def _bad_link(row: Mapping) -> str:
    wrong = fault(row["website"])
    if not wrong or row["source"] == _MADE_UP:
        return ""
    return f"“{short(row['website'], 80)}” {wrong}"


def _age(held: Held, row: Mapping) -> str:
    day = row["last_confirmed"]
    if day is None:
        return "never confirmed"
    days = (held.today - day).days
    return f"last confirmed {day}, {days:,} days ago" if days > held.settings.stale_days else ""


def _no_consent(row: Mapping) -> str:
    if row["consent"] or not (row["phone"] or row["email"]):
        return ""
    given = " and ".join(word for word, text in (("a phone number", row["phone"]), ("an e-mail address", row["email"]))
                         if text)
    return f"It has {given}, and no consent"


def _no_category(row: Mapping) -> str:
    if row["categories"] != "[]":
        return ""
    said = "; ".join(load_list(row["other_categories"]))
    return f"It says “{short(said, 120)}”, which is no category yet." if said else "No category given"


def _hubs_of(row: Mapping) -> list[str]:
    """The hubs that a record names, its own first."""
    named = [row["hub_id"]]
    if '"hub": "' in row["meetings"]:
        named += [meeting.hub_id for meeting in load_meetings(row["meetings"])]
    return list(dict.fromkeys(filter(None, named)))


def _named(names: list[str]) -> str:
    return ", ".join(names)


def _lost_giver(held: Held, row: Mapping) -> str:
    if row["giver_kind"] not in held.all_rows:
        return ""
    giver = held.all_rows[row["giver_kind"]].get(row["giver"])
    if giver is None:
        return f"There is no {SINGULAR[row['giver_kind']]} “{row['giver']}”."
    return f"{giver['name']} ({giver['status']})" if giver["status"] in ("hidden", "ended") else ""


def _empty_hubs(held: Held) -> list:
    used = {hub_id for layer in ("groups", "opportunities") for row in held.live[layer] for hub_id in _hubs_of(row)}
    used |= {row["giver"] for row in held.live["opportunities"] if row["giver_kind"] == "hubs"}
    return held.entries("hubs", lambda row: row["id"] not in used and "No group, offer or ask is held here")
