"""What a search finds that it did not find when somebody last looked.

The number of an article does not tell: an old one may begin to match when it is corrected, or when
people decide who is who. Nor does having begun to match: the line between near and far is measured
anew with each generation, and periods such as the last seven days move on. So new is what was not
found then, and came in or changed since.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Found:
    """All articles that a search finds, by number and ascending. The index that says so knows the
    record up to a `change`.
    """

    numbers: Numbers
    change: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody has seen: all changes up to one, and the articles that were found then
    (their distances, packed).
    """

    change: int
    packed: bytes


def looked(found: Found, *, before: Looked | None = None, leaving: Sequence[int] = ()) -> Looked:
    """All that is found is seen, but for some articles. What was seen `before` stays so, also
    where an older index answers.
    """
    numbers = found.numbers[~np.isin(found.numbers, leaving)]
    packed = zlib.compress(np.diff(numbers, prepend=0).astype("<u4").tobytes())
    return Looked(max(found.change, before.change if before else 0), packed)


def then(seen: Looked) -> Numbers:
    """The articles that were found then, ascending."""
    distances = np.frombuffer(zlib.decompress(seen.packed), "<u4")
    return np.cumsum(distances.astype(np.int64))


def unseen(seen: Looked, found: Found) -> list[int]:
    """What is found now and was not found then."""
    numbers: list[int] = np.setdiff1d(found.numbers, then(seen), assume_unique=True).tolist()
    return numbers


def new(seen: Looked, changes: Mapping[int, int]) -> tuple[int, ...]:
    """Of articles that were not found then, with the number of the last change of each: those
    that came in or changed since, the last first.
    """
    since = [number for number, change in changes.items() if change > seen.change]
    return tuple(sorted(since, key=lambda number: (-changes[number], -number)))
