"""In which parts of the week something can be, as far as its words say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.domain.times_parts import OTHER_TIMES, SLOTS, TIME_UNSAID, WEEK, parts_of_week

DAYS = "Mo Tu We Th Fr Sa Su".split()


def said(text: str) -> str:
    """The parts of a week as "Sa am", a day without a time as "Tu"; days that are alike are joined."""
    bits, made = parts_of_week(text), {}
    for day, name in enumerate(DAYS):
        parts = bits >> 3 * day & 0b111
        words = "" if bits >> SLOTS + day & 1 else " ".join(
            word for part, word in enumerate(("am", "pm", "eve")) if parts >> part & 1)
        if parts:
            made.setdefault(words, []).append(name)
    others = ["…"] if bits & OTHER_TIMES else []
    return "; ".join([f"{'-'.join(names)} {words}".strip() for words, names in made.items()] + others)


WORKING, ALL = "Mo-Tu-We-Th-Fr", "Mo-Tu-We-Th-Fr-Sa-Su"


@pytest.mark.parametrize(("text", "parts"), [
    ("A few Saturday mornings this winter", "Sa am"),
    ("Weekday evenings or Sunday after lunch", f"{WORKING} eve; Su pm"),
    ("An hour a week, any afternoon", f"{ALL} pm"),
    ("Mornings, Mon to Wed", "Mo-Tu-We am"),
    ("Fri-Mon evenings", "Mo-Fr-Sa-Su eve"),
    ("Mon to Fri after 2pm", f"{WORKING} pm eve"),
    ("Tuesdays or Thursdays 5pm-8pm", "Tu-Th eve"),
    ("Sundays 2pm-4pm, some weeks", "Su pm"),
    ("Saturday 10am-1pm, weather allowing", "Sa am pm"),
    ("Saturday breakfast; Wednesdays after school", "We pm; Sa am"),
    ("Thursdays after work", "Th eve"),
    ("One hour a week, daytime", f"{ALL} am pm"),
    ("Sundays after the ride", "Su"),
    ("High-tide mornings, usually Tuesday and Saturday", "Tu-Sa am"),
    ("Evenings Monday, afternoons Tuesday to Thursday", "Mo eve; Tu-We-Th pm"),
    ("Most weekends", "Sa-Su"),
    ("By arrangement, or Mondays 2pm-4pm", "Mo pm; …"), ("When it suits you both", "…"),
    ("About three hours a month", ""), ("From March", ""), ("", ""),
    ("Any morning but Mondays; not in August", ""), ("Closed on Fridays", ""), ("Before rehearsal, Thursdays", "")])
def test_days_and_parts_are_read_and_what_says_when_it_is_not_is_left_alone(text, parts):
    assert said(text) == parts


@given(st.text(max_size=200))
def test_whatever_is_written_comes_to_parts_of_one_week(text):
    bits = parts_of_week(text)
    assert bits & ~(WEEK | TIME_UNSAID | OTHER_TIMES) == 0
    for day in range(7):
        if bits >> SLOTS + day & 1:
            assert bits >> 3 * day & 0b111 == 0b111, "a day without a time can be at any"
