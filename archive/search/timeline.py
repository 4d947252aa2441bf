"""A result set in; its articles over time, beside all that the archive holds, out.

One period chosen is looked into: a year by its months, a month by its days. Without one the span
is that of all articles found. Choices of dates are left aside in every count, so a count is the
total that choosing its period gives.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from archive.query.dates import calendar_period, day_number, day_of
from archive.query.request import FacetFilter
from archive.search.result_set import ResultSet
from indexes.columns import Unit, Window

# More bars than this are too thin to be hit by a finger.
MOST_BARS = 36
_LEAST_AHEAD = 3
_NAMES: dict[Unit, str] = {"Y": "year", "M": "month", "D": "day"}
_YEAR, _MONTH = len("2024"), len("2024-06")


@dataclass(frozen=True, slots=True)
class Period:
    """A year, month or day: the articles found that were `published` in it and those that are
    `spoken` to speak of it, and all articles of the archive that it `held`.
    """

    value: str
    published: int
    spoken: int
    held: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Periods without a gap. `within` is the period that is looked into, if one is chosen.
    `undated` articles stand in none, `inexact` ones (known to a month or a year) in each that they
    may belong to; `timeless` ones speak of no time.
    """

    unit: str
    within: str | None
    periods: tuple[Period, ...]
    undated: int
    inexact: int
    timeless: int


def timeline(
    results: ResultSet,
    chosen: Iterable[FacetFilter],
    held: Callable[[Unit], dict[str, int]],
) -> Timeline:
    """The timeline of a result set, given the filters `chosen` and how many articles the archive
    holds in each period.
    """
    within = _looked_into(chosen)
    unit: Unit
    if within:
        unit = "M" if len(within) == _YEAR else "D"
        days = _days(within)
    else:
        found = results.published()
        days = (day_number(found[0]) or 0, (day_number(found[1]) or 0) + 1) if found else None
        unit = _unit(days) if days else "Y"
        days = _ahead(results, days, unit) if days else None
    names = _names(days, unit) if days else ()
    published = dict(results.counted_by("date", unit, days)) if days else {}
    spoken = dict(results.counted_by("mentions", unit, days)) if days else {}
    all_held = held(unit)
    return Timeline(
        unit=_NAMES[unit],
        within=within,
        periods=tuple(
            Period(n, published.get(n, 0), spoken.get(n, 0), all_held.get(n, 0)) for n in names
        ),
        undated=results.without("date"),
        inexact=results.inexact(),
        timeless=results.without("mentions"),
    )


def _looked_into(chosen: Iterable[FacetFilter]) -> str | None:
    """The year or month of the one period that is chosen."""
    values = [f.value for f in chosen if f.facet == "date" and not f.exclude]
    if len(values) != 1 or calendar_period(values[0]) is None:
        return None
    return values[0] if len(values[0]) <= _YEAR else values[0][:_MONTH]


def _days(period: str) -> Window | None:
    interval = calendar_period(period)
    if interval is None:
        return None
    start, end = day_number(interval.start), day_number(interval.end)
    return (start, end) if start is not None and end is not None else None


def _unit(days: Window) -> Unit:
    """Days, months, or years, as far as their bars can be told apart."""
    first, last = (day_of(days[0]), day_of(days[1] - 1))
    if days[1] - days[0] <= MOST_BARS:
        return "D"
    return "M" if _months(first, last) <= MOST_BARS else "Y"


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _ahead(results: ResultSet, days: Window, unit: Unit) -> Window:
    """The span, drawn on to the last period that is spoken of while there is room: what lies
    ahead is what people look for.
    """
    names = _names(days, unit)
    room = min(MOST_BARS - len(names), max(_LEAST_AHEAD, len(names) // 3))
    if room <= 0:
        return days
    furthest = _end(np.datetime64(names[-1], unit) + room)
    spoken = results.counted_by("mentions", unit, (days[0], furthest))
    last = max(names[-1], spoken[-1][0]) if spoken else names[-1]
    return days[0], max(days[1], _end(np.datetime64(last, unit)))


def _end(period: "np.datetime64") -> int:
    """The day after a period, as a number."""
    return int((period + 1).astype("datetime64[D]").astype(np.int64))


def _names(days: Window, unit: Unit) -> tuple[str, ...]:
    """All periods that meet a window."""
    first, last = (
        np.datetime64(d, "D").astype(f"datetime64[{unit}]") for d in (days[0], days[1] - 1)
    )
    return tuple(np.arange(first, last + 1).astype(str).tolist())
