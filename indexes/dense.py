"""Passage vectors in FAISS: every passage at least as similar to a query as a cut-off."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from indexes.errors import IndexDamaged
from indexes.types import Ordinals, Scores, Vectors

# How many neighbours to ask for first; grown until the least similar is below the cut-off.
_FIRST_NEIGHBOURS = 1_024
_GROWTH = 8


class DenseWriter:
    """Collects unit vectors in passage order and writes them as one FAISS index."""

    def __init__(self, dimension: int) -> None:
        # Half floats: half the memory of float32, a similarity error below 0.001, and an
        # exhaustive scan, so that no passage is ever missed for the sake of speed.
        self._index = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )

    def add(self, vectors: Vectors) -> None:
        """Append rows; (n, dimension)."""
        if len(vectors):
            self._index.add(np.ascontiguousarray(vectors, np.float32))

    def write(self, path: Path) -> None:
        """Write the index file."""
        faiss.write_index(self._index, str(path))


class Dense:
    """The vectors of one or more slices, searched as one."""

    def __init__(self, paths: Sequence[Path], dimension: int) -> None:
        """Open index files memory-mapped. IndexDamaged if one is not what was written."""
        self.dimension = dimension
        self._parts: list[tuple[int, faiss.Index]] = []
        self.passages = 0
        for path in paths:
            try:
                part = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
            except RuntimeError as error:
                raise IndexDamaged(f"{path.name} is not a FAISS index") from error
            if part.d != dimension:
                raise IndexDamaged(
                    f"{path.name} holds vectors of {part.d} numbers, not {dimension}"
                )
            self._parts.append((self.passages, part))
            self.passages += part.ntotal

    def similar(self, query: Vectors, cutoff: float) -> tuple[Ordinals, Scores]:
        """Passages whose cosine to the query is at least the cut-off; all of them, unordered.

        `query` is one unit vector, (dimension,).
        """
        found = [
            self._similar_in(part, base, query, cutoff) for base, part in self._parts if part.ntotal
        ]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])

    def vectors(self, passages: Ordinals) -> Vectors:
        """The stored vectors of some passages; (n, dimension)."""
        rows = np.zeros((len(passages), self.dimension), np.float32)
        for base, part in self._parts:
            here = (passages >= base) & (passages < base + part.ntotal)
            if here.any():
                rows[here] = part.reconstruct_batch(passages[here] - base)
        return rows

    @staticmethod
    def _similar_in(
        part: faiss.Index, base: int, query: Vectors, cutoff: float
    ) -> tuple[Ordinals, Scores]:
        # FAISS parallelises a k-nearest search over one query, but not a range search; asking
        # for ever more neighbours gives the same set ten times sooner.
        neighbours = _FIRST_NEIGHBOURS
        while True:
            neighbours = min(neighbours, part.ntotal)
            scores, ids = part.search(query.reshape(1, -1), neighbours)
            scores, ids = scores[0], ids[0]
            if neighbours == part.ntotal or scores[-1] < cutoff:
                near = (scores >= cutoff) & (ids >= 0)
                return ids[near] + base, scores[near]
            neighbours *= _GROWTH
