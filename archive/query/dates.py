"""Date expressions of queries, as intervals of whole days."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

ACCEPTED = (
    "2024, 2024-06, 2024-06-01, a range such as 2024-06-01..2024-06-15, "
    "today, yesterday, this-week, last-month, next-year … or P7D for the last seven days"
)
_CALENDAR = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_DURATION = re.compile(r"P(\d{1,4})([DWMY])", re.ASCII | re.IGNORECASE)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DayInterval:
    """Days from `start` up to, but not including, `end`; None leaves a side open."""

    start: date | None
    end: date | None


def day_number(day: date | None) -> int | None:
    """Days since 1970-01-01."""
    return None if day is None else (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day so many days after 1970-01-01."""
    return _EPOCH + timedelta(days=number)


def calendar_period(text: str) -> DayInterval | None:
    """A year, month or day in ISO 8601; None if it is not one."""
    match = _CALENDAR.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or not 1 <= year < MAXYEAR:
        return None
    try:
        start = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        return DayInterval(start, date(year + 1, 1, 1))
    return DayInterval(start, start + timedelta(days=1) if day else _months_on(start, 1))


def calendar_range(text: str) -> DayInterval | None:
    """A period, or a range of periods ("2024-06..", "2023..2024-03")."""
    if ".." not in text:
        return calendar_period(text)
    first, _, last = text.partition("..")
    start, end = calendar_period(first), calendar_period(last)
    if (first and not start) or (last and not end) or not (start or end):
        return None
    interval = DayInterval(start.start if start else None, end.end if end else None)
    backwards = interval.start and interval.end and interval.start >= interval.end
    return None if backwards else interval


def date_expression(text: str, *, today: date) -> DayInterval | None:
    """A period, a range of periods, or a time that counts from today."""
    return calendar_range(text) or _relative(text.lower(), today)


def _relative(text: str, today: date) -> DayInterval | None:
    tomorrow = today + timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    named = {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "tomorrow": (tomorrow, tomorrow + timedelta(days=1)),
        "this-week": (monday, monday + timedelta(days=7)),
        "last-week": (monday - timedelta(days=7), monday),
        "next-week": (monday + timedelta(days=7), monday + timedelta(days=14)),
        "this-month": (month, _months_on(month, 1)),
        "last-month": (_months_on(month, -1), month),
        "next-month": (_months_on(month, 1), _months_on(month, 2)),
        "this-year": (year, year.replace(year=year.year + 1)),
        "last-year": (year.replace(year=year.year - 1), year),
        "next-year": (_months_on(year, 12), _months_on(year, 24)),
    }
    if text in named:
        return DayInterval(*named[text])
    match = _DURATION.fullmatch(text)
    if match is None or not int(match[1]):
        return None
    count, unit = int(match[1]), match[2].upper()
    try:
        if unit in "DW":
            start = tomorrow - timedelta(days=count * (7 if unit == "W" else 1))
        else:
            start = _months_on(today, -count * (12 if unit == "Y" else 1)) + timedelta(days=1)
    except (OverflowError, ValueError):
        return None
    return DayInterval(start, tomorrow)


def _months_on(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))
