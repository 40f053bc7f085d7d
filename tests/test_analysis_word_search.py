"""Finding by words: other forms of a word, one wrong letter, accents, and short words as they are."""

import numpy as np
import pytest

from assetmap.analysis.facets import Facet, count_distinct, keep
from assetmap.analysis.word_search import WordIndex, corrected, meant

TEXTS = ("Gardening for all", "The gardeners' walk", "Knit & natter", "St Luke's café", "Arthritis support",
         "Art class", "Babies and dads", "Careers advice", "For carers", "Football", "Lunch with Łukasz")
INDEX = WordIndex(TEXTS)


@pytest.mark.parametrize(("word", "found"), [
    ("garden", {0, 1}), ("gardens", {0, 1}), ("walks", {1}), ("knitting", set()), ("knit", {2}), ("cafe", {3}),
    ("lukes", {3}), ("art", {5}), ("arts", {5}), ("baby", set()), ("babies", {6}), ("care", {8}), ("carers", {8}),
    ("dad", {6}), ("foot", set()), ("footbal", {9}), ("lukasz", {10}), ("xyz", set())])
def test_a_word_finds_its_other_forms(word, found):
    assert set(np.flatnonzero(INDEX.holding(word, forgiving=False)).tolist()) == found


@pytest.mark.parametrize(("word", "found"), [
    ("gardning", {0}), ("footbsll", {9}), ("arthritus", {4}), ("aft", set()), ("knat", set()), ("garden", {0, 1})])
def test_one_wrong_letter_is_forgiven_in_words_of_five_letters_and_more(word, found):
    assert set(np.flatnonzero(INDEX.holding(word)).tolist()) == found


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others():
    assert meant(["a", "chess", "club", "near", "me"]) == ["chess"]
    assert meant(["the", "club"]) == ["the", "club"]


def test_a_word_is_corrected_to_a_known_one():
    known = ("gardening", "knitting", "bereaved", "golf")
    assert [corrected(word, known) for word in ("gardning", "knittng", "bereved", "gold", "rowing")] == [
        "gardening", "knitting", "bereaved", "gold", "rowing"]


def test_an_empty_index_finds_nothing():
    assert WordIndex([]).holding("anything").tolist() == []


def test_a_facet_counts_and_widens():
    facet = Facet(["a", "b", "c"], [("a",), ("a", "b"), (), ("b", "unknown")])
    assert facet.counts(np.array([0, 1, 3])) == {"a": 2, "b": 2, "c": 0}
    assert facet.any_of(np.arange(4), ["a", "b"]).tolist() == [True, True, False, True]
    assert facet.any_of(np.array([3, 0]), ["a"]).tolist() == [False, True]
    assert facet.any_of(np.arange(4), ["nobody"]).tolist() == [False] * 4


def test_masks_are_joined_but_for_the_one_left_out():
    masks = {"x": np.array([True, False, True]), "y": np.array([True, True, False])}
    assert keep(masks, 3).tolist() == [True, False, False]
    assert keep(masks, 3, leave_out="y").tolist() == [True, False, True]
    assert [count_distinct(np.array(v, int)) for v in ([], [3], [1, 1, 2, 5, 5])] == [0, 1, 3]
