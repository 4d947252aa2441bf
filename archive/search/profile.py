"""An actor or a place of a generation in; where it stands among all others, out.

Everything is counted from the generation's columns: no article is read but the latest shown.

How strongly two names go together is their pointwise mutual information (Church & Hanks 1990),
log2(n_xy N / (n_x n_y)), over N articles: 0 where they meet as often as chance would have it.
Since few articles show little, it is lowered by n_xy/(n_xy+1) times min(n_x, n_y)/(min(n_x,
n_y)+1) (Pantel & Lin 2002), and names that meet in fewer than two articles are left out.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from archive.query.dates import day_of
from archive.search.answer import FacetValue, Hit
from archive.stream import batched
from archive.types import Actor, Place
from indexes.generation import Generation
from indexes.types import Mask

FEWEST_TOGETHER = 2
_MOST = 12
_AT_ONCE = 100  # values that are looked at until there are enough


@dataclass(frozen=True, slots=True)
class Beside:
    """A name that goes together with another: in how many articles, and how strongly."""

    value: str
    label: str
    kind: str
    count: int
    strength: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What the archive knows of an actor or a place.

    `main` counts the articles that are about it. `first` and `last` are the days of the oldest
    and the newest dated article; `dates` are years and months with their articles. `place` and
    `parents` are set for a place.
    """

    facet: Literal["actor", "place"]
    name: Actor
    articles: int
    main: int
    first: date | None
    last: date | None
    dates: tuple[FacetValue, ...]
    actors: tuple[Beside, ...]
    places: tuple[Beside, ...]
    latest: tuple[Hit, ...]
    place: Place | None = None
    parents: tuple[Place, ...] = ()


def having(generation: Generation, facet: str, value: str) -> Mask:
    """The live articles with a value."""
    return generation.columns[facet].having(value) & generation.live


def dated(generation: Generation, mask: Mask) -> tuple[date | None, date | None]:
    """The days of the oldest and the newest dated article."""
    known = mask & ~generation.days.undated
    if not known.any():
        return None, None
    days = generation.days
    return day_of(int(days.first[known].min())), day_of(int(days.last[known].max()) - 1)


def periods(generation: Generation, mask: Mask) -> tuple[FacetValue, ...]:
    """Years, then months, with their articles."""
    found = (*generation.days.periods(mask, "Y"), *generation.days.periods(mask, "M"))
    return tuple(FacetValue(value=name, label=name, count=count) for name, count in found)


def newest(generation: Generation, mask: Mask, most: int) -> list[int]:
    """The numbers of the newest articles; undated ones come last."""
    ordinals = np.flatnonzero(mask)
    order = np.lexsort((-generation.numbers[ordinals], generation.moments[ordinals]))[::-1]
    return [int(n) for n in generation.numbers[ordinals[order[:most]]]]


def beside(
    generation: Generation,
    facet: str,
    mask: Mask,
    leaving_out: Callable[[Sequence[str]], Collection[str]],
) -> tuple[Beside, ...]:
    """The values of a facet that go together with a set of articles, strongest first, without
    those of some that are to be left out.
    """
    column = generation.columns[facet]
    together = column.counts(mask)
    chosen = np.flatnonzero(together >= FEWEST_TOGETHER)
    if not len(chosen):
        return ()
    each = column.counts(generation.live)[chosen].astype(np.float64)
    own, both = float(mask.sum()), together[chosen].astype(np.float64)
    fewer = np.minimum(each, own)
    information = np.log2(both * float(generation.live.sum()) / (each * own))
    strength = information * (both / (both + 1)) * (fewer / (fewer + 1))
    order = np.lexsort((chosen, -both, -strength))
    kept: list[int] = []
    for part in batched(order[strength[order] > 0].tolist(), _AT_ONCE):
        names = {at: column.values[int(chosen[at])] for at in part}
        others = leaving_out([*names.values()])
        kept += [at for at, name in names.items() if name not in others]
        if len(kept) >= _MOST:
            break
    return tuple(
        Beside(
            value=column.values[int(chosen[at])],
            label=label.name,
            kind=label.kind,
            count=int(both[at]),
            strength=round(float(strength[at]), 3),
        )
        for at in kept[:_MOST]
        for label in [column.values.label(int(chosen[at]))]
    )
