"""Cutting what people write about times into tokens, each with its place in the text.

Kinds: day, days (plural, or several), month, small_month, ordinal, number, clock, date, to, until, dash, and,
from, at, in, every, other, weekly and monthly (with how many weeks or months apart), part (of the day),
except, term, holidays, some_holidays, half_term, bank_holidays, festival, end_of, doors, late, note, open,
close, stop, for, filler, word, doubt.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from assetmap.domain.times_words import COUNTS, HOURS, PHRASES, WORDS

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
# One character for one, so that places in the lowered text are places in the text as written.
_SAME = (
    _ASCII_LOWER
    | dict.fromkeys(map(ord, "‐‑‒–—―−~"), "-")
    | dict.fromkeys(map(ord, "‘’ʼ`´"), "'")
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u200a\u200b\u202f\ufeff\t\v\f"), " ")
    | dict.fromkeys([*range(9), *range(14, 32), *range(127, 160)], " ")
)
_HALF = r"a\.?m\b\.?|p\.?m\b\.?|noon\b|midday\b|midnight\b"
_NUMBERS = re.compile(
    rf"""
    (?P<iso>(?P<iy>\d{{4}})-(?P<im>\d{{1,2}})-(?P<id>\d{{1,2}})(?!\d))
    | (?P<dmy>(?P<dd>\d{{1,2}})(?:/(?P<dm>\d{{1,2}})/(?P<dy>\d{{4}}|\d\d)
        |[.-](?P<em>\d{{1,2}})[.-](?P<ey>\d{{4}}))(?!\d))
    | (?P<phone>0\d{{3,4}}[\s-]?\d{{3}}[\s-]?\d{{3,4}}(?!\d))
    | (?P<always>7\s{{1,3}}days(?:\s{{1,3}}a\s{{1,3}}week)?\b)
    | (?P<age>\d+\s?\+
        |\d+\s{{0,3}}(?:-|to)\s{{0,3}}\d+\s{{0,3}}-?\s{{0,3}}(?:years?|yrs?|months?)\b(?:[\s-]{{0,3}}olds?\b)?
        |\d+\s{{0,3}}-?\s{{0,3}}(?:years?|yrs?)\b(?:[\s-]{{0,3}}olds?\b)?|\d+'?s\b|\d\d+p\b)
    | (?P<half>(?P<hh>\d{{1,2}})(?:\s?[:.]\s?(?P<hm>\d\d)|(?P<hn>\d\d))?\s{{0,3}}(?P<hx>{_HALF}))
    | (?P<hm24>(?P<ch>\d{{1,2}})[:.](?P<cm>\d\d)(?::00)?(?!\d)(?:\s?h(?:ou)?rs?\b)?)
    | (?P<hrs>(?P<fh>\d\d)(?P<fm>\d\d)\s?h(?:ou)?rs?\b)
    | (?P<clock>(?P<oh>\d{{1,2}})\s?o'?\s?clock\b)
    | (?P<ordinal>(?P<on>\d{{1,2}})\s?(?:st|nd|rd|th)\b)
    | (?P<number>\d+(?![\w]))
    | (?P<odd>\d\w*)
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|')*")
_MONEY = re.compile(r"[£$€]\s?\d+(?:[.,]\d+)*p?")
_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b")
_PUNCTUATION = {
    "-": "dash", ",": "and", "&": "and", "+": "and", "/": "and", ".": "stop", ":": "stop", "@": "at",
    "(": "open", ")": "close", "[": "open", "]": "close", "?": "doubt",
}  # fmt: skip


class Token(NamedTuple):
    """A piece of text: its kind, what it stands for, and where it begins and ends."""

    kind: str
    value: object
    begin: int
    end: int


def lowered(text: str) -> str:
    """The text with dashes, quotes, spaces and control characters made plain, character for character."""
    return text.translate(_SAME)


def tokens_of(text: str) -> list[Token]:
    """The tokens of one clause, in order; takes time in proportion to the length of the text."""
    plain = lowered(text)
    found: list[Token] = []
    at, length = 0, len(plain)
    while at < length:
        letter = plain[at]
        if letter == " ":
            at += 1
            continue
        if "0" <= letter <= "9":
            token = _number(plain, at)
        elif letter.isalpha():
            token = _word(plain, at, text)
        else:
            token = _mark(plain, at)
        if token.kind != "skip":
            found.append(token)
        at = token.end
    return found


def _mark(plain: str, at: int) -> Token:
    money = _MONEY.match(plain, at)
    if money:
        return Token("skip", None, at, money.end())
    return Token(_PUNCTUATION.get(plain[at], "skip"), plain[at], at, at + 1)


def _word(plain: str, at: int, text: str) -> Token:
    postcode = _POSTCODE.match(plain, at)
    if postcode:
        return Token("word", None, at, postcode.end())
    match = _WORD.match(plain, at)
    if match is None:
        return Token("skip", None, at, at + 1)
    word = match[0]
    for kind, value, pattern in PHRASES.get(word, ()):
        phrase = pattern.match(plain, at)
        if phrase:
            return _phrase(kind, value, phrase)
    known = WORDS.get(word) or WORDS.get(word.strip("'"))
    if known is None:
        return Token("word", word, at, match.end())
    kind, value = known
    if kind == "day" and plain[max(at - 4, 0) : at] == "the ":
        return Token("word", word, at, match.end())  # "in the Sun Lounge", "the Friday Club"
    # "you may bring a friend", "we march": a month has its capital, the verb has none.
    if word in ("may", "march", "mar") and text[at] != word[0].upper():
        return Token("small_month", value, at, match.end())
    return Token(kind, value, at, match.end())


def _phrase(kind: str, value: object, phrase: re.Match[str]) -> Token:
    if kind == "every_n":
        kind = "weekly" if phrase["unit"] == "week" else "monthly"
        return Token(kind, COUNTS[phrase["count"]], *phrase.span())
    if kind == "clock_past":
        past = phrase["past"]
        hour = HOURS.get(past) or int(past)
        return Token("clock", (hour, 30, phrase["past_half"]), *phrase.span())
    return Token(kind, value, *phrase.span())


def _number(plain: str, at: int) -> Token:
    match = _NUMBERS.match(plain, at)
    if match is None:
        return Token("doubt", plain[at], at, at + 1)
    kind, span = match.lastgroup, match.span()
    if kind == "half":
        return Token("clock", _clock_with_half(match), *span)
    if kind == "hm24":
        hour = match["ch"]
        day_clock = hour[0] == "0" or match[0][-1] in "rs"
        return Token("clock", (int(hour), int(match["cm"]), "24" if day_clock else None), *span)
    if kind == "hrs":
        return Token("clock", (int(match["fh"]), int(match["fm"]), "24"), *span)
    if kind == "clock":
        return Token("clock", (int(match["oh"]), 0, None), *span)
    if kind == "ordinal":
        return Token("ordinal", int(match["on"]), *span)
    if kind == "number":
        return Token("number", match[0] if len(match[0]) < 5 else "", *span)
    if kind in ("iso", "dmy"):
        return _date(match)
    if kind == "always":
        return Token("days", (0, 1, 2, 3, 4, 5, 6), *span)
    return Token("skip" if kind in ("age", "phone") else "doubt", None, *span)


def _clock_with_half(match: re.Match[str]) -> tuple[int, int, str]:
    hour, minute, half = int(match["hh"]), int(match["hm"] or match["hn"] or 0), match["hx"].replace(".", "")
    return hour, minute, "noon" if half == "midday" else half


def _date(match: re.Match[str]) -> Token:
    if match["iy"]:
        year, month, day = match["iy"], match["im"], match["id"]
    else:
        year, month, day = match["dy"] or match["ey"], match["dm"] or match["em"], match["dd"]
    number = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return Token("date", date(number, int(month), int(day)), *match.span())
    except ValueError:
        return Token("doubt", match[0], *match.span())
