"""Vectors kept by model and text, so that no text is embedded twice."""

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archive.embed import Embedder
from archive.stream import Progress, batched, silent
from archive.text import slug
from indexes.types import Vectors

_KEY_BYTES = 16
# Vectors are written in groups of so many: what a stop can lose.
_STORED_TOGETHER = 256
_PARAMETERS = 500
_BUSY_SECONDS = 30.0
_MAPPED = 2**40  # bytes of the file that are read as memory

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class VectorCache:
    """Vectors of one model, in one SQLite file that several processes may use at once.

    They are kept as half floats, and used as such even when they were just computed: a
    generation built from the cache equals one built without.
    """

    folder: Path
    model: str

    @property
    def path(self) -> Path:
        """The file of this model's vectors."""
        mark = hashlib.sha256(self.model.encode()).hexdigest()[:8]
        return self.folder / f"{slug(self.model)[:60]}-{mark}.db"

    def get(self, texts: Sequence[str], dimension: int) -> tuple[dict[str, int], Vectors]:
        """The row of each text that is known, and the vectors, (n, dimension)."""
        by_key = {_key(text): text for text in texts}
        rows: list[tuple[bytes, bytes]] = []
        with self._open() as database:
            # In their order, so that what lies together on the disk is read together.
            for part in batched(sorted(by_key), _PARAMETERS):
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vector FROM vector WHERE key IN ({marks})"
                rows += database.execute(query, part)
        found = np.frombuffer(b"".join(vector for _, vector in rows), np.float16)
        at = {by_key[key]: row for row, (key, _) in enumerate(rows)}
        return at, found.reshape(len(rows), dimension).astype(np.float32)

    def put(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors, (n, dimension); one commit."""
        rows = [
            (_key(text), vector.tobytes())
            for text, vector in zip(texts, vectors.astype(np.float16), strict=True)
        ]
        with self._open() as database, database:
            database.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            database = _connected(self.path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            # It is derived: a damaged file costs time, and never an answer.
            aside = self.path.with_suffix(".damaged")
            log.warning("%s is damaged (%s); it was set aside as %s", self.path, error, aside)
            self.path.replace(aside)
            database = _connected(self.path)
        with closing(database):
            yield database


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    # A vector tells much of its text: what is deleted is overwritten.
    database.execute("PRAGMA secure_delete=ON")
    database.execute(f"PRAGMA mmap_size={_MAPPED}")
    # With row numbers: vectors lie in the order in which they came, which is that of a rebuild.
    database.execute(
        "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
    )
    return database


def embed_cached(
    embedder: Embedder, cache: VectorCache, texts: Sequence[str], *, progress: Progress = silent
) -> Vectors:
    """The vectors of passages, (n, dimension), unit length up to half-float rounding; each
    distinct text that is not in the cache is embedded once and kept.
    """
    rows, known = cache.get(texts, embedder.dimension)
    missing = [text for text in dict.fromkeys(texts) if text not in rows]
    vectors = [known]
    for part in batched(missing, _STORED_TOGETHER):
        fresh = embedder.passages(part)
        cache.put(part, fresh)
        vectors.append(fresh.astype(np.float16).astype(np.float32))
        rows |= {text: at for at, text in enumerate(part, len(rows))}
        progress("embed", len(rows) - len(known), len(missing))
    return np.concatenate(vectors)[[rows[text] for text in texts]]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_KEY_BYTES]


def key_of(text: str) -> str:
    """The key that a text's vector is kept under."""
    return _key(text).hex()


def caches_in(folder: Path) -> "list[CacheFile]":
    """The caches of all models."""
    return [CacheFile(path) for path in sorted(folder.glob("*.db"))]


@dataclass(frozen=True)
class CacheFile:
    """The vectors of one model, by key."""

    path: Path

    def having(self, keys: Iterable[str]) -> int:
        """How many of some vectors are in it."""
        return self._each("SELECT count(*) FROM vector WHERE key IN ({})", keys)

    def forget(self, keys: Iterable[str]) -> None:
        """Overwrite some vectors."""
        self._each("DELETE FROM vector WHERE key IN ({})", keys)

    def _each(self, statement: str, keys: Iterable[str]) -> int:
        found = 0
        with closing(_connected(self.path)) as database:
            for part in batched(keys, _PARAMETERS):
                asked = statement.format(",".join("?" * len(part)))
                rows = database.execute(asked, [bytes.fromhex(key) for key in part]).fetchall()
                found += sum(count for (count,) in rows)
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return found
