"""What differs between two texts, word by word, so that a reader sees the change and not the whole."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_PIECES = re.compile(r"\s+|[^\s]+")
_MOST_PIECES = 2_000
_ALIKE = 0.5


class Piece(NamedTuple):
    """Some of a text, and whether the other text has it differently."""

    text: str
    differs: bool


def word_changes(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """The pieces of both texts. Texts that have little in common, or are very long, differ as a whole.

    >>> word_changes("Mondays 10am", "Mondays 2pm")
    ([Piece(text='Mondays ', differs=False), Piece(text='10am', differs=True)], \
[Piece(text='Mondays ', differs=False), Piece(text='2pm', differs=True)])
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    whole = [Piece(before, True)] if before else [], [Piece(after, True)] if after else []
    if not old or not new or len(old) + len(new) > _MOST_PIECES:
        return whole
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return whole
    left, right = [], []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        for side, pieces in ((left, old[old_from:old_to]), (right, new[new_from:new_to])):
            if pieces:
                side.append(Piece("".join(pieces), kind != "equal"))
    return left, right
