"""How similar unrelated texts are to a model, and from where on similarity means something.

Cosines of one model cannot be compared with another's, so the cut-off is measured: the titles
of some articles against passages of others, nearly all of which have nothing to do with them.
In an archive of one subject nearly all have something to do with each other; there the cut-off
is bounded by what headlines have in common with their own articles.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.answer import Band
from indexes.types import Ordinals, Scores, Vectors

# In deviations above the mean of unrelated pairs; chosen on judged collections (docs/quality.md).
CUTOFF_DEVIATIONS = 3.5
# Where similarity begins to add to a score.
_FLOOR_DEVIATIONS = 2.0
_BANDS = ((Band.STRONG, 6.0), (Band.RELATED, 5.0))
SAMPLED_QUERIES = 100
SAMPLED_PASSAGES = 4_000


@dataclass(frozen=True, slots=True)
class Calibration:
    """The noise of a model in an archive: `mean` and `deviation` of the cosines of unrelated
    query–passage pairs, and the `cutoff` from which on a passage counts as a match.
    """

    mean: float
    deviation: float
    cutoff: float
    pairs: int

    @property
    def floor(self) -> float:
        """What a passage that is not near counts as when articles are ordered."""
        return self.mean + _FLOOR_DEVIATIONS * self.deviation

    def band(self, similarity: float) -> Band:
        """How far above the noise a similarity is."""
        height = (similarity - self.mean) / self.deviation
        return next((band for band, least in _BANDS if height >= least), Band.WEAK)

    def as_facts(self) -> dict[str, Any]:
        """For a manifest."""
        return asdict(self)


# For an archive with too few articles to measure: what all-MiniLM-L6-v2 shows on news.
UNMEASURED = Calibration(mean=0.05, deviation=0.08, cutoff=0.37, pairs=0)
_FEWEST_PAIRS = 500


def calibrate(
    queries: Vectors,
    query_articles: Ordinals,
    passages: Vectors,
    passage_articles: Ordinals,
    own: Scores,
) -> Calibration:
    """Measure the noise from a sample; (q, d), (q,), (p, d), (p,), and `own`: (q,), each query's
    cosine with the best passage of its own article.

    The deviation is taken below the median alone (the distance to the 15.87th percentile,
    one deviation of a normal distribution): related pairs, of which a small archive has many,
    lie above it and must not raise the cut-off. That lies at most halfway between the noise
    and the median of `own`.
    """
    if not len(queries) or not len(passages):
        return UNMEASURED
    apart = query_articles[:, None] != passage_articles[None, :]
    cosines: NDArray[np.float32] = (queries @ passages.T)[apart]
    if len(cosines) < _FEWEST_PAIRS:
        return UNMEASURED
    low, median = (float(p) for p in np.percentile(cosines, [15.87, 50.0]))
    deviation = max(median - low, 1e-3)
    halfway = (median + float(np.median(own))) / 2
    return Calibration(
        mean=round(median, 4),
        deviation=round(deviation, 4),
        cutoff=round(min(median + CUTOFF_DEVIATIONS * deviation, halfway), 4),
        pairs=len(cosines),
    )
