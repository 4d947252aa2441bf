"""What each place lies in, by value, in; which places of a result set lie directly in which, out.

A facet of places counts a town for what it lies in, too: a place with articles lies in places that
have them, but for those that people hid.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.types import Mask, Ordinals

# What stands for the place that all others lie in.
WORLD = "world"


@dataclass(frozen=True)
class PlaceTree:
    """`around` has, by code, the codes of what a place lies in, nearest first, then -1: (n, m)."""

    around: NDArray[np.int32]

    @classmethod
    def of(cls, values: Iterable[str], around: Mapping[str, tuple[str, ...]]) -> "PlaceTree":
        """The places of a facet, by code; what is not among them is passed over."""
        codes = {value: code for code, value in enumerate(values)}
        depth = max(map(len, around.values()), default=0)
        table = np.full((len(codes), depth), -1, np.int32)
        for value, parents in around.items():
            if (code := codes.get(value)) is not None:
                known = [codes[parent] for parent in parents if parent in codes]
                table[code, : len(known)] = known
        return cls(table)

    def parents(self, shown: Mask) -> Ordinals:
        """By code, the nearest place of those shown that a place lies in; -1 for none."""
        found = np.full(len(self.around), -1, np.int64)
        for outer in self.around.T[::-1]:
            is_shown = (outer >= 0) & shown[outer]
            found[is_shown] = outer[is_shown]
        return found
