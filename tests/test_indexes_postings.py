"""Postings are remembered up to a size, and never change what is found."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexes.postings import Postings, Remembered


def postings_of(text: str) -> Postings:
    articles = np.arange(len(text), dtype=np.int32)
    return Postings(articles, np.full(len(text), len(text), np.float32))


@given(st.lists(st.text("ab", min_size=1, max_size=6), max_size=40), st.integers(1, 12))
def test_what_is_remembered_is_what_was_found(asked, most):
    remembered = Remembered(postings_of, most)
    for text in asked:
        assert remembered(text).articles.tolist() == list(range(len(text)))


def test_a_word_asked_for_again_is_not_looked_for_again():
    looked: list[str] = []

    def find(text: str) -> Postings:
        looked.append(text)
        return postings_of(text)

    remembered = Remembered(find, 5)
    for text in ("aaa", "bb", "aaa", "cc", "aaa", "bb"):
        remembered(text)
    # "bb" was asked for longest ago when "cc" needed room.
    assert looked == ["aaa", "bb", "cc", "bb"]
