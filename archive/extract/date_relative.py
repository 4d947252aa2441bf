"""Readings of times that count from the day of publication or from what was spoken of, and of
times without a place in the calendar: durations, what comes again, "now".
"""

from datetime import date, timedelta

from archive.extract.date_calendar import holiday, month_day
from archive.extract.date_context import Context
from archive.extract.date_reading import (
    FUTURE,
    LAST,
    NEXT,
    PAST,
    PRESENT,
    Reading,
    Run,
    dated,
    is_plural,
    month_of,
    number_of,
    ordinal_of,
    unit_of,
    weekday_of,
    whole_number,
)
from archive.extract.date_values import (
    DAY,
    WEEK,
    Days,
    day_value,
    days_of,
    in_whole,
    length_of,
    moved,
    quarter_value,
    shift,
)
from archive.extract.date_words import DAYPARTS, EVERY, NUMBERS, ORDINALS, SEASONS, VAGUE

_NOON = 12
_ZULU = frozenset(("gmt", "utc"))


# Days that count from the day of publication.


def weekday_alone(run: Run, context: Context) -> Reading | None:
    """ "last Friday", "Tuesday evening"; without more, by the tense."""
    word, anchor = run.word("wd"), context.anchor
    if word.endswith("days"):
        return Reading("SET", f"XXXX-WXX-{weekday_of(word) + 1}")
    if anchor is None:
        return None
    day = _on_weekday(weekday_of(word), run, context, anchor, run.kind("way"))
    return _with_daypart(day, run.word("p"))


def _on_weekday(weekday: int, run: Run, context: Context, anchor: date, way: str) -> date:
    back = timedelta(days=(anchor.weekday() - weekday) % 7)
    ahead = timedelta(days=(weekday - anchor.weekday()) % 7)
    if way in LAST:
        return anchor - (back or WEEK)
    if way in NEXT or way == "X":
        return anchor + (ahead or WEEK)
    if way == "h":
        return anchor - timedelta(days=anchor.weekday() - weekday)
    direction = context.direction(run.start, run.end)
    return anchor + ahead if direction > 0 else anchor - back


def _with_daypart(day: date, part: str) -> Reading:
    if not part:
        return Reading("DATE", day_value(day))
    return Reading("TIME", f"{day_value(day)}T{DAYPARTS[part.removesuffix('s')]}")


def day_word(run: Run, context: Context) -> Reading | None:
    """ "yesterday", "tonight"."""
    anchor = context.anchor
    if anchor is None:
        return None
    word = run.word("day")
    if word == "tonight":
        return Reading("TIME", f"{day_value(anchor)}TNI")
    day = anchor + {"today": 0, "yesterday": -1, "tomorrow": 1}[word] * DAY
    return _with_daypart(day, run.word("p") or run.word("p0"))


def daypart(run: Run, context: Context) -> Reading | None:
    """ "this morning", "last night", "that evening", "the next morning"."""
    way, part = run.kind("way"), run.word("p")
    day = context.spoken_of if way == "H" or run.word("the") else context.anchor
    if day is None:
        return None
    if way in LAST:
        day -= DAY
    elif way in NEXT or way == "X":
        day += DAY
    return _with_daypart(day, part)


def clock(run: Run, context: Context) -> Reading | None:
    """A time of the day, with the day if it stands beside it."""
    word, half = run.word("c"), run.word("p")[:1]
    zone = run.word("zone") or run.word("zone2")
    if word.isdigit() and len(word) == len("1730"):
        if zone not in _ZULU:
            return None  # "in 2015 local councils"
        word = f"{word[:2]}:{word[2:]}"
    hour, _, minute = word.partition(":")
    if hour not in NUMBERS and not hour.isdecimal():
        return None  # "at 1,000 a.m.", "7.5 p.m."
    hours = NUMBERS[hour] if hour in NUMBERS else int(hour)
    minute = minute[:2] or "00"
    known = half or zone or run.word("o") or run.near(-1) == "at"
    if hours > 24 or int(minute) > 59 or not known:
        return None
    if half:
        hours = hours % _NOON + (_NOON if half == "p" else 0)
    day = _beside(run, context)
    return Reading("TIME", f"{day_value(day)}T{hours:02}:{minute}") if day else None


def _beside(run: Run, context: Context) -> date | None:
    """The day that is named with a time, else the one spoken of."""
    anchor = context.anchor
    if run.word("m"):
        found = month_day(run, context)
        days = days_of(found.value) if found else None
        return days[0] if days else None
    if anchor is None:
        return None
    if run.word("h"):
        found = holiday(run, context)
        days = days_of(found.value) if found else None
        return days[0] if days else None
    if run.word("wd"):
        return _on_weekday(weekday_of(run.word("wd")), run, context, anchor, run.kind("way"))
    if run.word("day"):
        return anchor + {"yesterday": -1, "tomorrow": 1}.get(run.word("day"), 0) * DAY
    return context.spoken_of


def noon(run: Run, context: Context) -> Reading | None:
    """ "noon Thursday", "mid-afternoon yesterday"."""
    day = _beside(run, context)
    return _with_daypart(day, run.word("p")) if day else None


def at_noon(run: Run, context: Context) -> Reading | None:
    """ "at noon", "until midnight", of the day spoken of."""
    day, part = context.spoken_of, run.word("p")
    return _with_daypart(day, part) if day and ":" in DAYPARTS[part.removesuffix("s")] else None


# Units that count from the day of publication, or from what was spoken of.


def ago(run: Run, context: Context) -> Reading | None:
    """ "two weeks ago"."""
    unit, count = unit_of(run.word("u")), _count(run)
    if count is None or context.anchor is None:
        return Reading("DATE", PAST)
    if unit[0] == "T":
        return Reading("TIME", day_value(context.anchor), confidence=0.6)
    if unit == "Y" and count == 1 and context.quarter:
        return dated(_a_year_before(context.quarter), 0.7)
    steps = in_whole(unit, count)
    return dated(moved(context.anchor, steps[0], -steps[1])) if steps else None


def _count(run: Run) -> float | int | None:
    """How many units are said, with a half that follows ("a year and a half")."""
    count = number_of(run.words("n"))
    return count + 0.5 if count is not None and run.word("half") else count


def _a_year_before(quarter: str) -> str:
    return f"{int(quarter[:4]) - 1:04}{quarter[4:]}"


def year_ago(run: Run, context: Context) -> Reading | None:
    """ "the year-earlier quarter", "the year-ago period"."""
    if context.anchor is None:
        return None
    unit = unit_of(run.word("u"))
    if unit == "Y" and run.word("r"):
        value = f"{context.anchor.year - 1:04}-Q{ordinal_of(run.word('r'))}"
        return dated(value)
    if unit == "Y" and context.quarter:
        return dated(_a_year_before(context.quarter), 0.7)
    if unit == "Y" and "Q" in (unit_of(run.word("what")), "Q" if run.kind("what") == "G" else ""):
        return dated(moved(context.anchor, "Q", -5), 0.6)
    return dated(moved(context.anchor, unit, -1))


def before_or_after(run: Run, context: Context) -> Reading | None:
    """ "two days earlier", "a month later", "the day before": from the date spoken of."""
    start, unit = context.spoken_of, unit_of(run.word("u"))
    sign = -1 if run.kind("side") == "B" else 1
    words = run.words("n")
    count = 1 if words in ([], ["the"]) else _count(run)
    if count is None or (words != ["the"] and words and run.word("side") in {"before", "after"}):
        # "two months after the flood" counts from what nobody dated.
        return Reading("DURATION", length_of(unit, count), confidence=0.7)
    steps = in_whole(unit, count)
    if start is None or steps is None or unit[0] == "T" or _the_many(run):
        return None
    if unit == "Y" and count == 1 and sign < 0 and context.quarter:
        return dated(_a_year_before(context.quarter), 0.7)
    return dated(moved(start, steps[0], sign * steps[1]), 0.7)


def from_a_day(run: Run, context: Context) -> Reading | None:
    """ "the day before last Tuesday", "two weeks after Christmas"."""
    unit, words = unit_of(run.word("u")), run.words("n")
    count = 1 if words == ["the"] else number_of(words)
    start = _beside(run, context)
    if start is None or count is None or run.word("side") not in {"before", "after"}:
        return None
    steps = in_whole(unit, count)
    if steps is None or steps[0][0] == "T" or _the_many(run):
        return None
    sign = -1 if run.kind("side") == "B" else 1
    return dated(moved(start, steps[0], sign * steps[1]), 0.8)


def _the_many(run: Run) -> bool:
    """ "the weeks before"."""
    return run.words("n") == ["the"] and is_plural(run.word("u"))


def directed_unit(run: Run, context: Context) -> Reading | None:
    """ "last month", "this year", "the following day", "the past year"."""
    way, word = run.kind("way"), run.word("u")
    unit, stated = unit_of(word), run.word("way")
    if is_plural(word):
        if way in "xX":
            return Reading("DURATION", length_of(unit, None), confidence=0.6)
        return Reading("DURATION", length_of(unit, None), confidence=0.6) if way in "Ll" else None
    next_day = unit == "D" and way == "x" and bool(run.word("the"))
    relative = way in "HX" or next_day or stated in {"previous", "preceding", "prior"}
    start = context.spoken_of if relative else context.anchor
    if start is None:
        return None
    if way == "L" and unit in "EC":
        return _lately(start, unit, 1)
    if unit == "Q" and way in "hc":
        return dated(quarter_value(start))
    step = -1 if way in LAST else 1 if way in "xX" else 0
    if (unit == "D" and way in "hc") or (unit == "D" and way in "lLx" and not relative):
        return Reading("DATE", PRESENT, confidence=0.6) if way == "h" else None
    return dated(moved(start, unit, step), 0.7 if relative else 0.9)


def _lately(anchor: date, unit: str, count: int) -> Reading | None:
    """So many units up to now."""
    return Reading("DURATION", length_of(unit, count), days=_span(anchor, unit, -count))


def _span(anchor: date, unit: str, count: float) -> Days | None:
    """The days between an anchor and so many units from it."""
    days = {"D": 1, "W": 7, "F": 14}
    months = {"M": 1, "Q": 3, "Y": 12, "E": 120, "C": 1200}
    unit, whole = in_whole(unit, count) or ("", 0)
    try:
        if unit in days:
            other = anchor + timedelta(days=days[unit] * whole)
        elif unit in months:
            other = shift(anchor, months[unit] * whole)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return (other, anchor) if count < 0 else (anchor, other)


def counted_span(run: Run, context: Context) -> Reading | None:
    """ "the past three months", "the next two weeks", "the first nine months"."""
    way, unit = run.kind("way"), unit_of(run.word("u"))
    count = number_of(run.words("n"))
    days = None
    if context.anchor and count and way in "lLxX":
        days = _span(context.anchor, unit, -count if way in LAST else count)
    if unit == "TH" and count == 24:
        return Reading(
            "DURATION", "P1D", days=_span(context.anchor, "D", -1) if context.anchor else None
        )
    return Reading("DURATION", length_of(unit, count), days=days)


def how_long(run: Run, _: Context) -> Reading | None:
    """ "three years", "a 10-hour"; "a year" after a sum says how often."""
    words, unit, count = run.words("n"), unit_of(run.word("u")), _count(run)
    if unit == "Y" and (run.kind("old") or run.near_class(1) == "k"):
        return None  # an age
    if words in (["a"], ["an"]) and count == 1:
        if unit in {"TM", "TS"} or run.near(1) == "when" or is_plural(run.word("u")):
            return None
        if _rate(run):
            return Reading("SET", length_of(unit, 1), confidence=0.8)
    if words == ["some"] and not is_plural(run.word("u")):
        return None
    if words == ["one"] and unit == "D" and run.near_class(-1) not in "I":
        return Reading("DURATION", "P1D", confidence=0.6)
    return Reading("DURATION", length_of(unit, count))


def quarters(run: Run, _: Context) -> Reading | None:
    """ "three quarters of an hour", "a quarter century"."""
    unit, count = unit_of(run.word("u")), number_of(run.words("n") or ["a"])
    if unit_of(run.word("quarters")) != "Q" or unit == "Q" or count is None:
        return None
    return Reading("DURATION", length_of(unit, count / 4))


def _rate(run: Run) -> bool:
    """Whether "a year" says how often: after a sum, a number or "times"."""
    before = run.near_class(-1)
    return before in {"n", "f", "$", "w", "%"} or run.near(-1) in {
        "million", "billion", "percent", "dollars", "cents", "once", "twice", "tons", "barrels",
        "euros", "pounds", "people", "hours",
    }  # fmt: skip


def indefinite(run: Run, _: Context) -> Reading | None:
    """ "for years", "within weeks"."""
    if not is_plural(run.word("u")) or unit_of(run.word("u"))[0] == "T":
        return None
    return Reading("DURATION", length_of(unit_of(run.word("u")), None), confidence=0.6)


def recent(run: Run, _: Context) -> Reading | None:
    """ "recent months"."""
    word = run.word("u")
    return Reading("DURATION", length_of(unit_of(word), None), confidence=0.7)


def long(run: Run, _: Context) -> Reading | None:
    """ "day-long", "years-long"."""
    word = run.word("u")
    return Reading("DURATION", length_of(unit_of(word), None if is_plural(word) else 1))


def the_unit(run: Run, context: Context) -> Reading | None:
    """ "the year", "the quarter": the one spoken of."""
    unit, start = unit_of(run.word("u")), context.spoken_of
    if is_plural(run.word("u")) or context.anchor is None or start is None:
        return None
    if unit == "Y" and run.near(1) in {"ended", "ending"}:
        return Reading("DURATION", "P1Y", confidence=0.7)
    if unit == "Q":
        return dated(context.quarter or moved(context.anchor, "Q", -1), 0.6)
    if unit in {"W", "M", "Y"}:
        return dated(moved(context.anchor, unit, 0), 0.6)
    return None


def period(_: Run, context: Context) -> Reading | None:
    """ "the latest period": the quarter spoken of."""
    latest = moved(context.anchor, "Q", -1) if context.anchor else None
    return dated(context.quarter or latest, 0.6)


# What comes again and again, and what has no place in the calendar.


def every(run: Run, _: Context) -> Reading | None:
    """ "every week", "each July"."""
    words = run.words("n")
    number = (ORDINALS.get(words[0]) or whole_number(words)) if words else None
    if number and run.word("u"):
        return Reading("SET", length_of(unit_of(run.word("u")), number))
    if run.word("u"):
        return Reading("SET", length_of(unit_of(run.word("u")), 1))
    if run.word("m"):
        return Reading("SET", f"XXXX-{month_of(run.word('m')):02}")
    if run.word("s"):
        return Reading("SET", f"XXXX-{SEASONS[run.word('s')]}")
    if run.word("p"):
        return Reading("SET", f"XXXX-XX-XXT{DAYPARTS[run.word('p')]}")
    return Reading("SET", f"XXXX-WXX-{weekday_of(run.word('wd')) + 1}")


def often(run: Run, _: Context) -> Reading | None:
    """ "daily"."""
    return Reading("SET", EVERY[run.word("all")], confidence=0.8)


def vague(run: Run, _: Context) -> Reading | None:
    """ "now", "recently"."""
    return Reading("DATE", VAGUE[run.word("all")], confidence=0.7)


def current(run: Run, _: Context) -> Reading | None:
    """ "current", of what is so now."""
    return Reading("DATE", PRESENT, confidence=0.6)


def these_days(run: Run, _: Context) -> Reading | None:
    """ "these days"."""
    words = [t.word for t in run.lexed.tokens[run.start : run.end]]
    return Reading("DATE", PRESENT, confidence=0.7) if words == ["these", "days"] else None


def the_future(run: Run, _: Context) -> Reading | None:
    """ "the future", "the near future"; not "the future king"."""
    words = [t.word for t in run.lexed.tokens[run.start : run.end]]
    named = words[-1] == "future" and words[1:-1] in ([], ["near"], ["foreseeable"], ["distant"])
    if not named or (run.near_class(1) == "_" and run.near(-1) not in {"in", "for"}):
        return None
    return Reading("DATE", FUTURE, confidence=0.7)


def the_past(run: Run, _: Context) -> Reading | None:
    """ "the past" without what it is the past of."""
    if run.near(1) in {"tense", "participle"} or (
        run.near_class(1) == "_" and run.near_class(-1) != "I"
    ):
        return None
    return Reading("DATE", PAST, confidence=0.7)
