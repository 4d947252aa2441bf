"""What a document says of its date, as an interval that is no narrower than the statement."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from typing import Any

from archive.types import Precision, PublishedDate

# The first newspaper appeared in 1605.
_EARLIEST = 1600
# Clocks differ, and so do time zones that nobody wrote down.
_AHEAD = timedelta(days=2)
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})"
    r"(?:[T ]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?)?)?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(?:\d{2})?(Z|[+-]\d{4})?)?", re.ASCII
)
_SECONDS = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})", re.ASCII)
# 5/6/2024: the day or the month first, nobody can tell.
_AMBIGUOUS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\b", re.ASCII)
_LONG_YEAR = re.compile(r"(?<!\d)\d{5,}")
_LONGEST = 80
_LAST_AMBIGUOUS = 12


def published(text: str, origin: str, *, now: datetime) -> PublishedDate | str:
    """The date that a statement gives, or why it gives none, to follow "field x: "."""
    shown = f"“{' '.join(text.split())[:40]}”"
    found = interpret(text, origin)
    if found is None:
        return f"{shown} is not a date"
    if found.start.year < _EARLIEST:
        return f"{shown} lies before the first newspapers"
    if found.start > now + _AHEAD:
        return f"{shown} lies in the future"
    return found


@lru_cache(maxsize=4_096)
def interpret(text: str, origin: str) -> PublishedDate | None:
    """The interval of a statement in ISO 8601, RFC 2822, digits, seconds since 1970 or the
    words of some language; None if it is none or is relative. A clock time without a zone
    stays without one in the value, and its interval is that of UTC; midnight without a zone or
    in UTC is taken as a day.
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    try:
        if match := _ISO.fullmatch(text):
            return _of_parts(origin, **match.groupdict())
        if match := _COMPACT.fullmatch(text):
            year, month, day, hour, minute, zone = match.groups()
            time = f"{hour}:{minute}" if hour else None
            return _of_parts(origin, year=year, month=month, day=day, time=time, zone=zone)
        if match := _SECONDS.fullmatch(text):
            seconds = int(match[1]) if match[1] else int(match[2]) // 1000
            return _moment(datetime.fromtimestamp(seconds, UTC), origin)
        if _LONG_YEAR.search(text):
            return None
        return _of_mail(text, origin) or _of_words(text, origin)
    except (ValueError, OverflowError):
        return None


def _of_parts(
    origin: str,
    *,
    year: str,
    month: str | None,
    day: str | None,
    time: str | None,
    zone: str | None,
) -> PublishedDate:
    if month is None:
        return _year(int(year), origin)
    if day is None:
        return _month(int(year), int(month), origin)
    if time is None:
        return _day(date(int(year), int(month), int(day)), origin)
    zone = "Z" if zone in {"Z", "UTC", "GMT"} else zone or ""
    clock = time.zfill(len(time) + (time.index(":") == 1))
    moment = datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}{zone}")
    return _moment(moment, origin)


def _moment(moment: datetime, origin: str) -> PublishedDate:
    universal = not moment.utcoffset()
    if universal and not (moment.hour or moment.minute or moment.second):
        return _day(moment.date(), origin)
    moment = moment.replace(second=0, microsecond=0)
    start = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    value = moment.isoformat(timespec="minutes").replace("+00:00", "Z")
    return PublishedDate(value, Precision.MINUTE, origin, start, start + timedelta(minutes=1))


def _day(day: date, origin: str) -> PublishedDate:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return PublishedDate(day.isoformat(), Precision.DAY, origin, start, start + timedelta(days=1))


def _month(year: int, month: int, origin: str) -> PublishedDate:
    start = datetime(year, month, 1, tzinfo=UTC)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return PublishedDate(f"{year}-{month:02}", Precision.MONTH, origin, start, end)


def _year(year: int, origin: str) -> PublishedDate:
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return PublishedDate(f"{year:04}", Precision.YEAR, origin, start, end)


def _of_mail(text: str, origin: str) -> PublishedDate | None:
    """RFC 2822, as feeds write it."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return _moment(moment, origin)


def _of_words(text: str, origin: str) -> PublishedDate | None:
    """Month names of many languages, and days in digits where their order is certain."""
    if match := _AMBIGUOUS.match(text):
        first, second = int(match[1]), int(match[3])
        if first != second and max(first, second) <= _LAST_AMBIGUOUS and match[2] != ".":
            return _year(int(match[4]), origin)
        order = "MDY" if second > _LAST_AMBIGUOUS else "DMY"
    else:
        order = "DMY"
    found = _reader(order).get_date_data(text)
    moment: datetime | None = found.date_obj
    if moment is None:
        return None
    match found.period:
        case "year":
            return _year(moment.year, origin)
        case "month":
            return _month(moment.year, moment.month, origin)
    if moment.tzinfo or moment.hour or moment.minute:
        return _moment(moment, origin)
    return _day(moment.date(), origin)


@cache
def _reader(order: str) -> Any:
    """A parser of written dates; `order` is that of day, month and year in digits."""
    from dateparser.date import DateDataParser

    return DateDataParser(
        settings={"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["year"], "DATE_ORDER": order}
    )
