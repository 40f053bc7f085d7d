"""Finding assets by words: whole words, their other forms, and words with one wrong letter."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from assetmap.domain.text import plain, words

_SHORTEST_FORGIVEN = 5  # "art" with one wrong letter is "cat", "arm", "ant" …; "golf" is "gold"
_SHORTEST_BEGINNING = 5  # "garden" finds "gardening", but "care" should not find "career"
_INFLECTED = re.compile("(?:e?s|ed|ers?|ing|y|ies)?")
_INFLECTED_E = re.compile("(?:s|d|rs?)?")
_STOP = frozenset("""
    a about activities activity after all an and any are at be by can class classes club clubs course courses do event
    events find for from go going group groups have i in is it join learn lesson lessons like local looking me meet
    meeting meetings my near nearby of on or our people place places session sessions some someone something somewhere
    that the there thing things to try up us want we what where with would you your
""".split())
_PLAIN_WORD = re.compile(r"[a-z0-9]+")


class WordIndex:
    """Which of n texts hold which word."""

    def __init__(self, texts: Iterable[str]):
        postings: dict[str, list[int]] = defaultdict(list)
        self.size = 0
        for number, text in enumerate(texts):
            self.size = number + 1
            for word in _words_of(text):
                postings[word].append(number)
        self.words = sorted(postings)
        self._postings = {word: np.array(held, dtype=np.int32) for word, held in postings.items()}
        self._alike = lru_cache(maxsize=2_000)(self._find_alike)

    def holding(self, word: str, *, forgiving: bool = True) -> np.ndarray:
        """Which texts hold the word or a form of it, or – when none does, and `forgiving` – one a letter away.

        (n,) bool.
        """
        mask = np.zeros(self.size, dtype=bool)
        for other in self.alike(word, forgiving=forgiving):
            mask[self._postings[other]] = True
        return mask

    def alike(self, word: str, *, forgiving: bool = True) -> tuple[str, ...]:
        """The index's words that a typed word stands for."""
        return self._alike(word, forgiving)

    def _find_alike(self, word: str, forgiving: bool) -> tuple[str, ...]:
        found = sorted({other for stem in stems(word) for other in self._forms(stem)})
        if found or not forgiving or len(word) < _SHORTEST_FORGIVEN:
            return tuple(found)
        near = process.extract(word, self.words, scorer=OSA.distance, score_cutoff=1, limit=20)
        return tuple(match for match, _, _ in near)

    def _forms(self, stem: str) -> list[str]:
        if len(stem) <= 3:
            return [other for other in (stem, stem + "s") if other in self._postings]
        first, last = bisect_left(self.words, stem), bisect_left(self.words, stem + "\uffff")
        begun = self.words[first:last]
        return begun if len(stem) >= _SHORTEST_BEGINNING else [other for other in begun if _is_form(other, stem)]


def _words_of(text: str) -> set[str]:
    lowered = plain(text)
    return set(words(lowered) if "'" in lowered else _PLAIN_WORD.findall(lowered))


def _is_form(word: str, stem: str) -> bool:
    ending = word[len(stem):]
    if stem.endswith("e"):
        return bool(_INFLECTED_E.fullmatch(ending))
    return bool(_INFLECTED.fullmatch(ending) or (ending[:1] == stem[-1] and _INFLECTED.fullmatch(ending[1:])))


def stems(word: str) -> list[str]:
    """A typed word without a plural's ending: "walks" → "walk", "babies" → "baby" and "babie"."""
    if len(word) > 4 and word.endswith("ies"):
        return [word[:-3] + "y", word[:-1]]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return [word[:-1]]
    return [word]


def tells(word: str) -> bool:
    """Whether a word of a query says what is wanted; "club" and "near" do not."""
    return word not in _STOP


def meant(said: Sequence[str]) -> list[str]:
    """The words of a query that say something; all of them when none would be left."""
    return list(filter(tells, said)) or list(said)


def corrected(word: str, known: Sequence[str]) -> str:
    """The known word that is one letter away from a typed one, such as "gardning" → "gardening"; else the word."""
    if len(word) < _SHORTEST_FORGIVEN:
        return word
    found = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else word
