"""What searches are answered."""

from dataclasses import dataclass

from archive.client.told import JSON, Span, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Told):
    """A publication date as stated: `value` is as long as `precision` (year … minute) says."""

    value: str
    precision: str
    origin: str
    zone: str | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(Told):
    """A value of a facet, and how many articles choosing it gives. `inside` counts the places that
    lie directly in it, where a level of places was asked for.
    """

    value: str
    label: str
    count: int
    chosen: str | None
    kind: str | None
    main: int | None
    inside: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Told):
    """The best passage: `article.text[start:end] == text`; `marks` and `closest` are its spans."""

    text: str
    start: int
    end: int
    marks: tuple[Span, ...]
    closest: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Told):
    """Articles that belong together: the first one's id, and how many from how many sources."""

    id: str
    articles: int
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Told):
    """An article that was found; `published` is None for an undated one."""

    id: str
    title: str
    source: str | None
    published: Published | None
    url: str | None
    language: str | None
    score: float
    similarity: float | None
    passage: Passage
    actors: tuple[FacetValue, ...]
    places: tuple[FacetValue, ...]
    copies: Group | None
    story: Group | None
    folded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood(Told):
    """How a search was understood. `tree` can be searched again, `meant` is what was perhaps
    meant.
    """

    q: str
    expression: str
    tree: JSON
    words: tuple[str, ...]
    meant: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Told):
    """Something to know about an answer."""

    message: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Told):
    """One page of a result set; `next` and `previous` are cursors of those beside it."""

    query: Understood
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    position: int
    next: str | None
    previous: str | None
    generation: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Told):
    """A year, month or day: articles found that were published in it and that speak of it, and
    all that the archive held.
    """

    value: str
    published: int
    spoken: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline(Told):
    """A result set over time, without a gap."""

    unit: str
    within: str | None
    periods: tuple[Period, ...]
    undated: int
    inexact: int
    timeless: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCount(Told):
    """A story of a result set; `id` is what `story=` takes."""

    id: str
    title: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looser(Told):
    """A search that gives something up, and how many it finds."""

    without: str
    said: str
    total: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Told):
    """A facet value whose name goes on from what was typed."""

    facet: str
    value: str
    label: str
    count: int
