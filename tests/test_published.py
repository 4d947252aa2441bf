"""Dates are no more exact than they are stated, and nonsense is none."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.published import interpret, published
from archive.types import Precision, PublishedDate

NOW = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2024", "2024", Precision.YEAR),
        ("2024-06", "2024-06", Precision.MONTH),
        ("2024-06-01", "2024-06-01", Precision.DAY),
        ("2024-6-1", "2024-06-01", Precision.DAY),
        ("20240601", "2024-06-01", Precision.DAY),
        ("2024-06-01T10:30:15Z", "2024-06-01T10:30Z", Precision.MINUTE),
        ("2024-06-01 10:30", "2024-06-01T10:30Z", Precision.MINUTE),
        ("2024-06-01T10:30:00.123+02:00", "2024-06-01T10:30+02:00", Precision.MINUTE),
        ("2024-06-01T10:30:00+0200", "2024-06-01T10:30+02:00", Precision.MINUTE),
        ("2024-06-01T00:00:00Z", "2024-06-01", Precision.DAY),
        ("Sat, 01 Jun 2024 10:30:00 +0200", "2024-06-01T10:30+02:00", Precision.MINUTE),
        ("1717237800", "2024-06-01T10:30Z", Precision.MINUTE),
        ("1717237800000", "2024-06-01T10:30Z", Precision.MINUTE),
        ("June 1, 2024", "2024-06-01", Precision.DAY),
        ("1 June 2024", "2024-06-01", Precision.DAY),
        ("1. Juni 2024", "2024-06-01", Precision.DAY),
        ("1 de junio de 2024", "2024-06-01", Precision.DAY),
        ("1 juin 2024", "2024-06-01", Precision.DAY),
        ("June 2024", "2024-06", Precision.MONTH),
        ("13/06/2024", "2024-06-13", Precision.DAY),
        ("06/13/2024", "2024-06-13", Precision.DAY),
        ("01.06.2024", "2024-06-01", Precision.DAY),
        # The day or the month first: only the year is certain.
        ("05/06/2024", "2024", Precision.YEAR),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_stated(text, value, precision):
    found = published(text, "here", now=NOW)
    assert isinstance(found, PublishedDate), found
    assert (found.value, found.precision, found.origin) == (value, precision, "here")
    assert found.start < found.end


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "12", "soon", "2024-13-01", "2024-02-30", "20024-03-04", "June 5, 20024",
     "0000-01-01", "99999999999999", "two days ago", "Monday"],
)  # fmt: skip
def test_what_is_no_date_is_none(text):
    assert isinstance(published(text, "here", now=NOW), str)


def test_a_date_that_cannot_be_is_refused_with_its_reason():
    assert "future" in published("2031-01-01", "here", now=NOW)
    assert "newspapers" in published("1066", "here", now=NOW)


@given(st.dates(min_value=date(1700, 1, 1), max_value=date(2024, 12, 31)))
def test_every_day_is_read_back(day):
    found = interpret(day.isoformat(), "here")
    assert found is not None
    assert found.value == day.isoformat()
    assert found.end - found.start == timedelta(days=1)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[0-9TZ:./ +-]{0,30}", fullmatch=True))
def test_no_text_breaks_the_reading_of_dates(text):
    assert isinstance(published(text, "here", now=NOW), PublishedDate | str)
