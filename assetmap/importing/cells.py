"""One cell's text becomes a value, or a fault that says what would be right.

Every converter takes the cell's text and returns a Cell. A fault with level "refused" keeps the row out; a fault
with level "notice" loads the row, with what could not be understood kept in `kept`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from assetmap.domain.text import EMAIL, WEB_ADDRESS, clean, one_line, short, words
from assetmap.domain.vocabulary import Vocabulary
from assetmap.layers import table

_YES = {"yes", "y", "true", "1", "x", "t"}
_NO = {"no", "n", "false", "0", "f"}
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d %b %Y", "%d %B %Y", "%Y-%m-%d %H:%M:%S",
               "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d", "%d.%m.%y", "%d %b %y", "%d %B %y", "%d-%b-%Y", "%d-%b-%y")
_THOUSANDS = re.compile(r"\s*[-+]?\d{1,3}(,\d{3})+(\.\d*)?\s*")
_PLAIN_WEBSITE = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[a-z0-9/._~%#?&=+-]*)?")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_SPLIT = re.compile(r"[;|\n]")
_AMOUNT = re.compile(r"£\s?\d|\d+p\b|\b\d+(\.\d\d)? ?(pounds|gbp)\b", re.IGNORECASE)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
_WITHOUT_ITS_0 = re.compile(r"[12378][0-9]{9}|1[0-9]{8}|800[0-9]{6}")  # some area codes have short numbers
_RANGE = re.compile(r"(\d{1,3}) ?(?:-|–|to|and) ?(\d{1,3})")
_FROM = re.compile(r"(\d{1,3}) ?(?:\+|plus|and over|and above|or over|years and over|upwards)")
_UP_TO = re.compile(r"(?:under|up to|below) ?(\d{1,3})")


class Cell(NamedTuple):
    """A value, and a fault if there is one. `kept` is text to keep beside a value that lost something."""

    value: object
    fault: str = ""
    level: str = "refused"
    kept: str = ""


Converter = Callable[[str], Cell]
_LONGEST_MISSING = 20  # characters of "not applicable" and the like


def is_missing(raw: str) -> bool:
    """Whether a cell says that nothing is known."""
    return len(raw) < _LONGEST_MISSING and table.is_missing(raw)


def text(longest: int, required: bool = False, lines: bool = False) -> Converter:
    """Plain text of at most `longest` characters."""
    tidy = clean if lines else one_line

    def convert(raw: str) -> Cell:
        if is_missing(raw):
            return Cell("", "is empty, and every row needs one" if required else "")
        made = tidy(raw)
        if len(made) > longest:
            return Cell("", f"is {len(made):,} characters long; at most {longest:,} fit")
        if is_missing(made):  # a dash beside what cannot be seen
            return Cell("", "holds nothing that can be read" if required else "")
        return Cell(made)

    return convert


def name(raw: str) -> Cell:
    """A name of 1–200 characters. Names in CAPITALS become ordinary case, with a notice."""
    cell = text(200, required=True)(raw)
    made = str(cell.value)
    if made.isupper() and len(made) > 6 and " " in made:
        return Cell(ordinary_case(made), "is in capitals, and was put in ordinary case", "notice")
    return cell


_ORDINAL = re.compile(r"\d+(st|nd|rd|th)")
_SMALL = {"and", "of", "the", "in", "for", "at", "on", "to", "a", "an", "with", "by", "or"}
_ACRONYMS = set("uk gb nhs ymca ywca bbc tv dj cic cio pta ptfa ngo fc rfc afc u3a rnli rspb rspca raf lgbt lgbtq esol "
                "it ict hiv add adhd mbe st ii iii iv wi bme cab vcs usa hq".split())


def ordinary_case(made: str) -> str:
    """"THE FRIENDS OF SALE YMCA" becomes "The Friends of Sale YMCA"."""
    done = []
    for index, word in enumerate(made.split(" ")):
        bare = re.sub(r"[^A-Z0-9]", "", word).lower()
        if bare == "st":
            done.append(word.title())
        elif _ORDINAL.fullmatch(bare):
            done.append(word.lower())
        elif bare in _ACRONYMS and bare not in {"it", "add"} or (bare and not re.search("[aeiouy]", bare)):
            done.append(word)
        elif index and bare in _SMALL:
            done.append(word.lower())
        else:
            lowered = word.lower()
            done.append(re.sub(r"(^|[-(/&\"“])([a-z])", lambda m: m[1] + m[2].upper(), lowered))
    return " ".join(done)


def yes_no(raw: str) -> Cell:
    """True, False, or False for nothing said."""
    said = raw.strip().lower()
    if said in _YES:
        return Cell(True)
    if said in _NO or is_missing(raw):
        return Cell(False)
    return Cell(False, f"is “{short(raw)}”, and should be yes or no")


def whole_number(lowest: int, highest: int) -> Converter:
    """A whole number within bounds, or None."""

    def convert(raw: str) -> Cell:
        if is_missing(raw):
            return Cell(None)
        cell = decimal(lowest, highest)(raw)
        if cell.fault.endswith("such as 3 or 3.5"):
            return Cell(None, f"is “{short(raw)}”, and should be a whole number, in figures")
        if not cell.fault and cell.value != int(cell.value):
            return Cell(None, f"is “{short(raw)}”, and should be a whole number")
        return cell if cell.fault else Cell(int(cell.value))

    return convert


def decimal(lowest: float, highest: float) -> Converter:
    """A finite number within bounds, or None."""

    def convert(raw: str) -> Cell:
        if is_missing(raw):
            return Cell(None)
        if len(raw) > 40:
            return Cell(None, f"is “{short(raw, 30)}”, and should be a number from {lowest:,} to {highest:,}")
        try:
            number = float(raw.replace(",", "") if "," in raw and _THOUSANDS.fullmatch(raw) else raw)
        except ValueError:
            return Cell(None, f"is “{short(raw)}”, and should be a number, such as 3 or 3.5")
        if not lowest <= number <= highest:  # also false for NaN
            return Cell(None, f"is {short(raw)}, and should be from {lowest:,} to {highest:,}")
        return Cell(number)

    return convert


def day(raw: str) -> Cell:
    """A date; days come before months, as in 12/01/2027."""
    if is_missing(raw):
        return Cell(None)
    said = one_line(raw)[:40]
    for form in _DATE_FORMS:
        try:
            found = datetime.strptime(said, form).date()
        except ValueError:
            continue
        if 1800 <= found.year <= 2200:
            return Cell(found)
    return Cell(None, f"is “{short(raw)}”, and should be a date such as 2026-11-24 or 24/11/2026")


def past_day(today: date) -> Converter:
    """A date that is not later than tomorrow."""

    def convert(raw: str) -> Cell:
        cell = day(raw)
        if cell.value and (cell.value - today).days > 1:
            return Cell(None, f"is {cell.value}, which has not come yet")
        return cell

    return convert


def website(raw: str) -> Cell:
    """An http(s) address; other schemes are refused, unreadable ones left out with a notice."""
    if is_missing(raw):
        return Cell("")
    if len(raw) < 1000 and _PLAIN_WEBSITE.fullmatch(raw):
        return Cell(raw)
    said = one_line(raw).replace(" ", "")
    scheme = _SCHEME.match(said)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return Cell("", f"is “{short(raw)}”, and a web address starts with https:// or http://")
    full = said if scheme else "https://" + said.lstrip("/")
    if len(full) > 1000 or not WEB_ADDRESS.fullmatch(full):
        return Cell("", f"is “{short(raw)}”, which is not a web address; it was put in the notes", "notice",
                    short(raw, 300))
    return Cell(full)


def email(raw: str) -> Cell:
    """An e-mail address, or "" with a notice."""
    if is_missing(raw):
        return Cell("")
    said = one_line(raw).removeprefix("mailto:")
    if len(said) < 255 and EMAIL.fullmatch(said):
        return Cell(said)
    return Cell("", f"is “{short(raw)}”, which is not one e-mail address; it was left out", "notice")


def phone(raw: str) -> Cell:
    """A telephone number as written; something with too few digits is left out with a notice.

    A British number that a spreadsheet took for a sum, and so took the first 0 off, gets it back with a notice.
    """
    if is_missing(raw):
        return Cell("")
    said = one_line(raw)
    if _ROUNDED.fullmatch(said):
        # not left out with a notice: that would take the good number from a record that has one
        return Cell("", f"is “{short(raw)}”, which is what a spreadsheet makes of a long number, and its end is lost; "
                        "make the column text and type the number again, or leave it empty")
    if len(said) < 30 and _WITHOUT_ITS_0.fullmatch(re.sub("[ ()-]", "", said)):
        return Cell(re.sub(r"\d", r"0\g<0>", said, count=1),
                    f"is “{said}”; the 0 that a spreadsheet took off its front was put back", "notice")
    if 6 <= len(re.sub(r"\D", "", said)) and len(said) <= 80:
        return Cell(said)
    return Cell("", f"is “{short(raw)}”, which is not a telephone number; it was left out", "notice")


def one_of(*codes: str, default: str = "", also: dict[str, str] | None = None) -> Converter:
    """One word of a fixed list."""

    def convert(raw: str) -> Cell:
        if is_missing(raw):
            return Cell(default)
        said = "_".join(words(raw))
        found = said if said in codes else (also or {}).get(said)
        if found is None:
            return Cell(default, f"is “{short(raw)}”, and should be one of: {', '.join(codes)}")
        return Cell(found)

    return convert


def term(vocabulary: Vocabulary, kind: str, default: str = "") -> Converter:
    """One code of the vocabulary, by code, label or everyday word; else the default, with a notice."""

    def convert(raw: str) -> Cell:
        if is_missing(raw):
            return Cell(default)
        code = vocabulary.recognise(kind, raw[:200]) or vocabulary.recognise_inside(kind, raw[:200])
        if code is None:
            return Cell(default, f"is “{short(raw)}”, which the vocabulary does not know; it was put in the notes",
                        "notice", short(raw, 200))
        return Cell(code)

    return convert


def terms(vocabulary: Vocabulary, kind: str) -> Converter:
    """A tuple of codes of the vocabulary; words it does not know come back in `kept`, with a notice."""

    def convert(raw: str) -> Cell:
        if is_missing(raw):
            return Cell(())
        codes, unknown = [], []
        for part in _parts(raw, lambda whole: vocabulary.recognise(kind, whole) is not None):
            code = vocabulary.recognise(kind, part)
            if code is None:
                unknown.append(part)
            elif code not in codes:
                codes.append(code)
        if not unknown:
            return Cell(tuple(codes))
        said = "; ".join(unknown)[:1000]
        return Cell(tuple(codes), f"has “{short(said)}”, which the vocabulary does not know; it is kept as it is "
                                  "written", "notice", said)

    return convert


def strict_terms(vocabulary: Vocabulary, kind: str) -> Converter:
    """Codes of the vocabulary; a word that it does not know is a fault that names those it knows."""
    known = terms(vocabulary, kind)

    def convert(raw: str) -> Cell:
        cell = known(raw)
        if not cell.kept:
            return cell
        labels = [term.label for term in vocabulary.of(kind).values()]
        some = "; ".join(labels[:12]) + ("; …" if len(labels) > 12 else "")
        return Cell((), f"has “{short(cell.kept)}”, which the vocabulary does not know. It knows: {some}")

    return convert


def _parts(raw: str, known: Callable[[str], bool]) -> list[str]:
    """A list cell's entries: at semicolons; at commas too, unless they are within a known phrase."""
    made = []
    for piece in _SPLIT.split(clean(raw)[:5000]):
        whole = one_line(piece)
        if whole and ("," not in whole or known(whole)):
            made.append(whole)
        else:
            made.extend(_at_commas([one_line(part) for part in whole.split(",") if part.strip()], known))
    return [part[:200] for part in made if not is_missing(part)][:50]


def _at_commas(parts: list[str], known: Callable[[str], bool]) -> list[str]:
    """The parts, those put together again that only together are known: one theme is "Voluntary, community and …"."""
    made = []
    while parts:
        size = 1 if known(parts[0]) else next((size for size in range(min(len(parts), 4), 1, -1)
                                               if known(", ".join(parts[:size]))), 1)
        made.append(", ".join(parts[:size]))
        parts = parts[size:]
    return made


def cost(vocabulary: Vocabulary) -> Converter:
    """(code, note): a word of the vocabulary, or an amount, which means paid and is kept as the note."""

    def convert(raw: str) -> Cell:
        if is_missing(raw):
            return Cell(("", ""))
        said = one_line(raw)[:300]
        code = vocabulary.recognise("cost", said)
        if code:
            return Cell((code, ""))
        if _AMOUNT.search(said):
            return Cell(("paid", said))
        first = words(said)[:1]
        if first in (["free"], ["donation"], ["donations"]):
            return Cell(("free" if first == ["free"] else "donation", said))
        return Cell(("", said), f"is “{short(raw)}”; it is shown as written, and cannot be filtered by", "notice")

    return convert


def ages(raw: str) -> Cell:
    """(lowest, highest) from "8-12", "50+", "under 5" or "adults"; (None, None) when nothing is said."""
    if is_missing(raw):
        return Cell((None, None))
    said = one_line(raw)[:100].lower()
    for form, make in ((_RANGE, lambda m: (int(m[1]), int(m[2]))), (_FROM, lambda m: (int(m[1]), None)),
                       (_UP_TO, lambda m: (None, int(m[1])))):
        match = form.search(said)
        if match:
            low, high = make(match)
            if (low or 0) > 120 or (high or 0) > 120 or (low is not None and high is not None and low > high):
                break
            return Cell((low, high))
    if "all ages" in said or said in {"any", "all", "everyone"}:
        return Cell((None, None))
    if "adult" in said:
        return Cell((18, None))
    return Cell((None, None), f"is “{short(raw)}”, which is not an age range such as 8-12 or 50+; it was put in the "
                              "notes", "notice", said)
