"""What the processes of one server count together: numbers, and who asked how often."""

import os
import sqlite3
import time
from pathlib import Path

from limits.storage import MemoryStorage

# `archive serve --processes` names a folder by it; the name is that of prometheus_client, which
# looks for it when it is imported.
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_PATIENCE = 5.0  # seconds


def shared_folder() -> Path | None:
    """Where several processes count together; None for one alone."""
    named = os.environ.get(_FOLDER)
    return Path(named) if named else None


def windows(name: str) -> MemoryStorage:
    """Where moving windows are counted; those of one name are the same in all processes."""
    folder = shared_folder()
    return _SharedWindows(folder / f"{name}.sqlite") if folder else MemoryStorage()


class _SharedWindows(MemoryStorage):
    """Entries of moving windows in a SQLite file, which lives no longer than the server: nothing
    waits for a disk. Each statement is a transaction.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._entries = sqlite3.connect(
            file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        self._entries.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE TABLE IF NOT EXISTS entry (key TEXT, at REAL, until REAL, amount INTEGER);"
            "CREATE INDEX IF NOT EXISTS entry_key ON entry (key);"
            "CREATE INDEX IF NOT EXISTS entry_until ON entry (until);"
        )

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Whether there was room for it."""
        now = time.time()
        self._entries.execute("DELETE FROM entry WHERE until <= ?", (now,))
        added = self._entries.execute(
            "INSERT INTO entry SELECT :key, :now, :until, :amount WHERE :amount + "
            "(SELECT coalesce(sum(amount), 0) FROM entry WHERE key = :key) <= :limit",
            {"key": key, "now": now, "until": now + expiry, "amount": amount, "limit": limit},
        )
        return added.rowcount == 1

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the first entry came that counts, and how many there are."""
        now = time.time()
        first, count = self._entries.execute(
            "SELECT coalesce(min(at), ?), coalesce(sum(amount), 0) FROM entry "
            "WHERE key = ? AND until > ?",
            (now, key, now),
        ).fetchone()
        return first, count
