"""Scores that order a result set. They never decide what is in it."""

import numpy as np

from archive.query.request import Sort
from indexes.types import Ordinals, Scores

# Share of the dense score in the sum; chosen by `archive evaluate retrieval` (docs/quality.md).
DENSE_WEIGHT = 0.5


def fuse(lexical: Scores, similarity: Scores, *, floor: float) -> Scores:
    """One score from 0 to 1: BM25 and cosine, each scaled to its best in the whole archive,
    so that an article's score does not change when filters do; (n,) each.

    A weighted sum of normalised scores (Bruch, Gai & Ingber 2023, "An Analysis of Fusion
    Functions for Hybrid Retrieval"). Cosines are scaled from `floor`, where the model's noise
    ends; NaN (no passage near enough) adds nothing.
    """
    words = _scaled(lexical, 0.0)
    meaning = _scaled(np.where(np.isnan(similarity), floor, similarity), floor)
    return (1 - DENSE_WEIGHT) * words + DENSE_WEIGHT * meaning


def _scaled(scores: Scores, low: float) -> Scores:
    high = scores.max(initial=low)
    if high <= low:
        return np.zeros_like(scores)
    return np.asarray((scores - low) / (high - low), np.float32)


def order(sort: Sort, *, scores: Scores, moments: Ordinals, numbers: Ordinals) -> Ordinals:
    """The positions of n articles from first to last, (n,). Ties break by the newer article,
    then by number; undated articles come last when the order is by time.
    """
    if sort is Sort.RELEVANCE:
        return np.lexsort((numbers, -moments.astype(np.float64), -scores))
    undated = moments == np.iinfo(np.int64).min
    direction = -1 if sort is Sort.NEWEST else 1
    return np.lexsort((numbers, direction * moments.astype(np.float64), undated))
