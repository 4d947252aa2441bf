"""One immutable slice of a generation: vectors, columns and passage spans of some articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexes.columns import Column, Days, Intervals
from indexes.dense import DenseWriter
from indexes.errors import IndexDamaged
from indexes.types import Entry, Label, Ordinals, Vectors
from indexes.values import Packed, Values

VECTORS = "vectors.faiss"
# Undated articles sort as older than any dated one.
NO_MOMENT = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment holds beside its vectors, read into memory.

    `spans` has a row a passage: the article's position in the segment, start, end.
    """

    numbers: Ordinals
    spans: NDArray[np.int32]
    days: Days
    spoken: Intervals
    moments: NDArray[np.int64]
    columns: Mapping[str, Column]


class SegmentWriter:
    """Collects articles with their passage vectors and writes them into a folder."""

    def __init__(self, facets: Sequence[str], dimension: int) -> None:
        self._facets = tuple(facets)
        self._dense = DenseWriter(dimension)
        self._numbers: list[int] = []
        self._spans: list[tuple[int, int, int]] = []
        self._days: list[tuple[int, int] | None] = []
        self._spoken: list[tuple[tuple[int | None, int | None], ...]] = []
        self._moments: list[int] = []
        self._rows: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in facets}

    def add(self, entry: Entry, vectors: Vectors) -> None:
        """Add one article; `vectors` has a row a passage."""
        if len(vectors) != len(entry.passages):
            raise ValueError(f"{len(entry.passages)} passages, but {len(vectors)} vectors")
        self._spans.extend((len(self._numbers), start, end) for start, end in entry.passages)
        self._numbers.append(entry.number)
        self._days.append(entry.days)
        self._spoken.append(entry.spoken)
        self._moments.append(NO_MOMENT if entry.moment is None else entry.moment)
        for facet, rows in self._rows.items():
            rows.append(entry.values.get(facet, ()))
        self._dense.add(vectors)

    def __len__(self) -> int:
        return len(self._numbers)

    def write(self, folder: Path, labels: Mapping[str, Mapping[str, Label]]) -> dict[str, int]:
        """Write the files of the segment; returns its counts for the manifest."""
        folder.mkdir()
        self._dense.write(folder / VECTORS)
        arrays: dict[str, NDArray[np.generic]] = {
            "numbers": np.array(self._numbers, np.int64),
            "spans": np.array(self._spans, np.int32).reshape(-1, 3),
            "moments": np.array(self._moments, np.int64),
        }
        days = Days.build(self._days)
        arrays["first"], arrays["last"] = days.first, days.last
        spoken = Intervals.build(self._spoken)
        arrays["spoken.offsets"] = spoken.offsets
        arrays["spoken.first"], arrays["spoken.last"] = spoken.first, spoken.last
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)
        for facet in self._facets:
            (folder / facet).mkdir()
            column = Column.build(self._rows[facet], labels.get(facet, {}))
            column.values.first.save(folder / facet)
            np.save(folder / facet / "offsets.npy", column.offsets)
            np.save(folder / facet / "codes.npy", column.codes)
        return {"articles": len(self._numbers), "passages": len(self._spans)}


def read_segment(folder: Path, facets: Sequence[str]) -> Segment:
    """Read what a SegmentWriter wrote. IndexDamaged if a file is missing or not as written."""
    try:
        columns = {
            facet: Column(
                values=Values(Packed.load(folder / facet)),
                offsets=np.load(folder / facet / "offsets.npy"),
                codes=np.load(folder / facet / "codes.npy"),
            )
            for facet in facets
        }
        return Segment(
            numbers=np.load(folder / "numbers.npy"),
            spans=np.load(folder / "spans.npy"),
            days=Days(np.load(folder / "first.npy"), np.load(folder / "last.npy")),
            spoken=Intervals(
                offsets=np.load(folder / "spoken.offsets.npy"),
                first=np.load(folder / "spoken.first.npy"),
                last=np.load(folder / "spoken.last.npy"),
            ),
            moments=np.load(folder / "moments.npy"),
            columns=columns,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise IndexDamaged(f"segment {folder.name} cannot be read: {error}") from error
