"""Two names of groups or places: whether they may be two spellings of one, and by what they differ.

A word weighs what it tells. "The" and "Ltd" tell nothing; "club" and "centre" little; "Thursday", "women" or "2nd"
tell most, and are never taken for a misspelling of another word. Two names in which each has a telling word that
the other lacks ("Monday yoga", "Tuesday yoga") are two things, however alike their letters are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from assetmap.domain.text import plain

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|&|(?<![\w+])\+(?!\w)")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_AGES = re.compile(r"\b(u|under|over)-?(\d+)s?\b")
_NUMBER = re.compile(r"0*(\d+)(?:st|nd|rd|th|s)?")
SHORTEST_FORGIVEN, LONG = 5, 9  # letters: from there one wrong letter is forgiven, and two
_SHORTEST_STEM = 4
_ENDINGS = ("ing", "er", "ed", "ist")
_SLIP_COSTS = 0.1  # of the word's weight


class Weight(IntEnum):
    """What a word tells, from nothing to all."""

    NOTHING = 0
    LITTLE = 1  # what half the names have: group, club, community
    PLACE = 2  # the area's own names: many have them, and some say them and some not
    KIND = 3  # what kind of house it is: the church and its hall are two
    TELLING = 4
    APART = 5  # days, ages, sections, numbers: what tells sister groups apart


_WEIGHS = {Weight.NOTHING: 0.0, Weight.LITTLE: 0.25, Weight.PLACE: 0.5, Weight.KIND: 0.6, Weight.TELLING: 1.0,
           Weight.APART: 1.5}
_EXACT = (Weight.NOTHING, Weight.APART)
_SAME = {alias: word for word, aliases in {
    "and": "& + n", "st": "saint street", "centre": "center ctr cntr centr cen", "association": "assn assoc",
    "society": "soc", "group": "grp gp", "road": "rd", "avenue": "ave av", "community": "comm cmty commun",
    "united": "utd", "christmas": "xmas", "library": "lib", "school": "sch", "church": "ch", "programme": "program",
    "theatre": "theater", "organisation": "organization org", "fc": "afc", "rfc": "rufc", "father": "dad daddie",
    "mother": "mum mummy mom", "woman": "women lady", "man": "men gent", "child": "children kid",
    "young": "yng", "youth": "yth", "limited": "ltd", "company": "co", "monday": "mon", "tuesday": "tue tues",
    "wednesday": "wed weds", "thursday": "thu thur thurs", "friday": "fri", "saturday": "sat", "sunday": "sun",
    "morning": "am", "afternoon": "pm", "north": "northern", "south": "southern", "east": "eastern",
    "west": "western", "foundation": "fdn", "toddler": "tot", "pensioner": "oap", "tv": "television",
    "hq": "headquarter", "department": "dept", "district": "dist", "methodist": "meth",
}.items() for alias in aliases.split()}
_NUMBERS = {word: str(number) for words in (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth") for number, word in enumerate(words.split())} | {
    "ii": "2", "iii": "3", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
    "seventy": "70", "eighty": "80", "ninety": "90"}
_PHRASES = (("community interest company", "cic"), ("charitable incorporated organisation", "cio"),
            ("church of england", "cofe"), ("c of e", "cofe"), ("drop in", "dropin"), ("e mail", "email"))
_WEIGHT_OF = {word: weight for weight, words in {
    Weight.NOTHING: """the a an and of for in at on to by with from our your my its s ltd limited cio cic plc llp lbg
        charity charitable trust trustee incorporated inc company registered reg""",
    Weight.LITTLE: """group club society association class session meeting project team circle network community
        organisation service programme scheme activity event local social fund foundation committee branch district
        area section course lesson workshop gathering get together dropin weekly meet up st road avenue uk support
        friendly open new free enterprise initiative partnership action""",
    Weight.KIND: """church chapel hall school library centre park pavilion cafe hub gym pool nursery hospital surgery
        clinic pub museum theatre stadium house room rooms college academy institute mosque temple synagogue cathedral
        bath field ground shop market farm allotment garden building complex annexe office preschool playgroup""",
    Weight.APART: """monday tuesday wednesday thursday friday saturday sunday weekend weekday morning afternoon evening
        night lunchtime daytime squirrel beaver cub scout explorer rainbow brownie guide ranger cadet baby toddler
        child teen teenager youth junior senior adult infant mini primary secondary older younger young under over
        man woman boy girl mother father parent carer grandparent beginner improver intermediate advanced north south
        east west upper lower inner outer spring summer autumn winter term friend""",
}.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was written, its form without case, accents and plural, as it is compared, and what it tells."""

    written: str
    form: str
    said: str
    weight: Weight


@dataclass(frozen=True, slots=True)
class Name:
    """A name's words in order; `key` is what it is compared by, equal for names that differ only in form."""

    text: str
    words: tuple[Word, ...]
    key: str

    @property
    def tells(self) -> float:
        """How much the name says: "Yoga" is 1, "The Group" next to nothing."""
        return sum(_WEIGHS[word.weight] for word in self.words)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, from 0 (two things) to 1 (two spellings of one).

    `only` are words, as written, that only one has; `swapped` are pairs of two spellings of a word. `more` says that
    one name tells something that the other does not: "Leigh Library" and "Leigh Library Garden".
    """

    score: float
    only: tuple[str, ...] = ()
    swapped: tuple[tuple[str, str], ...] = ()
    reordered: bool = False
    more: bool = False


DIFFERENT = Likeness(0.0)


@lru_cache(maxsize=65_536)
def parse(text: str) -> Name:
    """A name taken apart."""
    written = _INITIALS.sub(lambda found: found[0].replace(".", ""), text.replace("’", "'"))
    flat = _AGES.sub(lambda found: f"{'over' if found[1] == 'over' else 'under'} {found[2]}", plain(written))
    tokens, originals = _TOKEN.findall(flat), _TOKEN.findall(written)
    if len(tokens) != len(originals):
        originals = tokens
    words = tuple(_join_phrases([_word(*pair) for pair in zip(tokens, originals, strict=True)]))
    if not any(word.weight for word in words):  # "The Trust": then these are what it is called by
        words = tuple(replace(word, weight=Weight.TELLING) for word in words)
    key = " ".join(sorted(word.said for word in words if word.weight))
    return Name(text, words, key or text)


def _word(flat: str, token: str) -> Word:
    form = _singular(flat.replace("'", ""))
    number = _NUMBERS.get(form) or (found[1] if (found := _NUMBER.fullmatch(form)) else None)
    if number:
        return Word(token, form, number, Weight.APART)
    said = _SAME.get(form, form)
    return Word(token, form, said, _WEIGHT_OF.get(said, Weight.TELLING))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


def _join_phrases(words: list[Word]) -> list[Word]:
    said = [word.said for word in words]
    for phrase, short in _PHRASES:
        parts = [_singular(part) for part in phrase.split()]
        for start in range(len(said) - len(parts) + 1):
            if said[start: start + len(parts)] == parts:
                written = " ".join(word.written for word in words[start: start + len(parts)])
                joined = Word(written, short, short, _WEIGHT_OF.get(short, Weight.TELLING))
                words = [*words[:start], joined, *words[start + len(parts):]]
                return _join_phrases(words)
    return words


def compare(first: Name, second: Name, *, known: Collection[str] = frozenset(), places: Collection[str] = frozenset(),
            about: Collection[str] = frozenset()) -> Likeness:
    """How alike two names are.

    `known` are words (as `Word.said`) that are no misspelling of each other; `places` are words of the area's place
    names; `about` are words that the two records say elsewhere, in an address or the name of a hub.

    >>> compare(parse("The Broomwood Ctr"), parse("Broomwood Community Centre Ltd")).score > 0.8
    True
    >>> compare(parse("1st Leigh Cubs"), parse("1st Leigh Beavers")).score
    0.0
    """
    if first.key == second.key:
        return _same(first, second)
    if _sisters(first, second):
        return DIFFERENT
    left, right, matched, cost, swapped = _align(first.words, second.words, known)
    mine, others = _telling(left), _telling(right)
    if mine and others:
        return DIFFERENT
    kinds = {word.said for word in first.words if word.weight is Weight.KIND}
    weight_of = _weigher(places, about, any(word.said in kinds for word in second.words))
    low, high = sorted((sum(map(weight_of, left)), sum(map(weight_of, right))))
    score = (matched - cost) / (matched + high + low / 4) if matched else 0.0
    more = any(weight_of(word) >= _WEIGHS[Weight.TELLING] for word in (*left, *right))
    return Likeness(score, _written(left, right), tuple(swapped), _reordered(first, second), more)


def _sisters(first: Name, second: Name) -> bool:
    """Whether each has a number, a day, an age… that the other has not, or both have numbers that differ."""
    mine, others = ({word.said for word in name.words if word.weight is Weight.APART} for name in (first, second))
    if mine - others and others - mine:
        return True
    mine, others = ({said for said in told if said.isdigit()} for told in (mine, others))
    return bool(mine and others) and mine != others


def _weigher(places: Collection[str], about: Collection[str], has_kind: bool) -> Callable[[Word], float]:
    def weigh(word: Word) -> float:
        """What a word tells that only one name has. The library's garden is not the library."""
        if word.weight in (Weight.TELLING, Weight.KIND) and word.said in about:
            return _WEIGHS[Weight.LITTLE]
        if word.weight is Weight.TELLING and word.said in places:
            return _WEIGHS[Weight.PLACE]
        return _WEIGHS[Weight.TELLING if has_kind and word.weight is Weight.KIND else word.weight]

    return weigh


def _same(first: Name, second: Name) -> Likeness:
    """Names of one key: equal but for small words, order and the way that words are written."""
    left, right, _matched, _cost, swapped = _align(first.words, second.words, frozenset())
    small = sum(word.weight is Weight.NOTHING for word in (*left, *right))
    reordered = _reordered(first, second)
    return Likeness(max(0.9, 1.0 - 0.01 * small - 0.02 * reordered), _written(left, right), tuple(swapped), reordered)


def _written(left: Sequence[Word], right: Sequence[Word]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.written for word in (*left, *right)))


def _telling(words: Sequence[Word]) -> bool:
    return any(word.weight >= Weight.KIND for word in words)


def _reordered(first: Name, second: Name) -> bool:
    """Whether the words that both have stand in another order."""
    mine, others = ([word.said for word in name.words if word.weight] for name in (first, second))
    both = set(mine) & set(others)
    return [said for said in mine if said in both] != [said for said in others if said in both]


def _align(first: Sequence[Word], second: Sequence[Word], known: Collection[str]) -> tuple[
        list[Word], list[Word], float, float, list[tuple[str, str]]]:
    """(words that only the first has, only the second, the weight that both have, what other spellings take from
    that, pairs of spellings)."""
    swapped: list[tuple[str, str]] = []
    right, left, matched, cost = list(second), [], 0.0, 0.0
    for word in first:
        twin = next((other for other in right if other.said == word.said), None)
        if twin is None:
            left.append(word)
            continue
        right.remove(twin)
        matched += max(_WEIGHS[word.weight], _WEIGHS[twin.weight])  # "A" says all of a name that has nothing else
        if word.form != twin.form:
            swapped.append((word.written, twin.written))
    if left and right:
        spelled = _spellings(left, right, swapped, known)
        matched, cost = matched + spelled, spelled * _SLIP_COSTS
        for step in (_joined, _initials):
            matched += step(left, right, swapped)
            matched += step(right, left, swapped)
    return left, right, matched, cost, swapped


def _spellings(left: list[Word], right: list[Word], swapped: list, known: Collection[str]) -> float:
    """Take out pairs that are a slip of the pen or another form of a word apart; their weight."""
    matched = 0.0
    for word in [word for word in left if word.weight not in _EXACT]:
        for other in [other for other in right if other.weight not in _EXACT]:
            slip = is_slip(word.said, other.said) and not (word.said in known and other.said in known)
            if slip or stem(word.said) == stem(other.said):
                matched += max(_WEIGHS[word.weight], _WEIGHS[other.weight])
                swapped.append((word.written, other.written))
                left.remove(word)
                right.remove(other)
                break
    return matched


def is_slip(one: str, other: str) -> bool:
    """Whether one may be the other mistyped. The first letter is seldom wrong, and short words are too like others."""
    if one[0] != other[0] or min(len(one), len(other)) < SHORTEST_FORGIVEN or not (one + other).isalpha():
        return False
    most = 2 if min(len(one), len(other)) >= LONG else 1
    return OSA.distance(one, other, score_cutoff=most) <= most


def stem(word: str) -> str:
    """What "walk", "walking" and "walkers" have in common."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            return word[:-1] if word[-1] == word[-2] else word
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word


def _joined(left: list[Word], right: list[Word], swapped: list) -> float:
    """Take out "food bank" on one side and "foodbank" on the other."""
    for one, two in zip(left, left[1:], strict=False):
        for other in right:
            if one.form + two.form == other.form or one.said + two.said == other.said:
                swapped.append((f"{one.written} {two.written}", other.written))
                for word, words in ((one, left), (two, left), (other, right)):
                    words.remove(word)
                return max(_WEIGHS[one.weight], _WEIGHS[two.weight], _WEIGHS[other.weight])
    return 0.0


def _initials(left: list[Word], right: list[Word], swapped: list) -> float:
    """Take out "football club" on one side and "fc" on the other."""
    for other in right:
        size = len(other.form)
        for start in range(len(left) - size + 1):
            run = left[start: start + size]
            if size > 1 and "".join(word.form[0] for word in run) == other.form:
                swapped.append((" ".join(word.written for word in run), other.written))
                del left[start: start + size]
                right.remove(other)
                return sum(_WEIGHS[word.weight] for word in run)
    return 0.0
