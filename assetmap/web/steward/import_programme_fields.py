"""What the columns of a programmes file are, in plain words, with an example; and a file to fill in."""

from __future__ import annotations

from assetmap.web.language import gettext as _

LABELS = {
    "record": _("What the row is"), "programme": _("Programme"), "deployment": _("Deployment"),
    "step": _("Step, element or state"), "what": _("What happened"), "day": _("Day, or first day"),
    "until": _("Last day"), "time": _("Time"), "neighbourhood": _("Neighbourhood"), "outline": _("Drawn area"),
    "outline_from": _("Where the area is from (exports)"), "purpose": _("What it is for"),
    "steps": _("All steps in one cell"), "themes": _("Connected themes"), "lead": _("Lead organisation"),
    "hub": _("Place on this map"), "place": _("Where, in words"), "value": _("Number"), "unit": _("Unit"),
    "origin": _("Where the number is from"), "note": _("Note for everybody"), "evidence": _("Evidence, in words"),
    "link": _("Web address"), "photo": _("Photo: its web address"), "photo_alt": _("What the photo shows"),
    "public": _("Who may see it"), "internal": _("Internal"), "internal_notes": _("Internal notes"),
    "feedback_days": _("Feedback within so many days"), "feedback_given": _("Feedback given on"), "done": _("Done"),
    "attended": _("How many came"), "stock": _("It stays until it is counted again"),
    "languages_offered": _("Languages offered"), "languages_asked": _("Languages asked for"),
    "opportunity_kinds": _("Kinds of offers and asks"), "timebank": _("The timebank belongs to it"),
}
ABOUT = {
    "record": (_("What the row is: programme, step, deployment, role, progress, figure or date. Without this column "
                 "each row is a programme in a ward, with the step that it has reached there."), "programme"),
    "programme": (_("The programme's name, or the last part of its page's address."), "Street friends"),
    "deployment": (_("What the programme is called in this area. Empty: it is known by its wards."),
                   "Street friends in Belfairs"),
    "step": (_("A step, element or state by name, by number, or by its code."), "Knock on doors"),
    "what": (_("Planned, begun, reached (or in place) or gone back. Empty means reached."), "begun"),
    "day": (_("The day it happened, or will; of a deployment its first day."), "2026-11-24"),
    "until": (_("The last day of a deployment, or of the time that a number is about."), "2027-03-31"),
    "time": (_("When on the day."), "19:30"),
    "neighbourhood": (_("What people call the area."), "Around the green"),
    "outline": (_("A drawn area as well-known text or GeoJSON, longitude first; it may cross wards."),
                "POLYGON ((0.64 51.55, 0.66 51.55, 0.66 51.56, 0.64 51.55))"),
    "outline_from": (_("Only exports of this map have it."), "drawn"),
    "purpose": (_("What the programme is for."), "So that every street has somebody who says hello"),
    "steps": (_("The names of all steps with semicolons between, instead of a row for each."),
              "Knock on doors; Street meal; Every month"),
    "themes": (_("What the programme connects. Several are separated by semicolons."), "People; Neighbourhoods"),
    "lead": (_("The organisation that leads it."), "Friends of Belfairs"),
    "hub": (_("The name of a place on this map, or the last part of its page's address."), "Leigh Library"),
    "place": (_("Where, when it is no place on this map."), "The green"),
    "value": (_("The number."), "38"), "unit": (_("What it counts, such as people, hours or £."), "people"),
    "origin": (_("Who counted, and how."), "Count at the door"),
    "note": (_("Everybody who may see the entry reads it."), "Eleven streets took part"),
    "evidence": (_("What shows that it is so."), "Notes of the meeting"),
    "link": (_("A page on the web about it."), "https://example.org/street-friends"),
    "photo": (_("The web address of a photo."), "https://example.org/meal.jpg"),
    "photo_alt": (_("What the photo shows, for people who cannot see it. A photo needs it."),
                  "A long table in the street"),
    "public": (_("Public, or internal. Empty means public."), "public"),
    "internal": (_("Yes, when the public may not see it; instead of the column before."), ""),
    "internal_notes": (_("Only those who sign in read them."), "Ring before the next meeting"),
    "feedback_days": (_("Within how many days those who came are told what came of it."), "10"),
    "feedback_given": (_("The day they were told."), "2026-12-02"), "done": (_("Yes, when it is done."), "no"),
    "attended": (_("How many came to it."), "61"),
    "stock": (_("Yes for a number that stays until it is counted again, such as volunteers; otherwise numbers add up."),
              "no"),
    "languages_offered": (_("Languages that are spoken there. Several are separated by semicolons."), "Polish"),
    "languages_asked": (_("Languages that people there ask for."), "Polish; Romanian"),
    "opportunity_kinds": (_("Kinds of offers and asks on this map that belong to it."), "Small grant"),
    "timebank": (_("Yes, when the timebank's hours belong to it."), "no"),
}
ABOUT_IN = {
    "name": (_("What the programme, step, deployment, role, figure or date is called. Of a role never a person's "
               "name."), "Street friends"),
    "ward": (_("Wards by name or code, several with semicolons between, or “all”."), "Belfairs"),
    "kind": (_("Of a programme: steps, elements or state. Of a date: event, meeting, step due or other."), "steps"),
    "summary": (_("What it is, in a sentence; of a step, what it means."), "Neighbours who say hello"),
    "phone": (_("The role's telephone number. It is shown only when that is agreed."), "01632 960 123"),
    "email": (_("The role's e-mail address. It is shown only when that is agreed."), "streets@example.org"),
    "source_id": (_("What the list it comes from calls it: a number or a code. Needed only if its name changes."), ""),
}
TEMPLATE = ("record", "programme", "name", "kind", "summary", "purpose", "themes", "lead", "deployment", "ward", "step",
            "what", "day", "until", "time", "place", "value", "unit", "stock", "origin", "note", "evidence",
            "link", "feedback_days", "feedback_given", "done", "attended", "phone", "email", "contact_consent",
            "languages_offered", "languages_asked", "public", "internal_notes")
_P, _D = "Street friends", "Street friends in Belfairs"
_ROWS = (
    {"record": "programme", "programme": _P, "kind": "steps", "summary": "Neighbours who say hello",
     "purpose": "So that every street has somebody who says hello", "themes": "People; Neighbourhoods"},
    {"record": "step", "programme": _P, "name": "Knock on doors", "summary": "Ask who would join in"},
    {"record": "step", "programme": _P, "name": "Street meal", "summary": "Eat together", "feedback_days": "10"},
    {"record": "deployment", "programme": _P, "deployment": _D, "lead": "Friends of the street", "day": "2026-09-01"},
    {"record": "role", "programme": _P, "deployment": _D, "name": "Street friend", "email": "streets@example.org",
     "contact_consent": "yes"},
    {"record": "progress", "programme": _P, "deployment": _D, "step": "Knock on doors", "what": "begun",
     "day": "2026-09-14", "note": "Eleven streets took part"},
    {"record": "figure", "programme": _P, "deployment": _D, "name": "People attending", "value": "38",
     "unit": "people", "day": "2026-10-02", "origin": "Count at the door"},
    {"record": "date", "programme": _P, "deployment": _D, "name": "Street meal", "kind": "event", "day": "2027-05-08",
     "time": "12:30", "step": "Street meal", "place": "The green"},
)

SHAPES = (
    (_("A row for each thing"),
     _("For a new programme, and for anything more than where it stands. The template has it: the column record says "
       "what a row is, and a programme's steps are rows below it."),
     (("record", "programme", "name", "kind", "ward", "step", "day"),
      ("programme", _P, "", "steps", "", "", ""), ("step", _P, "Knock on doors", "", "", "", ""),
      ("step", _P, "Street meal", "", "", "", ""), ("deployment", _P, "", "", "Belfairs", "", "2026-09-01"),
      ("progress", _P, "", "", "Belfairs", "Knock on doors", "2026-09-14"))),
    (_("A row for each programme and ward"),
     _("For programmes that are on this map already: which step each has reached where, by its number or its name. A "
       "lower step than before is kept as a going back."),
     (("programme", "ward", "step", "date"), (_P, "Belfairs", "1", "2026-09-14"),
      (_P, "Milton", "Street meal", "2026-10-02"))),
    (_("A row for each ward, a column for each programme"),
     _("For programmes that are on this map already, headed by their names. A cell has the step; “x” means that it is "
       "there, with no step yet. Without a date, today's is taken."),
     (("ward", _P, "Community hubs"), ("Belfairs", "1", "open"), ("Milton", "x", ""))),
)


def example_rows(headings: list[str]) -> list[list[str]]:
    """A whole small programme, a row of each kind, under these fields."""
    return [[row.get(name, "") for name in headings] for row in _ROWS]
