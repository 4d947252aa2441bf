"""One immutable slice of a generation: vectors, words, columns and passages of some articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexes.columns import Column, Days, Intervals
from indexes.dense import Dense, DenseWriter, slices_in
from indexes.errors import IndexDamaged
from indexes.postings import Postings
from indexes.types import Entry, Label, Mask, Ordinals, Vectors
from indexes.values import Packed, Values

WORDS = "words"
# Undated articles sort as older than any dated one.
NO_MOMENT = np.iinfo(np.int64).min
# Passages whose vectors are copied at a time.
_TOGETHER = 4_096


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment holds beside its vectors and words, read into memory.

    `spans` has a row a passage: the article's position in the segment, start, end;
    `passage_columns` have a row a passage, too, and the values of the column of the same facet.
    """

    numbers: Ordinals
    spans: NDArray[np.int32]
    days: Days
    spoken: Intervals
    moments: NDArray[np.int64]
    columns: Mapping[str, Column]
    passage_columns: Mapping[str, Column]


class SegmentWriter:
    """Collects articles with their passage vectors and writes them into a folder; words are
    written by others (`indexes.wording`).
    """

    def __init__(
        self, facets: Sequence[str], dimension: int, passage_facets: Sequence[str] = ()
    ) -> None:
        self._facets = tuple(facets)
        self._dense = DenseWriter(dimension)
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

    def __len__(self) -> int:
        return len(self._numbers)

    def write(self, folder: Path, labels: Mapping[str, Mapping[str, Label]]) -> None:
        """Write the files of the segment into a folder. KeyError if a passage names what its
        article does not.
        """
        columns = {f: Column.build(rows, labels.get(f, {})) for f, rows in self._rows.items()}
        segment = Segment(
            numbers=np.array(self._numbers, np.int64),
            spans=np.array(self._spans, np.int32).reshape(-1, 3),
            days=Days.build(self._days),
            spoken=Intervals.build(self._spoken),
            moments=np.array(self._moments, np.int64),
            columns=columns,
            passage_columns={
                f: Column.of_values(columns[f].values, rows) for f, rows in self._named.items()
            },
        )
        _save(segment, folder)
        self._dense.write(folder)


def join(
    folders: Sequence[Path],
    kept: Sequence[Mask],
    target: Path,
    *,
    facets: Sequence[str],
    passage_facets: Sequence[str],
    dimension: int,
) -> None:
    """Write segments as one into a new folder: the files are those of the articles that are kept,
    written in this order.
    """
    parts = [read_segment(folder, facets, passage_facets) for folder in folders]
    passages = [keep[part.spans[:, 0]] for part, keep in zip(parts, kept, strict=True)]
    bases = np.cumsum([0, *map(np.count_nonzero, kept)])
    spans = []
    for part, keep, base, inside in zip(parts, kept, bases, passages, strict=False):
        rows = part.spans[inside]
        moved = (np.cumsum(keep) - 1 + base).astype(np.int32)
        rows[:, 0] = moved[rows[:, 0]]
        spans.append(rows)
    columns = {f: Column.joined([p.columns[f] for p in parts], kept) for f in facets}
    segment = Segment(
        numbers=np.concatenate([p.numbers[k] for p, k in zip(parts, kept, strict=True)]),
        spans=np.concatenate(spans),
        days=Days.concatenate([p.days.kept(k) for p, k in zip(parts, kept, strict=True)]),
        spoken=Intervals.concatenate([p.spoken.kept(k) for p, k in zip(parts, kept, strict=True)]),
        moments=np.concatenate([p.moments[k] for p, k in zip(parts, kept, strict=True)]),
        columns=columns,
        passage_columns={
            f: Column.joined([p.passage_columns[f] for p in parts], passages, columns[f].values)
            for f in passage_facets
        },
    )
    target.mkdir()
    _save(segment, target)
    Postings.joined([read_words(folder) for folder in folders], kept).save(target / WORDS)
    vectors = DenseWriter(dimension)
    for folder, inside in zip(folders, passages, strict=True):
        dense, ordinals = Dense(slices_in(folder), dimension), np.flatnonzero(inside)
        for at in range(0, len(ordinals), _TOGETHER):
            vectors.add(dense.vectors(ordinals[at : at + _TOGETHER]))
    vectors.write(target)


def read_segment(
    folder: Path, facets: Sequence[str], passage_facets: Sequence[str] = ()
) -> Segment:
    """Read what was written. IndexDamaged if a file is missing or not as written."""
    try:
        columns = {facet: _read_column(folder / facet) for facet in facets}
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
            passage_columns={
                f: _read_column(folder / _of_passages(f), columns[f].values) for f in passage_facets
            },
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise IndexDamaged(f"segment {folder.name} cannot be read: {error}") from error


def read_words(folder: Path) -> Postings:
    """The words of a segment. IndexDamaged if a file is missing or not as written."""
    try:
        return Postings.load(folder / WORDS)
    except (OSError, ValueError, EOFError) as error:
        raise IndexDamaged(f"the words of {folder.name} cannot be read: {error}") from error


def _save(segment: Segment, folder: Path) -> None:
    arrays: dict[str, NDArray[np.generic]] = {
        "numbers": segment.numbers,
        "spans": segment.spans,
        "moments": segment.moments,
        "first": segment.days.first,
        "last": segment.days.last,
        "spoken.offsets": segment.spoken.offsets,
        "spoken.first": segment.spoken.first,
        "spoken.last": segment.spoken.last,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    for facet, column in segment.columns.items():
        _write_column(folder / facet, column)
        column.values.first.save(folder / facet)
    for facet, column in segment.passage_columns.items():
        _write_column(folder / _of_passages(facet), column)


def _of_passages(facet: str) -> str:
    """What the column of a facet's values by passage is called."""
    return f"passage.{facet}"


def _write_column(folder: Path, column: Column) -> None:
    folder.mkdir()
    np.save(folder / "offsets.npy", column.offsets)
    np.save(folder / "codes.npy", column.codes)


def _read_column(folder: Path, values: Values | None = None) -> Column:
    return Column(
        values=Values(Packed.load(folder)) if values is None else values,
        offsets=np.load(folder / "offsets.npy"),
        codes=np.load(folder / "codes.npy"),
    )
