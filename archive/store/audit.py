"""The audit log: who did what when. Rows are added, and never changed."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from archive.store.tables import AuditRow
from archive.types import Act


class AuditTable:
    """The audit log of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def note(self, by: str, what: str, about: str = "", *, now: datetime) -> None:
        """Somebody did something just now."""
        self._session.add(AuditRow(at=now, by=by, what=what, about=about))
        self._session.flush()

    def acts(
        self, *, before: int | None = None, size: int, by: str = "", what: str = ""
    ) -> tuple[Act, ...]:
        """The last acts, the newest first: those before the one of a number, of somebody, of a
        kind.
        """
        query = sa.select(AuditRow).order_by(col(AuditRow.seq).desc()).limit(size)
        if before is not None:
            query = query.where(col(AuditRow.seq) < before)
        for column, wanted in ((AuditRow.by, by), (AuditRow.what, what)):
            if wanted:
                query = query.where(col(column) == wanted)
        rows = self._session.scalars(query)
        return tuple(Act(row.seq or 0, row.at, row.by, row.what, row.about) for row in rows)

    def kinds(self) -> Sequence[str]:
        """What has been done, each once, by name."""
        return self._session.scalars(
            sa.select(col(AuditRow.what)).distinct().order_by(col(AuditRow.what))
        ).all()
