"""The words people use for when a group meets, and what each stands for.

A word maps to (kind, value); the kinds are those of times_tokens. A word that is not here is let pass (a
title, a room, "all welcome"), so every word that could change a time, a day or a date must be here: those
that nothing can be made of have the kind "doubt", and a clause that holds one is kept as text.
"""

from __future__ import annotations

import re

WEEKDAYS, WEEKEND, EVERY_DAY = (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5, 6)
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6,
          "2nd": 2, "3rd": 3, "4th": 4, "other": 2, "second": 2, "third": 3, "fourth": 4}  # fmt: skip
HOURS = dict(
    zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True)
)

_DAYS = (
    "mon mons monday munday",
    "tue tues tuesday tueday tuseday teusday",
    "wed weds wednes wednesday wensday wednsday wedensday",
    "thu thur thurs thursday thrusday thusday",
    "fri fris friday firday",
    "sat sats saturday saterday satuday",
    "sun suns sunday",
)
_MONTHS = (
    "jan january", "feb febr february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip

WORDS: dict[str, tuple[str, object]] = {}
for _number, _names in enumerate(_DAYS):
    for _name in _names.split():
        WORDS[_name] = ("day", (_number,))
        if _name.endswith("day"):
            for _ending in ("s", "'s", "s'"):
                WORDS[_name + _ending] = ("days", (_number,))
for _number, _names in enumerate(_MONTHS, 1):
    WORDS.update(dict.fromkeys(_names.split(), ("month", _number)))
WORDS.update(
    {name: ("ordinal", number) for name, number in [
        ("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("fifth", 5), ("last", -1), ("final", -1)]}
)  # fmt: skip


def _say(kind: str, value: object, words: str) -> None:
    WORDS.update(dict.fromkeys(words.split(), (kind, value)))


_say("days", WEEKDAYS, "weekdays weekday")
_say("days", WEEKEND, "weekends weekend")
_say("days", EVERY_DAY, "daily everyday")
_say("every", None, "every each")
_say("other", "alternate", "alternate alternating alternately")
_say("weekly", 1, "weekly")
_say("weekly", 2, "fortnightly")
_say("monthly", 1, "monthly")
_say("monthly", 3, "quarterly")
_say("part", "am", "am morning mornings breakfast breakfasts")
_say("part", "pm", "pm afternoon afternoons evening evenings eve eves night nights")
_say("to", None, "to thru through")
_say("until", None, "until till til untill ends ending ends finish finishes finishing finishing")
_say("from", None, "from since start starts starting begin begins beginning between")
_say("from", None, "commence commences commencing")
_say("and", None, "and plus")
_say("at", None, "at")
_say("in", None, "in during throughout")
_say("for", None, "for")
_say("filler", None, "on the of over any all meeting meetings session sessions class classes school our")
_say("except", "except", "except excepting exc excl excluding exclude excludes excepted")
_say("except", "not", "not no never")
_say("except", "closed", "closed")
_say("festival", "christmas", "christmas xmas")
_say("festival", "easter", "easter")
_say("half_term", None, "halfterm")
_say("bank_holidays", None, "bankholidays bankholiday")
_say("holidays", None, "holidays holiday hols vacation vacations")
_say("late", None, "late close closing dusk finish")
_say("doors", None, "doors")
_say("clock", (12, 0, "noon"), "noon midday")
_say("clock", (12, 0, "midnight"), "midnight")
_say("term", None, "termtime")
_say("note", "day or time may vary: usually", "usually normally typically generally")
_say("note", "time is approximate", "approximately approx about around circa roughly")
for _word in (
    "or either unless varies vary varied various variable varying tbc tba tbd some most occasional "
    "occasionally sometimes irregular irregularly hoc depends depending if whenever when after before "
    "biweekly bimonthly twice thrice cancelled canceled suspended postponed moved previously formerly "
    "was were ended finished paused stopped resumes resuming resume returns returning summer winter "
    "spring autumn seasonal ramadan lent advent eid diwali closes season flexible rota rotating "
    "rotation yearly annually annual hourly but other than fortnight fortnights month months yesterday "
    "tomorrow today week weeks half quarter "
).split():
    WORDS.setdefault(_word, ("doubt", _word))

NOT_PLACES = frozenset("moment present least night lunchtime lunch once times time first last".split())
"""What follows "at" without being a place: "at the moment"."""

COUNTED = frozenset(
    "year years yr yrs grade grades reception form forms chapter chapters number numbers no nos ks stage key "
    "part parts bus buses route routes people places spaces persons members children minutes mins miles km "
    "weeks".split()
)
"""Words beside a number that is no time of day."""
STREETS = frozenset(
    "street st road rd avenue ave lane close drive hall house court place square terrace".split()
)

_COUNT = "other|second|2nd|third|3rd|fourth|4th|two|three|four|five|six|[2-6]"
_HOLIDAY = r"hol(?:iday)?s?(?:\s+(?:mondays?|weekends?|weeks?|periods?))?\b"
_NEEDLESS = (
    "booking|bookings|charge|charges|cost|costs|fee|fees|appointment|appointments|referral|referrals|experience|"
    "partner|commitment|obligation|pressure|equipment|membership|registration|joining|tickets?"
)
_NUMBER_OR_HOUR = r"(?:\d{1,2}|" + "|".join(HOURS) + ")"

# By their first word, longest first; \b at the end so that "no bookings" is not "no booking" and an "s".
_PHRASES: list[tuple[str, str, object, str]] = [
    ("every each", "every_n", None, rf"(?:every|each)\s+(?P<count>{_COUNT})\s+(?P<unit>week|month)s?\b"),
    ("every each once a per", "weekly", 2, r"(?:every|each|once a|a|per)\s+fortnight\b"),
    ("every each once a per", "weekly", 1, r"(?:every|each|once an?|an?|per)\s+(?:single\s+)?week\b"),
    ("every each once a per", "monthly", 1, r"(?:every|each|once a|a|per)\s+(?:calendar\s+)?month\b"),
    ("every each", "days", EVERY_DAY, r"(?:every|each)\s+(?:single\s+)?day\b"),
    ("seven all", "days", EVERY_DAY, r"(?:seven days a|all)\s+week\b"),
    ("every", "other", "every other", r"every\s+other\b"),
    ("of in", "monthly", 1, r"(?:of|in)\s+(?:(?:the|each|every|a)\s+)?(?:calendar\s+)?month\b"),
    ("bi", "doubt", "bi", r"bi[\s-]?(?:weekly|monthly)\b"),
    ("school term during in", "term", None,
     r"(?:(?:during|in)\s+)?(?:the\s+)?(?:school\s+)?term[\s-]?times?\b"
     r"|(?:(?:during|in)\s+)?(?:the\s+)?school\s+terms?\b|(?:during|in)\s+(?:the\s+)?terms?\b|terms?\s+only\b"),
    ("after", "skip", None, r"after[\s-]?school\b"),
    ("school all", "holidays", "school",
     r"(?:all\s+)?school\s+(?:hol(?:iday)?s?|breaks?|vacations?|closures?)\b"),
    ("half", "some_holidays", "not in half term", rf"half[\s-]?terms?\s+{_HOLIDAY}"),
    ("half", "half_term", None, r"half[\s-]?terms?\b"),
    ("half", "clock_past", None,
     rf"half\s+past\s+(?P<past>{_NUMBER_OR_HOUR})\b(?:\s*(?P<past_half>am|pm)\b)?"),
    ("summer easter christmas xmas winter", "some_holidays", None,
     rf"(?:summer|easter|christmas|xmas|winter)\s+(?:school\s+)?(?:{_HOLIDAY}|breaks?\b|vacations?\b)"),
    ("bank public", "bank_holidays", None, rf"(?:bank|public)[\s-]*{_HOLIDAY}"),
    ("including include includes inc incl", "skip", None,
     rf"(?:includ(?:ing|es?)|incl?\.?)\s+(?:on\s+)?(?:bank|public)[\s-]*{_HOLIDAY}"),
    ("good", "festival", "easter", r"good\s+friday\b"),
    ("easter", "festival", "easter", r"easter\s+(?:sunday|monday|weekend|week)\b"),
    ("boxing", "festival", "christmas", r"boxing\s+day\b"),
    ("christmas xmas", "festival", "christmas",
     r"(?:christmas|xmas)(?:\s+(?:day|eve|week|period))?"
     r"(?:\s*(?:and|&|/)\s*new\s+year(?:'?s)?)?(?:\s+(?:day|eve))?\b"),
    ("new", "festival", "christmas", r"new\s+year'?s?(?:\s+(?:day|eve))\b"),
    ("apart other", "except", "except", r"(?:apart|other)\s+(?:from|than)\b"),
    ("but", "except", "not", r"but\s+not\b"),
    ("until till", "skip", None, r"(?:un)?till?\s+further\s+notice\b"),
    ("until till to the", "end_of", None, r"(?:until|till|to)?\s*(?:the\s+)?end\s+of\b"),
    ("no", "skip", None,
     rf"no\s+(?:need\s+to\s+\w+|(?:need\s+)?(?:{_NEEDLESS})(?:\s+(?:is\s+)?(?:needed|required|necessary))?)\b"),
    ("first", "skip", None,
     r"first\s+come,?\s+first\s+served\b"
     r"|first\s+(?:session|visit|class|time|lesson|taster)s?\b(?:\s+(?:is\s+)?free\b)?"),
    ("by appointment appointments", "note", "by appointment",
     r"(?:by\s+(?:prior\s+)?(?:appointment|arrangement)|appointments?)(?:\s+only)?\b"),
    ("booking", "note", "booking needed", r"booking\s+(?:is\s+)?(?:essential|required|needed|necessary)\b"),
    ("weather", "note", "weather permitting", r"weather\s+permitting\b"),
    ("age ages aged", "skip", None,
     r"age[sd]?:?\s*(?:from\s+)?\d+(?:\s*(?:-|to|and)\s*\d+)?\s*(?:\+|(?:years|yrs|months)\b)?"),
    ("under over", "skip", None, r"(?:under|over)[\s-]?\d+(?:'?s)?\b"),
    ("room hall studio floor unit court pitch suite level stage", "skip", None,
     r"(?:room|hall|studio|floor|unit|court|pitch|suite|level|stage)\s\d+\b(?!\s*(?:-|to\b|[:.]\d|am|pm|noon))"),
]  # fmt: skip

def _bounded(pattern: str) -> str:
    """No gap longer than three spaces, so that no pattern takes quadratic time on a run of them."""
    return pattern.replace(r"\s*", r"\s{0,3}").replace(r"\s+", r"\s{1,3}")


PHRASES: dict[str, list[tuple[str, object, re.Pattern[str]]]] = {}
for _starters, _kind, _value, _pattern in _PHRASES:
    for _starter in _starters.split():
        PHRASES.setdefault(_starter, []).append((_kind, _value, re.compile(_bounded(_pattern))))
