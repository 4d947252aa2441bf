"""Vectors kept by model and text, so that no text is embedded twice. Each is noted to be of the
article that it was first asked for: with the article it goes.
"""

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
            # In their order, so that what lies together in the index of keys is read together.
            for part in batched(sorted(by_key), _PARAMETERS):
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vector FROM vector WHERE key IN ({marks})"
                rows += database.execute(query, part)
        found = np.frombuffer(b"".join(vector for _, vector in rows), np.float16)
        at = {by_key[key]: row for row, (key, _) in enumerate(rows)}
        return at, found.reshape(len(rows), dimension).astype(np.float32)

    def put(self, texts: Sequence[str], vectors: Vectors, articles: Sequence[int]) -> None:
        """Keep vectors, (n, dimension), of articles by number; one commit."""
        rows = [
            (_key(text), vector.tobytes(), article)
            for text, vector, article in zip(
                texts, vectors.astype(np.float16), articles, strict=True
            )
        ]
        with self._open() as database, database:
            database.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?, ?)", rows)

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
        "CREATE TABLE IF NOT EXISTS vector"
        " (key BLOB PRIMARY KEY, vector BLOB NOT NULL, article INTEGER NOT NULL)"
    )
    database.execute("CREATE INDEX IF NOT EXISTS vector_article ON vector (article)")
    return database


def embed_cached(
    embedder: Embedder,
    cache: VectorCache,
    texts: Sequence[str],
    articles: Sequence[int],
    *,
    progress: Progress = silent,
) -> Vectors:
    """The vectors of passages, (n, dimension), unit length up to half-float rounding; each
    distinct text that is not in the cache is embedded once and kept. `articles` says, by number,
    which one each text is of.
    """
    rows, known = cache.get(texts, embedder.dimension)
    article_of = dict(zip(reversed(texts), reversed(articles), strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in rows]
    vectors = [known]
    for part in batched(missing, _STORED_TOGETHER):
        fresh = embedder.passages(part)
        cache.put(part, fresh, [article_of[text] for text in part])
        vectors.append(fresh.astype(np.float16).astype(np.float32))
        rows |= {text: at for at, text in enumerate(part, len(rows))}
        progress("embed", len(rows) - len(known), len(missing))
    return np.concatenate(vectors)[[rows[text] for text in texts]]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_KEY_BYTES]


def caches_in(folder: Path) -> "list[CacheFile]":
    """The caches of all models."""
    return [CacheFile(path) for path in sorted(folder.glob("*.db"))]


@dataclass(frozen=True)
class CacheFile:
    """The vectors of one model, by article."""

    path: Path

    def having(self, articles: Iterable[int]) -> int:
        """How many vectors of some articles are in it."""
        return self._each("SELECT count(*) FROM vector WHERE article IN ({})", articles)

    def forget(self, articles: Iterable[int]) -> None:
        """Overwrite the vectors of some articles."""
        self._each("DELETE FROM vector WHERE article IN ({})", articles)

    def _each(self, statement: str, articles: Iterable[int]) -> int:
        found = 0
        with closing(_connected(self.path)) as database:
            for part in batched(articles, _PARAMETERS):
                asked = statement.format(",".join("?" * len(part)))
                found += sum(count for (count,) in database.execute(asked, part).fetchall())
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return found
