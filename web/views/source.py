"""The page of a source: what the archive has of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.query.request import FacetFilter, SearchRequest, Sort
from archive.search.answer import Answer
from archive.search.timeline import Timeline
from web.params import first_page, link, with_filter
from web.views.histogram import Histogram, histogram
from web.views.parts import HEADINGS, Box, Card, Link, card, shown_value

_FACETS = ("actor", "place", "section", "author", "language")
_SHOWN = 10
_LATEST = 6


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


def articles_from(source: str) -> SearchRequest:
    """The search for the newest articles of a source."""
    chosen = FacetFilter("source", source)
    return SearchRequest(filters=(chosen,), sort=Sort.NEWEST, size=_LATEST)


def source_page(request: SearchRequest, answer: Answer, timeline: Timeline) -> SourcePage:
    """The page of a source, from the answer to `articles_from` it."""
    every = replace(request, size=SearchRequest().size)
    label = next(v.label for v in answer.facets["source"] if v.chosen)
    return SourcePage(
        box=Box(),
        label=label,
        articles=answer.total,
        undated=timeline.undated,
        search=link(every),
        timeline=link(every, "/timeline"),
        histogram=histogram(every, timeline),
        named=tuple(_named(every, answer)),
        latest=tuple(card(hit, every, at) for at, hit in enumerate(answer.hits)),
    )


def _named(request: SearchRequest, answer: Answer) -> Iterable[Named]:
    for facet in _FACETS:
        values = answer.facets.get(facet, ())
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
