"""Finding assets by words: whole words, beginnings of words, and words with one wrong letter."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST_FORGIVEN = 4  # "art" with one wrong letter is "cat", "arm", "ant" …
_SHORTEST_BEGINNING = 3
_STOP = frozenset("a an and at by for from group groups in is it me my near of on or some something the to with".split())


class WordIndex:
    """Which of n texts hold which word. `texts`: one list of plain words each."""

    def __init__(self, texts: Iterable[Sequence[str]]):
        postings: dict[str, array] = {}
        self.size = 0
        for number, words in enumerate(texts):
            self.size = number + 1
            for word in dict.fromkeys(words):
                held = postings.get(word)
                if held is None:
                    held = postings[word] = array("i")
                held.append(number)
        self.words = sorted(postings)
        self._postings = {word: np.frombuffer(held, dtype=np.int32) for word, held in postings.items()}

    def holding(self, word: str) -> np.ndarray:
        """Which texts hold the word, or one that begins with it, or – when none does – one a letter away."""
        mask = np.zeros(self.size, dtype=bool)
        for other in self.alike(word):
            mask[self._postings[other]] = True
        return mask

    def alike(self, word: str) -> list[str]:
        """The index's words that a typed word stands for."""
        stem = _stem(word)
        found = self._beginning(stem) if len(stem) >= _SHORTEST_BEGINNING else [w for w in (word,) if w in self._postings]
        return found or self._one_letter_off(word)

    def _beginning(self, stem: str) -> list[str]:
        first = bisect_left(self.words, stem)
        last = bisect_left(self.words, stem + "\uffff")
        return self.words[first:last]

    def _one_letter_off(self, word: str) -> list[str]:
        if len(word) < _SHORTEST_FORGIVEN:
            return []
        found = process.extract(word, self.words, scorer=OSA.distance, score_cutoff=1, limit=20)
        return [match for match, _, _ in found]


def meant(words: Sequence[str]) -> list[str]:
    """The words of a query that say something; all of them when none would be left."""
    telling = [word for word in words if word not in _STOP]
    return telling or list(words)


def _stem(word: str) -> str:
    """Without an English plural's s: "walks" finds "walk" and "walking"."""
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def nearest_phrase(words: Sequence[str], phrases: Iterable[str]) -> str | None:
    """The one phrase a letter away from the typed words, such as "gardning" → "gardening"."""
    typed = " ".join(words)
    if len(typed) < _SHORTEST_FORGIVEN:
        return None
    found = process.extractOne(typed, list(phrases), scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else None
