"""Small counts are held back, and so many others that none of those can be worked out from the total."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

LEAST = 10


def suppress(counts: Mapping[Hashable, int], least: int = LEAST) -> tuple[dict[Hashable, int | None], int | None]:
    """(each count, None where it is held back; their sum, None where it is held back), of things each counted once.

    Every count under `least` is held back, a nought too. While that leaves one alone, or few things in all of them, or
    only equal ones, the smallest of the others is held back as well, with those of its size. A sum under `least` is
    not shown, nor any count. Who knows this rule, the sum and what is shown cannot tell what a count is that is not:
    the counts that are held back could change places, and nobody would see it.

    >>> suppress({"a": 3, "b": 12, "c": 40})
    ({'a': None, 'b': None, 'c': 40}, 55)
    """
    total = sum(counts.values())
    if total < least:
        return dict.fromkeys(counts), None
    sizes = sorted({count for count in counts.values() if count >= least})
    below = least
    while sizes:
        held = [count for count in counts.values() if count < below]
        if not held or (len(set(held)) > 1 and sum(held) >= least):
            break
        below = sizes.pop(0) + 1
    return {key: None if count < below else count for key, count in counts.items()}, total


def suppress_each(counts: Mapping[Hashable, int], least: int = LEAST) -> dict[Hashable, int | None]:
    """What may be shown of counts in which a thing may be more than once, so that they have no sum to be shown."""
    return {key: None if count < least else count for key, count in counts.items()}
