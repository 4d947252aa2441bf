"""Passage vectors in FAISS: every passage at least as similar to a query as a cut-off.

Half floats decide what is near. A large slice also has short codes that a scan of the whole
slice reads first: what their estimate puts clearly below the cut-off is not looked at again.
No graph and no clusters, so nothing is missed because it lies in an unexpected place. Slices are
searched side by side, as far as there are cores.
"""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from indexes.errors import IndexDamaged
from indexes.types import Ordinals, Scores, Vectors

_NAME = "vectors.{}.faiss"
# Passages of a slice: so few that an archive worth several cores has several slices.
SLICE = 2**18
# From so many passages on, a scan of the codes is worth its second look at half floats.
CODED_FROM = 20_000
# A code of 4 bits a dimension (product quantisation, scanned in registers: André, Kermarrec &
# Le Scouarnec 2017, "Accelerated Nearest Neighbor Search with Quick ADC"). Two dimensions a code
# are scanned sooner, but leave several times as many passages to be looked at again.
_CODE_BITS = 4
# A centre stands for one number of sixteen: so many vectors tell it as well as four times as many.
_TRAINED_ON = 4_096
# How far below what is expected of the cut-off an estimate may lie, in deviations of its error.
_MARGIN = 4.0
# Passages by which the error, and the number of candidates of a query, are estimated.
_SAMPLE = 2_048
_ERROR_SAMPLE = 512
# Candidates asked for beyond what the sample says.
_SPARE = 1.25
_FEWEST_CANDIDATES = 2_048


class DenseWriter:
    """Collects unit vectors in passage order and writes them as FAISS indexes, one a slice."""

    def __init__(
        self, dimension: int, *, coded_from: int = CODED_FROM, slice_size: int = SLICE
    ) -> None:
        self._dimension, self._coded_from, self._slice_size = dimension, coded_from, slice_size
        self._slices: list[faiss.IndexScalarQuantizer] = []
        # Slices that are full get their codes while the next is filled.
        self._codes: list[Future[faiss.Index]] = []

    def add(self, vectors: Vectors) -> None:
        """Append rows; (n, dimension)."""
        while len(vectors):
            if not self._slices or self._slices[-1].ntotal == self._slice_size:
                self._encode_last()
                # Half floats: half the memory of float32, a similarity error below 0.001, and the
                # same value for a vector in whichever slice it lies.
                half = faiss.ScalarQuantizer.QT_fp16
                index = faiss.IndexScalarQuantizer(
                    self._dimension, half, faiss.METRIC_INNER_PRODUCT
                )
                self._slices.append(index)
            room = self._slice_size - self._slices[-1].ntotal
            self._slices[-1].add(np.ascontiguousarray(vectors[:room], np.float32))
            vectors = vectors[room:]

    def write(self, folder: Path) -> None:
        """Write the index files, and beside each its codes if there are enough passages."""
        self._encode_last()
        for at, index in enumerate(self._slices):
            path = folder / _NAME.format(f"{at:04}")
            faiss.write_index(index, str(path))
            if at < len(self._codes):
                faiss.write_index(self._codes[at].result(), str(codes_beside(path)))

    def _encode_last(self) -> None:
        if self._slices and self._slices[-1].ntotal >= self._coded_from:
            self._codes.append(_threads().submit(_codes, self._slices[-1]))


def slices_in(folder: Path) -> list[Path]:
    """The index files that a DenseWriter wrote, in the order of their passages."""
    return sorted(folder.glob(_NAME.format("*")))


def _codes(index: faiss.Index) -> faiss.Index:
    # One thread: a code a dimension is so little to train that a team of threads takes ten times
    # as long to meet for each.
    faiss.omp_set_num_threads(1)
    # FAISS seeds its own clustering: the same vectors give the same codes.
    coded = faiss.IndexPQ(index.d, index.d, _CODE_BITS, faiss.METRIC_INNER_PRODUCT)
    coded.train(index.reconstruct_batch(spaced(index.ntotal, _TRAINED_ON)))
    centres = np.sort(faiss.vector_to_array(coded.pq.centroids).reshape(index.d, -1), axis=1)
    faiss.copy_array_to_vector(centres.ravel(), coded.pq.centroids)
    # The nearest of centres in a row is told by what lies between them, sooner than by measuring
    # the distance to each as FAISS does.
    between = (centres[:, 1:] + centres[:, :-1]) / 2
    packed = np.zeros((index.ntotal, coded.code_size), np.uint8)
    for start in range(0, index.ntotal, _TRAINED_ON):
        vectors = index.reconstruct_n(start, min(_TRAINED_ON, index.ntotal - start))
        codes = np.zeros(vectors.shape, np.uint8)
        for border in between.T:
            codes += vectors > border
        rows = packed[start : start + len(vectors)]
        rows[:] = codes[:, ::2]
        rows[:, : index.d // 2] |= codes[:, 1::2] << _CODE_BITS
    faiss.copy_array_to_vector(packed.ravel(), coded.codes)
    coded.ntotal = index.ntotal
    library: Any = faiss  # its classes take more than their types say
    scanned: faiss.Index = library.IndexPQFastScan(coded)
    return scanned


def codes_beside(path: Path) -> Path:
    """Where the codes of an index file lie."""
    return path.with_suffix(".codes")


@dataclass(frozen=True)
class _Part:
    """One slice. `base` is the ordinal of its first passage."""

    base: int
    vectors: faiss.Index
    codes: faiss.Index | None = field(default=None)

    @property
    def count(self) -> int:
        return int(self.vectors.ntotal)

    @cached_property
    def sample(self) -> faiss.Index:
        """Passages that stand for all."""
        sample = faiss.IndexFlatIP(self.vectors.d)
        sample.add(self.vectors.reconstruct_batch(spaced(self.count, _SAMPLE)))
        return sample

    @cached_property
    def estimates(self) -> tuple[float, float]:
        """What the codes make of a similarity: the factor by which it shrinks (codes stand for
        means of vectors, which are shorter than they), and the deviation from that.
        """
        places = spaced(self.count, _ERROR_SAMPLE)
        exact: Vectors = self.vectors.reconstruct_batch(places)
        if self.codes is None:
            return 1.0, 0.0
        coded = np.stack([self.codes.reconstruct(at) for at in places.tolist()])
        shrunk = float((coded * exact).sum(axis=1).mean())
        return shrunk, float((coded @ exact.T - shrunk * (exact @ exact.T)).std())

    def similar(self, query: Vectors, cutoff: float) -> tuple[Ordinals, Scores]:
        """Passages of the slice, by their ordinals in the generation."""
        # One thread a slice: many readers keep all cores busy, and FAISS's own team of threads for
        # each would have them wait for each other.
        faiss.omp_set_num_threads(1)
        row, asked, most = query.reshape(1, -1), None, self.count
        if self.codes is not None:
            library: Any = faiss  # its classes take more than their types say
            candidates = self._candidates(row, cutoff)
            if not len(candidates):
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            chosen = np.zeros(-(-self.count // 8) * 8, np.bool_)
            chosen[candidates] = True
            bits = np.packbits(chosen, bitorder="little")
            selector = library.IDSelectorBitmap(bits)
            asked, most = library.SearchParameters(sel=selector), len(candidates)
        # Asking for as many nearest as there are is a range search, thirty times as quick as
        # FAISS's own, which decodes one vector at a time.
        scores, ids = self.vectors.search(row, most, params=asked)
        near = (scores[0] >= cutoff) & (ids[0] >= 0)
        return ids[0][near] + self.base, scores[0][near]

    def _candidates(self, row: Vectors, cutoff: float) -> Ordinals:
        """Every passage whose estimate may belong to a similarity of the cut-off or more."""
        shrunk, deviation = self.estimates
        least = shrunk * cutoff - _MARGIN * deviation
        share = len(self.sample.range_search(row, least)[1]) / self.sample.ntotal
        wanted = int(share * self.count * _SPARE) + _FEWEST_CANDIDATES
        while True:
            wanted = min(wanted, self.count)
            estimates, ids = self.codes.search(row, wanted)  # type: ignore[union-attr]  # has codes
            if wanted == self.count or estimates[0, -1] < least:
                found: Ordinals = ids[0][(estimates[0] >= least) & (ids[0] >= 0)]
                return found
            wanted *= 2


class Dense:
    """The vectors of one or more slices, searched as one."""

    def __init__(self, paths: Sequence[Path], dimension: int) -> None:
        """Open index files memory-mapped. IndexDamaged if one is not what was written."""
        self.dimension = dimension
        self._parts: list[_Part] = []
        self.passages = 0
        for path in paths:
            vectors = _read(path, dimension)
            codes = codes_beside(path)
            part = _Part(
                self.passages, vectors, _read(codes, dimension) if codes.is_file() else None
            )
            if part.codes is not None and part.codes.ntotal != part.count:
                raise IndexDamaged(f"{codes.name} does not belong to {path.name}")
            self._parts.append(part)
            self.passages += part.count

    def similar(self, query: Vectors, cutoff: float) -> tuple[Ordinals, Scores]:
        """Passages whose cosine to the query is at least the cut-off; all of them, unordered.

        `query` is one unit vector, (dimension,).
        """
        parts = [part for part in self._parts if part.count]
        if len(parts) > 1:
            found = list(_threads().map(lambda part: part.similar(query, cutoff), parts))
        else:
            found = [part.similar(query, cutoff) for part in parts]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])

    def vectors(self, passages: Ordinals) -> Vectors:
        """The stored vectors of some passages; (n, dimension)."""
        rows = np.zeros((len(passages), self.dimension), np.float32)
        for part in self._parts:
            here = (passages >= part.base) & (passages < part.base + part.count)
            if here.any():
                rows[here] = part.vectors.reconstruct_batch(passages[here] - part.base)
        return rows


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(len(os.sched_getaffinity(0)), "slices")


def _read(path: Path, dimension: int) -> faiss.Index:
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise IndexDamaged(f"{path.name} is not a FAISS index") from error
    if index.d != dimension:
        raise IndexDamaged(f"{path.name} holds vectors of {index.d} numbers, not {dimension}")
    return index


def spaced(count: int, most: int) -> Ordinals:
    """At most so many positions, evenly spaced over all."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).astype(np.int64)
