"""How far a mean over queries can be trusted: per-query values in, intervals out.

The bootstrap draws as many queries as there are, with replacement, thousands of times (Efron &
Tibshirani 1993, ch. 13 and 16; for retrieval, Sakai 2006). It says how much of a figure hangs on
which queries happened to be asked, not whether the judgements are right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
_SEED = 20_240_601
_PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one run is than another on the same queries. `p` is the two-sided chance
    to see such a difference if there were none.
    """

    mean: float
    low: float
    high: float
    p: float


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean of per-query values; (0, 0) without any."""
    if not values:
        return 0.0, 0.0
    low, high = np.percentile(_means(np.asarray(values, np.float64)), _PERCENTILES)
    return round(float(low), 4), round(float(high), 4)


def difference(better: Sequence[float], worse: Sequence[float]) -> Difference:
    """The paired bootstrap of two runs; values of the same query stand in the same place."""
    if not better:
        return Difference(0.0, 0.0, 0.0, 1.0)
    gaps = np.asarray(better, np.float64) - np.asarray(worse, np.float64)
    means = _means(gaps)
    low, high = np.percentile(means, _PERCENTILES)
    # With one added to each count no p is 0: so many resamples cannot show that.
    tail = min(int((means <= 0).sum()), int((means >= 0).sum()))
    return Difference(
        mean=round(float(gaps.mean()), 4),
        low=round(float(low), 4),
        high=round(float(high), 4),
        p=round(min(1.0, 2 * (tail + 1) / (RESAMPLES + 1)), 4),
    )


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of resampled values; (RESAMPLES,)."""
    rng = np.random.default_rng(_SEED)
    count = len(values)
    # How often each value is drawn is multinomial: no list of draws is needed.
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return np.asarray(drawn @ values / count, np.float64)
