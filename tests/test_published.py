"""Dates are no more exact than they are stated, and nonsense is none."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.clean import clean
from archive.formats.draft import StatedDate
from archive.published import interpret, published
from archive.stated import Settled, confidence, date_in_name, settle
from archive.types import Precision, PublishedDate, RawDocument

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
        ("2024-06-01 10:30", "2024-06-01T10:30", Precision.MINUTE),
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


def test_a_zone_is_told_where_it_is_stated_and_only_there():
    zones = {
        text: interpret(text, "here").zone
        for text in ("2024-06-01T10:30+02:00", "2024-06-01T10:30Z", "2024-06-01 10:30", "2024-06")
    }
    assert list(zones.values()) == ["+02:00", "Z", None, None]


def settled(*stated: tuple[str, str]):
    return settle([StatedDate(text, origin) for text, origin in stated], now=NOW)


def test_metadata_is_believed_before_text_address_and_file_name():
    ways = [
        ("2024-06-05", "file name"),
        ("2024-06-04", "url"),
        ("2024-06-03", "text"),
        ("2024-06-02", "feed:pubDate"),
        ("2024-06-01", "meta:date"),
    ]
    for left in range(len(ways), 0, -1):
        assert settled(*ways[:left]).date.origin == ways[left - 1][1]
    trust = [confidence(origin) for _, origin in ways]
    assert trust == sorted(trust)


def test_dates_that_disagree_are_kept_and_those_that_agree_are_not():
    found = settled(
        ("2024-06-01T23:30-05:00", "meta:date"),
        ("2024-06-01", "text"),
        ("2024-06-02", "text"),
        ("2023-06-01", "url"),
        ("2024", "file name"),
    )
    assert found.date.value == "2024-06-01T23:30-05:00"
    assert [(o.value, o.origin) for o in found.others] == [("2023-06-01", "url")]


def test_a_date_that_cannot_be_gives_way_to_the_next():
    found = settled(("2924-06-01", "meta:date"), ("2024-06-01", "url"))
    assert (found.date.origin, found.others) == ("url", ())
    assert found.refused == ("meta:date: “2924-06-01” lies in the future",)
    assert settled(("soon", "text")) == Settled(refused=("text: “soon” is not a date",))


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        ("news/2024-06-01-bridge-opens.txt", "2024-06-01"),
        ("news/bridge_20240601.html", "2024-06-01"),
        ("news/2024.06.bridge.txt", "2024-06"),
        ("news/bridge-opens.txt", None),
        ("news/route-2024.txt", None),
        ("news/2024-13-41.txt", None),
        ("2024-06-01/bridge.txt", None),
        ("news/2024-06-01.jsonl#7", None),
    ],
)
def test_a_file_name_may_state_a_date(origin, text):
    found = date_in_name(origin)
    assert (found.text if found else None) == text


def test_a_plain_text_takes_its_date_from_its_name_when_nothing_else_states_one():
    raw = RawDocument(b"Bridge opens\n\nPeople crossed it at once.", "plain", "2024-06-01-a.txt")
    article = clean(raw, now=NOW)
    assert (article.published.value, article.published.origin) == ("2024-06-01", "file name")


def test_an_address_that_disagrees_with_the_metadata_is_kept_beside_it():
    content = b'{"title": "Bridge", "text": "It opened.", "date": "2024-06-01", "url": '
    content += b'"https://news.example.org/2023/11/05/bridge"}'
    article = clean(RawDocument(content, "json", "a.json"), now=NOW)
    assert article.published.value == "2024-06-01"
    assert [(o.value, o.origin) for o in article.stated_dates] == [("2023-11-05", "url")]
