"""The words the map sorts things by, and the everyday words people use for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from assetmap.domain.text import words

KINDS = ("theme", "category", "access", "audience", "cost", "hub_kind", "opportunity_kind", "language",
         "connected_theme")
_FILE_KEYS = {
    "theme": "themes", "category": "categories", "access": "access", "audience": "audiences", "cost": "costs",
    "hub_kind": "hub_kinds", "opportunity_kind": "opportunity_kinds", "language": "languages",
    "connected_theme": "connected_themes",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One word of one kind. `theme` is a category's theme; `own_name` a language's name for itself.

    `synonyms` say the whole of it ("keep fit"), `narrower` one activity within it ("badminton" within sport).
    """

    kind: str
    code: str
    label: str
    icon: str = ""
    theme: str = ""
    colour: str = ""
    colour_dark: str = ""
    own_name: str = ""
    synonyms: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class Vocabulary:
    """All terms, in order, with ways to look them up. Immutable."""

    def __init__(self, terms: Iterable[Term]):
        self.terms = tuple(terms)
        self._by_kind = {kind: {t.code: t for t in self.terms if t.kind == kind} for kind in KINDS}

    @classmethod
    def from_document(cls, document: Mapping) -> Vocabulary:
        """From the shape of `geodata/vocabulary.json`."""
        terms = []
        for kind, key in _FILE_KEYS.items():
            for entry in document.get(key, ()):
                values = {name: entry[name] for name in Term.__dataclass_fields__ if name in entry}
                values |= {name: tuple(values.get(name, ())) for name in ("synonyms", "narrower", "related")}
                terms.append(Term(kind=kind, **values))
        return cls(terms)

    def of(self, kind: str) -> Mapping[str, Term]:
        """Terms of one kind by code, in the vocabulary's order."""
        return self._by_kind[kind]

    def get(self, kind: str, code: str) -> Term:
        """A term; a code that is not known answers with itself as its label."""
        found = self._by_kind[kind].get(code)
        return found or Term(kind=kind, code=code, label=code.replace("_", " ").replace("-", " ").capitalize())

    def labels(self, kind: str, codes: Iterable[str]) -> list[str]:
        return [self.get(kind, code).label for code in codes]

    def recognise(self, kind: str, text: str) -> str | None:
        """The code that a code, label or synonym stands for, whatever its case, punctuation and plurals."""
        return self._phrases[kind].get(_singular(words(text)))

    def recognise_inside(self, kind: str, text: str) -> str | None:
        """The code of the longest known phrase inside a longer text, such as "council-run library"."""
        said = _singular(words(text))
        known = self._phrases[kind]
        for length in range(len(said), 0, -1):
            for start in range(len(said) - length, -1, -1):  # the last word of an English name says what it is
                code = known.get(said[start: start + length])
                if code:
                    return code
        return None

    def categories_in(self, text: str) -> list[tuple[tuple[str, ...], set[str]]]:
        """A query cut into phrases, each with the categories that it means.

        The longest phrase wins: "new baby group" is ("new", "baby") → {baby-toddler}, ("group",) → {}.
        """
        remaining, cut = words(text), []
        while remaining:
            for length in range(min(self._longest, len(remaining)), 0, -1):
                phrase = tuple(remaining[:length])
                meaning = self._meanings.get(_singular(phrase))
                if meaning or length == 1:
                    cut.append((phrase, set(meaning or ())))
                    remaining = remaining[length:]
                    break
        return cut

    def narrower_in(self, phrase: Iterable[str]) -> set[str]:
        """The categories of which a phrase of `categories_in` names one activity only."""
        said = _singular(phrase)
        return {code for code in self._meanings.get(said, ()) if said not in self._whole[code]}

    @cached_property
    def spoken_words(self) -> tuple[str, ...]:
        """Every word of every phrase that means a category, plain."""
        terms = self._by_kind["category"].values()
        return tuple(dict.fromkeys(word for term in terms for phrase in _spellings(term) for word in words(phrase)))

    @cached_property
    def _phrases(self) -> dict[str, dict[tuple[str, ...], str]]:
        made: dict[str, dict[tuple[str, ...], str]] = {kind: {} for kind in KINDS}
        for spellings in (lambda t: (t.code,), lambda t: (t.label, t.own_name), lambda t: t.synonyms,
                          lambda t: t.narrower):
            for term in self.terms:
                for spelling in spellings(term):
                    phrase = _singular(words(spelling))
                    if phrase:
                        made[term.kind].setdefault(phrase, term.code)
        return made

    @cached_property
    def _meanings(self) -> dict[tuple[str, ...], set[str]]:
        """Phrase in the singular → categories, by their codes, labels, synonyms and narrower words."""
        made: dict[tuple[str, ...], set[str]] = {}
        for term in self._by_kind["category"].values():
            for spelling in _spellings(term):
                made.setdefault(_singular(words(spelling)), set()).add(term.code)
        made.pop((), None)
        return made

    @cached_property
    def _whole(self) -> dict[str, set[tuple[str, ...]]]:
        """By category, the phrases in the singular that mean the whole of it."""
        return {term.code: {_singular(words(spelling)) for spelling in (term.code, term.label, *term.synonyms)}
                for term in self._by_kind["category"].values()}

    @cached_property
    def _longest(self) -> int:
        return 1 + max((len(phrase) for phrase in self._meanings), default=1)  # one more for an "and" between


def _spellings(term: Term) -> tuple[str, ...]:
    return (term.code, term.label, *term.synonyms, *term.narrower)


def _singular(spoken: Iterable[str]) -> tuple[str, ...]:
    """Words without a plural's ending and without "and", so that singular and plural, "and" and "&", are one.

    Only for comparing: "babies", "baby" and "movies", "movie" become "babi" and "movi".
    """
    return tuple(_stem(word) for word in spoken if word != "and")


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 3 and word.endswith(("y", "ie")):
        word = word.removesuffix("y").removesuffix("ie") + "i"
    return word
