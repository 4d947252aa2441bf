"""What is answered: the result set as people and programs see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from archive.query.request import Count, FacetFilter, Mode, Sort
from archive.query.syntax import Node
from archive.types import MentionKind, Place, PlaceKind, PublishedDate, Record

Span = tuple[int, int]


class Band(StrEnum):
    """How near a passage is to the query, in steps that the model's own noise defines."""

    STRONG = "strong"
    RELATED = "related"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Snippet:
    """The best passage: `article.text[start:end] == text`. `marks` are the query's words and
    `closest` the sentence nearest in meaning, both as spans of `text`.
    """

    text: str
    start: int
    end: int
    marks: tuple[Span, ...] = ()
    closest: Span | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value with the number of articles that choosing it would leave. `chosen` says
    whether the request includes or excludes it. `kind` is set for actors and places; `main`, for
    actors and places, counts the articles that are about the value: choosing it in "about" gives
    them. `inside`, in a list of one level of places, counts those that lie directly in it.
    """

    value: str
    label: str
    count: int
    chosen: str | None = None
    kind: MentionKind | PlaceKind | None = None
    main: int | None = None
    inside: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place with the number of articles that choosing it would leave, and what it lies in, the
    nearest first.
    """

    place: Place
    count: int
    chosen: str | None = None
    around: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """The first places of a result set, most articles first; `total` counts all of them."""

    shown: tuple[PlaceCount, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StoryCount:
    """A story, by the id and the title of its first article, with the number of articles that
    choosing it would leave.
    """

    id: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A part of a facet's list; `total` counts the values of the whole list, `position` is the
    place of the first one here, from 0, and `initials` are the letters that labels begin with,
    whichever was asked for.
    """

    name: str
    values: tuple[FacetValue, ...]
    total: int
    initials: tuple[str, ...] = ()
    position: int = 0
    next: str | None = None
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class WordMatch:
    """How often a word of the query stands in an article's headline and in its text."""

    word: str
    title: int
    text: int


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """What adds up to a score."""

    words: float
    meaning: float
    names: float = 0.0
    recency: float = 0.0
    reranking: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that belong together, as copies of a text or as a story: the id of the first,
    how many they are in the archive, and from how many sources.
    """

    id: str
    articles: int
    sources: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of the result set. `score` (higher is better) only orders this answer, and is
    the sum of its `parts`; `similarity` is the cosine of the best passage, None when only words
    matched. `dates_disagree` marks an article that states other dates of publication, too.
    `copies` are the articles with its text, `story` those on its event, itself among
    them; None where it is alone. `folded` counts the other articles of the result set that this
    hit stands for.
    """

    id: str
    title: str
    title_marks: tuple[Span, ...]
    source: str | None
    published: PublishedDate | None
    url: str | None
    score: float
    parts: ScoreParts
    passage: Snippet
    similarity: float | None
    band: Band | None
    words: tuple[WordMatch, ...]
    actors: tuple[FacetValue, ...]
    places: tuple[FacetValue, ...]
    copies: Group | None = None
    story: Group | None = None
    folded: int = 0
    dates_disagree: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ResolvedDate:
    """The days that a date of a query stood for, first and last (None: open), in `zone`."""

    asked: str
    first: str | None
    last: str | None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """A filter by "story" or "copies-of": the id asked for, and that article's title ("" if there
    is none).
    """

    field: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Understood:
    """How the request was understood: filters with values resolved to those the archive
    knows, dates as days, the words that were searched, and the names among them that a filter
    could take (`names`; they filter nothing by themselves). `meant` is the query with words of
    the archive in place of those that no article has, if there are any spelt nearly so.
    """

    q: str
    mode: Mode
    sort: Sort
    expression: str
    tree: Node
    words: tuple[str, ...]
    filters: tuple[FacetFilter, ...]
    after: str | None
    before: str | None
    cutoff: float | None
    dates: tuple[ResolvedDate, ...] = ()
    names: "tuple[Suggestion, ...]" = ()
    meant: str | None = None
    count: Count = Count.ARTICLES
    groups: tuple[GroupFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about the answer (a query that did not parse, a filter
    value that the archive does not know).
    """

    message: str
    field: str = "q"


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of one result set. Everything (total, facets, pages) reads the same set, and
    counts what the request asks for: articles, texts or stories. A value counts a story if one
    of its articles in the set has it.

    `facets["date"]` holds years, then months ("2024", "2024-06"), then "undated";
    `facets["mentions"]` the years most spoken of, the months about those of publication, and
    "none".
    `position` is the rank of the first hit, from 0.
    """

    query: Understood
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    position: int
    next: str | None
    previous: str | None
    generation: str
    notices: tuple[Notice, ...] = ()
    milliseconds: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """An article related to another: by its story, or by being near in meaning; `shared` are the
    labels of actors and places that both name.
    """

    hit: Hit
    same_story: bool
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """A rank (from 0) of a result set: the ids of the articles before, at and after it (None
    where there is none), and the cursor of the page that it is on.
    """

    position: int
    total: int
    before: str | None
    here: str | None
    after: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with what surrounds it: other copies, its story, and related articles."""

    record: Record
    copies: tuple[Hit, ...]
    related: tuple[Related, ...]
    story: Group | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A facet value whose name goes on from what was typed."""

    facet: str
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Status:
    """What the archive holds, and what of it can be searched.

    `behind` counts changes that no generation contains yet; `fault` says why searches cannot
    be answered, if they cannot. `first` and `last` are the oldest and newest day published.
    """

    articles: int
    undated: int
    sources: int
    passages: int
    first: str | None
    last: str | None
    generation: str | None
    generation_articles: int
    behind: int
    model: str
    cutoff: float | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class GenerationView:
    """A generation that is kept: which it is, and what is wrong with its files, if anything."""

    name: str
    current: bool
    created: str | None
    articles: int
    passages: int
    model: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilterVerdict:
    """A filter of a request, and whether an article passes it."""

    filter: str
    passes: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article is in a result set, or why not.

    `verdict` says it in a sentence. `similarity` is the cosine of the article's best passage,
    near enough or not, None where the mode or the query asks for no meaning; `cutoff` is what it
    has to reach. `parts` are None for an article that does not match.
    """

    id: str
    title: str
    is_in: bool
    verdict: str
    filters: tuple[FilterVerdict, ...]
    words: tuple[WordMatch, ...]
    similarity: float | None
    band: Band | None
    cutoff: float | None
    passage: Snippet | None
    score: float | None
    parts: ScoreParts | None
    notices: tuple[Notice, ...]
