"""Who could meet: cases worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis import matching
from assetmap.analysis.judging import WEIGHTS, Part
from assetmap.analysis.matching import explain, match
from assetmap.analysis.sides import ANYWHERE, Rules, Sides, relatedness
from assetmap.domain.times_parts import OTHER_TIMES, parts_of_week

TOPICS = ("gardening", "nature", "chess", "sewing", "quilting")
LANGUAGES, ACCESS, KINDS = ("en", "pl"), ("step_free", "hearing_loop"), ("skill", "loan", "room")
RELATED = relatedness(TOPICS, {"gardening": ["nature"]}, {"sewing": "make", "quilting": "make"})
RULES = Rules(RELATED, np.array([[1.0, 0.6, 0], [0, 1, 0], [0, 0, 1]]), np.array([False, False, True]))
MON_AM, TUE_AM, TUE_PM = 1 << 0, 1 << 3, 1 << 4
TUESDAYS = parts_of_week("Tuesdays")


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


# (what it shows, an offer, an ask, what stands against it, some parts of the score, what has to be asked about)
CASES = [
    ("one topic, 600 m apart", thing(topics="gardening"), thing(topics="gardening", x=600), (),
     {Part.TOPIC: 1.0, Part.NEAR: 0.9}, ()),
    ("related topics", thing(topics="gardening"), thing(topics="nature"), (), {Part.TOPIC: 0.5, Part.NEAR: 1.0}, ()),
    ("related the other way round", thing(topics="nature"), thing(topics="gardening"), (), {Part.TOPIC: 0.5}, ()),
    ("the nearest of several topics, and the rest of what is asked for related", thing(topics="gardening chess"),
     thing(topics="nature chess"), (), {Part.TOPIC: 0.75 + 0.25 * (0.5 + 1.0) / 2}, ()),
    ("half of what is asked for", thing(topics="chess"), thing(topics="chess sewing"), (), {Part.TOPIC: 0.875}, ()),
    ("more than what is asked for", thing(topics="chess sewing"), thing(topics="chess"), (), {Part.TOPIC: 1.0}, ()),
    ("nothing in common", thing(topics="gardening"), thing(topics="chess"), (Part.TOPIC,), {}, ()),
    ("one theme is too far", thing(topics="sewing"), thing(topics="quilting"), (Part.TOPIC,), {}, ()),
    ("no topics, one kind", thing(), thing(topics="chess"), (), {Part.TOPIC: 0.2}, (Part.TOPIC,)),
    ("no topics, other kinds", thing(), thing(topics="chess", kind="loan"), (Part.TOPIC,), {}, ()),
    ("a room is a room", thing(topics="chess", kind="room"), thing(topics="sewing", kind="room"), (),
     {Part.TOPIC: 0.2}, ()),
    ("a room used for something of the theme", thing(topics="quilting", kind="room"),
     thing(topics="sewing", kind="room"), (), {Part.TOPIC: 0.25}, ()),
    ("a kind that answers another", thing(topics="chess"), thing(topics="chess", kind="loan"), (),
     {Part.KIND: 0.6, Part.TOPIC: 1.0}, ()),
    ("of another kind related is too far", thing(topics="gardening"), thing(topics="nature", kind="loan"),
     (Part.TOPIC,), {}, ()),
    ("a kind that does not answer", thing(topics="chess", kind="loan"), thing(topics="chess"), (Part.KIND,), {}, ()),
    ("as far as both reach", thing(topics="chess", reach=1_000), thing(topics="chess", x=1_000), (),
     {Part.NEAR: 0.5}, ()),
    ("beyond the reach of the offer", thing(topics="chess", reach=999), thing(topics="chess", x=1_000),
     (Part.NEAR,), {}, ()),
    ("beyond the reach of the ask", thing(topics="chess"), thing(topics="chess", x=1_000, reach=999), (Part.NEAR,),
     {}, ()),
    ("an offer for anywhere", thing(topics="chess", reach=ANYWHERE), thing(topics="chess", x=2_000, reach=4_000), (),
     {Part.NEAR: 0.75}, ()),
    ("both for anywhere, 5 km apart", thing(topics="chess", reach=ANYWHERE),
     thing(topics="chess", x=5_000, reach=ANYWHERE), (), {Part.NEAR: 0.875}, ()),
    ("both online, far apart", thing(topics="chess", online=True), thing(topics="chess", x=90_000, online=True), (),
     {Part.NEAR: 0.8}, ()),
    ("both online, next door", thing(topics="chess", online=True), thing(topics="chess", x=30, online=True), (),
     {Part.NEAR: 0.995}, ()),
    ("both online, one nowhere", thing(topics="chess", x=None, online=True), thing(topics="chess", online=True), (),
     {Part.NEAR: 0.8}, ()),
    ("an online offer needs no distance", thing(topics="chess", online=True), thing(topics="chess", x=90_000), (),
     {Part.NEAR: 0.4}, (Part.NEAR,)),
    ("an online offer, but near", thing(topics="chess", online=True), thing(topics="chess", x=1_500), (),
     {Part.NEAR: 0.75}, ()),
    ("only the ask is online", thing(topics="chess"), thing(topics="chess", x=90_000, online=True), (Part.NEAR,), {},
     ()),
    ("no place is known", thing(topics="chess", x=None), thing(topics="chess"), (), {Part.NEAR: 0.4}, (Part.NEAR,)),
    ("both Tuesday mornings", thing(topics="chess", slots=MON_AM | TUE_AM),
     thing(topics="chess", slots=TUE_AM | TUE_PM), (), {Part.TIME: 1.0}, ()),
    ("one day, at a time that one did not say", thing(topics="chess", slots=TUESDAYS),
     thing(topics="chess", slots=TUE_AM), (), {Part.TIME: 0.7}, (Part.TIME,)),
    ("no time said by one", thing(topics="chess"), thing(topics="chess", slots=TUE_AM), (), {Part.TIME: 0.4},
     (Part.TIME,)),
    ("never at one time", thing(topics="chess", slots=MON_AM), thing(topics="chess", slots=TUE_AM), (Part.TIME,), {},
     ()),
    ("other parts of one day", thing(topics="chess", slots=TUE_AM), thing(topics="chess", slots=TUE_PM), (Part.TIME,),
     {}, ()),
    ("other times by arrangement", thing(topics="chess", slots=MON_AM | OTHER_TIMES),
     thing(topics="chess", slots=TUE_AM), (), {Part.TIME: 0.4}, (Part.TIME,)),
    ("both speak Polish", thing(topics="chess", languages="en pl"), thing(topics="chess", languages="pl"), (),
     {Part.LANGUAGE: 1.0}, ()),
    ("no language in common", thing(topics="chess", languages="en"), thing(topics="chess", languages="pl"),
     (Part.LANGUAGE,), {}, ()),
    ("no language said by one", thing(topics="chess"), thing(topics="chess", languages="pl"), (),
     {Part.LANGUAGE: 0.4}, (Part.LANGUAGE,)),
    ("steps are in the way of who asks", thing(topics="chess", has="hearing_loop"),
     thing(topics="chess", needs="step_free"), (Part.ACCESS,), {}, ()),
    ("steps are in the way of who offers", thing(topics="chess", needs="step_free"),
     thing(topics="chess", has="hearing_loop"), (Part.ACCESS,), {}, ()),
    ("one of two needs is not met", thing(topics="chess", has="hearing_loop"),
     thing(topics="chess", needs="step_free hearing_loop"), (Part.ACCESS,), {}, ()),
    ("what the ask needs, the offer has", thing(topics="chess", has="step_free"),
     thing(topics="chess", needs="step_free"), (), {Part.ACCESS: 1.0}, ()),
    ("nobody said whether there are steps", thing(topics="chess"), thing(topics="chess", needs="step_free"), (),
     {Part.ACCESS: 0.4}, (Part.ACCESS,)),
    ("nobody needs anything", thing(topics="chess", has="step_free"), thing(topics="chess"), (), {Part.ACCESS: 1.0},
     ()),
    ("half of the hours", thing(topics="chess", hours=1), thing(topics="chess", hours=2), (), {Part.HOURS: 0.75}, ()),
    ("hours enough", thing(topics="chess", hours=3), thing(topics="chess", hours=2), (), {Part.HOURS: 1.0}, ()),
    ("no hours said", thing(topics="chess", hours=3), thing(topics="chess"), (), {Part.HOURS: 0.4}, (Part.HOURS,)),
    ("two things in the way are both named", thing(topics="chess", slots=MON_AM),
     thing(topics="chess", x=9_000, slots=TUE_AM), (Part.NEAR, Part.TIME), {}, ()),
]


@pytest.mark.parametrize(("offer", "ask", "against", "parts", "to_ask"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])
def test_a_pair_is_judged_as_by_hand(offer, ask, against, parts, to_ask):
    left, right = one(**offer), one(**ask)
    (fit,), pairs = explain(left, [0], right, [0], RULES), match(left, right, RULES)
    assert fit.against == against and len(pairs) == (0 if against else 1)
    assert {part: fit.values[part] for part in parts} == pytest.approx(parts)
    looked_at = {*parts, *to_ask} - {Part.KIND}
    assert fit.unknown & looked_at == set(to_ask)
    if not against:
        assert pairs.score[0] == pytest.approx(fit.score, abs=1e-6)


# (a group or a hub: no kind, no reach of its own; what is offered to it or asked of it; whether they match)
JOINING = [
    ("a group that does it", thing(topics="chess", reach=ANYWHERE), thing(topics="chess", x=900), True),
    ("a group that does something related", thing(topics="nature", reach=ANYWHERE), thing(topics="gardening"), True),
    ("a group that does something else", thing(topics="sewing", reach=ANYWHERE), thing(topics="chess"), False),
    ("a group that does not say what it does", thing(reach=ANYWHERE), thing(topics="chess"), False),
    ("a group too far away", thing(topics="chess", reach=ANYWHERE), thing(topics="chess", x=3_001), False),
    ("a group on another day", thing(topics="chess", reach=ANYWHERE, slots=MON_AM),
     thing(topics="chess", slots=TUE_AM), False),
    ("a hub with steps", thing(topics="chess", reach=ANYWHERE, has="hearing_loop"),
     thing(topics="chess", needs="step_free"), False),
    ("a hub without", thing(topics="chess", reach=ANYWHERE, has="step_free"), thing(topics="chess", needs="step_free"),
     True),
]


@pytest.mark.parametrize(("joined", "other", "fits"), [case[1:] for case in JOINING], ids=[case[0] for case in JOINING])
def test_groups_and_hubs_match_by_what_they_do_whatever_the_kind(joined, other, fits):
    rules = Rules(RELATED)
    for left, right in ((one(**joined), one(**other)), (one(**other), one(**joined))):
        assert len(match(left, right, rules)) == fits


def test_everything_that_fits_is_a_whole_score():
    whole = thing(topics="chess", slots=TUE_AM, languages="en", hours=2)
    assert explain(one(**whole), [0], one(**whole), [0], RULES)[0].score == pytest.approx(1.0)
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(("part", "known", "silent"), [
    (Part.NEAR, thing(topics="chess", x=3_000), thing(topics="chess", x=None)),
    (Part.TIME, thing(topics="chess", slots=TUESDAYS), thing(topics="chess")),
    (Part.LANGUAGE, thing(topics="chess", languages="en"), thing(topics="chess")),
    (Part.ACCESS, thing(topics="chess", has="step_free"), thing(topics="chess")),
    (Part.HOURS, thing(topics="chess", hours=0.25), thing(topics="chess")),
    (Part.TOPIC, thing(topics="gardening"), thing())])
def test_what_nobody_knows_excludes_nothing_is_named_and_comes_after_the_least_that_fits(part, known, silent):
    ask = one(topics="nature chess" if part is Part.TOPIC else "chess", slots=TUE_AM, languages="en",
              needs="step_free", hours=4)
    (less,), (more,) = explain(one(**silent), [0], ask, [0], RULES), explain(one(**known), [0], ask, [0], RULES)
    assert not less.against and part in less.unknown
    assert less.values[part] < more.values[part] and less.score < more.score


@pytest.mark.parametrize(("first", "second", "both"), [
    (MON_AM | TUE_AM, TUE_AM | TUE_PM, TUE_AM), (TUESDAYS, TUE_AM, 0b111 << 3), (TUESDAYS, TUESDAYS, 0b111 << 3),
    (TUESDAYS | MON_AM, MON_AM | TUE_PM, MON_AM), (0, TUE_AM, 0)])
def test_the_times_named_are_those_that_both_said_and_a_day_where_one_said_no_more(first, second, both):
    (fit,) = explain(one(topics="chess", slots=first), [0], one(topics="chess", slots=second), [0], RULES)
    assert fit.slots == both


def test_relatedness_goes_both_ways_and_a_theme_is_less():
    made = relatedness(["a", "b", "c", "d"], {"a": ["b", "gone"]}, {"a": "x", "c": "x"})
    assert made.tolist() == [[1, .5, .25, 0], [.5, 1, 0, 0], [.25, 0, 1, 0], [0, 0, 0, 1]]


@pytest.mark.parametrize("block", [128, 2], ids=["in one block", "in many"])
@given(st.data())
def test_looking_only_nearby_finds_what_looking_everywhere_finds(block, data):
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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_BLOCK", block)
        pairs = match(left, right, RULES)
    every = [(i, j) for i in range(len(left)) for j in range(len(right))]
    fits = dict(zip(every, explain(left, [i for i, _ in every], right, [j for _, j in every], RULES),
                    strict=True))
    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == sorted(
        pair for pair, fit in fits.items() if not fit.against)
    for i, j, score in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.score.tolist(), strict=True):
        assert score == pytest.approx(fits[i, j].score, abs=1e-6) and 0 < score <= 1
