"""Accounts and sessions, as rows of one transaction."""

import unicodedata
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from archive.errors import InputError, NotFound
from archive.store.tables import AccountRow, CollectionRow, SavedRow, SessionRow
from archive.types import Account, Role, Session

# What a visitor saved, and their account takes over when they sign in: tables with a column
# `account`.
_SAVED: tuple[type[SQLModel], ...] = (SavedRow, CollectionRow)


class AccountTable:
    """The accounts and sessions of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def all(self) -> tuple[Account, ...]:
        """Those with a name, by name."""
        query = sa.select(AccountRow).where(col(AccountRow.key).is_not(None))
        return tuple(
            account_of(r) for r in self._session.scalars(query.order_by(col(AccountRow.key)))
        )

    def get(self, name: str) -> Account:
        """The account of that name. NotFound if there is none."""
        return account_of(self._row(name))

    def password(self, name: str) -> tuple[Account, str] | None:
        """An account with the hash of its password; None if nobody has that name."""
        row: AccountRow | None = self._session.scalar(_named(name))
        return (account_of(row), row.password) if row and row.password else None

    def add(self, name: str | None, role: Role, password: str | None, *, now: datetime) -> Account:
        """A new account; without a name and a password, a visitor's. InputError if the name is
        taken.
        """
        if name is not None and self._session.scalar(_named(name)):
            raise InputError(f"there is an account “{name}” already", hint="choose another name")
        key = _key(name) if name is not None else None
        row = AccountRow(name=name, key=key, password=password, role=role, created=now)
        self._session.add(row)
        self._session.flush()
        return account_of(row)

    def set_password(self, name: str, password: str) -> None:
        """Another password (its hash): who is signed in with the old one is so no longer."""
        row = self._row(name)
        row.password = password
        self._session.execute(sa.delete(SessionRow).where(col(SessionRow.account) == row.id))

    def set_role(self, name: str, role: Role) -> None:
        """Another role; it holds from the next request on."""
        self._row(name).role = role

    def remove(self, name: str) -> None:
        """An account, with its sessions and what it saved."""
        self._session.delete(self._row(name))
        self._session.flush()

    def begin(self, token: str, session: Session) -> None:
        """A session, by the hash of its token."""
        values = {
            "token": token,
            "account": session.account.id,
            "csrf": session.csrf,
            "created": session.created,
            "seen": session.seen,
            "expires": session.expires,
        }
        self._session.execute(sa.insert(SessionRow), [values])

    def session(self, token: str, *, now: datetime) -> Session | None:
        """The session of a token's hash, if it has not ended."""
        query = (
            sa.select(SessionRow, AccountRow)
            .join(AccountRow, col(AccountRow.id) == col(SessionRow.account))
            .where(col(SessionRow.token) == token, col(SessionRow.expires) > now)
        )
        found = self._session.execute(query).first()
        if found is None:
            return None
        row, account = found
        return Session(account_of(account), row.csrf, row.created, row.seen, row.expires)

    def see(self, token: str, *, now: datetime, expires: datetime) -> None:
        """A session is in use, and lasts longer for it."""
        query = sa.update(SessionRow).where(col(SessionRow.token) == token)
        self._session.execute(query.values(seen=now, expires=expires))

    def end(self, token: str) -> None:
        """Sign out one browser."""
        self._session.execute(sa.delete(SessionRow).where(col(SessionRow.token) == token))

    def end_all(self, account: Account) -> None:
        """Sign out an account in all browsers."""
        query = sa.delete(SessionRow).where(col(SessionRow.account) == account.id)
        self._session.execute(query)

    def take_over(self, visitor: Account, account: Account) -> None:
        """What a visitor saved is an account's from now on; the visitor's own account goes."""
        for table in _SAVED:
            owner: Any = sa.inspect(table).local_table.c.account
            self._session.execute(
                sa.update(table).where(owner == visitor.id).values(account=account.id)
            )
        self._session.execute(sa.delete(AccountRow).where(col(AccountRow.id) == visitor.id))

    def tidy(self, *, now: datetime) -> None:
        """Sessions that have ended go, and visitors who cannot come back."""
        self._session.execute(sa.delete(SessionRow).where(col(SessionRow.expires) <= now))
        present = sa.select(col(SessionRow.account))
        self._session.execute(
            sa.delete(AccountRow).where(
                col(AccountRow.key).is_(None), col(AccountRow.id).not_in(present)
            )
        )

    def _row(self, name: str) -> AccountRow:
        row: AccountRow | None = self._session.scalar(_named(name))
        if row is None:
            raise NotFound(
                f"there is no account “{name}”", hint="archive accounts list names those there are"
            )
        return row


def _named(name: str) -> sa.Select[Any]:
    return sa.select(AccountRow).where(col(AccountRow.key) == _key(name))


def _key(name: str) -> str:
    """Names that differ in case, or in how they are typed, are one."""
    return unicodedata.normalize("NFKC", name).casefold()


def account_of(row: AccountRow) -> Account:
    """The noun of a row."""
    return Account(row.id or 0, row.name, Role(row.role), row.created)
