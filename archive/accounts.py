"""Accounts: who they are, what their passwords must be, how long they stay signed in."""

import hashlib
import secrets
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from archive.errors import InputError, StoreError
from archive.store import Store
from archive.store.writer import Writer
from archive.types import Account, Role, Session

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# NIST SP 800-63B-4, 3.1.1.2: length, not kinds of characters. The longest bounds the work that a
# stranger can ask for.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
LONGEST_NAME = 60
# A session lasts this long after it was last used: a fortnight away for somebody signed in, for
# visitors the longest that browsers keep a cookie.
SIGNED_IN = timedelta(days=14)
VISITING = timedelta(days=400)
# How exactly is known when a session was last used: it is written down no more often.
_NOTED_EVERY = timedelta(hours=1)
# Each password that is tried takes 64 MiB and a core: strangers cannot ask for more at once.
_TRIED_AT_ONCE = 2


class Accounts:
    """The accounts of an archive. Passwords are hashed with Argon2id (RFC 9106), tokens of
    sessions are random and kept as their SHA-256.
    """

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store, self._now = store, now
        self._trying = threading.Semaphore(_TRIED_AT_ONCE)

    def all(self) -> tuple[Account, ...]:
        """Those with a name, by name."""
        with self._store.accounts() as accounts:
            return accounts.all()

    def get(self, name: str) -> Account:
        """The account of that name. NotFound if there is none."""
        with self._store.accounts() as accounts:
            return accounts.get(name)

    def add(self, name: str, role: Role, password: str, *, by: str) -> Account:
        """A new account. InputError for a name or a password that cannot be used."""
        name = checked_name(name)
        hashed = self._hashed(checked_password(password, name))
        with self._noting(by, "added an account", f"{name} ({role})") as writer:
            return writer.accounts.add(name, role, hashed, now=self._now())

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Another password; all browsers are signed out. NotFound if nobody has that name."""
        hashed = self._hashed(checked_password(password, name))
        with self._noting(by, "changed a password", name) as writer:
            writer.accounts.set_password(name, hashed)

    def set_role(self, name: str, role: Role, *, by: str) -> None:
        """Another role, at once. NotFound if nobody has that name."""
        with self._noting(by, "changed a role", f"{name}: {role}") as writer:
            writer.accounts.set_role(name, role)

    def remove(self, name: str, *, by: str) -> None:
        """An account with all it saved. NotFound if nobody has that name."""
        with self._noting(by, "removed an account", name) as writer:
            writer.accounts.remove(name)

    def sign_in(self, name: str, password: str, *, visitor: Account | None = None) -> str | None:
        """The token of a new session; None if name and password do not belong together, which
        takes as long to find for a name that nobody has. What the visitor saved comes along.
        """
        account = self.of(name, password)
        if account is None:
            return None
        with self._noting(str(account.name), "signed in") as writer:
            writer.accounts.tidy(now=self._now())
            if visitor is not None and visitor.name is None:
                writer.accounts.take_over(visitor, account)
            return self._begin(writer, account, SIGNED_IN)

    def visit(self) -> tuple[str, Session]:
        """The account of a visitor who saves something: the token of its only session."""
        with self._store.writing() as writer:
            account = writer.accounts.add(None, Role.READER, None, now=self._now())
            token = self._begin(writer, account, VISITING)
            session = writer.accounts.session(_digest(token), now=self._now())
        if session is None:
            raise StoreError("a session that was just stored cannot be found")
        return token, session

    def session(self, token: str) -> Session | None:
        """Whose session a token is; None if it has ended, or never was."""
        digest, now = _digest(token), self._now()
        with self._store.accounts() as accounts:
            session = accounts.session(digest, now=now)
        if session and now - session.seen > _NOTED_EVERY:
            lasts = SIGNED_IN if session.account.name else VISITING
            # Reading waits for no writer: it is noted another time.
            with suppress(StoreError), self._store.writing(waits=False) as writer:
                writer.accounts.see(digest, now=now, expires=now + lasts)
        return session

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._store.writing() as writer:
            writer.accounts.end(_digest(token))

    def sign_out_everywhere(self, account: Account) -> None:
        """End all sessions of an account."""
        with self._noting(str(account.name), "signed out everywhere") as writer:
            writer.accounts.end_all(account)

    def of(self, name: str, password: str) -> Account | None:
        """The account that name and password belong to; that they do not is in the audit log."""
        from argon2.exceptions import VerifyMismatchError

        with self._store.accounts() as accounts:
            found = accounts.password(name)
        account, hashed = found or (None, self._nobodys)
        with self._trying:
            try:
                self._hasher.verify(hashed, _normal(password)[:LONGEST_PASSWORD])
            except VerifyMismatchError:
                account = None
        if account is None:
            # Only names that are known: who mistakes the fields types a password in the other.
            known = str(found[0].name) if found else "an unknown name"
            with self._store.writing() as writer:
                writer.audit.note("somebody", "gave a wrong password", known, now=self._now())
        return account

    @contextmanager
    def _noting(self, by: str, what: str, about: str = "") -> Iterator[Writer]:
        """A transaction with its line in the audit log."""
        with self._store.writing() as writer:
            yield writer
            writer.audit.note(by, what, about, now=self._now())

    def _begin(self, writer: Writer, account: Account, lasts: timedelta) -> str:
        token, now = secrets.token_urlsafe(32), self._now()
        session = Session(account, secrets.token_urlsafe(32), now, now, now + lasts)
        writer.accounts.begin(_digest(token), session)
        return token

    def _hashed(self, password: str) -> str:
        with self._trying:
            return self._hasher.hash(password)

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        """The hash of a password that nobody knows."""
        return self._hashed(secrets.token_urlsafe(32))


def checked_name(name: str) -> str:
    """A name as it is kept. InputError for one that cannot be used."""
    name = " ".join(_normal(name).split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(
            f"“{name[:LONGEST_NAME]}” cannot be the name of an account",
            hint=f"choose 1 to {LONGEST_NAME} characters that can be seen",
        )
    return name


def checked_password(password: str, name: str) -> str:
    """A password as it is hashed. InputError for one that is easily guessed, or endless."""
    password = _normal(password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            hint="a few words that do not belong together are easy to keep in mind",
        )
    if len(set(password)) < 5 or password.casefold() == name.casefold():
        raise InputError("this password is easily guessed", hint="choose another one")
    return password


def _normal(text: str) -> str:
    """One spelling of what can be typed in several ways (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", text)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
