"""Groups counted over any set of articles, against counting them one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexes.columns import Column, Days, Intervals
from indexes.groups import Groups

spans = st.tuples(st.integers(18_000, 19_500), st.integers(1, 900)).map(lambda s: (s[0], sum(s)))
article = st.tuples(
    st.integers(0, 5),  # its group
    st.booleans(),  # in the set
    st.sets(st.sampled_from("abcde"), max_size=3),
    st.none() | spans,
    st.lists(spans | st.tuples(st.none(), st.integers(18_000, 19_500)), max_size=3),
)
collections = st.lists(article, max_size=25)


def built(articles):
    marks = [mark for mark, *_ in articles]
    first = np.array([marks.index(mark) for mark in marks], np.int64)
    column = Column.build([sorted(values) for _, _, values, _, _ in articles], {})
    return (
        Groups(first, {"actor": column}),
        np.array([chosen for _, chosen, *_ in articles], np.bool_),
        Days.build([days for *_, days, _ in articles]),
        Intervals.build([spoken for *_, spoken in articles]),
    )


@given(articles=collections)
def test_a_group_counts_once_for_each_value_that_an_article_in_the_set_has(articles):
    groups, mask, _, _ = built(articles)
    assert groups.count(mask) == len({mark for mark, chosen, *_ in articles if chosen})
    column = groups.columns["actor"]
    counts = dict(zip(column.values, groups.counts("actor", mask).tolist(), strict=True))
    for name in column.values:
        having = {mark for mark, chosen, values, *_ in articles if chosen and name in values}
        assert counts[name] == len(having)


@given(articles=collections)
def test_a_group_counts_once_for_each_period_that_an_article_in_the_set_meets(articles):
    groups, mask, days, spoken = built(articles)
    for calendar in (days, spoken):
        for unit in ("Y", "M"):
            counted = dict(groups.periods(calendar, mask, unit))
            expected: dict[str, set[int]] = {}
            for at in np.flatnonzero(mask).tolist():
                alone = np.zeros(len(mask), np.bool_)
                alone[at] = True
                for period, _ in calendar.periods(alone, unit):
                    expected.setdefault(period, set()).add(articles[at][0])
            assert counted == {period: len(marks) for period, marks in expected.items()}
            assert list(counted) == sorted(counted)


@given(articles=st.lists(article, min_size=1, max_size=25))
def test_members_are_the_articles_of_ones_group(articles):
    groups, _, _, _ = built(articles)
    for at, (mark, *_) in enumerate(articles):
        same = [i for i, (other, *_) in enumerate(articles) if other == mark]
        assert groups.members(at).tolist() == same
        assert np.flatnonzero(groups.having(at)).tolist() == same
