"""Keys: what programs show to act for an account, within the scopes that they were given."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from archive.errors import InputError, StoreError
from archive.store import Store
from archive.types import Account, Key, Scope

# Those who look for keys that were published by mistake know them by how they begin.
_BEGINNING = "news_"
_SHOWN = len(_BEGINNING) + 6
_MOST_KEYS = 20  # of one account
_LONGEST_LABEL = 60
# How exactly is known when a key was last used: it is written down no more often.
_NOTED_EVERY = timedelta(hours=1)


class Keys:
    """The keys of an archive. Each is random, shown once, and kept as its SHA-256."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store, self._now = store, now

    def all(self, account: Account | None = None) -> tuple[Key, ...]:
        """All keys, or those of an account, the newest first."""
        with self._store.keys() as keys:
            return keys.all(account)

    def make(
        self, name: str, label: str, scopes: Iterable[Scope], *, days: int | None = None, by: str
    ) -> tuple[Key, str]:
        """A new key of the account of that name, with what the program has to show: nothing
        tells it again. InputError for scopes that the account's role does not cover.
        """
        label = " ".join(label.split())
        if not label or len(label) > _LONGEST_LABEL or not label.isprintable():
            raise InputError(
                "a key needs a label of 1 to 60 characters", hint="say which program it is for"
            )
        wanted = sorted({Scope.READ, *scopes}, key=list(Scope).index)
        secret = _BEGINNING + secrets.token_urlsafe(32)
        now = self._now()
        with self._store.writing() as writer:
            account = writer.accounts.get(name)
            for scope in wanted:
                if not account.role.covers(scope.role):
                    raise InputError(
                        f"a key of {name} cannot {scope.value}: that takes the role of "
                        f"{scope.role.value}"
                    )
            if len(writer.keys.all(account)) >= _MOST_KEYS:
                raise InputError(
                    f"{name} has {_MOST_KEYS} keys already", hint="revoke one that nothing uses"
                )
            key = writer.keys.add(
                account,
                _digest(secret),
                label=label,
                begin=secret[:_SHOWN],
                scopes=wanted,
                now=now,
                expires=now + timedelta(days=days) if days else None,
            )
            writer.audit.note(by, "made a key", _told(key), now=now)
        return key, secret

    def of(self, secret: str) -> Key | None:
        """The key that a program shows; None if it is none, or holds no more."""
        now = self._now()
        with self._store.keys() as keys:
            key = keys.of(_digest(secret), now=now)
        if key and (key.used is None or now - key.used > _NOTED_EVERY):
            # Reading waits for no writer: it is noted another time.
            with suppress(StoreError), self._store.writing(waits=False) as writer:
                writer.keys.see(key, now=now)
        return key

    def revoke(self, id_: int, *, by: str) -> Key:
        """A key holds no more. NotFound if there is none of that number."""
        with self._store.writing() as writer:
            key = writer.keys.revoke(id_)
            writer.audit.note(by, "revoked a key", _told(key), now=self._now())
        return key


def _told(key: Key) -> str:
    """A key in a line: "7 of eve for nightly export: read, export"."""
    return f"{key.id} of {key.account.name} for {key.label}: {', '.join(key.scopes)}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
