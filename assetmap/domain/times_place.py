"""The place at the end of a clause: "10am-12 at leigh-library", "@ the Town Hall, Friday 2pm"."""

from __future__ import annotations

from assetmap.domain.times_cursor import Cursor
from assetmap.domain.times_words import NOT_PLACES

BEGINS_ANOTHER = frozenset("day days every other weekly monthly ordinal term except from".split())
ENDS_A_PLACE = frozenset(
    "clock days term holidays bank_holidays weekly monthly other open every except date half_term "
    "some_holidays doubt note".split()
)


def read_place(cursor: Cursor, at: int) -> tuple[str, int] | None:
    """The place named after the "at" that is token `at`, and the next token; None when it is no place."""
    begin = at + 1
    if begin >= len(cursor.tokens) or _no_place(cursor, begin):
        return None
    end = begin
    while end < len(cursor.tokens) and not (_free(cursor, end) and _ends_place(cursor, end, begin)):
        end += 1
    stop = cursor.tokens[end].begin if end < len(cursor.tokens) else len(cursor.clause.text)
    words = cursor.clause.text[cursor.tokens[at].end : stop].strip(" ,.:;-&(")
    for joint in (" and", " on", " from", " in", " every"):
        words = words.removesuffix(joint)
    return (words.strip(" ,."), end) if words else None


def _no_place(cursor: Cursor, at: int) -> bool:
    """ "At 10", "at weekends", "at the moment" name no place; "at 10 High Street" does."""
    kind = cursor.kind(at)
    if kind == "number":
        return cursor.kind(at + 1) not in ("word", "month", "small_month", "filler", "ordinal")
    after = cursor.skip(at, ("filler",))
    if cursor.kind(after) == "word" and cursor.tokens[after].value in NOT_PLACES:
        return True
    return kind in ("clock", "days", "part", "festival", "end_of", "doubt", "month", "note")


def _free(cursor: Cursor, at: int) -> bool:
    """Whether the token stands by itself: in "st-marys-may-street-hall" none does."""
    text, token = cursor.clause.text, cursor.tokens[at]
    before = text[token.begin - 1] if token.begin else " "
    after = text[token.end : token.end + 2]
    return not (before == "-" or before.isalnum() or (after[:1] == "-" and after[1:].isalpha()))


def _ends_place(cursor: Cursor, at: int, begin: int) -> bool:
    kind, after = cursor.kind(at), cursor.kind(at + 1)
    if kind in ENDS_A_PLACE:
        return True
    if kind == "number" and after in ("dash", "to") and cursor.clock(at + 2):
        return cursor.kind(at + 3) != "word"
    if kind == "day":
        # "Sunday School Hall" and "The Sun" are places; "the hall on Friday", "the hall Friday 2pm" go on.
        if at == begin:
            return False
        return _joins(cursor, at - 1) or after in ("clock", "number", "dash", "to", "part", "")
    if kind in ("from", "until", "in"):
        next_kind = cursor.kind(cursor.skip(at + 1, ("filler",)))
        return next_kind in ("month", "number", "clock", "date", "festival", "end_of", "ordinal", "day")
    if kind == "and" or kind == "stop":
        after_joint = cursor.skip(at + 1, ("and", "filler"))
        follows = cursor.kind(after_joint)
        return follows in BEGINS_ANOTHER or cursor.clock(after_joint) is not None
    return False


def _joins(cursor: Cursor, at: int) -> bool:
    token = cursor.tokens[at]
    return token.kind in ("and", "every") or cursor.clause.text[token.begin : token.end].lower() == "on"
