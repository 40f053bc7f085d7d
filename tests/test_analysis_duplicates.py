"""Which names and places may be one thing twice: measured on labelled pairs, and the reasons that are given."""

import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assetmap.analysis.duplicates import (
    DIFFERENT_AGES,
    DIFFERENT_PEOPLE,
    DIFFERENT_TIMES,
    Entries,
    find_pairs,
)
from assetmap.analysis.names import compare, parse
from tests.labelled_names import AT_ONE_HUB, DIFFERENT, SAME

# Words that a vocabulary has: none is another mistyped.
KNOWN = {word.said for word in
         parse("baking biking carers careers walking talking sewing swing knitting knotting boxing").words}
KM = 1_000.0


def entries(names, metres=None, **columns) -> Entries:
    """Records in a row, `metres` from the first one; None: without a place."""
    at = [(number, far) for number, far in enumerate(metres if metres is not None else [0.0] * len(names))
          if far is not None]
    owner, x = np.array([number for number, _ in at], dtype=int), np.array([far for _, far in at], dtype=float)
    return Entries(names, (x, np.zeros(len(x)), owner), **columns)


def found(names, metres=None, within_m=100.0, places=(), new=None, **columns) -> list:
    return find_pairs(entries(names, metres, **columns), within_m, known=KNOWN, places=places, new=new)


def reasons(names, metres=None, **options) -> str:
    (pair,) = found(names, metres, **options)
    return pair.sentence()


@pytest.mark.parametrize("pair", SAME, ids=" / ".join)
def test_two_spellings_of_one_name_are_a_pair(pair):
    assert found(pair, [0.0, 40.0]), compare(*map(parse, pair))


@pytest.mark.parametrize("pair", DIFFERENT, ids=" / ".join)
def test_two_names_that_differ_in_what_they_tell_are_no_pair(pair):
    assert not found(pair)


def test_precision_and_recall_on_the_labelled_names_among_one_another():
    """All names at one point, so that every name meets every other: what is found must be the labelled pairs."""
    names = sorted({name for pair in (*SAME, *DIFFERENT) for name in pair})
    random.Random(1).shuffle(names)
    pairs = {frozenset((names[pair.first], names[pair.second])) for pair in found(names)}
    true, right = {frozenset(pair) for pair in SAME}, {pair for pair in pairs if one_thing(*pair)}
    assert len(true & pairs) / len(true) >= 0.97, sorted(map(sorted, true - pairs))
    assert len(right) / len(pairs) >= 0.94, sorted(map(sorted, pairs - right))
    assert not {frozenset(pair) for pair in DIFFERENT} & pairs


def one_thing(*names) -> bool:
    """Whether the labels say so, also of a spelling of a spelling."""
    links = [*SAME, ("Broomwood Centre", "Broomwood Community Centre"), ("Monday Yoga", "Yoga Mondays"),
             ("Sunrise Choir", "SUNRISE CHOIR"), ("Saint Johns Hall", "St John Hall"),
             ("Men's Shed Eastwood", "Eastwood Mens Sheds"), ("Harbour Carers CIO", "Harbour Carers C.I.O.")]
    reached, waiting = set(), [names[0]]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [other for link in links if name in link for other in link if other not in reached]
    return names[1] in reached


def test_twelve_different_groups_at_one_point_are_no_pairs():
    assert found(AT_ONE_HUB) == []


def test_115_groups_at_87_points_are_no_pairs_but_the_one_that_is_there_twice():
    rng = np.random.default_rng(7)
    activities = ("Yoga", "Choir", "Chess", "Bowls", "Gardening", "Drama", "Pottery", "Bridge", "Sewing", "Judo",
                  "Tango", "Cooking", "French")
    names = [f"{place} {activity}" for activity in activities for place in (
        "Leigh", "Thorpe", "Milton", "Kursaal", "Belfairs", "Victoria", "Eastwood", "Shoebury", "Westcliff")][:114]
    names.append("The Leigh Yoga Ltd")
    points = rng.uniform(0, 8_000, (87, 2))
    at = np.concatenate([np.arange(87), rng.integers(1, 87, 27), [0]])
    listed = Entries(names, (points[at, 0], points[at, 1], np.arange(115)))
    assert [(pair.first, pair.second) for pair in find_pairs(listed, 100.0)] == [(0, 114)]


def test_two_groups_with_one_name_at_two_places_are_two():
    assert found(["Coffee Morning", "Coffee Morning"], [0.0, 2 * KM]) == []


def test_a_group_under_two_spellings_is_found_within_100_m_and_not_beyond():
    pair = ["Knit & Natter", "The Knit and Natter Group"]
    assert found(pair, [0.0, 99.0]) and not found(pair, [0.0, 101.0])
    assert found(pair, [0.0, 101.0], within_m=150.0)


def test_the_nearest_of_several_venues_counts():
    places = (np.array([0.0, 5_000.0, 5_050.0]), np.zeros(3), np.array([0, 0, 1]))
    (pair,) = find_pairs(Entries(["Sea Shanties", "Sea Shanties"], places), 100.0)
    assert pair.metres == 50.0


@pytest.mark.parametrize(("names", "said"), [
    (["The Age Well & Friends", "Age Well and Friends"],
     "the names differ by “The” and “&”/“and”; 40 m apart"),
    (["Broomwood Ctr", "Broomwood Centre"], "the names differ by “Ctr”/“Centre”; 40 m apart"),
    (["G-Force", "G FORCE"], "the names differ only in capitals or punctuation; 40 m apart"),
    (["Sea Shanties", "Sea Shanties"], "the names are the same; 40 m apart"),
    (["Leigh Walkers", "Walkers, Leigh"], "the names have the same words in another order; 40 m apart"),
    (["Tern Choir Ltd", "The Tern Choir CIO"], "the names differ by “Ltd”, “The” and “CIO”; 40 m apart"),
])
def test_the_reasons_say_by_what_the_names_differ_and_how_far_they_are(names, said):
    assert reasons(names, [0.0, 40.0]) == said


@pytest.mark.parametrize(("column", "one", "other", "said"), [
    ("phones", "01632 960123", "+44 (0)1632 960 123", "the same telephone number"),
    ("emails", "Tea@Example.org", "tea@example.org", "the same e-mail address"),
    ("websites", "https://www.tea.example.org/", "http://tea.example.org", "the same website"),
    ("numbers", "charity 0123456", "charity 123456", "the same charity or company number"),
])
def test_one_identifier_makes_a_pair_of_two_that_are_far_apart_or_nowhere(column, one, other, said):
    names = ["Tea and Chat Leigh", "Tea & Chat, Leigh"]
    for metres in ([0.0, 5 * KM], [0.0, None], [None, None]):
        assert said in reasons(names, metres, **{column: [one, other]})
    assert found(names, [0.0, 5 * KM], **{column: [one, "something else 99999"]}) == []


def test_one_identifier_makes_no_pair_of_sister_groups():
    sisters = ["1st Leigh Beavers", "1st Leigh Cubs", "Monday Yoga", "Tuesday Yoga"]
    assert found(sisters, emails=["leigh@example.org"] * 4) == []


def test_a_switchboard_or_a_council_website_identifies_nobody():
    names = [f"{word} Walkers" for word in ("Leigh", "Thorpe", "Milton", "Kursaal", "Belfairs")] + ["Leigh Walkers"]
    metres = [number * KM for number in range(6)]
    assert len(found(names[:1] + names[-1:], [0.0, 5 * KM], phones=["01632 960123"] * 2)) == 1
    assert found(names, metres, phones=["01632 960123"] * 6) == []


def test_one_charity_number_is_enough_whatever_the_names():
    said = reasons(["Harbour Carers", "Quayside Support"], [0.0, 3 * KM], numbers=["charity 12345"] * 2)
    assert said == "the names are different; 3.0 km apart; the same charity or company number"


def test_different_charity_numbers_are_said():
    assert "their charity or company numbers differ" in reasons(
        ["Harbour Carers", "Harbour Carers CIO"], numbers=["charity 12345", "charity 999"])


def test_without_a_place_only_a_name_that_tells_enough_makes_a_pair():
    assert found(["Age Well Trafford", "Age Well Trafford CIC"], [None, 0.0])
    assert not found(["Coffee Morning", "Coffee Morning Group"], [None, None], postcodes=["SS9 2DD", "SS1 1AA"])
    assert not found(["Yoga", "Yoga"], [None, None])
    assert "the place of one or both is not known" in reasons(["Sea Shanty Singers"] * 2, [None, None])


def test_one_postcode_is_near_enough():
    assert "the same postcode" in reasons(["Sea Choir", "The Sea Choir"], [None, None],
                                          postcodes=["SS9 2DD", "ss92dd"])


def test_two_of_one_short_name_that_differ_in_all_else_are_two():
    against = {DIFFERENT_TIMES: [frozenset("1"), frozenset("2")], DIFFERENT_PEOPLE: [frozenset("a"), frozenset("b")],
               DIFFERENT_AGES: [frozenset(), frozenset()]}
    assert found(["Yoga", "Yoga"], against=against) == []
    once = reasons(["Yoga", "Yoga"], against={DIFFERENT_TIMES: against[DIFFERENT_TIMES]})
    assert once == "the names are the same; at the same point; they meet at different times"


def test_words_of_the_address_and_of_place_names_tell_little():
    walks = ["Thorpe Walking Group", "Walking Group"]
    assert not found(["Chair Walking Group", "Walking Group"])
    assert found(walks, places={"thorpe"})
    assert found(["Rhyme Time", "Rhyme Time - Thorpe Library"], about=["Thorpe Library, The Broadway", ""])


def test_two_ids_of_one_feed_must_be_more_alike():
    walks = ["Thorpe Walking Group", "Walking Group"]
    assert found(walks, places={"thorpe"}, feeds=["a", "b"]) and not found(walks, places={"thorpe"}, feeds=["a", "a"])
    assert found(["The Sea Choir", "Sea Choir"], feeds=["a", "a"])


def test_words_that_many_names_have_are_no_slips_of_one_another():
    rest = [f"{word} Croft" for word in ("Ash", "Elm", "Oak")] + [f"{word} Craft" for word in ("Bead", "Clay", "Wool")]
    assert not found(["Harbour Croft", "Harbour Craft", *rest])


def test_only_pairs_of_a_new_one_and_one_that_is_there_are_asked_for():
    names = ["Sea Choir", "The Sea Choir", "Sea Choir Ltd", "Sea Choir CIO"]
    assert {(pair.first, pair.second) for pair in found(names, new=2)} == {(0, 2), (0, 3), (1, 2), (1, 3)}


def test_the_likeliest_pair_comes_first_and_no_score_is_certain():
    pairs = found(["Sea Choir", "Sea Choir", "Sea Chior Group"], [0.0, 0.0, 60.0])
    assert [pair.score for pair in pairs] == sorted((pair.score for pair in pairs), reverse=True)
    assert (pairs[0].first, pairs[0].second) == (0, 1) and all(0 < pair.score < 1 for pair in pairs)


def test_a_hundred_rows_of_one_name_at_one_place_are_not_thousands_of_pairs():
    assert len(found(["Coffee Morning"] * 100)) < 120


def test_twenty_thousand_names_are_compared_without_comparing_every_two(monkeypatch):
    """Not by the clock: by how many pairs are looked at closely."""
    from assetmap.analysis import duplicates as module

    looked = []
    monkeypatch.setattr(module, "compare", lambda *names, **options: looked.append(names) or compare(*names, **options))
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(list("bcdfglmnprst"), 3)) + "a" for _ in range(800)]
    names = [f"{words[a]} {words[b]} group" for a, b in rng.integers(0, 800, (20_000, 2))]
    listed = Entries(names, (rng.uniform(0, 12_000, 20_000), rng.uniform(0, 6_000, 20_000), np.arange(20_000)))
    find_pairs(listed, 100.0)
    assert len(looked) < 20_000


def test_nothing_is_a_pair_of_nothing():
    assert found([]) == [] and found(["Alone"]) == []


@given(st.lists(st.text(max_size=30), min_size=2, max_size=8), st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_any_text_gives_an_answer(names, others):
    columns = {column: others[: len(names)] for column in ("phones", "emails", "websites", "numbers", "postcodes",
                                                            "about")}
    for pair in found(names, **columns):
        assert 0 <= pair.first < pair.second < len(names) and 0 < pair.score < 1 and pair.sentence()


@example("A", "0:A")
@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways_round(one, other):
    there, back = compare(parse(one), parse(other)), compare(parse(other), parse(one))
    assert there.score == pytest.approx(back.score) and 0 <= there.score <= 1
    assert compare(parse(one), parse(one)).score == 1.0
