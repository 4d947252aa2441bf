"""Saved searches: kept for an account, asked again with what is new since it last looked."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.errors import InputError
from archive.novelty import Found, looked, new, unseen
from archive.query.request import SearchRequest
from archive.store import Store
from archive.store.saved import SavedSearch
from archive.types import Account, Record

# Those listed at once: each is asked.
LISTED = 20
_LONGEST_LABEL = 120
_MOST = 100  # of one account
_REMEMBERED = 1_000
# Corrected articles that a feed looks through for those that its search finds.
_CORRECTED = 1_000


@dataclass(frozen=True, slots=True)
class Fresh:
    """How many articles a saved search finds, and the numbers of those that are new to it, those
    that came in or changed last first. The index that says so knows the record up to a `change`.
    """

    saved: SavedSearch
    total: int
    new: tuple[int, ...]
    change: int


class SavedSearches:
    """The saved searches of an archive; `found` gives all articles of a request in the current
    generation, whose name `generation` tells.
    """

    def __init__(
        self,
        store: Store,
        found: Callable[[SearchRequest], Found],
        generation: Callable[[], str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._found, self._generation, self._now = store, found, generation, now
        self._remembered: OrderedDict[tuple[object, ...], Fresh] = OrderedDict()

    def save(self, account: Account, label: str, request: SearchRequest) -> SavedSearch:
        """Keep a search; what it finds now is not new. InputError for a label that cannot be
        used, or one search too many; QueryError for a search that cannot be made.
        """
        label = _line(label) or _line(request.q)[:_LONGEST_LABEL].strip() or "All articles"
        if len(label) > _LONGEST_LABEL:
            raise InputError(f"a name has {_LONGEST_LABEL} characters at most")
        request = replace(request, cursor=None, size=SearchRequest().size)
        seen = looked(self._found(request))
        with self._store.writing() as writer:
            if writer.saved.count(account) >= _MOST:
                raise InputError(
                    f"you have {_MOST} saved searches already", hint="remove one of them"
                )
            token = secrets.token_urlsafe(24)
            now = self._now()
            return writer.saved.add(account, label, request, seen=seen, token=token, now=now)

    def all(
        self, account: Account, *, before: int | None = None, most: int | None = None
    ) -> tuple[SavedSearch, ...]:
        """Those of an account, the newest first: all, or some of those saved before one."""
        with self._store.saved() as saved:
            return saved.all(account, before=before, most=most)

    def get(self, account: Account, id_: int) -> SavedSearch:
        """One of an account. NotFound also for another's."""
        with self._store.saved() as saved:
            return saved.get(account, id_)

    def everybodys(self) -> tuple[tuple[str | None, SavedSearch], ...]:
        """All saved searches, each with the name of its account; a visitor's has none."""
        with self._store.saved() as saved:
            return saved.everybodys()

    def find(self, id_: int) -> SavedSearch:
        """The one of that number, whosever it is. NotFound if there is none."""
        with self._store.saved() as saved:
            return saved.find(id_)

    def fresh(self, saved: SavedSearch) -> Fresh:
        """What a saved search finds now; asked once a generation and day."""
        key = (saved.id, saved.seen.change, self._generation(), self._now().date())
        known = self._remembered.get(key)
        if known is None:
            known = self._remembered[key] = self._fresh(saved, self._found(saved.request))
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return replace(known, saved=saved)

    def see(self, saved: SavedSearch, *, upto: int | None = None) -> None:
        """Nothing that it finds now is new any more; given the number of a change (`Fresh.change`
        of what was shown), nothing that came in or changed up to that one.
        """
        found = self._found(saved.request)
        later: tuple[int, ...] = ()
        if upto is not None and upto < found.change:
            later = self._changed(saved, found, since=upto)
            found = replace(found, change=upto)
        seen = looked(found, before=saved.seen, leaving=later)
        with self._store.writing() as writer:
            writer.saved.see(saved, seen)

    def remove(self, saved: SavedSearch) -> None:
        """Keep a search no longer; its feed and its alerts end."""
        with self._store.writing() as writer:
            writer.saved.remove(saved)

    def feed(self, token: str, *, size: int) -> tuple[SavedSearch, tuple[Record, ...]]:
        """The articles that came in or were corrected last, of the saved search whose feed has
        this token.
        """
        with self._store.saved() as saved:
            kept = saved.of(token)
        numbers = self._found(kept.request).numbers.tolist()
        last = {*numbers[-size:], *({*self._store.corrected(_CORRECTED)} & {*numbers})}
        records = self._store.records(sorted(last)).values()
        return kept, tuple(sorted(records, key=_last_first)[:size])

    def _fresh(self, saved: SavedSearch, found: Found) -> Fresh:
        new = self._changed(saved, found, since=saved.seen.change)
        return Fresh(saved, len(found.numbers), new, found.change)

    def _changed(self, saved: SavedSearch, found: Found, *, since: int) -> tuple[int, ...]:
        changes = self._store.last_changes(unseen(saved.seen, found))
        return new(replace(saved.seen, change=since), changes)


def _line(text: str) -> str:
    """On one line; no database takes a NUL."""
    return " ".join(text.replace("\x00", " ").split())


def _last_first(record: Record) -> tuple[float, int]:
    return -record.updated_at.timestamp(), -record.number
