"""The feeds that an archive follows, and how far each was read."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from archive.errors import NotFound
from archive.store.tables import FeedRow


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, a sitemap or a JSON feed, asked every so many `minutes`; `due` is when it is next.

    `etag` and `modified` are what its server gave with the last answer; `failures` counts those
    in a row, of which `fault` is the last; one that is `gone` is not asked any more.
    """

    url: str
    minutes: int
    added: datetime
    due: datetime
    polled: datetime | None = None
    etag: str | None = None
    modified: str | None = None
    failures: int = 0
    fault: str | None = None
    gone: bool = False


class Feeds:
    """The feeds of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def all(self) -> tuple[Feed, ...]:
        """All of them, by address."""
        rows = self._session.scalars(sa.select(FeedRow).order_by(col(FeedRow.url)))
        return tuple(Feed(**row.model_dump()) for row in rows)

    def put(self, feed: Feed, *, before: str | None = None) -> None:
        """Keep a feed as it is now; `before` is its address until now, if it moved."""
        if before is not None and before != feed.url:
            self.remove(before)
        self._session.merge(FeedRow.model_validate(asdict(feed)))

    def hasten(self, url: str, *, now: datetime) -> None:
        """A feed is due now, also one that was gone. NotFound if it was not followed."""
        row = self._row(url)
        row.due, row.gone = now, False

    def remove(self, url: str) -> None:
        """Follow a feed no more. NotFound if it was not followed."""
        self._session.delete(self._row(url))
        self._session.flush()

    def _row(self, url: str) -> FeedRow:
        row = self._session.get(FeedRow, url)
        if row is None:
            raise NotFound(f"{url} is not followed", hint="archive feeds list names those that are")
        return row
