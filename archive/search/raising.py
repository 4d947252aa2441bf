"""What may raise articles beside words and meaning: the names of a query, and being new. It
orders them and lets none in; each is off unless a setting gives it a weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from archive.query.request import CALENDARS
from archive.search.answer import Suggestion
from archive.search.plan import period_mask
from indexes.generation import Generation
from indexes.types import Mask, Ordinals, Scores

_DAY = 86_400  # seconds
_OF_SUBJECTS = ("actor", "place")


@dataclass(frozen=True, slots=True)
class Raising:
    """The most that names and being new add to a score, which is at most 1 without them. What
    being new adds halves with every `half_life` days before the newest article.
    """

    names: float = 0.0
    recency: float = 0.0
    half_life: float = 30.0

    @property
    def is_on(self) -> bool:
        """Whether anything is raised at all."""
        return self.names > 0 or self.recency > 0


NOTHING = Raising()


def named_share(generation: Generation, names: Sequence[Suggestion], articles: Ordinals) -> Scores:
    """From 0 to 1: how much of the names each article is about (or comes from, of a source); a
    rare name weighs more; (n,).
    """
    share = np.zeros(len(articles), np.float32)
    live = int(generation.live.sum())
    weights = [float(np.log1p(live / max(1, name.count))) for name in names]
    for name, weight in zip(names, weights, strict=True):
        share += weight * _told_by(generation, name)[articles]
    return share / max(sum(weights), 1e-9)


def _told_by(generation: Generation, name: Suggestion) -> Mask:
    """The articles that a name or a time in a query speaks for."""
    if name.facet in CALENDARS:
        return period_mask(name.facet, name.value, generation)
    # To be about a name, not to mention it in passing: that raised the wrong articles on judged
    # collections.
    facet = "about" if name.facet in _OF_SUBJECTS else name.facet
    return generation.columns[facet].having(name.value)


def freshness(moments: Ordinals, articles: Ordinals, half_life: float) -> Scores:
    """From 1 for the newest article of the archive down to 0 for old and undated ones; (n,)."""
    dated = moments != np.iinfo(np.int64).min
    fresh = np.zeros(len(articles), np.float32)
    if not dated.any():
        return fresh
    own, known = moments[articles], dated[articles]
    ages = (moments[dated].max() - own[known]) / _DAY
    fresh[known] = np.exp2(-ages / half_life)
    return fresh
