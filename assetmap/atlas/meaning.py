"""What the words of a query mean among the assets of a layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.word_search import WordIndex, corrected, meant, tells
from assetmap.atlas.assets import AssetLayer
from assetmap.domain.text import words
from assetmap.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that belong together. They mean the categories `whole`, and one activity within those of `narrower`."""

    said: tuple[str, ...]
    whole: frozenset[str] = frozenset()
    narrower: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return " ".join(self.said)

    @property
    def categories(self) -> frozenset[str]:
        return self.whole | self.narrower


def phrases(text: str, vocabulary: Vocabulary, index: WordIndex | None = None) -> list[Phrase]:
    """A query cut into phrases, one wrong letter in a word put right; words that say nothing are left out.

    A word that is in the texts of `index` is as it should be.
    """
    spelt = [word if _is_right(word, vocabulary, index) else corrected(word, vocabulary.spoken_words)
             for word in words(text)]
    made = []
    for said, categories in vocabulary.categories_in(" ".join(spelt)):
        narrower = vocabulary.narrower_in(said)
        made.append(Phrase(said, frozenset(categories - narrower), frozenset(narrower)))
    return [phrase for phrase in made if phrase.categories or any(map(tells, phrase.said))] or made


def _is_right(word: str, vocabulary: Vocabulary, index: WordIndex | None) -> bool:
    return word in vocabulary.spoken_words or bool(index and index.alike(word, forgiving=False))


def categories_meant(text: str, vocabulary: Vocabulary) -> set[str]:
    """The categories that the words of a query stand for; nothing else of the words is ever kept."""
    return {code for phrase in phrases(text, vocabulary) for code in phrase.categories}


@dataclass(frozen=True, slots=True)
class Meant:
    """Assets that a query's words mean, (n,) bool; where an activity that nobody names became its category; and
    whether nothing means all of the words, so that the mask has what means any.
    """

    mask: np.ndarray
    widened: list[tuple[str, str]]
    loosened: bool = False


def assets_meant(layer: AssetLayer, text: str, within_reach: np.ndarray) -> Meant:
    """Assets that every phrase means: by what they say, or by a category or a language that the phrase stands for.
    When nothing within reach means every phrase, those that mean any of them.

    For one activity, such as badminton, those who say it are meant when any of them is `within_reach`, (n,) bool;
    else all of its category, sport, and `widened` has ("badminton", "Sport").
    """
    every, some = np.ones(len(layer), dtype=bool), np.zeros(len(layer), dtype=bool)
    widened, facet = [], None
    everything = np.arange(len(layer))
    if "category" in layer.facet_names:
        facet = layer.facet("category")
    for phrase in phrases(text, layer.vocabulary, layer.words):
        fits = np.ones(len(layer), dtype=bool)
        for word in meant(phrase.said):
            fits &= layer.words.holding(word, forgiving=not phrase.categories)
        if facet is not None and phrase.whole:
            fits |= facet.any_of(everything, phrase.whole)
        if facet is not None and phrase.narrower and not (fits & within_reach).any():
            fits |= facet.any_of(everything, phrase.narrower)
            widened += [(phrase.text, layer.vocabulary.get("category", code).label) for code in sorted(phrase.narrower)]
        language = layer.vocabulary.recognise("language", phrase.text)
        if language and "language" in layer.facet_names:
            fits |= layer.facet("language").any_of(everything, [language])
        every &= fits
        some |= fits
    loosened = not (every & within_reach).any() and bool((some & within_reach).any())
    return Meant(some if loosened else every, widened, loosened)
