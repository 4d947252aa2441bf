"""One immutable slice of a generation: vectors, words, columns and passages of some articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexes.columns import Column, Days, Intervals
from indexes.dense import DenseWriter
from indexes.errors import IndexDamaged
from indexes.postings import Postings, PostingsWriter
from indexes.types import Entry, Label, Ordinals, Vectors
from indexes.values import Packed, Values

_WORDS = "words"
# Undated articles sort as older than any dated one.
NO_MOMENT = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment holds beside its vectors, read into memory.

    `spans` has a row a passage: the article's position in the segment, start, end;
    `passage_columns` have a row a passage, too.
    """

    numbers: Ordinals
    spans: NDArray[np.int32]
    days: Days
    spoken: Intervals
    moments: NDArray[np.int64]
    columns: Mapping[str, Column]
    passage_columns: Mapping[str, Column]
    words: Postings


class SegmentWriter:
    """Collects articles with their passage vectors and writes them into a folder."""

    def __init__(
        self, facets: Sequence[str], dimension: int, passage_facets: Sequence[str] = ()
    ) -> None:
        self._facets = tuple(facets)
        self._dense = DenseWriter(dimension)
        self._words = PostingsWriter()
        self._numbers: list[int] = []
        self._spans: list[tuple[int, int, int]] = []
        self._days: list[tuple[int, int] | None] = []
        self._spoken: list[tuple[tuple[int | None, int | None], ...]] = []
        self._moments: list[int] = []
        self._rows: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in facets}
        self._named: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in passage_facets}

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
        for facet, rows in self._named.items():
            rows.extend(entry.passage_values.get(facet, ((),) * len(entry.passages)))
        self._dense.add(vectors)
        self._words.add(entry.title, entry.text)

    def __len__(self) -> int:
        return len(self._numbers)

    def write(self, folder: Path, labels: Mapping[str, Mapping[str, Label]]) -> dict[str, int]:
        """Write the files of the segment; returns its counts for the manifest."""
        folder.mkdir()
        self._dense.write(folder)
        self._words.write(folder / _WORDS)
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
            _write_column(folder / facet, Column.build(self._rows[facet], labels.get(facet, {})))
        for facet, rows in self._named.items():
            _write_column(folder / _of_passages(facet), Column.build(rows, {}))
        return {"articles": len(self._numbers), "passages": len(self._spans)}


def read_segment(
    folder: Path, facets: Sequence[str], passage_facets: Sequence[str] = ()
) -> Segment:
    """Read what a SegmentWriter wrote. IndexDamaged if a file is missing or not as written."""
    try:
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
            columns={facet: _read_column(folder / facet) for facet in facets},
            passage_columns={f: _read_column(folder / _of_passages(f)) for f in passage_facets},
            words=Postings.load(folder / _WORDS),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise IndexDamaged(f"segment {folder.name} cannot be read: {error}") from error


def _of_passages(facet: str) -> str:
    """What the column of a facet's values by passage is called."""
    return f"passage.{facet}"


def _write_column(folder: Path, column: Column) -> None:
    folder.mkdir()
    column.values.first.save(folder)
    np.save(folder / "offsets.npy", column.offsets)
    np.save(folder / "codes.npy", column.codes)


def _read_column(folder: Path) -> Column:
    return Column(
        values=Values(Packed.load(folder)),
        offsets=np.load(folder / "offsets.npy"),
        codes=np.load(folder / "codes.npy"),
    )
