"""What the archive knows of articles, actors, places, sources and stories."""

from dataclasses import dataclass

from archive.client.found import FacetValue, Group, Passage, Published, Timeline
from archive.client.told import Span, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(Told):
    """Another article."""

    id: str
    title: str
    source: str | None
    published: Published | None
    similarity: float | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Brief):
    """A related article; `shared` are labels of actors and places that both name."""

    same_story: bool
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Told):
    """An actor or place of an article, and how often it names it."""

    value: str
    label: str
    kind: str
    mentions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Told):
    """A name: characters `start` to `end` of the article's `field` (text or title)."""

    start: int
    end: int
    surface: str
    kind: str
    value: str
    label: str
    field: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention(Told):
    """A time that is spoken of: from `first` to the day before `last`."""

    start: int
    end: int
    surface: str
    type: str
    value: str
    first: str | None
    last: str | None
    field: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionInSentence(Mention):
    """A name, and the sentence that it stands in."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateInSentence(DateMention):
    """A time, and the sentence that it stands in."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions(Told):
    """The names and times in an article, in the order of the text."""

    id: str
    mentions: tuple[MentionInSentence, ...]
    dates: tuple[DateInSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem(Told):
    """Why an article has an actor or a place."""

    facet: str
    value: str
    label: str
    kind: str
    confidence: float
    mentions: tuple[Mention, ...]
    within: tuple[str, ...]
    hidden: bool
    uncertain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Told):
    """An article as the archive holds it."""

    id: str
    version: int
    title: str
    text: str
    url: str | None
    source: str | None
    authors: tuple[str, ...]
    section: str | None
    language: str | None
    dateline: str | None
    published: Published | None
    ingested_at: str
    updated_at: str
    actors: tuple[Named, ...]
    places: tuple[Named, ...]
    mentions: tuple[Mention, ...]
    dates: tuple[DateMention, ...]
    copies: tuple[Brief, ...]
    story: Group | None
    related: tuple[Related, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionBrief(Told):
    """A version of an article."""

    version: int
    title: str
    updated_at: str
    headline_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Told):
    """An article as it was."""

    id: str
    version: int
    title: str
    text: str
    authors: tuple[str, ...]
    published: Published | None
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterVerdict(Told):
    """A filter, and whether an article passes it."""

    filter: str
    passes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Why(Told):
    """Why an article is in a result set, or why not."""

    id: str
    is_in: bool
    verdict: str
    filters: tuple[FilterVerdict, ...]
    similarity: float | None
    cutoff: float | None
    passage: Passage | None
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling(Brief):
    """A text of a story; `new` are the words of its headline that no earlier one has."""

    new: tuple[Span, ...]
    copies: tuple[Brief, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Told):
    """How an event was told, in the order of time."""

    id: str
    title: str
    articles: int
    texts: int
    first: str | None
    last: str | None
    tellings: tuple[Telling, ...]
    omitted: int
    sources: tuple[FacetValue, ...]
    actors: tuple[FacetValue, ...]
    places: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside(Told):
    """A name that goes together with another, and in how many articles."""

    value: str
    label: str
    kind: str
    count: int
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent(Told):
    """What a place lies in."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Told):
    """What the archive knows of an actor or a place."""

    facet: str
    value: str
    label: str
    kind: str
    aliases: tuple[str, ...]
    uncertain: bool
    wikidata: str | None
    articles: int
    main: int
    first: str | None
    last: str | None
    dates: tuple[FacetValue, ...]
    actors: tuple[Beside, ...]
    places: tuple[Beside, ...]
    latest: tuple[Brief, ...]
    latitude: float | None
    longitude: float | None
    parents: tuple[Parent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Told):
    """What the archive has of a source."""

    value: str
    label: str
    articles: int
    actors: tuple[FacetValue, ...]
    places: tuple[FacetValue, ...]
    sections: tuple[FacetValue, ...]
    authors: tuple[FacetValue, ...]
    languages: tuple[FacetValue, ...]
    timeline: Timeline
    latest: tuple[Brief, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Told):
    """Something that happened to an article; `kind` is changed or taken down."""

    number: int
    id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Told):
    """What the archive holds, and what of it can be searched."""

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
    fault: str | None
