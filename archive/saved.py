"""Saved searches: kept for an account, asked again with what is new since it last looked."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.errors import InputError
from archive.query.request import Count, SearchRequest, Sort
from archive.store import Store
from archive.store.saved import SavedSearch
from archive.types import Account, Record

_LONGEST_LABEL = 120
_MOST = 100  # of one account: its page asks each of them


@dataclass(frozen=True, slots=True)
class Fresh:
    """A saved search with the numbers of its articles, those taken in last first: all, and the
    ones that are new to it.
    """

    saved: SavedSearch
    numbers: tuple[int, ...]
    new: tuple[int, ...]


class SavedSearches:
    """The saved searches of an archive; `found` gives the numbers of a request's articles."""

    def __init__(
        self,
        store: Store,
        found: Callable[[SearchRequest], Sequence[int]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._found, self._now = store, found, now

    def save(self, account: Account, label: str, request: SearchRequest) -> SavedSearch:
        """Keep a search; what it finds now is not new. InputError for a label that cannot be
        used, or one search too many; QueryError for a search that cannot be made.
        """
        label = " ".join(label.split()) or request.q or "All articles"
        if len(label) > _LONGEST_LABEL:
            raise InputError(f"a name has {_LONGEST_LABEL} characters at most")
        request = replace(request, cursor=None, size=SearchRequest().size)
        seen = max(self._numbers(request), default=0)
        with self._store.writing() as writer:
            if len(writer.saved.all(account)) >= _MOST:
                raise InputError(
                    f"you have {_MOST} saved searches already", hint="remove one of them"
                )
            token = secrets.token_urlsafe(24)
            now = self._now()
            return writer.saved.add(account, label, request, seen=seen, token=token, now=now)

    def all(self, account: Account) -> tuple[SavedSearch, ...]:
        """Those of an account, the newest first."""
        with self._store.saved() as saved:
            return saved.all(account)

    def get(self, account: Account, id_: int) -> SavedSearch:
        """One of an account. NotFound also for another's."""
        with self._store.saved() as saved:
            return saved.get(account, id_)

    def fresh(self, saved: SavedSearch) -> Fresh:
        """What a saved search finds now."""
        numbers = tuple(sorted(self._numbers(saved.request), reverse=True))
        return Fresh(saved, numbers, tuple(n for n in numbers if n > saved.seen))

    def see(self, account: Account, id_: int, *, upto: int | None = None) -> None:
        """Nothing that it finds now is new any more; given a number of an article, nothing that
        came in with or before that one: what came in since was not shown yet.
        """
        saved = self.get(account, id_)
        newest = max(self._numbers(saved.request), default=0)
        shown = newest if upto is None else min(upto, newest)
        with self._store.writing() as writer:
            writer.saved.see(account, id_, seen=max(saved.seen, shown))

    def remove(self, account: Account, id_: int) -> None:
        """Keep a search no longer; its feed ends."""
        with self._store.writing() as writer:
            writer.saved.remove(account, id_)

    def feed(self, token: str, *, size: int) -> tuple[SavedSearch, tuple[Record, ...]]:
        """The articles taken in last of the saved search whose feed has this token."""
        with self._store.saved() as saved:
            found = saved.of(token)
        numbers = self.fresh(found).numbers[:size]
        records = self._store.records(numbers)
        return found, tuple(records[n] for n in numbers if n in records)

    def _numbers(self, request: SearchRequest) -> Sequence[int]:
        return self._found(replace(request, count=Count.ARTICLES, sort=Sort.NEWEST))
