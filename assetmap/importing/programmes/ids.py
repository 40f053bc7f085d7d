"""Public ids by what records are called or where they are, and ids that are still free."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Mapping

from assetmap.domain.text import name_key, slug


class Index:
    """Ids by key, in the order in which they came; those of hidden records stand back behind the others."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, dict[str, None]] = {}
        self._hidden: dict[Hashable, dict[str, None]] = {}

    def copy(self) -> Index:
        """One to which may be added without a change of this."""
        made = Index()
        made._seen = {key: dict(ids) for key, ids in self._seen.items()}
        made._hidden = {key: dict(ids) for key, ids in self._hidden.items()}
        return made

    def put(self, key: Hashable, record_id: str, *, hidden: bool = False) -> None:
        """Add an id, or note that it is hidden now, or is not any more."""
        into, out_of = (self._hidden, self._seen) if hidden else (self._seen, self._hidden)
        into.setdefault(key, {})[record_id] = None
        out_of.get(key, {}).pop(record_id, None)

    def drop(self, key: Hashable, record_id: str) -> None:
        """Take an id away from a key."""
        for held in (self._seen, self._hidden):
            held.get(key, {}).pop(record_id, None)

    def ids(self, key: Hashable) -> Collection[str]:
        """Those that are not hidden, if there are any; else the first that is."""
        return self._seen.get(key) or list(self._hidden.get(key, ()))[:1]

    def holds(self, key: Hashable, record_id: str) -> bool:
        """Whether the id is there, hidden or not."""
        return record_id in self._seen.get(key, ()) or record_id in self._hidden.get(key, ())


class FreeIds:
    """Ids that nothing has, made from names; ten thousand of one name take no longer than others."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], int] = {}

    def free(self, layer_name: str, wanted: str, taken: Mapping[str, object]) -> str:
        """`wanted`, or that with the next number behind it."""
        wanted = wanted or "unnamed"
        number = self._last.get((layer_name, wanted), 1)
        made = wanted if number == 1 else f"{wanted}-{number}"
        while made in taken:
            number += 1
            made = f"{wanted}-{number}"
        self._last[layer_name, wanted] = number
        return made


def mark(name: str) -> str:
    """What stands for a name in an id: its slug. A name in another script has none, and gets signs that only it has,
    so that no other name leads to its record.
    """
    return slug(name) or hashlib.sha256(name_key(name).encode()).hexdigest()[:8]
