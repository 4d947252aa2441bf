"""Calendar arithmetic: values as TIMEX3 writes them, and the days that a value covers.

TIMEX3 (ISO 8601 with additions): "2024-06-01", "2024-W23", "2024-W23-WE" (weekend), "2024-06",
"2024-Q2", "2024-H1", "2024-SU", "2024", "202X" (a decade), "20XX" (a century): "X" stands for a
digit that is not said. Seasons are those of the northern hemisphere's meteorologists.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, date, timedelta
from fractions import Fraction

Days = tuple[date, date]

_VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})(?:-(?P<day>\d{2}))?|W(?P<week>\d{2})(?P<weekend>-WE)?"
    r"|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<season>SP|SU|FA|WI)))?(?:T.*)?"
    r"|(?P<decade>\d{3})X|(?P<century>\d{2})XX",
    re.ASCII,
)
_SEASON_MONTHS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_SATURDAY = timedelta(days=5)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def days_of(value: str) -> Days | None:
    """The days [first, last) that a value covers; None if it names none."""
    match = _VALUE.fullmatch(value)
    if match is None:
        return None
    try:
        return _days_of(**match.groupdict())
    except (ValueError, OverflowError):  # the 31st of June, the year 9999's end
        return None


def _days_of(
    *,
    year: str | None,
    month: str | None,
    day: str | None,
    week: str | None,
    weekend: str | None,
    quarter: str | None,
    half: str | None,
    season: str | None,
    decade: str | None,
    century: str | None,
) -> Days:
    if decade:
        return date(int(decade) * 10, 1, 1), date(int(decade) * 10 + 10, 1, 1)
    if century:
        return date(int(century) * 100 + 1, 1, 1), date(int(century) * 100 + 101, 1, 1)
    number = int(year or 0)
    if day:
        only = date(number, int(month or 0), int(day))
        return only, only + DAY
    if week:
        monday = date.fromisocalendar(number, int(week), 1)
        return monday + _SATURDAY if weekend else monday, monday + WEEK
    if month:
        return months(number, int(month), 1)
    if quarter:
        return months(number, int(quarter) * 3 - 2, 3)
    if half:
        return months(number, int(half) * 6 - 5, 6)
    if season:
        return months(number, _SEASON_MONTHS[season], 3)
    return months(number, 1, 12)


def months(year: int, month: int, count: int) -> Days:
    """The days of so many months from one on."""
    first = date(year, month, 1)
    return first, shift(first, count)


def shift(day: date, count: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    index = day.year * 12 + day.month - 1 + count
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(date(index // 12, index % 12 + 1, 1) + timedelta(days=day.day - 1), following - DAY)


def day_value(day: date) -> str:
    """ "2024-06-01"."""
    return day.isoformat()


def week_value(day: date) -> str:
    """The ISO week that a day lies in."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def month_value(day: date) -> str:
    """ "2024-06"."""
    return f"{day.year:04}-{day.month:02}"


def quarter_value(day: date) -> str:
    """ "2024-Q2"."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def moved(day: date, unit: str, count: int) -> str | None:
    """The value, as exact as the unit, that lies so many units from a day; None where the
    calendar ends.
    """
    try:
        match unit:
            case "D":
                return day_value(day + timedelta(days=count))
            case "W":
                return week_value(day + count * WEEK)
            case "F":
                return week_value(day + 2 * count * WEEK)
            case "M":
                return month_value(shift(day, count))
            case "Q":
                return quarter_value(shift(day, 3 * count))
            case "Y":
                return _within(day.year + count, "")
            case "E":
                return _within(day.year + 10 * count, "X")
            case "C":
                return _within(day.year + 100 * count, "XX")
    except (ValueError, OverflowError):
        return None
    return None


# How many of a smaller unit are one of a larger.
_SMALLER: Mapping[str, tuple[str, int]] = {
    "C": ("Y", 100),
    "E": ("Y", 10),
    "Y": ("M", 12),
    "Q": ("M", 3),
    "F": ("W", 2),
    "D": ("TH", 24),
    "TH": ("TM", 60),
    "TM": ("TS", 60),
}
_FINEST = 1_000  # a third is said, not 0.3333333
_UNWRITTEN = frozenset("FQEC")  # TIMEX3 has no letter for a number of these


def in_whole(unit: str, count: float) -> tuple[str, int] | None:
    """So many units as a whole number of the largest that gives one: 2.5 years are 30 months;
    None if none does.
    """
    exact = Fraction(count).limit_denominator(_FINEST)
    while exact.denominator != 1:
        if unit not in _SMALLER:
            return None
        unit, times = _SMALLER[unit]
        exact *= times
    return unit, int(exact)


def plain_number(number: float) -> float | int:
    """A whole number as such."""
    return int(number) if number == int(number) else number


def length_of(unit: str, count: float | None) -> str:
    """A duration: "P3M", "PT10H", "P2Y6M", "PXY" for years without a number (`count` None)."""
    if count is None:
        return _duration([({"F": "W", "Q": "M"}.get(unit, unit), "X")])
    if unit in _UNWRITTEN:
        unit, times = _SMALLER[unit]
        count *= times
    rest = in_whole(unit, count - int(count)) if count != int(count) else None
    if rest is None or rest[0] != _SMALLER[unit][0]:
        return _duration([(unit, plain_number(round(count, 2)))])
    return _duration([(unit, int(count)), rest] if count > 1 else [rest])


def _duration(parts: Sequence[tuple[str, float | str]]) -> str:
    """As ISO 8601 writes a length: "P1DT12H"."""
    days = "".join(f"{amount}{unit}" for unit, amount in parts if unit[0] != "T")
    clock = "".join(f"{amount}{unit[1]}" for unit, amount in parts if unit[0] == "T")
    return f"P{days}T{clock}" if clock else f"P{days}"


# A sentence that looks back makes a day ahead as unlikely as so many days more do, and the other
# way round; one that does not tell looks back rather than ahead, as news does.
_AGAINST = {-1: 250, 1: 150}
_AHEAD_UNTOLD = 100


def nearest(spans: Mapping[int, Days], anchor: date, direction: int) -> int | None:
    """The key of the days whose middle is nearest to an anchor, those in a direction (-1: back,
    1: ahead, 0: either) before others; None if there are none.
    """

    def away(key: int) -> float:
        first, last = spans[key]
        days = ((first - anchor) + (last - first) / 2).days
        if direction == 0:
            return abs(days) + (_AHEAD_UNTOLD if first > anchor else 0)
        return abs(days) + (_AGAINST[direction] if days * direction < 0 else 0)

    return min(spans, key=away, default=None)


def year_of_day(month: int, day: int, anchor: date, direction: int) -> int | None:
    """The year that a day of a month is likely meant in; None if no year has such a day."""
    values = {y: f"{y:04}-{month:02}-{day:02}" for y in range(anchor.year - 4, anchor.year + 5)}
    return nearest({y: d for y, v in values.items() if (d := days_of(v))}, anchor, direction)


def easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian algorithm: Meeus 1991, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * i) // 451
    month, day = divmod(h + i - 7 * m + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday of a month (Monday is 0)."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _within(year: int, unsaid: str) -> str | None:
    """A year with its last digits unsaid; None where the calendar ends."""
    if not 1 <= year < MAXYEAR:
        return None
    return f"{year:04}"[: 4 - len(unsaid)] + unsaid
