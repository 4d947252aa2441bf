"""Articles over time as a drawing: bars up for when they were published, bars down for what
they speak of, and beneath a band for all that the archive holds, on one axis.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.query.request import FacetFilter, SearchRequest
from archive.search.timeline import Period, Timeline
from web.params import first_page, link
from web.views.parts import Link, period

_STEP = 10.0
_PUBLISHED, _SPOKEN, _GAP, _HELD = 56, 28, 6, 14
_LEAST = 2.0  # what is there can be seen
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
    `spoken` hang from it. `band` is the outline of what the archive holds, `gaps` counts periods
    of which it holds nothing. `out` leads out of the period that is looked into.
    """

    bars: tuple[Bar, ...]
    spoken: tuple[Bar, ...]
    band: str
    most_held: int
    gaps: int
    width: int
    height: int
    axis: int
    first: str
    last: str
    unit: str
    out: tuple[Link, ...] = ()
    inexact: int = 0


def histogram(request: SearchRequest, timeline: Timeline, path: str = "/") -> Histogram | None:
    """The drawing of a request's timeline, whose bars lead to `path`; None for less than two
    periods.
    """
    periods = timeline.periods
    if len(periods) < 2:
        return None
    any_below = any(p.spoken for p in periods)
    foot = _PUBLISHED + (_SPOKEN if any_below else 0)
    return Histogram(
        bars=tuple(_bars(request, "date", periods, path)),
        spoken=tuple(_bars(request, "mentions", periods, path)) if any_below else (),
        band=_band(periods, foot + _GAP + _HELD),
        most_held=max(p.held for p in periods),
        gaps=sum(not p.held for p in _held_span(periods)),
        width=round(len(periods) * _STEP),
        height=foot + _GAP + _HELD,
        axis=_PUBLISHED,
        first=period(periods[0].value),
        last=period(periods[-1].value),
        unit=timeline.unit,
        out=tuple(_out(request, timeline.within, path)) if timeline.within else (),
        inexact=timeline.inexact,
    )


def chosen_period(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """The request with a period in place of all others of its facet; without it, if it is on."""
    kept = tuple(f for f in request.filters if f.facet != facet or f.exclude)
    chosen = FacetFilter(facet, value)
    filters = kept if chosen in request.filters else (*kept, chosen)
    return replace(first_page(request), filters=filters)


def _bars(
    request: SearchRequest, facet: str, periods: tuple[Period, ...], path: str
) -> Iterable[Bar]:
    down = facet == "mentions"
    height = _SPOKEN if down else _PUBLISHED
    counts = [p.spoken if down else p.published for p in periods]
    tallest = max(counts) or 1
    for at, (each, count) in enumerate(zip(periods, counts, strict=True)):
        size = round(max(_LEAST, height * count / tallest), 1) if count else 0.0
        yield Bar(
            x=at * _STEP + 1,
            y=_PUBLISHED if down else _PUBLISHED - size,
            width=_STEP - 2,
            height=size,
            label=period(each.value),
            count=count,
            href=link(chosen_period(request, facet, each.value), path),
            chosen=FacetFilter(facet, each.value) in request.filters,
        )


def _band(periods: tuple[Period, ...], foot: int) -> str:
    """The outline of the articles held, period by period, as the path of an SVG."""
    most = max(p.held for p in periods) or 1
    steps = []
    for at, each in enumerate(periods):
        size = round(max(_LEAST, _HELD * each.held / most), 1) if each.held else 0.0
        steps.append(f"L{at * _STEP:g} {foot - size:g}H{(at + 1) * _STEP:g}")
    return f"M0 {foot}{''.join(steps)}V{foot}Z"


def _held_span(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """From the first to the last period of which the archive holds anything."""
    held = [at for at, p in enumerate(periods) if p.held]
    return periods[held[0] : held[-1] + 1] if held else ()


def _out(request: SearchRequest, within: str, path: str) -> Iterable[Link]:
    """All dates, then the year, then the month that is looked into."""
    kept = tuple(f for f in request.filters if f.facet != "date" or f.exclude)
    bare = replace(first_page(request), filters=kept)
    yield Link("All dates", link(bare, path))
    for length in (_YEAR, _MONTH):
        if len(within) >= length:
            value = within[:length]
            on = FacetFilter("date", value) in request.filters
            target = replace(bare, filters=(*kept, FacetFilter("date", value)))
            yield Link(period(value), link(target, path), current=on)
