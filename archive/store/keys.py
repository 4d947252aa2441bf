"""Keys of programs, as rows of one transaction."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from archive.errors import NotFound
from archive.store.accounts import account_of
from archive.store.tables import AccountRow, KeyRow
from archive.types import Account, Key, Scope


class KeyTable:
    """The keys of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def all(self, account: Account | None = None) -> tuple[Key, ...]:
        """All keys, or those of an account, the newest first."""
        query = _KEYS.order_by(col(KeyRow.id).desc())
        if account is not None:
            query = query.where(col(KeyRow.account) == account.id)
        return tuple(_key(*found) for found in self._session.execute(query))

    def of(self, hashed: str, *, now: datetime) -> Key | None:
        """The key of that hash, if it holds still."""
        is_valid = col(KeyRow.expires).is_(None) | (col(KeyRow.expires) > now)
        query = _KEYS.where(col(KeyRow.hash) == hashed, is_valid)
        found = self._session.execute(query).first()
        return _key(*found) if found else None

    def add(
        self,
        account: Account,
        hashed: str,
        *,
        label: str,
        begin: str,
        scopes: Sequence[Scope],
        now: datetime,
        expires: datetime | None,
    ) -> Key:
        """A new key, by its hash."""
        row = KeyRow(
            account=account.id,
            hash=hashed,
            begin=begin,
            label=label,
            scopes=[scope.value for scope in scopes],
            created=now,
            expires=expires,
        )
        self._session.add(row)
        self._session.flush()
        return _key(row, self._session.get_one(AccountRow, account.id))

    def see(self, key: Key, *, now: datetime) -> None:
        """A key is in use."""
        self._session.execute(sa.update(KeyRow).where(col(KeyRow.id) == key.id).values(used=now))

    def revoke(self, id_: int) -> Key:
        """A key holds no more. NotFound if there is none of that number."""
        found = self._session.execute(_KEYS.where(col(KeyRow.id) == id_)).first()
        if found is None:
            raise NotFound(
                f"there is no key {id_}", hint="archive keys list names those that there are"
            )
        key = _key(*found)
        self._session.delete(found[0])
        self._session.flush()
        return key


_KEYS = sa.select(KeyRow, AccountRow).join(AccountRow, col(AccountRow.id) == col(KeyRow.account))


def _key(row: KeyRow, account: AccountRow) -> Key:
    return Key(
        id=row.id or 0,
        account=account_of(account),
        label=row.label,
        begin=row.begin,
        scopes=tuple(map(Scope, row.scopes)),
        created=row.created,
        used=row.used,
        expires=row.expires,
    )
