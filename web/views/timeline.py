"""The page of a result set over time: a drawing, and the same as a table."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.query.request import FacetFilter, SearchRequest
from archive.search.timeline import Timeline
from web.params import first_page, link
from web.views.histogram import Histogram, chosen_period, histogram
from web.views.parts import Box, box, period

_PATH = "/timeline"


@dataclass(frozen=True, slots=True)
class Row:
    """A period with the articles published in it, those that speak of it, and all held."""

    label: str
    closer: str
    published: int
    published_href: str
    spoken: int
    spoken_href: str
    held: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """timeline.html"""

    box: Box
    total: str
    histogram: Histogram | None
    unit: str
    rows: tuple[Row, ...]
    undated: int
    undated_href: str
    timeless: int
    timeless_href: str
    back: str


def timeline_page(request: SearchRequest, timeline: Timeline, total: int) -> TimelinePage:
    """The page of a request's timeline; `total` counts the result set."""
    return TimelinePage(
        box=box(request),
        total=request.count.of(total),
        histogram=histogram(request, timeline, _PATH),
        unit=timeline.unit,
        rows=tuple(_rows(request, timeline)),
        undated=timeline.undated,
        undated_href=link(chosen_period(request, "date", "undated")),
        timeless=timeline.timeless,
        timeless_href=link(chosen_period(request, "mentions", "none")),
        back=link(first_page(request)),
    )


def _rows(request: SearchRequest, timeline: Timeline) -> Iterable[Row]:
    """What can be looked into leads closer; numbers lead to their articles."""
    for each in timeline.periods:
        if not (each.published or each.spoken or each.held):
            continue
        closer = chosen_period(request, "date", each.value)
        yield Row(
            label=period(each.value),
            closer=link(closer, _PATH) if timeline.unit != "day" else "",
            published=each.published,
            published_href=link(closer),
            spoken=each.spoken,
            spoken_href=link(chosen_period(request, "mentions", each.value)),
            held=each.held,
            chosen=FacetFilter("date", each.value) in request.filters,
        )
