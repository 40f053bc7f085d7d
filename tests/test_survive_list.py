"""Each line of SURVIVE.md has a test that names it, as `test_survive_12_…`, `test_survive_1_to_9_…` or `_33_34_…`."""

import re

from tests.source import texts

LINES = range(1, 47)
NAMED = re.compile(r"def test_survive_((?:\d+_|to_)+)")


def named() -> set[int]:
    found: set[int] = set()
    for name, text in texts(".py"):
        if name.startswith("tests/"):
            for numbers in NAMED.findall(text):
                if "_to_" in numbers:
                    low, high = numbers.strip("_").split("_to_")
                    found.update(range(int(low), int(high) + 1))
                else:
                    found.update(map(int, numbers.strip("_").split("_")))
    return found


def test_every_line_of_the_list_is_named_by_a_test():
    assert sorted(set(LINES) - named()) == []
