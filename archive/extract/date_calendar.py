"""Readings of dates that stand in the calendar: days, months, years, parts of years, holidays."""

import re
from datetime import date

from archive.extract.date_context import Context
from archive.extract.date_reading import (
    LAST,
    NEXT,
    Reading,
    Run,
    dated,
    day_reading,
    month_of,
    ordinal_of,
    unit_of,
    whole_number,
    year_of,
)
from archive.extract.date_values import (
    DAY,
    WEEK,
    day_value,
    days_of,
    easter,
    nearest,
    nth_weekday,
    week_value,
    year_of_day,
)
from archive.extract.date_words import DECADES, HOLIDAYS, SEASONS

# Bounds of bare numbers of four digits that are taken for years.
_FIRST_YEAR, _LAST_YEAR = 1850, 2060
_PERCENT = frozenset(("percent", "per", "people", "points", "miles", "kilometers", "km", "%"))
_MONEY = frozenset("$£€¥#")


# Absolute dates.


def iso(run: Run, _: Context) -> Reading | None:
    """ "2024-06-01", perhaps with a time of day."""
    word = run.word("all").upper().replace(" ", "T")
    if not days_of(word[:10]):
        return None
    return Reading("TIME" if "T" in word else "DATE", word[:16], confidence=1.0)


def slashed(run: Run, _: Context) -> Reading | None:
    """Month and day as an American writes them, unless they cannot be so."""
    first, second, year = run.word("all").split("/")
    month, day = int(first), int(second)
    sure = month > 12 or day > 12 or month == day
    if month > 12:
        month, day = day, month
    number = year_of(year)
    return day_reading(number, month, day, 1.0 if sure else 0.6) if number else None


def month_day(run: Run, context: Context) -> Reading | None:
    """ "Sept. 4, 1998", "4 May"; without a year, the one that is likely meant."""
    month, day = month_of(run.word("m")), ordinal_of(run.word("d"))
    if not 1 <= day <= 31 or (not run.word("y") and run.near_class(1) in {"p", "%", "u"}):
        return None
    if run.word("y"):
        return day_reading(int(run.word("y")), month, day)
    if context.anchor is None:
        return None
    direction = context.direction(run.start, run.end)
    if run.near(-1) in {"ended", "since"}:
        direction = -1
    way = run.kind("way")
    year = year_of_day(month, day, context.anchor, {"l": -1, "x": 1}.get(way, direction))
    return day_reading(year, month, day, 0.9) if year else None


def day_range(run: Run, context: Context) -> Reading | None:
    """ "May 5-7": a day that goes on to another."""
    first = month_day(run, context)
    if first is None or not (days := days_of(first.value)):
        return None
    last = ordinal_of(run.word("d2"))
    end = days_of(f"{first.value[:8]}{last:02}")
    if not end or end[0] <= days[0]:
        return None
    return Reading("DATE", first.value, days=(days[0], end[1]), confidence=first.confidence)


def week_of(run: Run, context: Context) -> Reading | None:
    """ "the week of May 5": the one that it lies in."""
    found = month_day(run, context) if unit_of(run.word("u")) == "W" else None
    days = days_of(found.value) if found else None
    return dated(week_value(days[0])) if days else None


def month_year(run: Run, _: Context) -> Reading | None:
    """ "June 1931"."""
    year = year_of(run.word("y"))
    return dated(f"{year:04}-{month_of(run.word('m')):02}", 1.0) if year else None


def month_alone(run: Run, context: Context) -> Reading | None:
    """A month without a year: "May" and "March" open no sentence as a month without a sign."""
    anchor, word = context.anchor, run.word("m")
    if anchor is None:
        return None
    month, way = month_of(word), run.kind("way")
    if word == "may" and not way and run.near_class(-1) not in set("ION&mehs,"):
        return None
    if word == "march" and not way and run.near_class(-1) not in set("ION&mehs,~-(BF"):
        return None
    if run.word("u"):
        offset = {"l": -1, "x": 1}.get(run.kind("way2"), 0)
        return dated(f"{anchor.year + offset:04}-{month:02}")
    if way == "h":
        return dated(f"{anchor.year:04}-{month:02}")
    if way in LAST or way in NEXT:
        step = -1 if way in LAST else 1
        past = month < anchor.month if step < 0 else month <= anchor.month
        year = anchor.year + (step if past == (step > 0) else 0)
        return dated(f"{year:04}-{month:02}")
    direction = context.direction(run.start, run.end)
    values = {y: f"{y:04}-{month:02}" for y in range(anchor.year - 1, anchor.year + 2)}
    spans = {y: days for y, value in values.items() if (days := days_of(value))}
    found = nearest(spans, anchor, direction)
    return dated(f"{found:04}-{month:02}", 0.9 if direction else 0.7) if found else None


def bare_year(run: Run, _: Context) -> Reading | None:
    """Four digits that are a year by what stands around them."""
    number = int(run.word("y"))
    before, after = run.near(-1), run.near(1)
    if before in _MONEY or after in _PERCENT or run.near_class(1) in {"u", "%"}:
        return None
    if run.near_class(-1) in {"n", "f", "·"} and before not in {'"', "“", "(", "`", "'"}:
        return None
    if not _FIRST_YEAR <= number <= _LAST_YEAR and run.near_class(-1) not in {"I", "O", "m"}:
        return None
    return dated(f"{number:04}", 1.0)


def two_years(run: Run, _: Context) -> Reading | None:
    """ "1990-91"."""
    first, last = int(run.word("y")), int(run.word("y2"))
    if last < 100:
        last += first // 100 * 100
    if not 0 < last - first < 100:
        return None
    return Reading("DATE", f"{first:04}", days=(date(first, 1, 1), date(last + 1, 1, 1)))


def spoken_year(run: Run, _: Context) -> Reading | None:
    """ "nineteen ninety-seven"."""
    century, rest = whole_number(run.words("c")), whole_number(run.words("r"))
    if century not in {18, 19, 20} or rest is None or not 10 <= rest <= 99:
        return None
    value = f"{century}{rest:02}"
    return dated(f"{value}-{month_of(run.word('m')):02}" if run.word("m") else value)


def decade(run: Run, _: Context) -> Reading | None:
    """ "the 1990s", "the nineties"."""
    if word := run.word("d"):
        return dated(f"19{DECADES[word] // 10}X", 0.8)
    digits = re.sub(r"\D", "", run.word("e"))
    return dated(f"{digits[:3]}X" if len(digits) == 4 else f"19{digits[0]}X", 1.0)


def holiday(run: Run, context: Context) -> Reading | None:
    """ "Christmas", "Easter week": a day with a name, the nearest one unless a year is said."""
    word, anchor = run.word("h"), context.anchor
    eve = run.near(1) == "eve"
    stated = int(run.word("y")) if run.word("y") else None
    if stated is None and anchor is None:
        return None
    years = (
        [stated] if stated else [anchor.year - 1, anchor.year, anchor.year + 1] if anchor else []
    )
    days = [_feast(word, year) - (DAY if eve else 0 * DAY) for year in years]
    if anchor is None:
        return dated(day_value(days[0]))
    spans = dict(enumerate((d, d + DAY) for d in days))
    chosen = nearest(spans, anchor, context.direction(run.start, run.end))
    day = days[chosen or 0]
    return dated(week_value(day) if run.word("u") == "week" else day_value(day))


def _feast(word: str, year: int) -> date:
    if word == "easter":
        return easter(year)
    if word == "thanksgiving":
        return nth_weekday(year, 11, 3, 4)
    return date(year, *HOLIDAYS[word])


# Parts of a year.


def century(run: Run, _: Context) -> Reading | None:
    """ "the 20th century"."""
    number = ordinal_of(run.words("r")[-1])
    if unit_of(run.word("u")) != "C" or not 1 <= number <= 21:
        return None
    return dated(f"{number - 1:02}XX", 1.0)


def numbered(run: Run, context: Context) -> Reading | None:
    """ "the third quarter of 1990", "the first half"."""
    number, unit = ordinal_of(run.word("r")), unit_of(run.word("u"))
    if run.word("half"):
        if run.near_class(1) == "u":
            return None  # "the first half hour"
        unit = "H"
    most = {"Q": 4, "H": 2}.get(unit, 0)
    if not 1 <= number <= most:
        return None
    return _part_of_year(unit, number, run, context)


def _part_of_year(unit: str, number: int, run: Run, context: Context) -> Reading | None:
    year = int(run.word("y")) if run.word("y") else None
    anchor = context.anchor
    if year is None and anchor is None:
        return None
    if year is None and anchor is not None:
        step = {"l": -1, "x": 1, "h": 0}.get(run.kind("way"))
        if step is not None:
            year = anchor.year + step
        else:
            values = {y: f"{y:04}-{unit}{number}" for y in range(anchor.year - 1, anchor.year + 2)}
            spans = {y: days for y, value in values.items() if (days := days_of(value))}
            year = nearest(spans, anchor, context.direction(run.start, run.end))
    return dated(f"{year:04}-{unit}{number}")


def quarter_code(run: Run, context: Context) -> Reading | None:
    """ "Q3 2024"."""
    code = run.word("q")
    return _part_of_year(code[0].upper(), int(code[1]), run, context)


def quarter_of_year(run: Run, context: Context) -> Reading | None:
    """ "the 1988 quarter": the quarter spoken of, in that year."""
    year = int(run.word("y"))
    return dated(f"{year:04}{context.quarter[4:]}" if context.quarter else f"{year:04}", 0.7)


def fiscal(run: Run, _: Context) -> Reading | None:
    """ "fiscal 1989": taken for the calendar's year."""
    return dated(f"{int(run.word('y')):04}")


def season(run: Run, context: Context) -> Reading | None:
    """ "last summer", "spring 1999"."""
    word, anchor, way = run.word("s"), context.anchor, run.kind("way")
    bare = not (way or run.word("y") or run.kind("the"))
    if word.endswith("s") or (bare and (word in {"fall", "spring"} or run.near_class(-1) != "I")):
        return None
    code = SEASONS[word]
    if run.word("y"):
        return dated(f"{int(run.word('y')):04}-{code}", 1.0)
    if anchor is None:
        return None
    begun = [
        y
        for y in range(anchor.year - 2, anchor.year + 3)
        if (days := days_of(f"{y:04}-{code}")) and days[0] <= anchor
    ][-1]
    span = days_of(f"{begun:04}-{code}")
    over = span is not None and span[1] <= anchor
    direction = context.direction(run.start, run.end)
    if way == "h":
        year = anchor.year
    elif way in NEXT or way == "X" or (not way and direction > 0 and over):
        year = begun + 1
    elif way in LAST and not over:
        year = begun - 1
    else:
        year = begun
    return dated(f"{year:04}-{code}", 0.9 if way else 0.7)


def weekend(run: Run, context: Context) -> Reading | None:
    """ "this weekend", "weekends"."""
    anchor, way = context.anchor, run.kind("way")
    if run.word("w").endswith("s"):
        return Reading("SET", "XXXX-WXX-WE", confidence=0.7)
    if anchor is None:
        return None
    step = 1 if way in NEXT or way == "X" else 0
    # On a weekday the weekend that is spoken of in the past is the one that was.
    if (way in "lL" and way) or (
        not step and anchor.weekday() < 5 and context.direction(run.start, run.end) < 0
    ):
        step = -1
    return dated(f"{week_value(anchor + step * WEEK)}-WE", 0.8)
