"""The shapes that go into an index and come out of it.

An *article ordinal* counts the articles of one generation from 0, in the order of their
numbers; a *passage ordinal* counts their passages. Both are positions in arrays and mean
nothing outside the generation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ordinals = NDArray[np.int64]
Mask = NDArray[np.bool_]  # one truth value per article ordinal
Scores = NDArray[np.float32]
Vectors = NDArray[np.float32]  # (n, dimension), rows of unit length


@dataclass(frozen=True, slots=True)
class Label:
    """How a facet value is shown: its name, what kind of thing it is ("" if it has none), the
    other names that it goes by, and where it is (latitude, longitude), if it is in one spot.
    """

    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as an index sees it.

    `number` is the caller's id (positive); `passages` are spans of `text`; `values` maps a
    facet to this article's values, `passage_values` to those of each passage; `days` is the
    half-open interval [first, last) in days since 1970-01-01, or None; `spoken` are intervals of
    days that the text speaks of, None on a side that is open; `moment` orders by time (seconds
    since 1970, None: unknown).
    """

    number: int
    title: str
    text: str
    passages: tuple[tuple[int, int], ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    passage_values: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    days: tuple[int, int] | None = None
    spoken: tuple[tuple[int | None, int | None], ...] = ()
    moment: int | None = None
