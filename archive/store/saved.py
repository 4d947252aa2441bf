"""Searches that somebody keeps, as rows of one transaction."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import col

from archive.errors import NotFound
from archive.novelty import Looked
from archive.query.request import SearchRequest
from archive.store.tables import AccountRow, SavedRow
from archive.types import Account

_REQUEST = TypeAdapter(SearchRequest)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that an account keeps. `seen` is what of it was looked at; `token` is in the
    address of its feed, and all that it takes to read it.
    """

    id: int
    account: int
    label: str
    request: SearchRequest
    created: datetime
    seen: Looked = field(repr=False)
    token: str = field(repr=False)


class SavedTable:
    """The saved searches of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def all(
        self, account: Account, *, before: int | None = None, most: int | None = None
    ) -> tuple[SavedSearch, ...]:
        """Those of an account, the newest first: all, or some of those before one."""
        query = sa.select(SavedRow).where(col(SavedRow.account) == account.id)
        if before is not None:
            query = query.where(col(SavedRow.id) < before)
        rows = self._session.scalars(query.order_by(col(SavedRow.id).desc()).limit(most))
        return tuple(map(saved_of, rows))

    def count(self, account: Account) -> int:
        """How many an account has."""
        query = sa.select(sa.func.count()).where(col(SavedRow.account) == account.id)
        return self._session.scalar(query) or 0

    def get(self, account: Account, id_: int) -> SavedSearch:
        """One of an account. NotFound also for another's."""
        row = self._session.get(SavedRow, id_)
        if row is None or row.account != account.id:
            raise NotFound(
                f"you have no saved search {id_}", hint="your saved searches list those you have"
            )
        return saved_of(row)

    def find(self, id_: int) -> SavedSearch:
        """The one of that number, whosever it is. NotFound if there is none."""
        return saved_of(self._row(id_))

    def everybodys(self) -> tuple[tuple[str | None, SavedSearch], ...]:
        """All, each with the name of its account."""
        query = sa.select(col(AccountRow.name), SavedRow).join(
            AccountRow, col(AccountRow.id) == col(SavedRow.account)
        )
        rows = self._session.execute(query.order_by(col(SavedRow.id)))
        return tuple((name, saved_of(row)) for name, row in rows)

    def of(self, token: str) -> SavedSearch:
        """The one whose feed has this token. NotFound if there is none."""
        row = self._session.scalar(sa.select(SavedRow).where(col(SavedRow.token) == token))
        if row is None:
            raise NotFound("there is no such feed", hint="its search may have been removed")
        return saved_of(row)

    def add(
        self,
        account: Account,
        label: str,
        request: SearchRequest,
        *,
        seen: Looked,
        token: str,
        now: datetime,
    ) -> SavedSearch:
        """A new one."""
        row = SavedRow(
            account=account.id,
            label=label,
            request=_REQUEST.dump_python(request, mode="json"),
            created=now,
            seen_change=seen.change,
            seen_found=seen.packed,
            token=token,
        )
        self._session.add(row)
        self._session.flush()
        return saved_of(row)

    def see(self, saved: SavedSearch, seen: Looked) -> None:
        """So much of it was looked at."""
        row = self._row(saved.id)
        row.seen_change, row.seen_found = seen.change, seen.packed

    def remove(self, saved: SavedSearch) -> None:
        """Keep it no longer."""
        self._session.delete(self._row(saved.id))
        self._session.flush()

    def _row(self, id_: int) -> SavedRow:
        row = self._session.get(SavedRow, id_)
        if row is None:
            raise NotFound(f"there is no saved search {id_}", hint="archive saved list names them")
        return row


def saved_of(row: SavedRow) -> SavedSearch:
    """The noun of a row."""
    return SavedSearch(
        id=row.id or 0,
        account=row.account,
        label=row.label,
        request=_REQUEST.validate_python(row.request),
        created=row.created,
        seen=Looked(row.seen_change, row.seen_found),
        token=row.token,
    )
