"""Passages near a query in meaning and what each of them names in; articles where one passage has
both, out.

Without this an article matches when some passage is near and some other names the actor. What
a passage names are the mentions in its text; a headline belongs to none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from archive.query.request import FacetFilter
from indexes.generation import Generation
from indexes.groups import Groups
from indexes.types import Mask, Ordinals, Scores


@dataclass(frozen=True)
class Together:
    """The passages that are `near` in meaning, ascending, with their `scores`; `chosen` says of
    all passages whether they name one of a facet's included values.
    """

    generation: Generation
    near: Ordinals
    scores: Scores
    chosen: Mapping[str, Mask]
    _known: dict[str, Mask] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        generation: Generation,
        near: tuple[Ordinals, Scores],
        filters: Iterable[FacetFilter],
    ) -> "Together":
        """Of the passages near a query and their scores, and of all filters chosen."""
        passages, scores = near
        order = np.argsort(passages)
        chosen: dict[str, Mask] = {}
        for f in filters:
            column = generation.passage_columns.get(f.facet)
            if column is not None and not f.exclude:
                named = column.having(f.value)
                chosen[f.facet] = chosen[f.facet] | named if f.facet in chosen else named
        return cls(generation, passages[order], scores[order], chosen)

    def articles(self, *, but: str = "") -> Mask:
        """Articles with a near passage that names what was chosen; one facet may be left aside."""
        but = but if but in self.chosen else ""
        if but not in self._known:
            mask = np.zeros(len(self.generation.numbers), np.bool_)
            mask[self.generation.passage_articles[self.near[self._fitting(but)]]] = True
            self._known[but] = mask
        return self._known[but]

    def counts(self, facet: str, mask: Mask, groups: Groups | None) -> NDArray[np.int64]:
        """For each value of a facet, by code, how many articles of a set (or groups of them) have
        a near passage that names it beside what was chosen in other facets.
        """
        named = self.generation.passage_columns[facet]
        passages = self.near[self._fitting(facet)]
        passages = passages[mask[self.generation.passage_articles[passages]]]
        units = self.generation.passage_articles[passages]
        if groups is not None:
            units = groups.first[units]
        lengths, codes = named.rows(passages)
        values = max(len(named.values), 1)
        pairs = np.unique(np.repeat(units, lengths) * values + codes)
        return np.bincount(pairs % values, minlength=len(named.values))

    def best(self) -> tuple[Ordinals, Ordinals, Scores]:
        """Articles, and of each the nearest passage that names what was chosen, with its score."""
        fitting = self._fitting("")
        passages, scores = self.near[fitting], self.scores[fitting]
        articles = self.generation.passage_articles[passages]
        order = np.lexsort((passages, -scores, articles))
        firsts = np.unique(articles[order], return_index=True)[1]
        chosen = order[firsts]
        return articles[chosen], passages[chosen], scores[chosen]

    def _fitting(self, but: str) -> Mask:
        """Which of the near passages name what was chosen."""
        fits = np.ones(len(self.near), np.bool_)
        for facet, named in self.chosen.items():
            if facet != but:
                fits &= named[self.near]
        return fits
