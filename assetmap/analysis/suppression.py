"""Small counts kept back, so that nobody can be told from a figure; and enough others that none can be worked out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

LEAST = 10


def suppress(counts: Mapping[Hashable, int], least: int = LEAST) -> tuple[dict[Hashable, int | None], int | None]:
    """(each count, None where it is kept back; the total, None where that would give one away).

    Counts from 1 to `least` - 1 are kept back. Where just one is, or those kept back come to less than `least`
    together, the next smallest is kept back as well (secondary suppression): the total less what is shown then says
    no more than that several are small. A total below `least` is kept back too. 0 is shown: nobody is in it.

    >>> suppress({"a": 3, "b": 12, "c": 40})
    ({'a': None, 'b': None, 'c': 40}, 55)
    """
    total = sum(counts.values())
    hidden = {key for key, count in counts.items() if 0 < count < least}
    rest = sorted((count, str(key), key) for key, count in counts.items() if count >= least)
    while hidden and rest and (len(hidden) < 2 or sum(counts[key] for key in hidden) < least):
        hidden.add(rest.pop(0)[2])
    shown = {key: None if key in hidden else count for key, count in counts.items()}
    lone = len(hidden) == 1 or (hidden and sum(counts[key] for key in hidden) < least)
    return shown, None if 0 < total < least or lone else total
