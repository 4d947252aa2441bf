"""What was refused when it came in: kept with its reason, until it is taken in after all."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from archive.errors import DocumentError
from archive.store.tables import RefusedRow
from archive.stream import batched
from archive.types import RawDocument

# Larger items (compressed) are not kept: they are read again from where they came from.
_MOST_BYTES = 1_000_000
_AT_ONCE = 50
_PARAMETERS = 500  # SQLite takes at most 32,766 in a statement; far fewer plan quicker
# An origin within an origin: "all.zip!/lines.jsonl#7".
_WITHIN = re.compile(r"!/|#")


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that was refused; `raw` is None where only its origin is kept. `attempts` counts
    how often it was.
    """

    error: DocumentError
    raw: RawDocument | None
    first_at: datetime
    last_at: datetime
    attempts: int

    @property
    def file(self) -> str:
        """The file or address that its origin lies in."""
        return _WITHIN.split(self.error.origin, maxsplit=1)[0]


class Quarantine:
    """The refused items of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def keep(
        self, refused: Sequence[tuple[DocumentError, RawDocument | None]], *, now: datetime
    ) -> None:
        """Keep items, one an origin: the last reason counts."""
        latest = {error.origin: (error, raw) for error, raw in refused}
        known: dict[str, RefusedRow] = {}
        for part in batched(latest, _PARAMETERS):
            query = sa.select(RefusedRow).where(col(RefusedRow.origin).in_(part))
            known.update((row.origin, row) for row in self._session.scalars(query))
        for origin, (error, raw) in latest.items():
            row = known.get(origin) or RefusedRow(origin=origin, first_at=now, last_at=now)
            row.reason, row.hint, row.place = error.reason, error.hint, error.where
            row.last_at, row.attempts = now, row.attempts + 1
            packed = zlib.compress(raw.content) if raw else None
            is_kept = raw is not None and packed is not None and len(packed) <= _MOST_BYTES
            row.content = packed if is_kept else None
            row.format = raw.format if raw and is_kept else None
            row.charset = raw.charset if raw and is_kept else None
            row.url = raw.url if raw and is_kept else None
            self._session.add(row)
        self._session.flush()

    def release(self, origins: Iterable[str]) -> None:
        """Let go of items that were taken in, and of the files that hold them."""
        for part in batched(
            sorted({o for origin in origins for o in _around(origin)}), _PARAMETERS
        ):
            self._session.execute(sa.delete(RefusedRow).where(col(RefusedRow.origin).in_(part)))

    def count(self) -> int:
        """How many are kept."""
        return self._session.scalar(sa.select(sa.func.count()).select_from(RefusedRow)) or 0

    def after(self, origin: str) -> list[Refused]:
        """Some that follow an origin, in the order of origins; none after the last."""
        query = sa.select(RefusedRow).where(col(RefusedRow.origin) > origin)
        rows = self._session.scalars(query.order_by(col(RefusedRow.origin)).limit(_AT_ONCE))
        return [_refused(row) for row in rows]


def _around(origin: str) -> Iterator[str]:
    """ "all.zip!/lines.jsonl#7" and what it lies in."""
    yield origin
    yield from (origin[: match.start()] for match in _WITHIN.finditer(origin))


def _refused(row: RefusedRow) -> Refused:
    raw = None
    if row.content is not None and row.format is not None:
        content = zlib.decompress(row.content)
        raw = RawDocument(content, row.format, row.origin, row.charset, row.url)
    error = DocumentError(row.origin, row.reason, row.hint, row.place)
    return Refused(error, raw, row.first_at, row.last_at, row.attempts)
