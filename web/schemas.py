"""The shapes of the JSON API, for its description alone: answers are made by archive.search.wire,
and a test holds the two together.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from archive.types import Channel, Pace

Span = tuple[int, int]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PublishedBody(_Body):
    """A publication date as stated."""

    value: str = Field(examples=["2024-06-01"])
    precision: str = Field(examples=["day"], description="minute, day, month or year")
    origin: str = Field(examples=["meta:article:published_time"])
    zone: str | None = Field(description="Offset from UTC, where a clock time states one.")
    confidence: float = Field(description="How much its origin is to be trusted, from 0 to 1.")


class FacetValueBody(_Body):
    """A value and the number of articles that choosing it gives."""

    value: str = Field(examples=["sudan"], description="What the filter takes.")
    label: str = Field(examples=["Sudan"])
    count: int
    chosen: str | None = Field(None, description="include or exclude, if the request does")
    kind: str | None = Field(
        None, description="Of an actor: person, organisation, group …; of a place: country, city …"
    )
    main: int | None = Field(
        None, description="Of actors and places: the articles about it, as `about=` filters them."
    )
    inside: int | None = Field(
        None, description="Of a level of places: how many in the list of those that lie in it."
    )


class PassageBody(_Body):
    """The best passage: characters start to end of the article's text."""

    text: str
    start: int
    end: int
    marks: list[Span] = Field(description="Words of the query, as spans of this text.")
    closest: Span | None = Field(description="The sentence nearest in meaning.")


class WordMatchBody(_Body):
    """How often a word of the query stands in headline and text."""

    word: str
    title: int
    text: int


class ScorePartsBody(_Body):
    """What adds up to a score."""

    words: float
    meaning: float
    names: float = Field(0.0, description="Of names in the query; 0 unless a setting says more.")
    recency: float = Field(0.0, description="Of being new; 0 unless a setting says more.")
    reranking: float = Field(
        0.0, description="Of a model that reads query and text together; 0 unless one is set."
    )


class GroupBody(_Body):
    """Articles that belong together."""

    id: str = Field(description="The first of them; any of them leads to it.")
    articles: int = Field(description="How many there are in the archive.")
    sources: int


class HitBody(_Body):
    """An article of the result set."""

    id: str
    title: str
    title_marks: list[Span]
    source: str | None
    published: PublishedBody | None = Field(description="null: the article is undated")
    url: str | None
    score: float = Field(description="Orders this answer; means nothing beyond it.")
    parts: ScorePartsBody = Field(description="What adds up to the score.")
    passage: PassageBody
    similarity: float | None = Field(description="Cosine of the best passage, if it is near.")
    band: str | None = Field(description="strong, related or weak")
    words: list[WordMatchBody] = Field(description="Words of the query that it has.")
    actors: list[FacetValueBody]
    places: list[FacetValueBody]
    copies: GroupBody | None = Field(description="The articles with its text, for `copies-of=`.")
    story: GroupBody | None = Field(description="The articles on its event, for `story=`.")
    folded: int = Field(
        description="Other articles found that this one stands for, if texts or stories count."
    )
    dates_disagree: bool = Field(description="It states other dates of publication, too.")
    language: str | None = Field(description="Of the text, in ISO 639-1.")


class FilterBody(_Body):
    """A filter as it was understood."""

    facet: str
    value: str
    exclude: bool


class ResolvedDateBody(_Body):
    """The days that a date of the query stood for."""

    asked: str = Field(examples=["date:last-month"])
    first: str | None = Field(examples=["2024-05-01"])
    last: str | None = Field(examples=["2024-05-31"])
    zone: str


class SuggestionBody(_Body):
    """A facet value whose name goes on from what was typed."""

    facet: str
    value: str
    label: str
    count: int


class GroupFilterBody(_Body):
    """A filter by a story or by copies of a text."""

    field: str = Field(examples=["story"])
    id: str
    title: str


class UnderstoodBody(_Body):
    """The query as it was understood."""

    q: str
    mode: str
    sort: str
    expression: str
    tree: dict[str, Any] = Field(
        description="The query as a syntax tree, as POST /api/v1/search takes it."
    )
    words: list[str]
    filters: list[FilterBody]
    after: str | None
    before: str | None
    cutoff: float | None = Field(description="The least similarity that counts as a match.")
    dates: list[ResolvedDateBody]
    names: list[SuggestionBody] = Field(description="Names in the query; filters to offer.")
    meant: str | None = Field(
        description="Did you mean: the query with words of the archive for those it lacks."
    )
    count: str = Field(description="What counts as one: articles, copies or stories.")
    groups: list[GroupFilterBody]


class NoticeBody(_Body):
    """Something to know about the answer."""

    message: str
    field: str


class SearchBody(_Body):
    """One page of one result set."""

    query: UnderstoodBody
    total: int
    hits: list[HitBody]
    facets: dict[str, list[FacetValueBody]]
    position: int = Field(description="Rank of the first hit, from 0.")
    next: str | None = Field(description="Cursor of the next page.")
    previous: str | None = Field(description="Cursor of the page before.")
    generation: str = Field(description="The index that answered.")
    notices: list[NoticeBody]


class FilterVerdictBody(_Body):
    """A filter, and whether the article passes it."""

    filter: str = Field(examples=["place: sudan"])
    passes: bool


class WhyBody(_Body):
    """Why an article is in a result set, or why not."""

    id: str
    title: str
    is_in: bool
    verdict: str = Field(examples=["it lacks “ceasefire”"])
    filters: list[FilterVerdictBody]
    words: list[WordMatchBody]
    similarity: float | None = Field(description="Cosine of its best passage, near or not.")
    band: str | None
    cutoff: float | None = Field(description="What the similarity has to reach.")
    passage: PassageBody | None
    score: float | None
    parts: ScorePartsBody | None
    notices: list[NoticeBody]


class FacetBody(_Body):
    """Part of a facet's list."""

    name: str
    values: list[FacetValueBody]
    total: int = Field(description="Values in the whole list.")
    position: int = Field(description="Place of the first of these in it, from 0.")
    next: str | None = Field(description="Cursor of the values after these.")
    previous: str | None = Field(description="Cursor of the values before these.")


class PeriodBody(_Body):
    """A year, month or day."""

    value: str = Field(examples=["2024-06"])
    published: int = Field(description="Articles found that were published in it.")
    spoken: int = Field(description="Articles found that speak of it.")
    held: int = Field(description="All articles of the archive that were published in it.")


class TimelineBody(_Body):
    """A result set over time, without a gap."""

    unit: str = Field(description="day, month or year")
    within: str | None = Field(description="The period that is looked into.")
    periods: list[PeriodBody]
    undated: int
    inexact: int = Field(description="Known to a month or a year; they stand in each they may be.")
    timeless: int = Field(description="Articles that speak of no time.")


class StoryCountBody(_Body):
    """A story of a result set."""

    id: str = Field(description="Its first article's, for `story=`.")
    title: str
    count: int


class StoriesBody(_Body):
    """The stories that most articles of a result set belong to."""

    stories: list[StoryCountBody]


class AskedBody(_Body):
    """A search, as it was asked."""

    q: str
    mode: str
    filters: list[FilterBody]
    after: str | None
    before: str | None
    bbox: str | None
    near: str | None
    story: str | None
    copies_of: str | None
    together: bool
    count: str
    sort: str
    size: int
    cursor: str | None


class LooserBody(_Body):
    """A search that asks for less, and finds something."""

    without: str = Field(description="What is given up; empty where `said` tells instead.")
    said: str
    total: int
    request: AskedBody = Field(description="The search, as POST /api/v1/search takes it.")
    href: str = Field(description="Where it is answered.")


class LooserSearchesBody(_Body):
    """What a search could give up."""

    looser: list[LooserBody]


class SuggestionsBody(_Body):
    """What may follow what was typed."""

    suggestions: list[SuggestionBody]


class NamedBody(_Body):
    """An actor or place of an article."""

    value: str
    label: str
    kind: str
    mentions: int


class MentionBody(_Body):
    """A name in the text or the title."""

    start: int
    end: int
    surface: str
    kind: str
    value: str
    label: str
    field: str
    rule: str = Field(description="The rule or model that made it.")
    confidence: float = Field(description="How much it is to be trusted, from 0 to 1.")


class DateMentionBody(_Body):
    """A time that the text or the title speaks of."""

    start: int
    end: int
    surface: str
    type: str = Field(description="DATE, TIME, DURATION or SET, as in TIMEX3.")
    value: str = Field(examples=["2024-06", "P3M", "PRESENT_REF"])
    first: str | None = Field(description="The first day; null with `last`: an open side.")
    last: str | None = Field(description="The day after the last; both null: no days.")
    field: str
    rule: str = Field(description="The rule that made it.")
    confidence: float = Field(description="How much it is to be trusted, from 0 to 1.")


class MentionInSentenceBody(MentionBody):
    """A name, and where it stands."""

    sentence: str


class DateInSentenceBody(DateMentionBody):
    """A time, and where it stands."""

    sentence: str


class MentionsBody(_Body):
    """The names and times in an article, in the order of the text."""

    id: str
    mentions: list[MentionInSentenceBody]
    dates: list[DateInSentenceBody] = Field(
        description="Times; none where a facet or a value was asked for."
    )


class TextSpanBody(_Body):
    """A passage as it is indexed."""

    start: int
    end: int
    tokens: int


class BriefBody(_Body):
    """Another article."""

    id: str
    title: str
    source: str | None
    published: PublishedBody | None
    similarity: float | None
    url: str | None


class RelatedBody(BriefBody):
    """A related article, and why."""

    same_story: bool
    shared: list[str] = Field(description="Actors and places that both name, the rarest first.")


class RelatedArticlesBody(_Body):
    """Articles that go together with another."""

    id: str
    related: list[RelatedBody]


class TellingBody(BriefBody):
    """One text of a story: the article that was out first."""

    new: list[Span] = Field(description="Words of its headline that no earlier one has.")
    copies: list[BriefBody] = Field(description="The other articles with this text.")


class StoryBody(_Body):
    """How a story was told, in the order of time."""

    id: str = Field(description="Its first article's.")
    title: str
    articles: int
    texts: int = Field(description="Articles with the same text counted once.")
    first: str | None
    last: str | None
    tellings: list[TellingBody]
    omitted: int = Field(description="Articles not among the tellings; `story=` finds them.")
    sources: list[FacetValueBody]
    actors: list[FacetValueBody]
    places: list[FacetValueBody]


class VersionBriefBody(_Body):
    """A version of an article."""

    version: int
    title: str
    updated_at: str
    headline_changed: bool = Field(description="Whether the one before had another headline.")


class VersionsBody(_Body):
    """All versions of an article, oldest first."""

    id: str
    versions: list[VersionBriefBody]


class VersionBody(_Body):
    """An article as it was."""

    id: str
    version: int
    title: str
    text: str
    authors: list[str]
    published: PublishedBody | None
    updated_at: str


class ArticleBody(_Body):
    """An article as the archive holds it."""

    id: str
    version: int
    title: str
    text: str
    url: str | None
    source: str | None
    authors: list[str]
    section: str | None
    language: str | None
    dateline: str | None
    published: PublishedBody | None
    stated_dates: list[PublishedBody] = Field(
        description="Other dates of publication that the input states, most trusted first."
    )
    refused_dates: list[str] = Field(description="Dates that cannot be: where, and why not.")
    ingested_at: str
    updated_at: str
    origin: str
    copy_of: str | None
    actors: list[NamedBody]
    places: list[NamedBody]
    mentions: list[MentionBody]
    dates: list[DateMentionBody]
    passages: list[TextSpanBody]
    copies: list[BriefBody]
    story: GroupBody | None = Field(description="The articles on its event.")
    related: list[RelatedBody]


class BesideBody(_Body):
    """A name that goes together with another."""

    value: str
    label: str
    kind: str
    count: int = Field(description="Articles that name both.")
    strength: float = Field(description="Pointwise mutual information, lowered for few articles.")


class ParentBody(_Body):
    """What a place lies in."""

    value: str
    label: str


class ProfileBody(_Body):
    """What the archive knows of an actor or a place."""

    facet: str
    value: str
    label: str
    kind: str
    aliases: list[str]
    uncertain: bool = Field(description="The evidence leaves open who it is.")
    wikidata: str | None
    articles: int
    main: int = Field(description="Articles that are mainly about it.")
    first: str | None
    last: str | None
    dates: list[FacetValueBody]
    actors: list[BesideBody]
    places: list[BesideBody]
    latest: list[BriefBody]
    latitude: float | None
    longitude: float | None
    parents: list[ParentBody]


class SourceBody(_Body):
    """What the archive has of a source."""

    value: str
    label: str
    articles: int
    actors: list[FacetValueBody]
    places: list[FacetValueBody]
    sections: list[FacetValueBody]
    authors: list[FacetValueBody]
    languages: list[FacetValueBody]
    timeline: TimelineBody
    latest: list[BriefBody]


class DecisionBody(_Body):
    """What a person decided."""

    at: str
    by: str
    kind: str = Field(examples=["merge"])
    facet: str
    subject: str
    arguments: dict[str, Any]
    key: str
    seq: int
    undone_by: int | None


class DecisionsBody(_Body):
    """Part of the log of decisions."""

    decisions: list[DecisionBody]
    total: int = Field(description="Decisions from here on, back to the first.")


class ManifestBody(_Body):
    """By what a search can be cited and asked again."""

    asked: dict[str, Any]
    understood: UnderstoodBody
    today: str = Field(description="The day that relative dates counted from.")
    generation: str = Field(description="The index that answered.")
    model: str = Field(description="The embedding model.")
    at: str
    count: int
    sha256: str = Field(description="Of the ids, sorted, each on a line.")
    ids: list[str]


class AlertBody(_Body):
    """Who is told what is new to a saved search."""

    id: int
    channel: Channel
    to: str = Field(description="A mail address, or the host of a webhook.")
    pace: Pace = Field(description="How often at most.")
    created: str
    confirmed: bool = Field(description="Whether who is told by mail said yes.")
    looked: str | None = Field(description="When it last looked what is new.")
    stopped: bool = Field(description="Given up; `fault` says why.")
    fault: str | None = Field(description="Why the last message could not be sent.")


class RateBody(_Body):
    """How often there would have been something to tell."""

    texts: int = Field(description="Texts found among those published in so many days.")
    days: int


class AlertsBody(_Body):
    """The alerts of a saved search."""

    alerts: list[AlertBody]
    rate: RateBody


class NewAlertBody(AlertBody):
    """An alert that was made just now."""

    secret: str | None = Field(description="Signs what a webhook is sent; null for mails.")


class CollectionBody(_Body):
    """A collection."""

    id: int
    name: str
    note: str
    created: str
    total: int = Field(description="Articles in it.")
    link: str | None = Field(description="Where whoever has it can read the collection, if shared.")


class CollectionsBody(_Body):
    """All collections of an account."""

    collections: list[CollectionBody]


class CollectedBody(_Body):
    """An article in a collection."""

    id: str
    title: str
    note: str
    at: str = Field(description="When it was put there.")


class ContentsBody(CollectionBody):
    """A collection with its articles."""

    articles: list[CollectedBody]


class LinkBody(_Body):
    """Where a collection can be read."""

    link: str


class DifferenceBody(_Body):
    """What a search finds now and did not, and what it found and does no more."""

    new: list[str] = Field(description="Ids, in the order of the search.")
    gone: list[str] = Field(description="Ids, in the order of the manifest.")
    total: int = Field(description="Articles that it finds now.")
    generation: str = Field(description="The index that answered.")


class SavedBody(_Body):
    """A saved search."""

    id: int
    label: str
    search: AskedBody
    created: str
    total: int = Field(description="Articles that it finds now.")
    new: list[str] = Field(
        description="Ids of those that it did not find when it was looked at, and that came in or "
        "changed since, the last first."
    )
    feed: str = Field(description="Address of its Atom feed: all it takes to read it.")


class SavedSearchesBody(_Body):
    """Saved searches of an account, the newest first."""

    saved: list[SavedBody]
    older: int | None = Field(description="What to send as `before` for those before the last.")


class CountBody(_Body):
    """A facet value's articles before and after."""

    facet: str
    value: str
    label: str
    before: int
    after: int


class DecidedBody(_Body):
    """What a decision changed, or would change."""

    dry_run: bool
    decisions: int = Field(description="Decisions that are new to the log.")
    articles: int = Field(description="Articles that have other actors or places.")
    counts: list[CountBody]
    is_indexed: bool = Field(
        description="false: the index is being built, and has it when that is done."
    )


class ActBody(_Body):
    """Somebody did something."""

    seq: int
    at: str
    by: str
    what: str = Field(examples=["signed in"])
    about: str


class AuditBody(_Body):
    """Part of the audit log."""

    acts: list[ActBody]


class EvidenceItemBody(_Body):
    """Why an article has one actor or place."""

    facet: str
    value: str
    label: str
    kind: str
    confidence: float = Field(description="That of the surest mention, from 0 to 1.")
    mentions: list[MentionBody]
    within: list[str] = Field(description="Places named that lie in this one.")
    decisions: list[DecisionBody]
    hidden: bool = Field(description="Hidden by a decision: no facet counts it.")
    uncertain: bool = Field(description="The evidence leaves open who it is.")


class EvidenceBody(_Body):
    """Why an article has its actors and places."""

    id: str
    evidence: list[EvidenceItemBody]


class ChangeBody(_Body):
    """A change of the record."""

    number: int = Field(description="For `since`; they ascend.")
    id: str = Field(description="The article's.")
    kind: str = Field(description="changed (new or told otherwise) or taken down")


class ChangesBody(_Body):
    """Changes of the record, the earliest first."""

    changes: list[ChangeBody]
    latest: int = Field(description="`since` for what comes after these.")
    more: bool = Field(description="Whether there may be more already.")


class StatusBody(_Body):
    """What the archive holds, and what of it can be searched."""

    articles: int
    undated: int
    sources: int
    passages: int
    first: str | None = Field(description="The oldest day published.")
    last: str | None = Field(description="The newest day published.")
    generation: str | None = Field(description="The index that answers.")
    generation_articles: int
    behind: int = Field(description="Changes that no index has yet.")
    model: str = Field(description="The embedding model.")
    cutoff: float | None = Field(description="The similarity from which a passage counts as near.")
    fault: str | None = Field(description="Why searches cannot be answered, if they cannot.")


class HealthBody(_Body):
    """A probe's answer."""

    status: str


class ProblemBody(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    hint: str | None = None
    field: str | None = None
