"""Facet columns: which values each article has, counted over any set of articles.

A column is stored in compressed sparse rows: the values of article i are
`codes[offsets[i]:offsets[i + 1]]`, each code a position in `values`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexes.types import Label, Mask, Ordinals
from indexes.values import Packed, Values

# Below this share of the archive, gathering the rows is quicker than masking all of them.
_GATHER_SHARE = 0.2


@dataclass(frozen=True)
class Column:
    """The values of one facet for every article of a slice or a whole generation."""

    values: Values
    offsets: NDArray[np.int64]
    codes: NDArray[np.int32]

    @classmethod
    def build(cls, rows: Iterable[Sequence[str]], labels: Mapping[str, Label]) -> "Column":
        """Rows of values in article order; a value without a label is its own name."""
        rows = list(rows)
        packed = Packed.of((value for row in rows for value in row), labels)
        return cls.of_values(Values(packed), rows)

    @classmethod
    def of_values(cls, values: Values, rows: Iterable[Sequence[str]]) -> "Column":
        """Rows of known values of one slice. KeyError for one that is not among them."""
        rows = list(rows)
        positions = {name: code for code, name in enumerate(values.first.names)}
        named = map(positions.__getitem__, chain.from_iterable(rows))
        codes = np.fromiter(named, np.int64)
        owners = np.repeat(np.arange(len(rows)), np.fromiter(map(len, rows), np.int64, len(rows)))
        # One number for an article and a value sorts by both, and tells what is there twice.
        pairs = np.unique(owners * len(positions) + codes)
        owners, codes = np.divmod(pairs, max(len(positions), 1))
        counts = np.bincount(owners, minlength=len(rows))
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return cls(values, offsets, codes.astype(np.int32))

    @classmethod
    def concatenate(cls, parts: Sequence["Column"], values: Values | None = None) -> "Column":
        """One column over all articles of all slices, in their order; their `values` together, if
        they are known.
        """
        if len(parts) == 1:
            return parts[0]
        if values is None:
            values = Values.joined([part.values.first for part in parts])
        joint = [part.codes for part in parts[:1]] + [
            to_joint[part.codes]
            for part, (_, to_joint) in zip(parts[1:], values.later, strict=True)
        ]
        bases = np.cumsum([0, *(len(codes) for codes in joint)])
        offsets = [part.offsets[1:] + base for part, base in zip(parts, bases, strict=False)]
        return cls(
            values,
            np.concatenate([np.zeros(1, np.int64), *offsets]),
            np.concatenate(joint),
        )

    @classmethod
    def joined(
        cls, parts: Sequence["Column"], kept: Sequence[Mask], values: Values | None = None
    ) -> "Column":
        """What `build` (or, of known `values`, `of_values`) makes of the articles of all slices
        that are kept; where slices call a value differently, the newest knows best.
        """
        rows = [part.rows(np.flatnonzero(keep)) for part, keep in zip(parts, kept, strict=True)]
        used = [np.unique(codes).tolist() for _, codes in rows]
        if values is None:
            labels = {
                part.values[code]: part.values.label(code)
                for part, codes in zip(parts, used, strict=True)
                for code in codes
            }
            values = Values(Packed.of(labels, labels))
        positions = {name: code for code, name in enumerate(values.first.names)}
        joint = [np.zeros(0, np.int32)]
        for part, here, (_, codes) in zip(parts, used, rows, strict=True):
            # Names are sorted in every slice, so the codes of a row stay so.
            to_joint = np.zeros(len(part.values), np.int32)
            to_joint[here] = [positions[part.values[code]] for code in here]
            joint.append(to_joint[codes])
        lengths = np.concatenate([np.zeros(1, np.int64), *(lengths for lengths, _ in rows)])
        return cls(values, np.cumsum(lengths), np.concatenate(joint))

    @cached_property
    def _by_value(self) -> tuple[NDArray[np.int64], Ordinals]:
        """The column turned round: offsets per value, and the articles that have it."""
        owners = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        order = np.argsort(self.codes, kind="stable")
        starts = np.searchsorted(self.codes[order], np.arange(len(self.values) + 1))
        return starts.astype(np.int64), owners[order]

    def having(self, name: str) -> Mask:
        """The articles that have a value; none for a value that the column does not know."""
        mask = np.zeros(len(self.offsets) - 1, np.bool_)
        code = self.values.code(name)
        if code is not None:
            starts, owners = self._by_value
            mask[owners[starts[code] : starts[code + 1]]] = True
        return mask

    def having_any(self, codes: NDArray[np.int64]) -> Mask:
        """The articles that have one of these values at least."""
        mask = np.zeros(len(self.offsets) - 1, np.bool_)
        starts, owners = self._by_value
        for code in codes.tolist():
            mask[owners[starts[code] : starts[code + 1]]] = True
        return mask

    def row(self, article: int) -> NDArray[np.int32]:
        """The codes of one article."""
        return self.codes[self.offsets[article] : self.offsets[article + 1]]

    def counts(self, mask: Mask) -> NDArray[np.int64]:
        """How many of the articles have each value; (len(names),), by code."""
        articles = np.flatnonzero(mask)
        if len(articles) > _GATHER_SHARE * len(mask):
            chosen = self.codes[np.repeat(mask, np.diff(self.offsets))]
        else:
            chosen = self.rows(articles)[1]
        return np.bincount(chosen, minlength=len(self.values))

    def rows(self, articles: Ordinals) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The codes of some articles, one after another, and how many each has."""
        starts = self.offsets[articles]
        lengths = self.offsets[articles + 1] - starts
        ends = np.cumsum(lengths)
        shift = np.repeat(starts - (ends - lengths), lengths)
        return lengths, self.codes[np.arange(len(shift)) + shift]


@dataclass(frozen=True)
class Days:
    """When each article was published: half-open intervals of days since 1970-01-01.

    An article without a date has first == last == UNDATED and overlaps no interval.
    """

    UNDATED = np.iinfo(np.int32).min

    first: NDArray[np.int32]
    last: NDArray[np.int32]

    @classmethod
    def build(cls, intervals: Iterable[tuple[int, int] | None]) -> "Days":
        """Intervals in article order, None for an undated article."""
        pairs = [pair or (cls.UNDATED, cls.UNDATED) for pair in intervals]
        array = np.array(pairs, np.int32).reshape(-1, 2)
        return cls(first=array[:, 0].copy(), last=array[:, 1].copy())

    @classmethod
    def concatenate(cls, parts: Sequence["Days"]) -> "Days":
        """The intervals of all articles of all parts, in their order."""
        return cls(
            first=np.concatenate([p.first for p in parts]),
            last=np.concatenate([p.last for p in parts]),
        )

    def kept(self, mask: Mask) -> "Days":
        """Those of some articles."""
        return Days(self.first[mask], self.last[mask])

    @cached_property
    def undated(self) -> Mask:
        """The articles without a date."""
        return np.asarray(self.first == self.UNDATED)

    def span(self, mask: Mask) -> tuple[int, int] | None:
        """The first and the last day that any of the articles may belong to."""
        dated = mask & ~self.undated
        if not dated.any():
            return None
        return int(self.first[dated].min()), int(self.last[dated].max()) - 1

    def overlapping(self, start: int | None, end: int | None) -> Mask:
        """The dated articles whose interval meets [start, end); None leaves a side open."""
        mask = ~self.undated
        if start is not None:
            mask &= self.last > start
        if end is not None:
            mask &= self.first < end
        return mask

    def periods(
        self, mask: Mask, unit: "Unit", within: "Window | None" = None
    ) -> list[tuple[str, int]]:
        """Counts per period that an article's interval meets, in time order.

        `unit` is "Y", "M" or "D" as NumPy names them; a period is "2024", "2024-06" or
        "2024-06-01". An interval over several periods counts in each. `within` keeps the periods
        that meet a window.
        """
        runs = self.runs(unit)
        return runs.named(runs.counts(mask), unit, within)

    def runs(self, unit: "Unit") -> "Runs":
        """The periods that each dated article's interval meets."""
        if unit not in self._runs:
            dated = np.flatnonzero(~self.undated)
            first = _periods_of(self.first[dated], unit)
            self._runs[unit] = Runs(dated, first, _periods_of(self.last[dated] - 1, unit))
        return self._runs[unit]

    @cached_property
    def _runs(self) -> "dict[Unit, Runs]":
        return {}


Unit = Literal["Y", "M", "D"]
Window = tuple[int, int]  # [first, last) in days since 1970-01-01


@dataclass(frozen=True)
class Intervals:
    """Any number of intervals of days an article: [first, last) in days since 1970-01-01.

    Those of article i are rows `offsets[i]` to `offsets[i + 1]`, sorted; an open side has
    OPEN_START or OPEN_END.
    """

    OPEN_START = np.iinfo(np.int32).min
    OPEN_END = np.iinfo(np.int32).max

    offsets: NDArray[np.int64]
    first: NDArray[np.int32]
    last: NDArray[np.int32]

    @classmethod
    def build(cls, rows: Iterable[Sequence[tuple[int | None, int | None]]]) -> "Intervals":
        """Intervals in article order; None for an open side."""
        offsets, first, last = [0], [], []
        for row in rows:
            spans = {
                (
                    cls.OPEN_START if start is None else start,
                    cls.OPEN_END if end is None else end,
                )
                for start, end in row
            }
            for start, end in sorted(spans):
                first.append(start)
                last.append(end)
            offsets.append(len(first))
        return cls(
            offsets=np.array(offsets, np.int64),
            first=np.array(first, np.int32),
            last=np.array(last, np.int32),
        )

    @classmethod
    def concatenate(cls, parts: Sequence["Intervals"]) -> "Intervals":
        """The intervals of all articles of all parts, in their order."""
        bases = np.cumsum([0, *(len(p.first) for p in parts)])
        offsets = [p.offsets[1:] + base for p, base in zip(parts, bases[:-1], strict=True)]
        return cls(
            offsets=np.concatenate([np.zeros(1, np.int64), *offsets]),
            first=np.concatenate([p.first for p in parts]),
            last=np.concatenate([p.last for p in parts]),
        )

    def kept(self, mask: Mask) -> "Intervals":
        """Those of some articles."""
        lengths = np.diff(self.offsets)
        rows = np.repeat(mask, lengths)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[mask])])
        return Intervals(offsets, self.first[rows], self.last[rows])

    @cached_property
    def _owners(self) -> Ordinals:
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    @cached_property
    def none(self) -> Mask:
        """The articles without an interval."""
        return np.asarray(np.diff(self.offsets) == 0)

    def overlapping(self, start: int | None, end: int | None) -> Mask:
        """The articles with an interval that meets [start, end); None leaves a side open."""
        met = np.ones(len(self.first), np.bool_)
        if start is not None:
            met &= self.last > start
        if end is not None:
            met &= self.first < end
        mask = np.zeros(len(self.offsets) - 1, np.bool_)
        mask[self._owners[met]] = True
        return mask

    def periods(
        self, mask: Mask, unit: Unit, within: Window | None = None
    ) -> list[tuple[str, int]]:
        """How many of the articles have an interval that meets each period, in time order.

        Periods are those of `Days.periods`, from the first to the last that a closed side of any
        interval of the archive lies in; an open side reaches to that end.
        """
        runs = self.runs(unit)
        # Of most of an archive it is quicker to count those that are not in it.
        if np.count_nonzero(mask) * 2 > len(mask):
            counts = runs.totals - runs.counts(~mask)
        else:
            counts = runs.counts(mask)
        return runs.named(counts, unit, within)

    def runs(self, unit: Unit) -> "Runs":
        """The periods that each article's intervals meet, none twice."""
        if unit not in self._runs:
            self._runs[unit] = self._disjoint(unit)
        return self._runs[unit]

    @cached_property
    def _runs(self) -> "dict[Unit, Runs]":
        return {}

    def _disjoint(self, unit: Unit) -> "Runs":
        closed = np.concatenate(
            [self.first[self.first > self.OPEN_START], self.last[self.last < self.OPEN_END] - 1]
        )
        if not len(closed):
            nothing = np.zeros(0, np.int64)
            return Runs(nothing, nothing, nothing)
        first = _periods_of(np.maximum(self.first, closed.min()), unit)
        last = _periods_of(np.minimum(self.last - 1, closed.max()), unit)
        return disjoint(Runs(self._owners, first, last))


@dataclass(frozen=True)
class Runs:
    """Runs of periods: whose each is, its first and its last period."""

    owners: Ordinals
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @cached_property
    def low(self) -> int:
        """The earliest period."""
        return int(self.first.min()) if len(self.first) else 0

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """Counts over all articles."""
        return self._count(self.first, self.last)

    def counts(self, mask: Mask) -> NDArray[np.int64]:
        """How many of the articles meet each period, from the earliest on."""
        chosen = np.flatnonzero(mask[self.owners])
        return self._count(self.first[chosen], self.last[chosen])

    def named(
        self, counts: NDArray[np.int64], unit: Unit, within: Window | None = None
    ) -> list[tuple[str, int]]:
        """Counts, from the earliest period on, as periods and theirs; zeros are left out, and so is
        what meets no part of a window.
        """
        start = 0
        if within is not None:
            ends = _periods_of(np.array([within[0], within[1] - 1], np.int32), unit) - self.low
            start, end = max(int(ends[0]), 0), max(int(ends[1]) + 1, 0)
            counts = counts[start:end]
        periods = (np.flatnonzero(counts) + start + self.low).astype(f"datetime64[{unit}]")
        return [(str(p), int(c)) for p, c in zip(periods, counts[counts > 0], strict=True)]

    def _count(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
        """A difference array: +1 where a run begins, -1 after it ends."""
        if not len(self.first):
            return np.zeros(0, np.int64)
        size = self._periods + 1
        change = np.bincount(first - self.low, minlength=size)
        change -= np.bincount(last - self.low + 1, minlength=size)
        return np.asarray(np.cumsum(change[:-1]))

    @cached_property
    def _periods(self) -> int:
        return int(self.last.max()) - self.low + 1


def disjoint(runs: Runs) -> Runs:
    """Runs sorted by owner and first period, without what an earlier one of the owner has met:
    where two meet, the later one begins after the earlier, so that no owner counts twice.
    """
    if not len(runs.owners):
        return runs
    owners, first, last = runs.owners, runs.first, runs.last
    # One running maximum over all owners: each one's periods lie above those of the last one.
    lift = owners * (int(last.max()) - int(first.min()) + 2)
    reached = np.maximum.accumulate(last + lift)
    begin = first + lift
    follows = owners[1:] == owners[:-1]
    begin[1:] = np.maximum(begin[1:], np.where(follows, reached[:-1] + 1, begin[1:]))
    keep = begin <= last + lift
    return Runs(owners[keep], (begin - lift)[keep], last[keep])


def _periods_of(days: NDArray[np.int32], unit: Unit) -> NDArray[np.int64]:
    """The period that each day lies in, as a number that grows by one a period."""
    return days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)
