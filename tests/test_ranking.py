"""What orders articles: words and meaning, each scaled to its best, and first passages more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.ranking import DENSE_WEIGHT, fuse

FLOOR = 0.25
near = st.one_of(st.just(float("nan")), st.floats(FLOOR, 1, width=32))
articles = st.lists(st.tuples(st.floats(0, 50, width=32), near), min_size=1, max_size=20)


def fused(words, similarity, lead):
    arrays = (np.array(values, np.float32) for values in (words, similarity, lead))
    return fuse(*arrays, floor=FLOOR)


@given(articles=articles)
def test_each_leg_adds_at_most_its_weight_and_the_best_article_gets_it(articles):
    words, similarity = zip(*articles, strict=True)
    from_words, from_meaning = fused(words, similarity, [float("nan")] * len(words))
    for scores, weight in ((from_words, 1 - DENSE_WEIGHT), (from_meaning, DENSE_WEIGHT)):
        assert ((scores >= 0) & (scores <= weight + 1e-6)).all()
        assert scores.max() == pytest.approx(weight) or not scores.any()


def test_what_is_not_near_adds_nothing():
    _, meaning = fused([1.0, 1.0], [float("nan"), 0.5], [float("nan"), float("nan")])
    assert meaning[0] == 0
    assert meaning[1] > 0


def test_of_two_articles_as_near_the_one_that_opens_with_it_comes_first():
    nothing = float("nan")
    _, meaning = fused([0.0, 0.0, 0.0], [0.6, 0.6, 0.9], [0.6, nothing, nothing])
    assert meaning[0] > meaning[1]
    assert meaning[2] > meaning[0]  # a far better passage further on still wins
