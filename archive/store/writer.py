"""What one transaction can do to the record."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col

from archive.canonical import CANONICAL_VERSION, Seen, distinct_actors
from archive.errors import NotFound, StoreError
from archive.identity import changes_between, digests
from archive.store.accounts import AccountTable
from archive.store.alerts import AlertTable
from archive.store.audit import AuditTable
from archive.store.collections import CollectionTable
from archive.store.copies import CopyGroups
from archive.store.feeds import Feeds
from archive.store.keys import KeyTable
from archive.store.quarantine import Quarantine
from archive.store.rows import (
    actor_of,
    article_of,
    article_values,
    canonical_values,
    date_values,
    decision_values,
    passage_values,
    place_values,
    raw_values,
)
from archive.store.saved import SavedTable
from archive.store.tables import (
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
    SettledRow,
    SightingRow,
    VersionRow,
)
from archive.store.tombstones import bury, lift, purged
from archive.stream import batched
from archive.types import (
    Actor,
    Article,
    Decision,
    Enriched,
    MentionKind,
    Passage,
    RawDocument,
    Record,
    Tombstone,
)

_ID_CHARACTERS = 12
_PARAMETERS = 500  # SQLite takes at most 32,766 in a statement; far fewer plan quicker


class Writer:
    """Open for the length of a transaction: `with store.writing() as writer`."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session
        self._copies = CopyGroups(session)
        self.quarantine = Quarantine(session)
        self.feeds = Feeds(session)
        self.accounts = AccountTable(session)
        self.keys = KeyTable(session)
        self.audit = AuditTable(session)
        self.saved = SavedTable(session)
        self.alerts = AlertTable(session)
        self.collections = CollectionTable(session)

    def add(self, enriched: Enriched, raw: RawDocument, *, now: datetime) -> Record:
        """Store a new article, and join it with the near-copies of its text."""
        article = enriched.article
        _refuse_nul(article)
        text_hash, content_hash = digests(article)
        row = ArticleRow(
            **article_values(article),
            id=self._new_id(article.key or f"text:{text_hash}"),
            key=article.key,
            text_hash=text_hash,
            content_hash=content_hash,
            reported=enriched.reported,
            raw=self._raw(raw),
            ingested_at=now,
            updated_at=now,
        )
        self._session.add(row)
        self._session.flush()
        self._copies.join(row)
        self.see(_number(row), raw, source=article.source, now=now)
        self._derive(_number(row), enriched)
        return self._record(row, enriched)

    def replace(
        self, number: int, enriched: Enriched, raw: RawDocument, *, now: datetime
    ) -> Record:
        """Store a new version; the one before stays, with its raw input."""
        _refuse_nul(enriched.article)
        row = self._row(number)
        # The key is the article's identity; a version that does not state it keeps it.
        article = replace(enriched.article, key=row.key)
        before = article_of(row, row.key)
        self._session.add(
            VersionRow(
                article=number,
                version=row.version,
                raw=row.raw,
                updated_at=row.updated_at,
                **article_values(before),
            )
        )
        of_version = {
            "version": row.version + 1,
            "changed": sorted({*row.changed, *changes_between(before, article)}),
            "raw": self._raw(raw),
            "updated_at": now,
        }
        self._revise(row, replace(enriched, article=article), of_version)
        self.see(number, raw, source=article.source, now=now)
        return self._record(row, enriched)

    def redo(self, number: int, enriched: Enriched) -> None:
        """Put what is made of the same raw input today in place of what was made of it before:
        the article keeps its id and stays the same version. Nothing happens to one that has been
        taken down.
        """
        _refuse_nul(enriched.article)
        row = self._session.get(ArticleRow, number)
        if row is None:
            return
        article = replace(enriched.article, key=row.key)
        self._revise(row, replace(enriched, article=article), {})

    def cut(self, number: int, passages: Sequence[Passage]) -> None:
        """Put other passages in place of an article's; nothing else of it changes, so the change
        feed does not name it.
        """
        self._session.execute(sa.delete(PassageRow).where(col(PassageRow.article) == number))
        rows = [passage_values(number, p) for p in passages]
        if rows:
            self._session.execute(sa.insert(PassageRow), rows)

    def _revise(self, row: ArticleRow, enriched: Enriched, more: Mapping[str, Any]) -> None:
        article = enriched.article
        text_hash, content_hash = digests(article)
        values = article_values(article) | {
            "text_hash": text_hash,
            "content_hash": content_hash,
            "reported": enriched.reported,
            **more,
        }
        before = article_of(row, row.key)
        moved = text_hash != row.text_hash or article.published != before.published
        if moved:
            self._copies.leave(row)
        for name, value in values.items():
            setattr(row, name, value)
        self._session.flush()
        if moved:
            self._copies.join(row)
        self._derive(_number(row), enriched)

    def see(self, number: int, raw: RawDocument, *, source: str | None, now: datetime) -> None:
        """Note where an article was met; the same place again takes the new raw input."""
        values = {
            "article": number,
            "origin": raw.origin,
            "raw": self._raw(raw),
            "source": source,
            "seen_at": now,
        }
        self._upsert(SightingRow, [values], update=("raw", "source", "seen_at"))

    def note_repeated(self, source: str, blocks: Iterable[str]) -> None:
        """Remember hashes of the paragraphs that a source prints on many pages."""
        self._upsert(RepeatedRow, [{"source": source, "block": b} for b in sorted(blocks)])

    def take_down(
        self,
        number: int,
        *,
        marks: Sequence[int],
        now: datetime,
        by: str,
        reason: str,
    ) -> Tombstone:
        """Delete an article, its versions and its raw input; `marks` of its text are remembered."""
        row = self._row(number)
        self._copies.leave(row)
        origins = sa.select(col(SightingRow.origin)).where(col(SightingRow.article) == number)
        self.quarantine.release(self._session.scalars(origins).all())
        self._session.flush()
        return bury(self._session, row, marks=marks, now=now, by=by, reason=reason)

    def lift(self, id_: str, *, now: datetime) -> Tombstone:
        """Let an article that was taken down come in again. NotFound if it was not."""
        return lift(self._session, id_, now=now)

    def purged(self, ids: Iterable[str]) -> None:
        """Note that indexes and caches are rid of articles that were taken down."""
        purged(self._session, ids)

    def decide(self, decisions: Sequence[Decision], touched: Iterable[int]) -> None:
        """Add decisions to the log, and the articles that they concern to the change feed."""
        if decisions:
            rows = [decision_values(decision) for decision in decisions]
            self._session.execute(sa.insert(DecisionRow), rows)
        changes = [{"article": number, "kind": "changed"} for number in touched]
        if changes:
            self._session.execute(sa.insert(ChangeRow), changes)

    def settle_actors(self) -> int:
        """Decide anew who is the same across the archive, unless nothing has changed since that was
        done; articles that thereby have other actors go into the change feed. Returns how many.
        """
        latest = sa.select(sa.func.max(col(ChangeRow.seq)))
        done = sa.select(col(SettledRow.change)).where(col(SettledRow.version) == CANONICAL_VERSION)
        change = self._session.scalar(latest)
        if change is not None and self._session.scalar(done) == change:
            return 0
        known = {row.value: actor_of(row) for row in self._session.scalars(sa.select(CanonicalRow))}
        settled = distinct_actors(self._seen_actors())
        changed = [v for v in {**known, **settled} if known.get(v) != settled.get(v)]
        # Labels go with the next article: whoever gave an actor a new name is new, too.
        moved = [v for v in changed if _value(known, v) != _value(settled, v)]
        for part in batched(changed, _PARAMETERS):
            self._session.execute(sa.delete(CanonicalRow).where(col(CanonicalRow.value).in_(part)))
            rows = [canonical_values(v, settled[v]) for v in part if v in settled]
            if rows:
                self._session.execute(sa.insert(CanonicalRow), rows)
        articles: set[int] = set()
        for part in batched(moved, _PARAMETERS):
            query = sa.select(col(MentionRow.article)).where(
                col(MentionRow.value).in_(part), col(MentionRow.kind) != "place"
            )
            articles.update(self._session.scalars(query))
        if articles:
            rows = [{"article": number, "kind": "changed"} for number in sorted(articles)]
            self._session.execute(sa.insert(ChangeRow), rows)
        self._session.execute(sa.delete(SettledRow))
        change = self._session.scalar(latest) or 0
        self._session.add(SettledRow(version=CANONICAL_VERSION, change=change))
        return len(articles)

    def _seen_actors(self) -> Iterator[Seen]:
        query = (
            sa.select(
                col(MentionRow.article),
                col(MentionRow.value),
                col(MentionRow.kind),
                col(MentionRow.surface),
                col(ActorRow.label),
            )
            .join(ActorRow, col(ActorRow.value) == col(MentionRow.value))
            .where(col(MentionRow.kind) != "place")
            .distinct()
        )
        for article, value, kind, surface, label in self._session.execute(query):
            yield Seen(article, value, cast(MentionKind, kind), surface, label)
        places = (
            sa.select(col(MentionRow.article), col(MentionRow.value))
            .where(col(MentionRow.kind) == "place")
            .distinct()
        )
        for article, value in self._session.execute(places):
            yield Seen(article, value, "place", "")

    def _derive(self, number: int, enriched: Enriched) -> None:
        """Put what was derived from the text in place of what was derived before."""
        for table in (MentionRow, DateRow, PassageRow):
            self._session.execute(sa.delete(table).where(col(table.article) == number))
        known = ("label", "latitude", "longitude", "kind", "country", "parents", "aliases")
        self._upsert(PlaceRow, [place_values(p) for p in enriched.places], update=known)
        actors = {
            m.value: {"value": m.value, "label": m.label, "kind": m.kind}
            for m in enriched.mentions
            if m.kind != "place"
        }
        self._upsert(ActorRow, list(actors.values()))
        mentions = [
            {
                "article": number,
                "field": m.field,
                "start": m.start,
                "end": m.end,
                "surface": m.surface,
                "kind": m.kind,
                "value": m.value,
                "rule": m.rule,
                "confidence": m.confidence,
            }
            for m in enriched.mentions
        ]
        passages = [passage_values(number, p) for p in enriched.passages]
        dates = [{"article": number, **date_values(date)} for date in enriched.dates]
        derived = ((MentionRow, mentions), (DateRow, dates), (PassageRow, passages))
        for table, rows in derived:
            if rows:
                self._session.execute(sa.insert(table), rows)
        self._session.execute(sa.insert(ChangeRow), [{"article": number, "kind": "changed"}])

    def _raw(self, raw: RawDocument) -> int:
        """The number of a raw document, stored once however often it is met."""
        digest = hashlib.sha256(raw.content).hexdigest()
        query = sa.select(col(RawRow.number)).where(col(RawRow.sha256) == digest)
        number = self._session.scalar(query)
        if number is None:
            self._session.execute(sa.insert(RawRow), [raw_values(raw, digest)])
            number = self._session.scalar(query)
        if number is None:
            raise StoreError("a raw document that was just stored cannot be found")
        return number

    def _new_id(self, identity: str) -> str:
        """Twelve characters of a hash of what an article is: the same input gives the same id
        in any archive, so saved links outlive it.
        """
        attempt, id_ = 1, public_id(identity)
        taken = sa.select(col(ArticleRow.number)).where
        while self._session.scalar(taken(col(ArticleRow.id) == id_)) is not None:
            attempt += 1
            id_ = public_id(f"{identity}#{attempt}")
        return id_

    def _row(self, number: int) -> ArticleRow:
        row = self._session.get(ArticleRow, number)
        if row is None:
            raise NotFound(f"there is no article number {number}")
        return row

    def _record(self, row: ArticleRow, enriched: Enriched) -> Record:
        return Record(
            id=row.id,
            number=_number(row),
            version=row.version,
            article=article_of(row, row.key),
            ingested_at=row.ingested_at,
            updated_at=row.updated_at,
            reported=row.reported,
            changed=tuple(row.changed),
            mentions=enriched.mentions,
            passages=enriched.passages,
            dates=enriched.dates,
        )

    def _upsert(
        self,
        table: type[SQLModel],
        rows: Sequence[Mapping[str, Any]],
        update: tuple[str, ...] = (),
    ) -> None:
        """Insert rows; where the primary key is taken, update some columns or leave the row."""
        if not rows:
            return
        postgres = self._session.get_bind().dialect.name == "postgresql"
        insert = (postgresql if postgres else sqlite).insert(table)
        keys = [column.name for column in sa.inspect(table).primary_key]
        if update:
            changes = {name: insert.excluded[name] for name in update}
            statement = insert.on_conflict_do_update(index_elements=keys, set_=changes)
        else:
            statement = insert.on_conflict_do_nothing(index_elements=keys)
        self._session.execute(statement, [dict(row) for row in rows])


def _value(actors: Mapping[str, Actor], value: str) -> str:
    """What a facet counts for a value."""
    return actors[value].value if value in actors else value


def public_id(identity: str) -> str:
    """Twelve characters of base32 (a–z, 2–7): 60 bits of the SHA-256 of an identity."""
    digest = hashlib.sha256(identity.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_ID_CHARACTERS]


def _number(row: ArticleRow) -> int:
    if row.number is None:
        raise StoreError("the database gave an article no number")
    return row.number


def _refuse_nul(article: Article) -> None:
    """PostgreSQL cannot store NUL; cleaning removes it, so this is a caller's mistake."""
    for name in ("title", "text", "url", "source", "key"):
        if "\x00" in (getattr(article, name) or ""):
            raise ValueError(f"the {name} of {article.origin} has a NUL character")
