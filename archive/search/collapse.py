"""Articles that count as one, folded into the one that comes first."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from archive.search.answer import Group
from indexes.generation import Generation
from indexes.groups import Groups
from indexes.types import Ordinals


def foremost(groups: Ordinals, keys: Sequence[NDArray[np.generic]]) -> Ordinals:
    """The positions of those that come first in their group, ascending. Lower keys come first;
    an earlier key weighs more, and the last one differs for all.
    """
    together = np.bincount(groups)[groups] > 1
    rows = np.flatnonzero(together)
    least = np.full(groups.max(initial=0) + 1, np.inf)
    for key in keys:
        own = groups[rows]
        least[own] = np.inf
        np.minimum.at(least, own, key[rows])
        rows = rows[key[rows] == least[own]]
    return np.sort(np.concatenate([np.flatnonzero(~together), rows]))


def groups_of(
    generation: Generation,
    name: str,
    articles: Iterable[int],
    ids: Callable[[Sequence[int]], Mapping[int, str]],
) -> list[Group | None]:
    """The group of each article (an ordinal); None for one that is alone. `ids` gives the
    public ids of article numbers.
    """
    groups = generation.groups[name]
    found = [None if groups.alone(at) else _group(generation, groups, at) for at in articles]
    known = ids([group[0] for group in found if group])
    return [Group(known[g[0]], *g[1:]) if g and g[0] in known else None for g in found]


def _group(generation: Generation, groups: Groups, article: int) -> tuple[int, int, int]:
    """The number of the first article, how many there are, and from how many sources."""
    members = groups.members(article)
    sources = np.unique(generation.columns["source"].rows(members)[1])
    return int(generation.numbers[groups.first[article]]), len(members), len(sources)
