"""The nouns that flow through the archive: frozen values, no I/O, no libraries.

Text is Unicode NFC with "\\n" line ends; paragraphs are separated by one blank line; every
offset counts code points of `Article.text` (or of `Article.title` where a field says so).
Times are aware and UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal


class Role(StrEnum):
    """What an account may do; each may do all that those before it may."""

    READER = "reader"  # reads, saves, exports
    EDITOR = "editor"  # decides who is who
    ADMINISTRATOR = "administrator"  # feeds, quarantine, indexes, takedowns, accounts

    def covers(self, other: "Role") -> bool:
        """Whether it may do what another may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Scope(StrEnum):
    """What a key lets a program do; never more than the key's account may."""

    READ = "read"  # every key has it
    SAVE = "save"
    EXPORT = "export"
    DECIDE = "decide"
    ADMINISTER = "administer"

    @property
    def role(self) -> Role:
        """The role that it takes."""
        takes = {Scope.DECIDE: Role.EDITOR, Scope.ADMINISTER: Role.ADMINISTRATOR}
        return takes.get(self, Role.READER)


class Channel(StrEnum):
    """How somebody is told."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class Pace(StrEnum):
    """How often somebody is told at most."""

    AT_ONCE = "at-once"  # whenever alerts are run
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def pause(self) -> timedelta:
        """The time between two looks."""
        hours = {"at-once": 0, "hour": 1, "day": 24, "week": 168}
        return timedelta(hours=hours[self.value])


@dataclass(frozen=True, slots=True)
class Account:
    """Whom things in the archive belong to; a visitor, who never signed in, has no name."""

    id: int
    name: str | None
    role: Role
    created: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """An account in one browser. `csrf` stands in every form made for it, and nowhere else."""

    account: Account
    csrf: str
    created: datetime
    seen: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """What a program shows to act for an account; `begin` is how it begins, to know it by."""

    id: int
    account: Account
    label: str
    begin: str
    scopes: tuple[Scope, ...]
    created: datetime
    used: datetime | None
    expires: datetime | None

    def may(self, scope: Scope) -> bool:
        """Whether it has a scope, and its account the role that this takes."""
        return scope in self.scopes and self.account.role.covers(scope.role)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody did something: `by` is a name as it was then, `what` one of few words, `about` what
    it was done to.
    """

    seq: int
    at: datetime
    by: str
    what: str
    about: str


class Precision(StrEnum):
    """How exactly a date is known."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """When an article was published: the interval [start, end) that the statement covers.

    `value` is the statement in ISO 8601 at its own precision ("2024-06", "2024-06-01",
    "2024-06-01T10:30+02:00", without an offset where none is stated); `origin` says where it was
    found ("json:date_published", "meta:article:published_time", "url", "text"). An article
    without one is undated.
    """

    value: str
    precision: Precision
    origin: str
    start: datetime
    end: datetime

    @property
    def zone(self) -> str | None:
        """The offset from UTC that is stated with a clock time ("Z", "+02:00")."""
        _, _, clock = self.value.partition("T")
        return clock[len("10:30") :] or None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One article as it was received, before anything was understood.

    `format` names the format that can parse `content` ("plain", "html", "json");
    `origin` is the file (and "!/member", "#line" or "#item" in it) that it was read from;
    `charset` and `url` are what came with it (in a header, a record of a crawl), or None.
    """

    content: bytes
    format: str
    origin: str
    charset: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned. `key` is what makes it the same article when it is met again
    (its canonical URL or its provider's id), or None when the input states neither.
    `stated_dates` are dates of publication that other parts of the input state and that
    disagree with `published`, those most to be trusted first;
    `refused_dates` say of others why they cannot be ("url: “2924” lies in the future").
    """

    title: str
    text: str
    origin: str
    key: str | None = None
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    language: str | None = None
    published: PublishedDate | None = None
    dateline: str | None = None
    stated_dates: tuple[PublishedDate, ...] = ()
    refused_dates: tuple[str, ...] = ()


EARTH_KM = 6371.0  # mean radius
PlaceKind = Literal["continent", "country", "region", "division", "county", "city"]
MentionKind = Literal["person", "organisation", "group", "country", "place"]
MentionField = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in an article: `text[start:end] == surface` in the field named.

    `value` is the canonical identity that facets count and filters take, `label` its name for
    people; both are the same for every mention of one actor or place. Kind "place" feeds the
    place facet, every other kind the actor facet. `rule` names what made the mention (a rule or
    a model) and `confidence`, from 0 to 1, says how much it is to be trusted.
    """

    start: int
    end: int
    surface: str
    kind: MentionKind
    value: str
    label: str
    field: MentionField = "text"
    rule: str = "recogniser"
    confidence: float = 1.0


DateType = Literal["DATE", "TIME", "DURATION", "SET"]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A time that an article speaks of: `text[start:end] == surface` in the field named.

    `type` and `value` are those of TIMEX3 ("2024-06", "2024-W23", "P3M", "PRESENT_REF"). The days
    that it covers are [first, last): None on one side leaves it open, None on both means that it
    has no place in the calendar (a duration, "every week"). `rule` and `confidence` as for a
    `Mention`.
    """

    start: int
    end: int
    surface: str
    type: DateType
    value: str
    first: date | None = None
    last: date | None = None
    field: MentionField = "text"
    rule: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts, known across the archive. `value` is what the facet counts and filters
    take; `aliases` are other names that lead to it; `uncertain` marks an identity that the
    evidence leaves open (two people of one name); `wikidata` is an id such as "Q42".
    """

    value: str
    label: str
    kind: MentionKind
    aliases: tuple[str, ...] = ()
    uncertain: bool = False
    wikidata: str | None = None


Decided = Literal[
    "merge", "split", "rename", "retype", "hide", "alias", "wikidata", "relocate", "undo"
]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about an actor or a place. Decisions are added, never changed:
    undoing one is a decision, too.

    `subject` is the value decided on, `arguments` what was decided (docs/authority.md lists
    them). `key` tells a decision in any archive, `seq` is its place in the log of this one, and
    `undone_by` the place of the decision that undid it.
    """

    at: datetime
    by: str
    kind: Decided
    facet: Literal["actor", "place"]
    subject: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    seq: int = 0
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer. `parents` are values from the nearest to the continent;
    `aliases` are other names that people may know it by ("Burma"); `wikidata` is an id such as
    "Q42" that people gave it.
    """

    value: str
    label: str
    latitude: float
    longitude: float
    country: str | None = None
    parents: tuple[str, ...] = ()
    kind: PlaceKind = "city"
    aliases: tuple[str, ...] = ()
    wikidata: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the record: which (numbers ascend), of which article, and what it was."""

    number: int
    id: str
    kind: Literal["changed", "taken down"]


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of an article: `article.text[start:end]`, never longer than the model
    reads (`tokens` as its own tokenizer counts them).
    """

    start: int
    end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Enriched:
    """An article with all that was derived from its text, ready to be stored. `reported` is the
    value of the place it was reported from: its dateline's.
    """

    article: Article
    mentions: tuple[Mention, ...] = ()
    places: tuple[Place, ...] = ()
    reported: str | None = None
    passages: tuple[Passage, ...] = ()
    dates: tuple[DateMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """An article as the store holds it.

    `id` is the public id (12 characters); `number` the store's own, which the indexes use.
    `copy_of` is the id of the article that this one is a near-copy of: the earliest published
    of them all, of several the first stored; `reported` is the value of the place of its
    dateline; `changed` names what its later versions changed: "headline", "text".
    """

    id: str
    number: int
    version: int
    article: Article
    ingested_at: datetime
    updated_at: datetime
    copy_of: str | None = None
    reported: str | None = None
    changed: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = field(default=(), repr=False)
    passages: tuple[Passage, ...] = field(default=(), repr=False)
    dates: tuple[DateMention, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is kept of an article that was taken down: who did it, when and why (for whoever asks
    for the article), and nothing that it said.

    `marks` are hashes of runs of its letters, `raws` the SHA-256 of its raw inputs: by them, and by
    its number, what is left of it is looked for. `purged` when indexes and caches are rid of it,
    too; `lifted_at` when it may come in again.
    """

    id: str
    number: int
    at: datetime
    by: str
    reason: str
    marks: tuple[int, ...] = field(default=(), repr=False)
    raws: tuple[str, ...] = field(default=(), repr=False)
    purged: bool = False
    lifted_at: datetime | None = None
