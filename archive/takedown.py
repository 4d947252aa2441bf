"""Takedown: an article is removed from the record, from indexes and from caches, and kept out.

The record comes first: from then on nobody finds the article, and a tombstone says that it may not
come back. What was made from it is cleared next; should that be interrupted, the tombstone says so,
and the next ingest, rebuild or takedown goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from archive.errors import ArchiveError
from archive.rebuild import Indexer
from archive.remains import Remains, marks_of
from archive.store import Store
from archive.stream import Progress, silent
from archive.types import Tombstone
from archive.vectors import caches_in
from indexes.errors import IndexDamaged
from indexes.generation import generations, numbers_in

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Cleared:
    """What became of a takedown; `pending` says why indexes and caches could not be cleared yet,
    None if they are.
    """

    tombstone: Tombstone
    pending: str | None


@dataclass(frozen=True, slots=True)
class Absence:
    """Whether anything of an article that was taken down is left: `found` says where. `shared` are
    the ids of other articles that have parts of its text, as copies do; what they hold is theirs.
    """

    tombstone: Tombstone
    files: int
    bytes: int
    found: tuple[str, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Takedown:
    """All that taking down needs. `indexer` is made when it is needed: it loads a model."""

    store: Store
    indexer: Callable[[], Indexer]
    home: Path
    vectors: Path

    def take_down(self, id_: str, *, reason: str, by: str, progress: Progress = silent) -> Cleared:
        """Remove an article. NotFound or Gone if there is none of that id."""
        record = self.store.get(id_)
        told = [record, *self.store.versions(id_)]
        marks = marks_of(text for each in told for text in (each.article.title, each.article.text))
        now = datetime.now(UTC)
        with self.store.writing() as writer:
            stone = writer.take_down(record.number, marks=marks, now=now, by=by, reason=reason)
            writer.audit.note(by, "took down an article", id_, now=now)
        try:
            self.clear(progress=progress)
        except ArchiveError as error:
            return Cleared(stone, error.message)
        return Cleared(self.store.tombstones.get(id_), None)

    def lift(self, id_: str, *, by: str) -> Tombstone:
        """Let an article come in again with the next ingest. NotFound if it is not barred."""
        now = datetime.now(UTC)
        with self.store.writing() as writer:
            stone = writer.lift(id_, now=now)
            writer.audit.note(by, "lifted a takedown", id_, now=now)
        return stone

    def clear(self, *, patience: float = 0, progress: Progress = silent) -> None:
        """Rid indexes and caches of what was taken down, if anything still is in them.

        The index is built anew, and older generations are deleted: files of a generation are never
        changed, and each holds words and vectors of all its articles. Busy if another process
        is building and does not end within `patience`, in seconds.
        """
        pending = self.store.tombstones.pending()
        if not pending:
            return
        for cache in caches_in(self.vectors):
            cache.forget(stone.number for stone in pending)
        indexer = self.indexer()
        indexer.refresh(patience=patience, progress=progress)
        indexer.prune(keep=1, patience=patience)
        # A small archive was built whole; a large one keeps the files that hold the article.
        if any(any(self._holding(stone)) for stone in pending):
            indexer.rebuild(patience=patience, progress=progress)
            indexer.prune(keep=1, patience=patience)
        self.store.scrub(whole=True)
        with self.store.writing() as writer:
            writer.purged(stone.id for stone in pending)

    def absence(self, id_: str, *, progress: Progress = silent) -> Absence:
        """Look for what is left of an article that was taken down in every file of the archive's
        home, in the tables of articles, in generations and in caches. NotFound if it was not.
        """
        stone = self.store.tombstones.get(id_)
        shared, marks = self._shared(stone)
        remains = Remains(set(stone.marks) - marks)
        found = [f"rows of the table {table}" for table in self.store.tombstones.rows_left(stone)]
        found += [f"generation {name}" for name in self._holding(stone)]
        for cache in caches_in(self.vectors):
            if left := cache.having([stone.number]):
                found.append(f"{left} vectors in {cache.path.name}")
        paths = [path for path in sorted(self.home.rglob("*")) if path.is_file()]
        sizes = [path.stat().st_size for path in paths]
        read, total = 0, sum(sizes)
        for path, size in zip(paths, sizes, strict=True):
            if met := remains.in_file(path):
                found.append(f"{path.relative_to(self.home)} ({len(met)} pieces of its text)")
            read += size
            progress("verify", read, total)
        return Absence(stone, len(paths), read, tuple(found), tuple(shared))

    def _holding(self, stone: Tombstone) -> Iterator[str]:
        """The generations that have the article in a file."""
        root = self.indexer().root
        for name in generations(root):
            try:
                numbers = numbers_in(root / name)
            except IndexDamaged:  # nobody knows what such a one holds
                yield name
                continue
            if np.isin(stone.number, numbers):
                yield name

    def _shared(self, stone: Tombstone) -> tuple[list[str], set[int]]:
        """Articles of the archive that have parts of the text: their ids, and those parts."""
        remains = Remains(stone.marks)
        ids: list[str] = []
        marks: set[int] = set()
        for record in self.store.scan(batch=_BATCH):
            met = remains.in_text(f"{record.article.title}\n{record.article.text}")
            if met:
                ids.append(record.id)
                marks |= met
        return ids, marks
