"""Scores that order a result set. They never decide what is in it."""

import numpy as np
from numpy.typing import NDArray

from archive.query.request import Sort
from indexes.types import Ordinals, Scores

# Share of the dense score in the sum; chosen by `archive evaluate retrieval` (docs/quality.md).
DENSE_WEIGHT = 0.47
# What an article's first passage, if it is near, adds to its best one: news says first what it
# is about. Chosen in the same way.
LEAD_WEIGHT = 0.15


def fuse(
    lexical: Scores, similarity: Scores, lead: Scores, *, floor: float
) -> tuple[Scores, Scores]:
    """What words and meaning add to a score from 0 to 1: BM25 and cosine, each scaled to its
    best in the whole archive, so that an article's score does not change when filters do; (n,)
    each.

    A weighted sum of normalised scores (Bruch, Gai & Ingber 2023, "An Analysis of Fusion
    Functions for Hybrid Retrieval"). Cosines, of the best passage and of the first (`lead`), are
    counted from `floor`, where the model's noise ends; NaN (not near enough) adds nothing.
    """
    words = _scaled(lexical, 0.0)
    near = np.nan_to_num(similarity - floor) + LEAD_WEIGHT * np.nan_to_num(lead - floor)
    meaning = _scaled(near, 0.0)
    return (
        np.asarray((1 - DENSE_WEIGHT) * words, np.float32),
        np.asarray(DENSE_WEIGHT * meaning, np.float32),
    )


def _scaled(scores: Scores, low: float) -> Scores:
    high = scores.max(initial=low)
    if high <= low:
        return np.zeros_like(scores)
    return np.asarray((scores - low) / (high - low), np.float32)


def order(
    sort: Sort, *, scores: Scores, moments: Ordinals, numbers: Ordinals, first: int | None = None
) -> Ordinals:
    """The positions of n articles from first to last, (n,), or of the `first` ones alone. Ties
    break by the newer article, then by number; undated articles come last when the order is by
    time.
    """
    by = keys(sort, scores, moments)
    rows = np.arange(len(numbers))
    if first is not None and first < len(rows):
        # Who is not better by the first key than the last of the first is not sorted at all.
        leading = by[0]
        rows = np.flatnonzero(leading <= np.partition(leading, first - 1)[first - 1])
    ordered = rows[np.lexsort((numbers[rows], *(key[rows] for key in reversed(by))))]
    return ordered[:first]


def keys(sort: Sort, scores: Scores, moments: Ordinals) -> tuple[NDArray[np.float64], ...]:
    """What articles are ordered by: lower comes first; the first key weighs most."""
    times = moments.astype(np.float64)
    if sort is Sort.RELEVANCE:
        return -scores.astype(np.float64), -times
    undated = moments == np.iinfo(np.int64).min
    times[undated] = np.inf
    if sort is Sort.NEWEST:
        times[~undated] *= -1
    return (times,)
