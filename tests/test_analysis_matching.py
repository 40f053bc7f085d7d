"""Who could meet: cases worked by hand, and the best pairing of all."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis.assignment import best
from assetmap.analysis.matching import ANYWHERE, WEIGHTS, Pairs, Part, Rules, Sides, explain, match, relatedness

TOPICS = ("gardening", "nature", "chess", "sewing")
LANGUAGES, ACCESS, KINDS = ("en", "pl"), ("step_free", "hearing_loop"), ("skill", "loan", "room")
RELATED = relatedness(TOPICS, {"gardening": ["nature"]}, {})
RULES = Rules(RELATED, np.array([[1.0, 0.6, 0], [0, 1, 0], [0, 0, 1]]), np.array([False, False, True]))
MON_AM, TUE_AM, TUE_PM = 1 << 0, 1 << 3, 1 << 4


def one(topics="", x=0.0, reach=3_000.0, online=False, slots=0, languages="", has="", needs="", kind="skill",
        hours=np.nan):
    """One thing, as the columns of `Sides`."""
    def bits(names, text):
        return np.array([[name in text.split() for name in names]])

    place = (np.nan, np.nan) if x is None else (x, 0.0)
    return Sides(bits(TOPICS, topics), *(np.array([metres]) for metres in place), np.array([reach]),
                 np.array([online]), np.array([slots], dtype=np.int64), bits(LANGUAGES, languages), bits(ACCESS, has),
                 bits(ACCESS, needs), np.array([KINDS.index(kind)]), np.array([float(hours)]))


def thing(**said):
    return said


def put_together(sides):
    return Sides(*(np.concatenate([getattr(side, name) for side in sides]) for name in Sides.__slots__))


# (what it shows, an offer, an ask, what stands against it, some parts of the score)
CASES = [
    ("one topic, 600 m apart", thing(topics="gardening"), thing(topics="gardening", x=600), (),
     {Part.TOPIC: 1.0, Part.NEAR: 0.8, Part.TIME: 0.5}),
    ("related topics", thing(topics="gardening"), thing(topics="nature"), (), {Part.TOPIC: 0.5, Part.NEAR: 1.0}),
    ("the nearest of several topics", thing(topics="gardening chess"), thing(topics="nature chess"), (),
     {Part.TOPIC: 1.0}),
    ("nothing in common", thing(topics="gardening"), thing(topics="chess"), (Part.TOPIC,), {Part.TOPIC: 0.0}),
    ("no topics, one kind", thing(), thing(topics="chess"), (), {Part.TOPIC: 0.25}),
    ("no topics, other kinds", thing(), thing(topics="chess", kind="loan"), (Part.TOPIC,), {}),
    ("a room is a room", thing(topics="chess", kind="room"), thing(topics="sewing", kind="room"), (),
     {Part.TOPIC: 0.25}),
    ("a kind that answers another", thing(topics="chess"), thing(topics="chess", kind="loan"), (), {Part.KIND: 0.6}),
    ("of another kind related is too far", thing(topics="gardening"), thing(topics="nature", kind="loan"),
     (Part.TOPIC,), {}),
    ("a kind that does not answer", thing(topics="chess", kind="loan"), thing(topics="chess"), (Part.KIND,), {}),
    ("as far as both reach", thing(topics="chess", reach=1_000), thing(topics="chess", x=1_000), (), {Part.NEAR: 0.0}),
    ("beyond the reach of one", thing(topics="chess"), thing(topics="chess", x=1_000, reach=999), (Part.NEAR,), {}),
    ("anywhere reaches far", thing(topics="chess", reach=ANYWHERE), thing(topics="chess", x=2_000, reach=4_000), (),
     {Part.NEAR: 0.5}),
    ("both online", thing(topics="chess", online=True), thing(topics="chess", x=90_000, online=True), (),
     {Part.NEAR: 0.8}),
    ("only one online", thing(topics="chess", online=True), thing(topics="chess", x=90_000), (Part.NEAR,), {}),
    ("no place is known", thing(topics="chess", x=None), thing(topics="chess"), (), {Part.NEAR: 0.5}),
    ("both Tuesday mornings", thing(topics="chess", slots=MON_AM | TUE_AM),
     thing(topics="chess", slots=TUE_AM | TUE_PM), (), {Part.TIME: 1.0}),
    ("never at one time", thing(topics="chess", slots=MON_AM), thing(topics="chess", slots=TUE_AM), (Part.TIME,), {}),
    ("both speak Polish", thing(topics="chess", languages="en pl"), thing(topics="chess", languages="pl"), (),
     {Part.LANGUAGE: 1.0}),
    ("no language in common", thing(topics="chess", languages="en"), thing(topics="chess", languages="pl"),
     (Part.LANGUAGE,), {}),
    ("steps are in the way", thing(topics="chess", needs="step_free"), thing(topics="chess", has="hearing_loop"),
     (Part.ACCESS,), {}),
    ("what the ask needs, the offer has", thing(topics="chess", has="step_free"),
     thing(topics="chess", needs="step_free"), (), {Part.ACCESS: 1.0}),
    ("nobody said whether there are steps", thing(topics="chess"), thing(topics="chess", needs="step_free"), (),
     {Part.ACCESS: 0.5}),
    ("half of the hours", thing(topics="chess", hours=1), thing(topics="chess", hours=2), (), {Part.HOURS: 0.5}),
    ("hours enough", thing(topics="chess", hours=3), thing(topics="chess", hours=2), (), {Part.HOURS: 1.0}),
]


@pytest.mark.parametrize(("offer", "ask", "against", "parts"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_pair_is_judged_as_by_hand(offer, ask, against, parts):
    left, right = one(**offer), one(**ask)
    fit, pairs = explain(left, 0, right, 0, RULES), match(left, right, RULES)
    assert fit.against == against and len(pairs) == (0 if against else 1)
    assert {part: fit.values[part] for part in parts} == pytest.approx(parts)
    if not against:
        assert pairs.score[0] == pytest.approx(fit.score, abs=1e-6)


def test_everything_that_fits_is_a_whole_score_and_what_is_not_known_is_named():
    whole = thing(topics="chess", slots=TUE_AM, languages="en", hours=2)
    assert explain(one(**whole), 0, one(**whole), 0, RULES).score == pytest.approx(1.0)
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)
    fit = explain(one(topics="chess"), 0, one(topics="chess", needs="step_free"), 0, RULES)
    assert fit.unknown == {Part.TIME, Part.LANGUAGE, Part.ACCESS, Part.HOURS}
    known = explain(one(topics="chess", slots=TUE_AM), 0, one(topics="chess", slots=TUE_AM), 0, RULES)
    silent = explain(one(topics="chess"), 0, one(topics="chess", slots=TUE_AM), 0, RULES)
    assert known.score > silent.score


def test_relatedness_goes_both_ways_and_a_theme_is_less():
    made = relatedness(["a", "b", "c", "d"], {"a": ["b", "gone"]}, {"a": "x", "c": "x"})
    assert made.tolist() == [[1, .5, .25, 0], [.5, 1, 0, 0], [.25, 0, 1, 0], [0, 0, 0, 1]]


@given(st.data())
def test_looking_only_nearby_finds_what_looking_everywhere_finds(data):
    def several():
        things = data.draw(st.lists(st.fixed_dictionaries({
            "topics": st.sampled_from(["", "gardening", "nature", "chess sewing"]),
            "x": st.sampled_from([None, 0.0, 700.0, 2_500.0, 9_000.0]),
            "reach": st.sampled_from([500.0, 3_000.0, ANYWHERE]),
            "online": st.booleans(), "slots": st.sampled_from([0, MON_AM, TUE_AM | MON_AM]),
            "languages": st.sampled_from(["", "en", "pl"]), "has": st.sampled_from(["", "step_free"]),
            "needs": st.sampled_from(["", "step_free"]), "kind": st.sampled_from(KINDS)}), min_size=1, max_size=8))
        return put_together([one(**thing) for thing in things])

    left, right = several(), several()
    pairs = match(left, right, RULES)
    fits = {(i, j): explain(left, i, right, j, RULES) for i in range(len(left)) for j in range(len(right))}
    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == sorted(
        pair for pair, fit in fits.items() if not fit.against)
    for i, j, score in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.score.tolist(), strict=True):
        assert score == pytest.approx(fits[i, j].score, abs=1e-6) and 0 < score <= 1


def best_by_trying(pairs, lefts, rights):
    """(how many, the highest sum) of all pairings."""
    score = {(i, j): s for i, j, s in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.score.tolist(), strict=True)}
    if lefts > rights:
        score, lefts, rights = {(j, i): s for (i, j), s in score.items()}, rights, lefts
    tried = ([score[i, j] for i, j in enumerate(order) if (i, j) in score]
             for order in permutations(range(rights), lefts))
    return max((len(taken), round(sum(taken), 6)) for taken in tried)


PAIRS = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 5)), st.sampled_from([0.1, 0.25, 0.5, 0.9, 1.0]))


def pairs_of(scores):
    ordered = sorted(scores)
    return Pairs(np.array([i for i, _ in ordered], dtype=np.int64), np.array([j for _, j in ordered], dtype=np.int64),
                 np.array([scores[pair] for pair in ordered], dtype=float), np.zeros(len(ordered)))


@pytest.mark.parametrize("most_cells", [9_000_000, 0], ids=["as a table", "as a list"])
@given(PAIRS)
def test_the_best_pairing_leaves_out_nobody_who_could_be_matched(most_cells, scores):
    from assetmap.analysis import assignment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_MOST_CELLS", most_cells)
        pairs = pairs_of(scores)
        chosen = best(pairs, 5, 6)
    assert len(set(pairs.left[chosen])) == len(set(pairs.right[chosen])) == len(chosen)
    assert (len(chosen), round(float(pairs.score[chosen].sum()), 6)) == best_by_trying(pairs, 5, 6)


def test_more_matches_are_better_than_a_better_match():
    pairs = pairs_of({(0, 0): 0.2, (0, 1): 1.0, (1, 1): 0.2})
    assert pairs.left[best(pairs, 2, 2)].tolist() == [0, 1]


@given(PAIRS, st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_an_offer_for_several_is_taken_by_as_many_as_it_has_room_for(scores, room):
    pairs = pairs_of(scores)
    chosen = best(pairs, 5, 6, left_capacity=np.array(room))
    taken = np.bincount(pairs.left[chosen], minlength=5)
    assert (taken <= room).all() and len(set(pairs.right[chosen])) == len(chosen)
    seats = [(i, seat) for i, places in enumerate(room) for seat in range(places)]
    each = {(n, j): scores[i, j] for n, (i, _) in enumerate(seats) for j in range(6) if (i, j) in scores}
    alone = best(pairs_of(each), len(seats), 6)
    assert len(chosen) == len(alone)
    assert pairs.score[chosen].sum() == pytest.approx(pairs_of(each).score[alone].sum())


@given(PAIRS)
def test_room_on_both_sides_never_takes_one_pair_twice(scores):
    pairs = pairs_of(scores)
    chosen = best(pairs, 5, 6, np.full(5, 2), np.full(6, 2))
    assert len(set(chosen.tolist())) == len(chosen)
    for side in (pairs.left, pairs.right):
        assert np.bincount(side[chosen], minlength=1).max() <= 2
