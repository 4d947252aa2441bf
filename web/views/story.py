"""The page of a story: how an event was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from archive.query.request import Count, FacetFilter, SearchRequest, Sort
from archive.search.answer import FacetValue, Hit
from archive.search.story import Story, Telling
from web.params import link, with_filter
from web.views.parts import Box, Link, Piece, date_note, period, pieces, shown_date

# The drawing of a source's articles, in its own units: days from left to right.
_WIDTH, _TICK = 1_000, 12


@dataclass(frozen=True, slots=True)
class Reprint:
    """Another article with a text; `title` only where its headline is another."""

    source: str
    published: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """A text of the story. Words that no earlier headline has are marked."""

    href: str
    title: tuple[Piece, ...]
    source: str
    published: str
    published_note: str
    copies: tuple[Reprint, ...]
    copied: str


@dataclass(frozen=True, slots=True)
class Day:
    """The texts of a day."""

    heading: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """An article in a source's line."""

    x: float
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A source's articles over time."""

    source: str
    href: str
    count: int
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """story.html"""

    box: Box
    id: str
    title: str
    counted: str
    texts: str
    span: str
    search: str
    omitted: int
    days: tuple[Day, ...]
    lines: tuple[Line, ...]
    width: int
    tick: int
    first: str
    last: str
    actors: tuple[tuple[Link, int], ...]
    places: tuple[tuple[Link, int], ...]
    json: str


def story_page(story: Story) -> StoryPage:
    """The page of a story."""
    search = SearchRequest(story=story.id, sort=Sort.OLDEST)
    first, last = (period(day.isoformat()) if day else "" for day in (story.first, story.last))
    return StoryPage(
        box=Box(),
        id=story.id,
        title=story.title,
        counted=Count.ARTICLES.of(story.articles),
        texts=Count.COPIES.of(story.texts) if story.texts < story.articles else "",
        span=first if first == last else f"{first} to {last}",
        search=link(search),
        omitted=story.omitted,
        days=tuple(_days(story)),
        lines=tuple(_lines(story, search)),
        width=_WIDTH,
        tick=_TICK,
        first=first,
        last=last,
        actors=tuple(_named(story.actors, "actor", search)),
        places=tuple(_named(story.places, "place", search)),
        json=f"/api/v1/stories/{story.id}",
    )


def _days(story: Story) -> Iterable[Day]:
    for heading, told in groupby(story.tellings, key=lambda t: shown_date(t.hit.published)):
        yield Day(heading, tuple(map(_told, told)))


def _told(telling: Telling) -> Told:
    hit = telling.hit
    others = len(telling.copies)
    sources = len({copy.source for copy in telling.copies if copy.source})
    copied = f"+{others:,} {'copy' if others == 1 else 'copies'}"
    if sources > 1:
        copied += f", {sources:,} sources"
    return Told(
        href=f"/articles/{hit.id}",
        title=pieces(hit.title, telling.new),
        source=_source(hit),
        published=shown_date(hit.published),
        published_note=date_note(hit.published),
        copies=tuple(
            Reprint(
                source=_source(copy),
                published=shown_date(copy.published),
                href=f"/articles/{copy.id}",
                title=copy.title if copy.title != hit.title else "",
            )
            for copy in telling.copies
        ),
        copied=copied if others else "",
    )


def _source(hit: Hit) -> str:
    return hit.source or "unknown source"


def _lines(story: Story, search: SearchRequest) -> Iterable[Line]:
    """Each source with its articles as ticks, most articles first."""
    hits = [hit for t in story.tellings for hit in (t.hit, *t.copies)]
    for value in story.sources:
        ticks = tuple(
            Tick(x, f"/articles/{hit.id}", f"{shown_date(hit.published)}: {hit.title}")
            for hit in hits
            if hit.source == value.value and (x := _across(story, hit)) is not None
        )
        chosen = with_filter(search, FacetFilter("source", value.value))
        yield Line(value.label, link(chosen), value.count, ticks)


def _across(story: Story, hit: Hit) -> float | None:
    """How far from the left an article stands; None without a date."""
    if hit.published is None or story.first is None or story.last is None:
        return None
    days = max((story.last - story.first).days, 1)
    into = (hit.published.start.date() - story.first).days
    return round(min(max(into / days, 0), 1) * (_WIDTH - _TICK), 1)


def _named(
    values: Iterable[FacetValue], facet: str, search: SearchRequest
) -> Iterable[tuple[Link, int]]:
    for value in values:
        chosen = with_filter(search, FacetFilter(facet, value.value))
        yield Link(value.label, link(chosen)), value.count
