"""Feeds that are followed: asked when they are due, never more often than they bear."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from archive.errors import DocumentError, FetchError
from archive.fetch.fetcher import Fetcher
from archive.fetch.http import Response
from archive.readers import Web, answered
from archive.store.feeds import Feed
from archive.types import RawDocument

_LONGEST_PAUSE = timedelta(days=1)
_OK, _UNCHANGED, _GONE = 200, 304, 410
_MOST_DOUBLINGS = 10


@dataclass
class Poll:
    """One round over some feeds. `documents` are to be taken in first; `asked` says then how
    each feed stands, so that a round that was stopped is made again.
    """

    feeds: Sequence[Feed]
    fetcher: Fetcher
    known: Callable[[str], bool]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    asked: list[tuple[Feed, Feed]] = field(default_factory=list)

    def documents(self) -> Iterator[RawDocument | DocumentError]:
        """The pages of entries that are not known yet; an entry whose page cannot be fetched
        counts with what the feed has of it.
        """
        for feed in self.feeds:
            now = self.now()
            try:
                response = self.fetcher.fetch(feed.url, headers=_conditions(feed))
                if response.status == _OK:
                    yield from answered(response, feed.url, Web(self.fetcher, self.known))
                after = _after(feed, response, now)
            except FetchError as error:
                after = failed(feed, error.message, now)
            if after.fault:
                yield DocumentError(
                    feed.url, after.fault, "archive feeds list shows when it is next"
                )
            self.asked.append((feed, after))


def _conditions(feed: Feed) -> dict[str, str]:
    """So that a server only answers when there is something new (RFC 9110, 13)."""
    stated = {"If-None-Match": feed.etag, "If-Modified-Since": feed.modified}
    return {name: value for name, value in stated.items() if value}


def _after(feed: Feed, response: Response, now: datetime) -> Feed:
    if response.status == _GONE:
        return replace(feed, polled=now, fault="the feed is gone for good (410)", gone=True)
    if response.status not in {_OK, _UNCHANGED}:
        wanted = response.headers.get("retry-after", "")
        pause = timedelta(seconds=int(wanted)) if wanted.isdecimal() and len(wanted) < 8 else None
        return failed(feed, f"the server answers {response.status}", now, pause)
    is_new = response.status == _OK
    return replace(
        feed,
        url=response.moved or feed.url,
        polled=now,
        due=now + timedelta(minutes=feed.minutes),
        etag=response.headers.get("etag") if is_new else feed.etag,
        modified=response.headers.get("last-modified") if is_new else feed.modified,
        failures=0,
        fault=None,
    )


def failed(feed: Feed, fault: str, now: datetime, pause: timedelta | None = None) -> Feed:
    """A feed after one more failure: each doubles the time to the next try, up to a day; a server
    that names a longer one gets it.
    """
    doubled = timedelta(minutes=feed.minutes) * 2 ** min(feed.failures + 1, _MOST_DOUBLINGS)
    wait = min(max(doubled, pause or doubled), _LONGEST_PAUSE)
    return replace(feed, polled=now, due=now + wait, failures=feed.failures + 1, fault=fault)
