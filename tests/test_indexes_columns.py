"""Facet columns count what they hold, over any set of articles."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexes.columns import Column, Days, Intervals
from indexes.types import Label

rows = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=5), max_size=30)


def chosen_from(data: st.DataObject, count: int) -> np.ndarray:
    return np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), np.bool_)


@given(rows, st.data())
def test_a_value_counts_the_chosen_articles_that_have_it(table, data):
    column = Column.build(table, {})
    mask = chosen_from(data, len(table))
    counts = column.counts(mask)
    for code, name in enumerate(column.values):
        expected = sum(name in row for row, chosen in zip(table, mask, strict=True) if chosen)
        assert counts[code] == expected == (column.having(name) & mask).sum()


@given(rows, rows)
def test_joined_columns_answer_like_one_column_over_all_articles(first, second):
    joined = Column.concatenate([Column.build(first, {}), Column.build(second, {})])
    whole = Column.build([*first, *second], {})
    for name in "abcdefg":
        assert joined.having(name).tolist() == whole.having(name).tolist()
    everything = np.ones(len(first) + len(second), np.bool_)
    by_name = dict(zip(joined.values, joined.counts(everything), strict=True))
    assert by_name == dict(zip(whole.values, whole.counts(everything), strict=True))


def test_a_value_is_shown_by_its_label_or_by_itself():
    column = Column.build([["a", "b"]], {"a": Label("Ada", "person")})
    assert [column.values.label(c) for c in range(2)] == [Label("Ada", "person"), Label("b")]


def test_a_value_the_column_does_not_know_has_no_articles():
    assert not Column.build([["a"]], {}).having("z").any()


EPOCH = date(1970, 1, 1)
intervals = st.lists(
    st.none()
    | st.tuples(st.integers(18_000, 20_500), st.integers(1, 400)).map(
        lambda t: (t[0], t[0] + t[1])
    ),
    max_size=25,
)


def days_of(interval):
    first, last = interval
    return [EPOCH + timedelta(days=n) for n in range(first, last)]


@given(intervals, st.data())
def test_a_period_counts_every_article_that_may_belong_to_it(table, data):
    days = Days.build(table)
    mask = chosen_from(data, len(table))
    for unit, width in (("Y", 4), ("M", 7)):
        expected: dict[str, int] = {}
        for interval, chosen in zip(table, mask, strict=True):
            if interval and chosen:
                for period in {day.isoformat()[:width] for day in days_of(interval)}:
                    expected[period] = expected.get(period, 0) + 1
        periods = days.periods(mask, unit)
        assert dict(periods) == expected
        assert [name for name, _ in periods] == sorted(expected)


@given(intervals, st.integers(18_000, 20_500), st.integers(1, 500))
def test_an_interval_passes_a_filter_when_they_share_a_day(table, start, length):
    found = Days.build(table).overlapping(start, start + length)
    for interval, passes in zip(table, found, strict=True):
        expected = interval is not None and bool(
            set(range(*interval)) & set(range(start, start + length))
        )
        assert passes == expected


def test_open_ends_pass_every_dated_article_on_their_side():
    days = Days.build([(100, 101), (200, 201), None])
    assert days.overlapping(150, None).tolist() == [False, True, False]
    assert days.overlapping(None, 150).tolist() == [True, False, False]
    assert days.overlapping(None, None).tolist() == [True, True, False]
    assert days.undated.tolist() == [False, False, True]


def test_the_newest_part_says_how_a_value_is_called():
    old = Column.build([["a"], ["b"]], {"a": Label("Ada", "person")})
    new = Column.build([["a"]], {"a": Label("Ada Marsh", "person", ("Ada",))})
    joint = Column.concatenate([old, new])
    assert [joint.values.label(c) for c in range(2)] == [
        Label("Ada Marsh", "person", ("Ada",)),
        Label("b"),
    ]
    assert joint.having("a").tolist() == [True, False, True]


sides = st.none() | st.integers(-400, 400)
spans = (
    st.tuples(sides, sides)
    .filter(lambda s: s != (None, None))
    .filter(lambda s: s[0] is None or s[1] is None or s[0] < s[1])
)


@given(
    rows=st.lists(st.lists(spans, max_size=5), max_size=8),
    split=st.integers(0, 5),
    window=st.tuples(sides, sides),
)
def test_an_interval_is_met_by_what_it_overlaps(rows, split, window):
    parts = [Intervals.build(rows[:split]), Intervals.build(rows[split:])]
    low, high = -(10**6), 10**6

    def closed(span):
        return (low if span[0] is None else span[0], high if span[1] is None else span[1])

    start, end = closed(window)
    expected = [any(a < end and start < b for a, b in map(closed, row)) for row in rows]
    assert Intervals.concatenate(parts).overlapping(*window).tolist() == expected


@given(rows=st.lists(st.lists(spans, max_size=5), max_size=8), data=st.data())
def test_an_article_counts_once_in_each_period_that_it_speaks_of(rows, data):
    intervals = Intervals.build(rows)
    mask = chosen_from(data, len(rows))
    for unit in ("Y", "M"):
        for period, count in intervals.periods(mask, unit):
            first = np.datetime64(period)
            start = int(first.astype("datetime64[D]").astype(int))
            end = int((first + 1).astype("datetime64[D]").astype(int))
            assert count == (intervals.overlapping(start, end) & mask).sum() > 0
