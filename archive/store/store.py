"""The store as seen from outside: one class to open, read and write the record."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlmodel import col

from archive.errors import StoreError
from archive.identity import KnownArticle
from archive.store.accounts import AccountTable
from archive.store.alerts import AlertTable
from archive.store.audit import AuditTable
from archive.store.canon import KnownActors
from archive.store.collections import CollectionTable
from archive.store.copies import precedence
from archive.store.copying import dump
from archive.store.feeds import Feed, Feeds
from archive.store.keys import KeyTable
from archive.store.quarantine import Quarantine, Refused
from archive.store.rows import actor_of, article_of, decision_of, place_of
from archive.store.saved import SavedTable
from archive.store.session import WRITERS_LOCK, open_engine, translated
from archive.store.tables import (
    PUBLIC_ID,
    ActorRow,
    ArticleRow,
    CanonicalRow,
    ChangeRow,
    DateRow,
    DecisionRow,
    MentionRow,
    PassageRow,
    PlaceRow,
    RawRow,
    RepeatedRow,
    SightingRow,
    TombstoneRow,
    VersionRow,
)
from archive.store.tombstones import TEXT_TABLES, Tombstones, missing
from archive.store.writer import Writer
from archive.stream import batched
from archive.types import (
    Actor,
    Change,
    DateMention,
    Decision,
    Mention,
    Passage,
    Place,
    RawDocument,
    Record,
)

# SQLite takes at most 32,766 parameters in a statement; far fewer plan quicker.
_PARAMETERS = 500
_ARTICLES = sa.inspect(ArticleRow).local_table
# A search asks for the articles it shows, and a rebuild for all there are: plain rows take half
# the time of mapped ones.
_SOME: Any = sa.bindparam("numbers", expanding=True)
_BY_NUMBER = sa.select(_ARTICLES).where(_ARTICLES.c.number.in_(_SOME))
# What was derived from some articles: the number of each one's article, then the fields of the
# noun in their order. A mention is called as its actor or place is.
_MENTION, _ACTOR, _PLACE, _PASSAGE, _DATE = (
    sa.inspect(table).local_table.c
    for table in (MentionRow, ActorRow, PlaceRow, PassageRow, DateRow)
)
_IS_PLACE = _MENTION.kind == "place"
_MENTIONS = (
    sa.select(
        *(_MENTION.article, _MENTION.start, _MENTION.end, _MENTION.surface, _MENTION.kind),
        _MENTION.value,
        sa.func.coalesce(_PLACE.label, _ACTOR.label, _MENTION.surface),
        *(_MENTION.field, _MENTION.rule, _MENTION.confidence),
    )
    .outerjoin(ActorRow, sa.and_(_ACTOR.value == _MENTION.value, ~_IS_PLACE))
    .outerjoin(PlaceRow, sa.and_(_PLACE.value == _MENTION.value, _IS_PLACE))
    .where(_MENTION.article.in_(_SOME))
    .order_by(_MENTION.article, _MENTION.field, _MENTION.start)
)
_PASSAGES = (
    sa.select(_PASSAGE.article, _PASSAGE.start, _PASSAGE.end, _PASSAGE.tokens)
    .where(_PASSAGE.article.in_(_SOME))
    .order_by(_PASSAGE.article, _PASSAGE.start)
)
_DATES = (
    sa.select(_DATE.article, *(_DATE[field.name] for field in fields(DateMention)))
    .where(_DATE.article.in_(_SOME))
    .order_by(_DATE.article, _DATE.field, _DATE.start)
)
_Noun = TypeVar("_Noun", Mention, Passage, DateMention)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a batch of incoming articles."""

    by_key: Mapping[str, KnownArticle]
    by_origin: Mapping[str, KnownArticle]
    by_text: Mapping[str, KnownArticle]


@dataclass(frozen=True, slots=True)
class Changes:
    """Articles that changed since a number of the change feed; `latest` is its last number."""

    latest: int
    changed: tuple[int, ...]
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How much the record holds; `first` and `last` are days (ISO) of publication."""

    articles: int
    undated: int
    sources: int
    passages: int
    first: str | None
    last: str | None


class Store:
    """The record. Safe to use from several threads and processes; writers take turns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database, making or migrating its tables. StoreError if that cannot be done."""
        return cls(open_engine(url))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def writing(self, *, waits: bool = True) -> Iterator[Writer]:
        """One transaction: all of it is stored when the block ends, or nothing if it raises.

        Writers take turns, so numbers of the change feed appear in order, and who reads the
        feed up to a number has seen everything before it. One that does not wait raises
        StoreError where it is another's turn.
        """
        with translated(self._engine), Session(self._engine) as session:
            session.connection(execution_options={"writes": True, "waits": waits})
            if self._engine.dialect.name == "postgresql":
                _take_turn(session, waits=waits)
            yield Writer(session)
            session.commit()

    # Accounts.

    @contextmanager
    def accounts(self) -> Iterator[AccountTable]:
        """Accounts and sessions, to be read."""
        with self._reading() as session:
            yield AccountTable(session)

    @contextmanager
    def keys(self) -> Iterator[KeyTable]:
        """Keys of programs, to be read."""
        with self._reading() as session:
            yield KeyTable(session)

    @contextmanager
    def audit(self) -> Iterator[AuditTable]:
        """The audit log, to be read."""
        with self._reading() as session:
            yield AuditTable(session)

    @contextmanager
    def saved(self) -> Iterator[SavedTable]:
        """Saved searches, to be read."""
        with self._reading() as session:
            yield SavedTable(session)

    @contextmanager
    def alerts(self) -> Iterator[AlertTable]:
        """Alerts and their outbox, to be read."""
        with self._reading() as session:
            yield AlertTable(session)

    # Takedown.

    @property
    def tombstones(self) -> Tombstones:
        """What was taken down."""
        return Tombstones(self._reading)

    def scrub(self, *, whole: bool = False) -> None:
        """Overwrite what was deleted, in the log of transactions, too; `whole` writes the
        database anew. StoreError if another process reads for too long.
        """
        with translated(self._engine):
            if self._engine.dialect.name == "postgresql":
                engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
                with engine.connect() as connection:
                    connection.exec_driver_sql(f"VACUUM FULL {', '.join(TEXT_TABLES)}")
                return
            # The driver itself: SQLAlchemy would begin a transaction, and VACUUM takes none.
            with closing(self._engine.raw_connection()) as raw:
                cursor = raw.cursor()
                if whole:
                    cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def dump(self, target: Path) -> str:
        """One state of the record as a file (`archive.store.copying`); returns what kind of
        database it is of. StoreError if that fails.
        """
        dump(self._engine, target)
        return self._engine.dialect.name

    @contextmanager
    def collections(self) -> Iterator[CollectionTable]:
        """Collections, to be read."""
        with self._reading() as session:
            yield CollectionTable(session)

    # Articles.

    def get(self, id_: str) -> Record:
        """An article with what was derived from it. NotFound if there is none of that id."""
        with self._reading() as session:
            row = self._by_id(session, id_)
            number = row.number or 0
            mentions = _derived(session, _MENTIONS, Mention, [number]).get(number, ())
            passages = _derived(session, _PASSAGES, Passage, [number]).get(number, ())
            dates = _derived(session, _DATES, DateMention, [number]).get(number, ())
            group = self._group_of(session, row)
            first = next((r.id for r in group if r.number == row.copy_group), row.id)
            copied = first if first != row.id else None
            return replace(_record(row, mentions, passages, dates), copy_of=copied)

    def records(self, numbers: Sequence[int]) -> dict[int, Record]:
        """Articles by number, without what was derived from them; missing ones are left out."""
        with self._reading() as session:
            return {
                row.number: _record(row)  # type: ignore[arg-type]  # it has the same columns
                for part in batched(numbers, _PARAMETERS)
                for row in session.connection().execute(_BY_NUMBER, {"numbers": part})
            }

    def scan(
        self, *, numbers: Sequence[int] | None = None, batch: int = _PARAMETERS
    ) -> Iterator[Record]:
        """All articles, or those of some numbers, with mentions, dates and passages, by
        number.
        """
        wanted = None if numbers is None else sorted(numbers)
        last = -1
        while True:
            query = sa.select(_ARTICLES).where(_ARTICLES.c.number > last)
            if wanted is not None:
                part = wanted[:batch]
                wanted = wanted[batch:]
                if not part:
                    return
                query = sa.select(_ARTICLES).where(_ARTICLES.c.number.in_(part))
            with self._reading() as session:
                query = query.order_by(_ARTICLES.c.number).limit(batch)
                rows: list[Any] = list(session.execute(query))
                found = [row.number for row in rows]
                mentions = _derived(session, _MENTIONS, Mention, found)
                passages = _derived(session, _PASSAGES, Passage, found)
                dates = _derived(session, _DATES, DateMention, found)
                records = [
                    _record(
                        row,
                        mentions.get(row.number, ()),
                        passages.get(row.number, ()),
                        dates.get(row.number, ()),
                    )
                    for row in rows
                ]
            yield from records
            if wanted is None:
                if not found:
                    return
                last = found[-1]

    def versions(self, id_: str) -> tuple[Record, ...]:
        """The versions of an article before the current one, oldest first."""
        with self._reading() as session:
            current = self._by_id(session, id_)
            query = sa.select(VersionRow).where(col(VersionRow.article) == current.number)
            rows = session.scalars(query.order_by(col(VersionRow.version)))
            return tuple(
                Record(
                    id=current.id,
                    number=row.article,
                    version=row.version,
                    article=article_of(row, current.key),
                    ingested_at=current.ingested_at,
                    updated_at=row.updated_at,
                )
                for row in rows
            )

    def raw(self, id_: str) -> RawDocument:
        """The current version of an article as it was received."""
        with self._reading() as session:
            article = self._by_id(session, id_)
            return _raw_of(session.get_one(RawRow, article.raw), article.origin)

    def raws(self, *, after: int, most: int) -> list[tuple[Record, RawDocument]]:
        """The next articles after a number with their current raw input, without what was derived
        from them.
        """
        raw = sa.inspect(RawRow).local_table
        query = sa.select(raw).where(raw.c.number.in_(sa.bindparam("raws", expanding=True)))
        with self._reading() as session:
            articles: list[Any] = list(
                session.execute(
                    sa.select(_ARTICLES)
                    .where(_ARTICLES.c.number > after)
                    .order_by(_ARTICLES.c.number)
                    .limit(most)
                )
            )
            numbers = list({row.raw for row in articles})
            found = {row.number: row for row in session.execute(query, {"raws": numbers})}
            return [(_record(row), _raw_of(found[row.raw], row.origin)) for row in articles]

    def copies(self, id_: str) -> tuple[Record, ...]:
        """The near-copies of an article, earliest published first."""
        with self._reading() as session:
            row = self._by_id(session, id_)
            return tuple(_record(r) for r in self._group_of(session, row) if r.id != id_)

    def texts(self, numbers: Iterable[int]) -> dict[int, frozenset[int]]:
        """The numbers of all articles with the text of each of some, near-copies with it."""
        group, own = _ARTICLES.c.copy_group, _ARTICLES.c.number
        of_articles: dict[int, int | None] = {}
        members: dict[int | None, set[int]] = {}
        with self._reading() as session:
            for part in batched(numbers, _PARAMETERS):
                found = session.execute(sa.select(own, group).where(own.in_(part)))
                of_articles.update((number, name) for number, name in found)
            for part in batched({name for name in of_articles.values() if name}, _PARAMETERS):
                for number, name in session.execute(sa.select(own, group).where(group.in_(part))):
                    members.setdefault(name, set()).add(number)
        return {n: frozenset(members.get(name, {n})) for n, name in of_articles.items()}

    def ids(self, numbers: Sequence[int]) -> dict[int, str]:
        """The public ids of articles by number; missing ones are left out."""
        query = sa.select(col(ArticleRow.number), col(ArticleRow.id))
        with self._reading() as session:
            return {
                number: id_
                for part in batched(numbers, _PARAMETERS)
                for number, id_ in session.execute(query.where(col(ArticleRow.number).in_(part)))
                if number is not None
            }

    def title(self, id_: str) -> tuple[int, str] | None:
        """Number and title of an article; None if there is none of that id."""
        query = sa.select(col(ArticleRow.number), col(ArticleRow.title))
        with self._reading() as session:
            row = session.execute(query.where(col(ArticleRow.id) == id_)).first()
            return (row[0], row[1]) if row and row[0] is not None else None

    def titles(self, ids: Iterable[str]) -> dict[str, str]:
        """The titles of articles by id; missing ones are left out."""
        own, title = _ARTICLES.c.id, _ARTICLES.c.title
        with self._reading() as session:
            return {
                id_: called
                for part in batched(ids, _PARAMETERS)
                for id_, called in session.execute(sa.select(own, title).where(own.in_(part)))
            }

    def copy_groups(self) -> dict[int, int]:
        """From each article that has near-copies to the first of them; by number."""
        query = sa.select(col(ArticleRow.number), col(ArticleRow.copy_group)).where(
            col(ArticleRow.copy_group).is_not(None)
        )
        with self._reading() as session:
            return {n: group for n, group in session.execute(query) if n and group}

    def places(self, values: Sequence[str] | None = None) -> dict[str, Place]:
        """Places by value: all that any article mentions, or some."""
        with self._reading() as session:
            if values is None:
                return {r.value: place_of(r) for r in session.scalars(sa.select(PlaceRow))}
            return {
                row.value: place_of(row)
                for part in batched(values, _PARAMETERS)
                for row in session.scalars(sa.select(PlaceRow).where(col(PlaceRow.value).in_(part)))
            }

    def around(self) -> dict[str, tuple[str, ...]]:
        """What each place that any article mentions lies in, the nearest first."""
        with self._reading() as session:
            rows = session.execute(sa.select(col(PlaceRow.value), col(PlaceRow.parents)))
            return {value: tuple(parents) for value, parents in rows}

    def actors(self, values: Sequence[str] | None = None) -> dict[str, Actor]:
        """Whom the values of mentions, all or some, stand for across the archive; a value that is
        not among them stands for itself.
        """
        query = sa.select(CanonicalRow)
        with self._reading() as session:
            if values is None:
                return {row.value: actor_of(row) for row in session.scalars(query)}
            return {
                row.value: actor_of(row)
                for part in batched(values, _PARAMETERS)
                for row in session.scalars(query.where(col(CanonicalRow.value).in_(part)))
            }

    def known_actors(self, values: Iterable[str] = ()) -> KnownActors:
        """The same, looked up as they are asked for, these at once."""
        known = KnownActors(self.actors, self.actors)
        known.fetch(values)
        return known

    def decisions(self) -> tuple[Decision, ...]:
        """What people decided, in the order of the log."""
        with self._reading() as session:
            rows = session.scalars(sa.select(DecisionRow).order_by(col(DecisionRow.seq)))
            return tuple(decision_of(row) for row in rows)

    def naming(self, values: Iterable[str], *, places: bool = False) -> tuple[int, ...]:
        """The numbers of the articles with a mention of one of these values, as stored; those
        reported from one of these places, too.
        """
        found: set[int] = set()
        is_place = col(MentionRow.kind) == "place"
        for part in batched(values, _PARAMETERS):
            query = sa.select(col(MentionRow.article)).where(
                col(MentionRow.value).in_(part), is_place if places else ~is_place
            )
            with self._reading() as session:
                found.update(session.scalars(query))
                if places:
                    reported = col(ArticleRow.reported).in_(part)
                    numbers = session.scalars(sa.select(col(ArticleRow.number)).where(reported))
                    found.update(number for number in numbers if number is not None)
        return tuple(sorted(found))

    def repeated(self, source: str) -> frozenset[str]:
        """Hashes of the paragraphs that a source is known to print on many pages."""
        query = sa.select(col(RepeatedRow.block)).where(col(RepeatedRow.source) == source)
        with self._reading() as session:
            return frozenset(session.scalars(query))

    def texts_of_source(self, source: str, *, articles: int) -> list[str]:
        """The texts of the last articles of a source, newest first."""
        query = sa.select(col(ArticleRow.text)).where(col(ArticleRow.source) == source)
        with self._reading() as session:
            last = query.order_by(col(ArticleRow.number).desc()).limit(articles)
            return list(session.scalars(last))

    def places_of_source(self, source: str, *, articles: int) -> list[list[Place]]:
        """The places that the last articles of a source mention, article by article."""
        last = (
            sa.select(col(ArticleRow.number))
            .where(col(ArticleRow.source) == source)
            .order_by(col(ArticleRow.number).desc())
            .limit(articles)
        )
        with self._reading() as session:
            values: dict[int, list[str]] = {n: [] for n in session.scalars(last) if n is not None}
            mentioned = (
                sa.select(col(MentionRow.article), col(MentionRow.value))
                .where(col(MentionRow.article).in_(values), col(MentionRow.kind) == "place")
                .distinct()
            )
            for number, value in session.execute(mentioned):
                values[number].append(value)
        known = self.places(sorted({v for named in values.values() for v in named}))
        return [[known[v] for v in sorted(named) if v in known] for named in values.values()]

    def refused(self, *, after: str = "") -> Iterator[Refused]:
        """What was refused and not taken in since, by origin; some at a time in memory."""
        last = after
        while True:
            with self._reading() as session:
                found = Quarantine(session).after(last)
            if not found:
                return
            yield from found
            last = found[-1].error.origin

    def feeds(self) -> tuple[Feed, ...]:
        """The feeds that are followed, by address."""
        with self._reading() as session:
            return Feeds(session).all()

    def refused_count(self) -> int:
        """How many items were refused and not taken in since."""
        with self._reading() as session:
            return Quarantine(session).count()

    # Identity, changes, counts.

    def known(
        self,
        *,
        keys: Sequence[str] = (),
        origins: Sequence[str] = (),
        text_hashes: Sequence[str] = (),
    ) -> Known:
        """Articles that incoming ones may be: of the same key, origin or text."""
        with self._reading() as session:
            return Known(
                by_key=_known(session, keys, col(ArticleRow.key), raw=col(ArticleRow.raw)),
                by_origin=_known(
                    session, origins, col(SightingRow.origin), raw=col(SightingRow.raw)
                ),
                by_text=_known(
                    session, text_hashes, col(ArticleRow.text_hash), raw=col(ArticleRow.raw)
                ),
            )

    def changes(self, since: int) -> Changes:
        """What changed after a number of the change feed."""
        with self._reading() as session:
            query = sa.select(ChangeRow).where(col(ChangeRow.seq) > since)
            last: dict[int, str] = {}
            latest = since
            for row in session.scalars(query.order_by(col(ChangeRow.seq))):
                latest = row.seq or latest
                if row.kind != "grouped":
                    last[row.article] = row.kind
            return Changes(
                latest=latest,
                changed=tuple(sorted(n for n, kind in last.items() if kind == "changed")),
                deleted=tuple(sorted(n for n, kind in last.items() if kind == "deleted")),
            )

    def last_changes(self, numbers: Sequence[int]) -> dict[int, int]:
        """The number of the last change of each of some articles."""
        query = sa.select(col(ChangeRow.article), sa.func.max(col(ChangeRow.seq))).where(
            col(ChangeRow.kind) == "changed"
        )
        with self._reading() as session:
            return {
                article: seq or 0
                for part in batched(numbers, _PARAMETERS)
                for article, seq in session.execute(
                    query.where(col(ChangeRow.article).in_(part)).group_by(col(ChangeRow.article))
                )
            }

    def corrected(self, most: int) -> tuple[int, ...]:
        """The articles that were corrected last, by number."""
        replaced = sa.select(col(VersionRow.article))
        query = sa.select(col(ArticleRow.number)).where(col(ArticleRow.number).in_(replaced))
        with self._reading() as session:
            last = query.order_by(col(ArticleRow.updated_at).desc()).limit(most)
            return tuple(n for n in session.scalars(last) if n is not None)

    def change_feed(self, since: int, most: int) -> list[Change]:
        """The first changes after a number, in their order: articles that came in or are told
        otherwise, and those that were taken down.
        """
        query = (
            sa.select(
                col(ChangeRow.seq),
                sa.func.coalesce(col(ArticleRow.id), col(TombstoneRow.id)),
                col(ArticleRow.id).is_not(None),
            )
            .join(ArticleRow, col(ArticleRow.number) == col(ChangeRow.article), isouter=True)
            .join(TombstoneRow, col(TombstoneRow.number) == col(ChangeRow.article), isouter=True)
            .where(
                col(ChangeRow.seq) > since,
                col(ChangeRow.kind) != "grouped",
                # Of one that is gone only that, whatever happened to it before.
                sa.or_(
                    col(ArticleRow.id).is_not(None),
                    sa.and_(col(TombstoneRow.id).is_not(None), col(ChangeRow.kind) == "deleted"),
                ),
            )
            .order_by(col(ChangeRow.seq))
            .limit(most)
        )
        with self._reading() as session:
            return [
                Change(int(seq or 0), id_, "changed" if is_there else "taken down")
                for seq, id_, is_there in session.execute(query)
            ]

    def counts(self) -> StoreCounts:
        """How much the record holds."""
        start = col(ArticleRow.published_start)
        query = sa.select(
            sa.func.count(),
            sa.func.count() - sa.func.count(start),
            sa.func.count(sa.distinct(col(ArticleRow.source))),
            sa.func.min(start),
            sa.func.max(start),
        ).select_from(ArticleRow)
        with self._reading() as session:
            articles, undated, sources, first, last = session.execute(query).one()
            passages = session.scalar(sa.select(sa.func.count()).select_from(PassageRow))
        return StoreCounts(
            articles=articles,
            undated=undated,
            sources=sources,
            passages=passages or 0,
            first=first.date().isoformat() if first else None,
            last=last.date().isoformat() if last else None,
        )

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """One state of the record for all questions of a block."""
        with translated(self._engine), Session(self._engine) as session:
            if self._engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @staticmethod
    def _by_id(session: Session, id_: str) -> ArticleRow:
        query = sa.select(ArticleRow).where(col(ArticleRow.id) == id_)
        row = session.scalar(query) if PUBLIC_ID.fullmatch(id_) else None
        if row is None:
            raise missing(session, id_)
        return row

    @staticmethod
    def _group_of(session: Session, row: ArticleRow) -> list[ArticleRow]:
        if row.copy_group is None:
            return []
        query = sa.select(ArticleRow).where(col(ArticleRow.copy_group) == row.copy_group)
        return sorted(session.scalars(query), key=precedence)


def _take_turn(session: Session, *, waits: bool) -> None:
    """Hold the writers' lock of a PostgreSQL database until the transaction ends."""
    if waits:
        lock = sa.text("SELECT pg_advisory_xact_lock(:key)")
        session.execute(lock, {"key": WRITERS_LOCK})
        return
    lock = sa.text("SELECT pg_try_advisory_xact_lock(:key)")
    if not session.scalar(lock, {"key": WRITERS_LOCK}):
        raise StoreError("the database is locked", hint="another process is writing")


def _raw_of(row: Any, origin: str) -> RawDocument:
    return RawDocument(
        content=zlib.decompress(row.content),
        format=row.format,
        origin=origin,
        charset=row.charset,
        url=row.url,
    )


def _record(
    row: ArticleRow,
    mentions: tuple[Mention, ...] = (),
    passages: tuple[Passage, ...] = (),
    dates: tuple[DateMention, ...] = (),
) -> Record:
    return Record(
        id=row.id,
        number=row.number or 0,
        version=row.version,
        article=article_of(row, row.key),
        ingested_at=row.ingested_at,
        updated_at=row.updated_at,
        reported=row.reported,
        changed=tuple(row.changed),
        mentions=mentions,
        passages=passages,
        dates=dates,
    )


def _derived(
    session: Session, query: Any, noun: Callable[..., _Noun], numbers: Sequence[int]
) -> dict[int, tuple[_Noun, ...]]:
    """What was derived from some articles, by their numbers, in the order of their text."""
    found: dict[int, list[_Noun]] = {}
    for part in batched(numbers, _PARAMETERS):
        for number, *values in session.connection().execute(query, {"numbers": part}).all():
            found.setdefault(number, []).append(noun(*values))
    return {number: tuple(nouns) for number, nouns in found.items()}


def _known(
    session: Session, values: Sequence[str], column: Any, *, raw: Any
) -> dict[str, KnownArticle]:
    """The first stored article for each value of a column."""
    found: dict[str, KnownArticle] = {}
    article = ArticleRow
    for part in batched(values, _PARAMETERS):
        query = (
            sa.select(
                column,
                col(article.number),
                col(article.id),
                col(article.key),
                col(article.text_hash),
                col(article.content_hash),
                col(RawRow.sha256),
            )
            .select_from(article)
            .outerjoin(SightingRow, col(SightingRow.article) == col(article.number))
            .join(RawRow, col(RawRow.number) == raw)
            .where(column.in_(part))
            .order_by(col(article.number))
        )
        for value, *known in session.execute(query):
            found.setdefault(value, KnownArticle(*known))
    return found
