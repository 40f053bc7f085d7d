"""The words of many names: which are real, which may be another mistyped, and by which a name is best looked up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, pairwise

from assetmap.analysis.names import LONG, SHORTEST_FORGIVEN, Name, Weight, is_slip, stem

_FREQUENT = 3  # names that have a word: then it is a word, and no slip
_LONGEST_INITIALS = 5


class NameWords:
    """The words of all names: which are real, and which may be another mistyped."""

    def __init__(self, names: Sequence[Name], known: Collection[str]):
        held = Counter(said for name in names for said in {word.said for word in name.words})
        self.known = frozenset(known) | {said for said, count in held.items() if count >= _FREQUENT}
        self._like: dict[str, set[str]] = defaultdict(set)
        by_stem, by_rest = defaultdict(list), defaultdict(list)
        for said in held:
            by_stem[stem(said)].append(said)
            if len(said) >= SHORTEST_FORGIVEN and said.isalpha():
                for rest in _with_letters_missing(said):
                    by_rest[rest].append(said)
        for alike in (*by_stem.values(), *by_rest.values()):
            for one, other in combinations(alike, 2):
                if stem(one) == stem(other) or is_slip(one, other) and not {one, other} <= self.known:
                    self._like[one].add(other)
                    self._like[other].add(one)
        for one, two in {pair for name in names for pair in pairwise([word.said for word in name.words])}:
            if one + two in held:
                self._like[one].add(one + two)
                self._like[two].add(one + two)

    def held_by(self, name: Name) -> set[str]:
        """What the name is to be found by: its words, neighbours as one word, and the initials of neighbours."""
        said = [word.said for word in name.words]
        initials = "".join(word.form[0] for word in name.words)
        runs = {initials[start: start + length] for length in range(2, _LONGEST_INITIALS + 1)
                for start in range(len(initials) - length + 1)}
        return {word.said for word in name.words if word.weight} | {one + two for one, two in pairwise(said)} | runs

    def telling(self, name: Name) -> frozenset[str]:
        """The words that a name alike must have; of a name without a telling one, all its words."""
        return (frozenset(word.said for word in name.words if word.weight >= Weight.KIND)
                or frozenset(word.said for word in name.words if word.weight))

    def holding_all(self, told: Collection[str], holders: Mapping[str, set[int]]) -> set[int]:
        """The names that have all the words, or words that those may stand for. `holders` is by word, as `held_by`."""
        sets = []
        for said in told:
            held, others = holders.get(said, set()), [holders[other] for other in self._like.get(said, ())
                                                      if other in holders]
            sets.append(held.union(*others) if others else held)
        return set.intersection(*sorted(sets, key=len)) if sets else set()


def _with_letters_missing(word: str) -> set[str]:
    """The word, and what is left of it when a letter is missing; of a long one, two."""
    left = {word} | {word[:at] + word[at + 1:] for at in range(1, len(word))}
    if len(word) >= LONG:
        left |= {one[:at] + one[at + 1:] for one in left for at in range(1, len(one))}
    return left
