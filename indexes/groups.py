"""Articles that count as one: how many groups a set of articles has, and how many of them have
each value or lie in each period.

A group counts for a value if one of its articles that are in the set has it. Entries of a group
lie side by side, so that distinct ones are counted without sorting anything.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexes.columns import Column, Days, Intervals, Runs, Unit, Window, disjoint
from indexes.types import Mask, Ordinals


@dataclass(frozen=True)
class Groups:
    """`first[i]` is the ordinal of the first article of the group of article i: itself, where
    it is alone.
    """

    first: Ordinals
    columns: Mapping[str, Column]

    @cached_property
    def _by_group(self) -> tuple[Ordinals, Ordinals]:
        """All articles, those of a group side by side, and the firsts in that order."""
        order = np.argsort(self.first, kind="stable")
        return order, self.first[order]

    @cached_property
    def _grouped(self) -> Mask:
        """The articles that are not alone."""
        return np.bincount(self.first, minlength=len(self.first))[self.first] > 1

    @cached_property
    def _entries(self) -> dict[str, "_Entries"]:
        return {}

    @cached_property
    def _runs(self) -> dict[tuple[int, Unit], Runs]:
        return {}

    def alone(self, article: int) -> bool:
        """Whether an article is the only one of its group."""
        return not self._grouped[article]

    def members(self, article: int) -> Ordinals:
        """The articles of an article's group, ascending."""
        order, firsts = self._by_group
        first = self.first[article]
        return order[np.searchsorted(firsts, first) : np.searchsorted(firsts, first, "right")]

    def having(self, article: int) -> Mask:
        """The articles of an article's group."""
        mask = np.zeros(len(self.first), np.bool_)
        mask[self.members(article)] = True
        return mask

    def count(self, mask: Mask) -> int:
        """How many groups have one of the articles at least."""
        seen = np.zeros(len(self.first), np.bool_)
        seen[self.first[mask]] = True
        return int(np.count_nonzero(seen))

    def counts(self, facet: str, mask: Mask) -> NDArray[np.int64]:
        """How many groups have each value of a facet in one of the articles; by code."""
        column = self.columns[facet]
        entries = self._entries.get(facet)
        if entries is None:
            entries = self._entries[facet] = _Entries.of(column, self.first, self._grouped)
        alone = column.counts(mask & ~self._grouped)
        return alone + np.bincount(entries.distinct(mask), minlength=len(alone))

    def periods(
        self, calendar: Days | Intervals, mask: Mask, unit: Unit, within: Window | None = None
    ) -> list[tuple[str, int]]:
        """How many groups meet each period (within a window) in one of the articles, in time
        order.
        """
        counts = Counter(dict(calendar.periods(mask & ~self._grouped, unit, within)))
        key = id(calendar), unit
        if key not in self._runs:
            self._runs[key] = self._sorted(calendar.runs(unit))
        runs = self._runs[key]
        met = mask[runs.owners]
        together = Runs(self.first[runs.owners[met]], runs.first[met], runs.last[met])
        distinct = disjoint(together)
        counts.update(dict(distinct.named(distinct.totals, unit, within)))
        return sorted(counts.items(), key=lambda period: np.datetime64(period[0], unit))

    def _sorted(self, runs: Runs) -> Runs:
        """Those of grouped articles, in the order of groups and time."""
        ours = np.flatnonzero(self._grouped[runs.owners])
        order = ours[np.lexsort((runs.first[ours], self.first[runs.owners[ours]]))]
        return Runs(runs.owners[order], runs.first[order], runs.last[order])


@dataclass(frozen=True, slots=True)
class _Entries:
    """Each value of each grouped article, equal ones of a group side by side: the article, the
    number of the run of equal ones that it is in, and the code of each run.
    """

    owners: NDArray[np.int32]
    run: NDArray[np.int32]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, column: Column, first: Ordinals, grouped: Mask) -> "_Entries":
        owners = np.repeat(np.arange(len(first)), np.diff(column.offsets))
        ours = np.flatnonzero(grouped[owners])
        owners, codes = owners[ours], column.codes[ours]
        group = first[owners]
        order = np.lexsort((codes, group))
        owners, codes, group = owners[order], codes[order], group[order]
        begins = np.ones(len(order), np.bool_)
        begins[1:] = (codes[1:] != codes[:-1]) | (group[1:] != group[:-1])
        run = np.cumsum(begins) - 1
        return cls(owners.astype(np.int32), run.astype(np.int32), codes[begins])

    def distinct(self, mask: Mask) -> NDArray[np.int32]:
        """The code of every run with one of the articles in it."""
        met = self.run[mask[self.owners]]
        return self.codes[met[np.diff(met, prepend=-1) > 0]]
