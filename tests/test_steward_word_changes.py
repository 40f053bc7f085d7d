"""What differs between two texts is marked, and nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from assetmap.web.steward.word_changes import word_changes


def test_only_the_words_that_differ_are_marked():
    before, after = word_changes("Plays for adults. Full use of the stage.",
                                 "Plays for adults. Full use of the stage. Changed today.")
    assert [piece.text for piece in before if piece.differs] == []
    assert [piece.text for piece in after if piece.differs] == [" Changed today."]


def test_texts_with_little_in_common_differ_as_a_whole():
    before, after = word_changes("Mondays at noon", "Ask first please")
    assert [tuple(piece) for piece in before] == [("Mondays at noon", True)]
    assert [tuple(piece) for piece in after] == [("Ask first please", True)]


def test_nothing_before_is_no_piece():
    assert word_changes("", "new") == ([], [("new", True)])


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_the_pieces_make_up_both_texts(before, after):
    left, right = word_changes(before, after)
    assert "".join(piece.text for piece in left) == before and "".join(piece.text for piece in right) == after
