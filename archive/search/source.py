"""A source: what the archive has of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.query.request import FacetFilter, SearchRequest, Sort
from archive.search.answer import FacetValue, Hit
from archive.search.timeline import Timeline

LATEST = 6


@dataclass(frozen=True, slots=True)
class Source:
    """A publication: its articles over time, whom and what they name (`facets`), the latest."""

    value: str
    label: str
    articles: int
    timeline: Timeline
    facets: Mapping[str, tuple[FacetValue, ...]]
    latest: tuple[Hit, ...]


def articles_from(source: str, *, size: int = SearchRequest().size) -> SearchRequest:
    """The search for the articles of a source, the newest first."""
    return SearchRequest(filters=(FacetFilter("source", source),), sort=Sort.NEWEST, size=size)
