"""The tables, as SQLModel rows. They never leave this package.

Raw input lies in the database and not in files: a record and what it was made from appear in
one transaction, are in one backup and go with one takedown.
"""

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite forgets zones, so it is told again when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _moment(*, nullable: bool = False) -> Any:
    return Column(Moment, nullable=nullable)


def _article_number() -> Any:
    return Column(
        Integer, ForeignKey("article.number", ondelete="CASCADE"), primary_key=True, nullable=False
    )


class RawRow(SQLModel, table=True):
    """The bytes of an article as received, compressed with zlib."""

    __tablename__ = "raw"
    number: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True, max_length=64)
    format: str
    charset: str | None = None
    url: str | None = None
    content: bytes
    size: int


class RefusedRow(SQLModel, table=True):
    """An item that was refused; its bytes, compressed with zlib, where they are few."""

    __tablename__ = "refused"
    origin: str = Field(sa_column=Column(Text, primary_key=True))
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    hint: str = Field(default="", sa_column=Column(Text, nullable=False))
    place: str = Field(default="", sa_column=Column(Text, nullable=False))
    format: str | None = None
    charset: str | None = None
    url: str | None = None
    content: bytes | None = None
    first_at: datetime = Field(sa_column=_moment())
    last_at: datetime = Field(sa_column=_moment())
    attempts: int = 0


class RepeatedRow(SQLModel, table=True):
    """The hash of a paragraph that a site prints on many of its pages."""

    __tablename__ = "repeated"
    source: str = Field(sa_column=Column(Text, primary_key=True))
    block: str = Field(sa_column=Column(Text, primary_key=True))


class FeedRow(SQLModel, table=True):
    """A feed that is followed."""

    __tablename__ = "feed"
    url: str = Field(sa_column=Column(Text, primary_key=True))
    minutes: int
    added: datetime = Field(sa_column=_moment())
    due: datetime = Field(sa_column=_moment())
    polled: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    etag: str | None = None
    modified: str | None = None
    failures: int = 0
    fault: str | None = None
    gone: bool = False


class AccountRow(SQLModel, table=True):
    """Somebody who uses the archive; name, key and password are empty for a visitor."""

    __tablename__ = "account"
    # A number is never given out twice: what belonged to an account belongs to no later one.
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    name: str | None = None
    key: str | None = Field(default=None, unique=True)  # the name as names are compared
    password: str | None = None  # hashed
    role: str
    created: datetime = Field(sa_column=_moment())


def _account_id() -> Any:
    return Column(Integer, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)


class SessionRow(SQLModel, table=True):
    """An account in one browser, by the hash of what its cookie holds."""

    __tablename__ = "session"
    token: str = Field(primary_key=True, max_length=64)
    account: int = Field(sa_column=_account_id())
    csrf: str
    created: datetime = Field(sa_column=_moment())
    seen: datetime = Field(sa_column=_moment())
    expires: datetime = Field(sa_column=_moment())


class KeyRow(SQLModel, table=True):
    """What a program shows to act for an account, by its hash."""

    __tablename__ = "api_key"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    account: int = Field(sa_column=_account_id())
    hash: str = Field(unique=True, max_length=64)
    begin: str
    label: str
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created: datetime = Field(sa_column=_moment())
    used: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    expires: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class SavedRow(SQLModel, table=True):
    """A search that an account keeps."""

    __tablename__ = "saved_search"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    account: int = Field(sa_column=_account_id())
    label: str
    request: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created: datetime = Field(sa_column=_moment())
    seen_change: int
    seen_found: bytes
    token: str = Field(unique=True)


class AlertRow(SQLModel, table=True):
    """Somebody is told what is new to a saved search."""

    __tablename__ = "alert"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    saved: int = Field(
        sa_column=Column(
            Integer, ForeignKey("saved_search.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    channel: str
    target: str = Field(sa_column=Column(Text, nullable=False))
    pace: str
    token: str = Field(unique=True)
    secret: str
    created: datetime = Field(sa_column=_moment())
    confirmed: bool
    seen_change: int
    seen_found: bytes
    due: datetime = Field(sa_column=_moment())
    looked: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    fault: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    stopped: bool = False


class MessageRow(SQLModel, table=True):
    """What an alert has to tell, or told; numbers of articles, and nothing that they say."""

    __tablename__ = "alert_message"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(
        sa_column=Column(
            Integer, ForeignKey("alert.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    key: str = Field(unique=True)
    at: datetime = Field(sa_column=_moment())
    texts: list[list[int]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    more: int = 0
    due: datetime = Field(sa_column=_moment())
    attempts: int = 0
    state: str


class CollectionRow(SQLModel, table=True):
    """A collection of an account."""

    __tablename__ = "collection"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    account: int = Field(sa_column=_account_id())
    name: str
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    created: datetime = Field(sa_column=_moment())
    token: str | None = Field(default=None, unique=True)


class CollectedRow(SQLModel, table=True):
    """An article in a collection."""

    __tablename__ = "collected"
    collection: int = Field(
        sa_column=Column(Integer, ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True)
    )
    article: int = Field(
        sa_column=Column(
            Integer,
            ForeignKey("article.number", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        )
    )
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=_moment())


class AuditRow(SQLModel, table=True):
    """Who did what when; rows are added and never changed."""

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}
    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_moment())
    by: str
    what: str = Field(index=True)
    about: str = Field(sa_column=Column(Text, nullable=False))


class Published(SQLModel):
    """The columns of a published date; all empty for an undated article."""

    published_value: str | None = None
    published_precision: str | None = None
    published_origin: str | None = None
    published_start: datetime | None = Field(default=None, sa_type=Moment)
    published_end: datetime | None = Field(default=None, sa_type=Moment)
    stated_dates: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON, nullable=False)
    refused_dates: list[str] = Field(default_factory=list, sa_type=JSON, nullable=False)


# What the id of an article looks like: nothing else is looked up.
PUBLIC_ID = re.compile(r"[a-z2-7]{12}", re.ASCII)


class ArticleRow(Published, table=True):
    """The current version of an article."""

    __tablename__ = "article"
    __table_args__ = (
        # Has what is counted of all articles: their texts need not be passed over.
        Index("article_holdings", "source", "published_start"),
        # A number is never given out twice: an index may still hold the article that had it.
        {"sqlite_autoincrement": True},
    )
    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, max_length=12)
    key: str | None = Field(default=None, sa_column=Column(Text, unique=True, nullable=True))
    version: int = 1
    # What of it has changed since it was first stored.
    changed: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    title: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    origin: str = Field(sa_column=Column(Text, nullable=False))
    url: str | None = None
    source: str | None = None
    authors: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    section: str | None = None
    language: str | None = None
    dateline: str | None = None
    text_hash: str = Field(index=True, max_length=64)
    content_hash: str = Field(max_length=64)
    copy_group: int | None = Field(default=None, index=True)
    reported: str | None = None  # a place's value
    raw: int = Field(foreign_key="raw.number")
    ingested_at: datetime = Field(sa_column=_moment())
    updated_at: datetime = Field(sa_column=_moment())


class VersionRow(Published, table=True):
    """A version that was replaced."""

    __tablename__ = "version"
    article: int = Field(sa_column=_article_number())
    version: int = Field(primary_key=True)
    title: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    origin: str = Field(sa_column=Column(Text, nullable=False))
    url: str | None = None
    source: str | None = None
    authors: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    section: str | None = None
    language: str | None = None
    dateline: str | None = None
    raw: int = Field(foreign_key="raw.number")
    updated_at: datetime = Field(sa_column=_moment())


class SightingRow(SQLModel, table=True):
    """Where an article was met: each place it was read from, once."""

    __tablename__ = "sighting"
    article: int = Field(sa_column=_article_number())
    origin: str = Field(sa_column=Column(Text, primary_key=True))
    raw: int = Field(foreign_key="raw.number")
    source: str | None = None
    seen_at: datetime = Field(sa_column=_moment())

    __table_args__ = (Index("sighting_origin", "origin"),)


class TombstoneRow(SQLModel, table=True):
    """An article that was taken down. Nothing of its text: by hashes of runs of its letters what
    is left of it can be looked for.
    """

    __tablename__ = "tombstone"
    id: str = Field(primary_key=True, max_length=12)
    number: int
    at: datetime = Field(sa_column=_moment())
    by: str
    reason: str
    marks: bytes
    raws: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    purged: bool = False
    lifted_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class BarredRow(SQLModel, table=True):
    """What makes an incoming article one that was taken down: a hash of its key, address, text
    or origin.
    """

    __tablename__ = "barred"
    hash: str = Field(primary_key=True, max_length=64)
    tombstone: str = Field(
        sa_column=Column(
            "tombstone", ForeignKey("tombstone.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )


class ActorRow(SQLModel, table=True):
    """An actor: what facets count, and how it is shown."""

    __tablename__ = "actor"
    value: str = Field(primary_key=True)
    label: str
    kind: str


class CanonicalRow(SQLModel, table=True):
    """Whom the archive as a whole takes a value of `actor` for, where that says more than the
    value's own row.
    """

    __tablename__ = "canonical"
    value: str = Field(primary_key=True)
    actor: str
    label: str
    kind: str
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    uncertain: bool = False


class SettledRow(SQLModel, table=True):
    """Up to which change, and by which version of the rules, who is who was settled; one row."""

    __tablename__ = "settled"
    version: int = Field(primary_key=True)
    change: int


class DecisionRow(SQLModel, table=True):
    """What a person decided about an actor or a place; rows are added and never changed."""

    __tablename__ = "decision"
    __table_args__ = {"sqlite_autoincrement": True}
    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=16)
    at: datetime = Field(sa_column=_moment())
    by: str
    kind: str
    facet: str
    subject: str = Field(index=True)
    arguments: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class PlaceRow(SQLModel, table=True):
    """A place of the gazetteer that some article mentions."""

    __tablename__ = "place"
    value: str = Field(primary_key=True)
    label: str
    latitude: float
    longitude: float
    kind: str
    country: str | None = None
    parents: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class MentionRow(SQLModel, table=True):
    """A name in an article."""

    __tablename__ = "mention"
    article: int = Field(sa_column=_article_number())
    field: str = Field(primary_key=True)
    start: int = Field(primary_key=True)
    end: int
    surface: str
    kind: str
    value: str = Field(index=True)
    rule: str
    confidence: float


class DateRow(SQLModel, table=True):
    """A time that an article speaks of."""

    __tablename__ = "date_mention"
    article: int = Field(sa_column=_article_number())
    field: str = Field(primary_key=True)
    start: int = Field(primary_key=True)
    end: int
    surface: str
    type: str
    value: str
    first: date | None = None
    last: date | None = None
    rule: str
    confidence: float


class PassageRow(SQLModel, table=True):
    """A passage of an article's text."""

    __tablename__ = "passage"
    article: int = Field(sa_column=_article_number())
    start: int = Field(primary_key=True)
    end: int
    tokens: int


class MarkRow(SQLModel, table=True):
    """A part of the sketch of an article's text, by which its near-copies are found.

    Without a foreign key: it would ask for a second index as large as the table.
    """

    __tablename__ = "mark"
    __table_args__ = {"sqlite_with_rowid": False}
    mark: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    article: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


class ChangeRow(SQLModel, table=True):
    """One change to an article, in the order of commits: what an index has yet to learn.

    Kind "changed" or "deleted" is of the article itself, "grouped" of its near-copies.
    """

    __tablename__ = "change"
    # AUTOINCREMENT: a number is never given out twice, even after the last row is deleted.
    __table_args__ = {"sqlite_autoincrement": True}
    seq: int | None = Field(default=None, primary_key=True)
    article: int = Field(index=True)
    kind: str
