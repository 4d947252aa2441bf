"""Articles that were taken down: their rows go, a tombstone stays."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from archive.errors import Gone, NotFound
from archive.identity import bars
from archive.store.rows import article_of
from archive.store.tables import (
    PUBLIC_ID,
    ActorRow,
    ArticleRow,
    BarredRow,
    CanonicalRow,
    ChangeRow,
    DateRow,
    MarkRow,
    MentionRow,
    PassageRow,
    RawRow,
    RefusedRow,
    SightingRow,
    TombstoneRow,
    VersionRow,
)
from archive.stream import batched
from archive.types import Tombstone

_PARAMETERS = 500
_OF_ARTICLES = (MentionRow, DateRow, PassageRow, SightingRow, VersionRow, MarkRow)
# Where what an article says, or is called, stands.
TEXT_TABLES = tuple(
    str(table.__tablename__)
    for table in (
        ArticleRow, VersionRow, RawRow, SightingRow, MentionRow, DateRow, ActorRow, CanonicalRow,
        RefusedRow,
    )
)  # fmt: skip


class Reading(Protocol):
    """Opens one state of the record."""

    def __call__(self) -> AbstractContextManager[Session]:
        """A session that lasts for the block."""


class Tombstones:
    """What was taken down, as far as it is remembered."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def get(self, id_: str) -> Tombstone:
        """The tombstone of an article. NotFound if it was never taken down."""
        with self._reading() as session:
            row = _row(session, id_)
            if row is None:
                raise NotFound(
                    f"no article “{id_[:40]}” was taken down",
                    hint="`archive takedown --list` lists those that were",
                )
            return _tombstone(row)

    def all(self) -> tuple[Tombstone, ...]:
        """Every tombstone, the newest first."""
        query = sa.select(TombstoneRow).order_by(col(TombstoneRow.at).desc(), col(TombstoneRow.id))
        with self._reading() as session:
            return tuple(map(_tombstone, session.scalars(query)))

    def pending(self) -> tuple[Tombstone, ...]:
        """Those whose articles may still lie in indexes and caches."""
        query = sa.select(TombstoneRow).where(~col(TombstoneRow.purged))
        with self._reading() as session:
            return tuple(map(_tombstone, session.scalars(query)))

    def barred(self, hashes: Iterable[str]) -> set[str]:
        """Those hashes (`identity.bars`) that were taken down and may not come in."""
        found: set[str] = set()
        for part in batched(hashes, _PARAMETERS):
            query = sa.select(col(BarredRow.hash)).where(col(BarredRow.hash).in_(part))
            with self._reading() as session:
                found.update(session.scalars(query))
        return found

    def rows_left(self, tombstone: Tombstone) -> Iterator[str]:
        """Tables in which rows of the article, or of nobody's raw input, are left."""
        with self._reading() as session:
            if session.scalar(_count(ArticleRow).where(col(ArticleRow.id) == tombstone.id)):
                yield "article"
            for table in _OF_ARTICLES:
                of_it = col(table.article) == tombstone.number
                if session.scalar(_count(table).where(of_it)):
                    yield str(table.__tablename__)
            for part in batched(tombstone.raws, _PARAMETERS):
                if session.scalar(_count(RawRow).where(col(RawRow.sha256).in_(part), _unused())):
                    yield "raw"


def bury(
    session: Session,
    row: ArticleRow,
    *,
    marks: Sequence[int],
    now: datetime,
    by: str,
    reason: str,
) -> Tombstone:
    """Delete all rows of an article that has left its group of copies, and names and raw input
    that no other article has; leave a tombstone, and word of it in the change feed.
    """
    number = row.number or 0
    versions = list(session.scalars(sa.select(VersionRow).where(col(VersionRow.article) == number)))
    sightings = list(
        session.scalars(sa.select(SightingRow).where(col(SightingRow.article) == number))
    )
    articles = [article_of(row, row.key), *(article_of(each, row.key) for each in versions)]
    origins = [sighting.origin for sighting in sightings]
    hashes = {h for article in articles for origin in origins for h in bars(article, origin)}
    raws = sorted({row.raw, *(v.raw for v in versions), *(s.raw for s in sightings)})
    named = session.scalars(
        sa.select(col(MentionRow.value)).where(col(MentionRow.article) == number).distinct()
    ).all()
    for table in _OF_ARTICLES:
        session.execute(sa.delete(table).where(col(table.article) == number))
    session.execute(sa.delete(ArticleRow).where(col(ArticleRow.number) == number))
    digests = _drop_raws(session, raws)
    _drop_names(session, named)
    session.execute(sa.delete(TombstoneRow).where(col(TombstoneRow.id) == row.id))
    stone = TombstoneRow(
        id=row.id,
        number=number,
        at=now,
        by=by,
        reason=reason,
        marks=np.array(marks, "<u8").tobytes(),
        raws=digests,
    )
    session.add(stone)
    session.flush()
    session.execute(sa.delete(BarredRow).where(col(BarredRow.hash).in_(hashes)))
    session.execute(
        sa.insert(BarredRow), [{"hash": h, "tombstone": row.id} for h in sorted(hashes)]
    )
    session.execute(sa.insert(ChangeRow), [{"article": number, "kind": "deleted"}])
    return _tombstone(stone)


def lift(session: Session, id_: str, *, now: datetime) -> Tombstone:
    """Let an article come in again. NotFound if it was not taken down."""
    row = _row(session, id_)
    if row is None or row.lifted_at is not None:
        raise NotFound(f"no article “{id_[:40]}” is taken down")
    row.lifted_at = now
    session.execute(sa.delete(BarredRow).where(col(BarredRow.tombstone) == id_))
    session.flush()
    return _tombstone(row)


def purged(session: Session, ids: Iterable[str]) -> None:
    """Note that nothing of some articles is left."""
    for part in batched(ids, _PARAMETERS):
        of_them = col(TombstoneRow.id).in_(part)
        session.execute(sa.update(TombstoneRow).where(of_them).values(purged=True))


def missing(session: Session, id_: str) -> NotFound:
    """The error for an id that no article has."""
    row = _row(session, id_)
    if row is not None and row.lifted_at is None:
        why = f": {row.reason}" if row.reason else ""
        return Gone(f"the article “{id_}” was taken down on {row.at:%d %B %Y}{why}")
    return NotFound(
        f"there is no article “{id_[:40]}”", hint="ids are shown with every search result"
    )


def _row(session: Session, id_: str) -> TombstoneRow | None:
    return session.get(TombstoneRow, id_) if PUBLIC_ID.fullmatch(id_) else None


def _drop_raws(session: Session, numbers: Sequence[int]) -> list[str]:
    """Delete raw input that no article has; returns the SHA-256 of what was deleted."""
    digests: list[str] = []
    for part in batched(numbers, _PARAMETERS):
        gone = (col(RawRow.number).in_(part), _unused())
        digests += session.scalars(sa.select(col(RawRow.sha256)).where(*gone))
        session.execute(sa.delete(RawRow).where(*gone))
    return digests


def _drop_names(session: Session, values: Sequence[str]) -> None:
    """Delete actors that no article names any more: a name may be all that was objected to."""
    for part in batched(values, _PARAMETERS):
        named = sa.select(col(MentionRow.value)).where(col(MentionRow.value).in_(part))
        for table in (ActorRow, CanonicalRow):
            gone = (col(table.value).in_(part), col(table.value).not_in(named))
            session.execute(sa.delete(table).where(*gone))


def _unused() -> Any:
    """Raw input that nothing refers to."""
    refers = [
        sa.exists().where(col(table.raw) == col(RawRow.number))
        for table in (ArticleRow, VersionRow, SightingRow)
    ]
    return ~sa.or_(*refers)


def _count(table: type[SQLModel]) -> Any:
    return sa.select(sa.func.count()).select_from(table)


def _tombstone(row: TombstoneRow) -> Tombstone:
    return Tombstone(
        id=row.id,
        number=row.number,
        at=row.at,
        by=row.by,
        reason=row.reason,
        marks=tuple(np.frombuffer(row.marks, "<u8").tolist()),
        raws=tuple(row.raws),
        purged=row.purged,
        lifted_at=row.lifted_at,
    )
