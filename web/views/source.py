"""The page of a source: what the archive has of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.query.request import FacetFilter, SearchRequest
from archive.search.source import Source, articles_from
from web.params import first_page, link, with_filter
from web.views.histogram import Histogram, histogram
from web.views.parts import HEADINGS, Box, Card, Link, card, shown_value

_FACETS = ("actor", "place", "section", "author", "language")
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Named:
    """A facet of a source's articles: its values with their counts."""

    heading: str
    values: tuple[tuple[Link, int], ...]
    more: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """source.html"""

    box: Box
    label: str
    articles: int
    undated: int
    search: str
    timeline: str
    histogram: Histogram | None
    named: tuple[Named, ...]
    latest: tuple[Card, ...]


def source_page(source: Source) -> SourcePage:
    """The page of a source."""
    every = articles_from(source.value)
    return SourcePage(
        box=Box(),
        label=source.label,
        articles=source.articles,
        undated=source.timeline.undated,
        search=link(every),
        timeline=link(every, "/timeline"),
        histogram=histogram(every, source.timeline),
        named=tuple(_named(every, source)),
        latest=tuple(card(hit, every, at) for at, hit in enumerate(source.latest)),
    )


def _named(request: SearchRequest, source: Source) -> Iterable[Named]:
    for facet in _FACETS:
        values = source.facets.get(facet, ())
        if len(values) < 2:
            continue
        found = (
            (
                Link(
                    shown_value(facet, v.label),
                    link(with_filter(request, FacetFilter(facet, v.value))),
                ),
                v.count,
            )
            for v in values[:_SHOWN]
        )
        more = link(first_page(request), f"/facets/{facet}") if len(values) > _SHOWN else ""
        yield Named(HEADINGS[facet], tuple(found), more)
