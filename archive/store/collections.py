"""Collections: articles that somebody put aside, as rows of one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from archive.errors import NotFound
from archive.store.tables import ArticleRow, CollectedRow, CollectionRow
from archive.types import Account


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles put aside under a name, with a note. Whoever has the `token` can read it, if it
    has one.
    """

    id: int
    account: int
    name: str
    note: str
    created: datetime
    token: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class Collected:
    """An article in a collection, with why it is there."""

    number: int
    note: str
    at: datetime


class CollectionTable:
    """The collections of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def all(self, account: Account) -> tuple[Collection, ...]:
        """Those of an account, by name."""
        query = _COLLECTIONS.where(col(CollectionRow.account) == account.id)
        found = self._session.execute(query.order_by(col(CollectionRow.name)))
        return tuple(_collection(row, articles) for row, articles in found)

    def get(self, account: Account, id_: int) -> Collection:
        """One of an account. NotFound also for another's."""
        return self._one(
            _COLLECTIONS.where(
                col(CollectionRow.id) == id_, col(CollectionRow.account) == account.id
            )
        )

    def shared(self, token: str) -> Collection:
        """The one that is shared by a link with this token. NotFound if there is none."""
        return self._one(_COLLECTIONS.where(col(CollectionRow.token) == token))

    def add(self, account: Account, name: str, note: str, *, now: datetime) -> Collection:
        """A new one, without articles."""
        row = CollectionRow(account=account.id, name=name, note=note, created=now)
        self._session.add(row)
        self._session.flush()
        return _collection(row, 0)

    def change(self, account: Account, id_: int, *, name: str, note: str) -> None:
        """Another name and note."""
        row = self._row(account, id_)
        row.name, row.note = name, note

    def share(self, account: Account, id_: int, token: str | None) -> None:
        """Let it be read by a link, or by none."""
        self._row(account, id_).token = token

    def remove(self, account: Account, id_: int) -> None:
        """The collection goes; its articles stay in the archive."""
        self._session.delete(self._row(account, id_))
        self._session.flush()

    def put(self, account: Account, id_: int, article: str, note: str, *, now: datetime) -> None:
        """Put an article (by id) into it, or change its note there. NotFound for either."""
        collection = self._row(account, id_)
        number = self._session.scalar(
            sa.select(col(ArticleRow.number)).where(col(ArticleRow.id) == article)
        )
        if number is None:
            raise NotFound(f"there is no article “{article[:40]}”")
        row = self._session.get(CollectedRow, (collection.id, number))
        if row is None:
            row = CollectedRow(collection=collection.id or 0, article=number, note=note, at=now)
        row.note = note
        self._session.add(row)
        self._session.flush()

    def take_out(self, account: Account, id_: int, article: str) -> None:
        """Take an article (by id) out of it."""
        collection = self._row(account, id_)
        number = sa.select(col(ArticleRow.number)).where(col(ArticleRow.id) == article)
        self._session.execute(
            sa.delete(CollectedRow).where(
                col(CollectedRow.collection) == collection.id,
                col(CollectedRow.article) == number.scalar_subquery(),
            )
        )

    def articles(self, collection: Collection) -> tuple[Collected, ...]:
        """What is in it, in the order it was put there."""
        query = sa.select(CollectedRow).where(col(CollectedRow.collection) == collection.id)
        rows = self._session.scalars(
            query.order_by(col(CollectedRow.at), col(CollectedRow.article))
        )
        return tuple(Collected(row.article, row.note, row.at) for row in rows)

    def _row(self, account: Account, id_: int) -> CollectionRow:
        row = self._session.get(CollectionRow, id_)
        if row is None or row.account != account.id:
            raise _missing()
        return row

    def _one(self, query: sa.Select[Any]) -> Collection:
        found = self._session.execute(query).first()
        if found is None:
            raise _missing()
        row, articles = found
        return _collection(row, articles)


_COLLECTIONS = sa.select(
    CollectionRow,
    sa.select(sa.func.count())
    .where(col(CollectedRow.collection) == col(CollectionRow.id))
    .correlate(CollectionRow)
    .scalar_subquery(),
)


def _missing() -> NotFound:
    return NotFound(
        "there is no such collection", hint="it may have been removed, or not be shared"
    )


def _collection(row: CollectionRow, articles: int) -> Collection:
    return Collection(
        id=row.id or 0,
        account=row.account,
        name=row.name,
        note=row.note,
        created=row.created,
        token=row.token,
        articles=articles,
    )
