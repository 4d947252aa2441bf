"""Collections: articles put aside under a name, with notes, to be read by whoever has the link."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.errors import InputError
from archive.store import Store
from archive.store.collections import Collected, Collection
from archive.types import Account

LONGEST_NAME, LONGEST_NOTE = 120, 4_000
_MOST = 200  # of one account


@dataclass(frozen=True, slots=True)
class Contents:
    """A collection with what is in it, in the order it was put there."""

    collection: Collection
    articles: tuple[Collected, ...]


class Collections:
    """The collections of an archive. NotFound for one that is not the account's own."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store, self._now = store, now

    def all(self, account: Account) -> tuple[Collection, ...]:
        """Those of an account, by name."""
        with self._store.collections() as collections:
            return collections.all(account)

    def contents(self, account: Account, id_: int) -> Contents:
        """What is in one of an account."""
        with self._store.collections() as collections:
            found = collections.get(account, id_)
            return Contents(found, collections.articles(found))

    def shared(self, token: str) -> Contents:
        """What is in the one that is shared by a link with this token."""
        with self._store.collections() as collections:
            found = collections.shared(token)
            return Contents(found, collections.articles(found))

    def add(self, account: Account, name: str, note: str = "") -> Collection:
        """A new one. InputError for a name or a note that cannot be used, or one too many."""
        name, note = _name(name), _note(note)
        with self._store.writing() as writer:
            if len(writer.collections.all(account)) >= _MOST:
                raise InputError(f"you have {_MOST} collections already", hint="remove one")
            return writer.collections.add(account, name, note, now=self._now())

    def change(self, account: Account, id_: int, name: str, note: str) -> None:
        """Another name and note."""
        name, note = _name(name), _note(note)
        with self._store.writing() as writer:
            writer.collections.change(account, id_, name=name, note=note)

    def put(self, account: Account, id_: int, article: str, note: str = "") -> None:
        """Put an article into it; one that is there gets the note."""
        note = _note(note)
        with self._store.writing() as writer:
            writer.collections.put(account, id_, article, note, now=self._now())

    def take_out(self, account: Account, id_: int, article: str) -> None:
        """Take an article out of it."""
        with self._store.writing() as writer:
            writer.collections.take_out(account, id_, article)

    def share(self, account: Account, id_: int) -> str:
        """The token of its link, made anew: an earlier link ends."""
        token = secrets.token_urlsafe(24)
        with self._store.writing() as writer:
            writer.collections.share(account, id_, token)
        return token

    def hide(self, account: Account, id_: int) -> None:
        """Its link ends."""
        with self._store.writing() as writer:
            writer.collections.share(account, id_, None)

    def remove(self, account: Account, id_: int) -> None:
        """The collection goes; its articles stay in the archive."""
        with self._store.writing() as writer:
            writer.collections.remove(account, id_)


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", " ").split())
    if not name or len(name) > LONGEST_NAME:
        raise InputError(f"a collection needs a name of 1 to {LONGEST_NAME} characters")
    return name


def _note(note: str) -> str:
    note = note.strip().replace("\x00", "")
    if len(note) > LONGEST_NOTE:
        raise InputError(f"a note has {LONGEST_NOTE:,} characters at most")
    return note
