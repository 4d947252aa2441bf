"""Articles over time as a drawing: bars up for when they were published, bars down for what
they speak of, on one axis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import FacetValue
from web.params import link, with_filter, without_filter
from web.views.parts import period

# More bars than this are too thin to be hit by a finger.
_MOST_BARS = 36
_BAR_HEIGHT = 56
_SPOKEN_HEIGHT = 28
_STEP = 10.0
_YEAR, _MONTH = len("2024"), len("2024-06")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram, in units of its picture."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Articles over time. `first` and `last` label the ends of the axis, which lies at `axis`;
    `spoken` hang from it.
    """

    bars: tuple[Bar, ...]
    spoken: tuple[Bar, ...]
    width: int
    height: int
    axis: int
    first: str
    last: str
    unit: str


def histogram(
    request: SearchRequest, published: Sequence[FacetValue], spoken: Sequence[FacetValue]
) -> Histogram | None:
    """Months, or years where there are too many months; None for less than two of them."""
    months, years = _of_length(published, _MONTH), _of_length(published, _YEAR)
    names = _between(min(months), max(months)) if months else []
    unit, known = (_MONTH, months) if len(names) <= _MOST_BARS else (_YEAR, years)
    speaks = _of_length(spoken, unit)
    if unit == _YEAR:
        names = _years(min(years), max(years)) if years else []
    names = _extended(names, speaks)
    if len(names) < 2:
        return None
    below = _bars(request, "mentions", names, speaks, height=_SPOKEN_HEIGHT, down=True)
    any_below = any(bar.count for bar in below)
    return Histogram(
        bars=_bars(request, "date", names, known, height=_BAR_HEIGHT),
        spoken=below if any_below else (),
        width=round(len(names) * _STEP),
        height=_BAR_HEIGHT + (_SPOKEN_HEIGHT if any_below else 0),
        axis=_BAR_HEIGHT,
        first=period(names[0]),
        last=period(names[-1]),
        unit="month" if unit == _MONTH else "year",
    )


def _of_length(values: Sequence[FacetValue], length: int) -> dict[str, FacetValue]:
    """Years or months among the values."""
    return {v.value: v for v in values if len(v.value) == length and v.value[:_YEAR].isdigit()}


def _extended(names: list[str], speaks: Mapping[str, FacetValue]) -> list[str]:
    """The axis, drawn on to the last period that is spoken of while there is room: what lies
    ahead is what people look for.
    """
    if not names or not speaks or max(speaks) <= names[-1]:
        return names
    between = _between if len(names[0]) == _MONTH else _years
    whole = between(names[0], max(speaks))
    return whole[: max(len(names), _MOST_BARS)]


def _bars(
    request: SearchRequest,
    facet: str,
    names: Sequence[str],
    known: Mapping[str, FacetValue],
    *,
    height: int,
    down: bool = False,
) -> tuple[Bar, ...]:
    tallest = max((known[n].count for n in names if n in known), default=0) or 1
    bars = []
    for at, name in enumerate(names):
        value = known.get(name)
        count = value.count if value else 0
        size = round(max(2.0, height * count / tallest), 1) if count else 0.0
        chosen = bool(value and value.chosen == "include")
        target = (
            without_filter(request, facet, name)
            if chosen
            else with_filter(request, FacetFilter(facet, name))
        )
        bars.append(
            Bar(
                x=at * _STEP + 1,
                y=_BAR_HEIGHT if down else _BAR_HEIGHT - size,
                width=_STEP - 2,
                height=size,
                label=period(name),
                count=count,
                href=link(target),
                chosen=chosen,
            )
        )
    return tuple(bars)


def _between(first: str, last: str) -> list[str]:
    """All months from first to last."""
    numbers = [int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last)]
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(numbers[0], numbers[1] + 1)]


def _years(first: str, last: str) -> list[str]:
    """All years from first to last."""
    return [f"{y:04}" for y in range(int(first), int(last) + 1)]
