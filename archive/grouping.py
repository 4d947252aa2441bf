"""A written generation in; which of its articles count as one, as copies or as a story, out."""

import zlib
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from archive.identity.stories import WINDOW_DAYS, Told, stories, weights_of
from archive.store import Store
from indexes.generation import Generation
from indexes.segment import NO_MOMENT
from indexes.types import Ordinals

COPIES, STORIES = "copies", "stories"
_NAMES = ("actor", "place")
# An article known to the month is dated well enough for a story, one known to the year is not.
_LONGEST_DAYS = 31
# Up to this size all stories are told anew, however little came in: that takes less than a
# second, and the archive is as if all had come at once.
_TOLD_WHOLE = 5_000


def grouped(
    generation: Generation,
    store: Store,
    *,
    base: Generation | None = None,
    changed: Collection[int] = (),
) -> dict[str, Ordinals]:
    """The first article of each one's copies, and of its story: ordinals, by name.

    Each text counts once, so copies are always of one story. A large archive that grew from
    `base` by the articles `changed` (numbers) keeps the stories that it had; only what is new
    is looked at.
    """
    copies = _copies(generation, store)
    texts = np.flatnonzero(generation.live & (copies == np.arange(len(copies))))
    days = _days(generation)
    texts = texts[np.lexsort((generation.numbers[texts], days[texts]))]
    if base is None or STORIES not in base.groups or len(texts) <= _TOLD_WHOLE:
        told = stories(_told(generation, texts, days))
    else:
        known = _known(generation.numbers[texts], base, changed)
        told = _continued(generation, texts, days, known)
    first = np.arange(len(copies))
    first[texts] = _firsts(generation, texts, told)
    return {COPIES: copies, STORIES: first[copies]}


def _copies(generation: Generation, store: Store) -> Ordinals:
    """The first of each article's near-copies. Where it is not in the generation (the store has
    moved on), the first that is.
    """
    first = np.arange(len(generation.numbers))
    found = store.copy_groups()
    groups = np.array(list(found.values()), np.int64)
    ordinals = generation.ordinals(np.array(list(found), np.int64))
    groups, ordinals = groups[ordinals >= 0], ordinals[ordinals >= 0]
    _, group = np.unique(groups, return_inverse=True)
    lead = np.full(len(groups), len(first))
    np.minimum.at(lead, group, ordinals)
    own = generation.ordinals(groups)
    first[ordinals] = np.where(own >= 0, own, lead[group])
    return first


def _days(generation: Generation) -> NDArray[np.float64]:
    """The middle of the days that each article may be of; NaN where they are too many."""
    days = generation.days
    first, last = days.first.astype(np.float64), days.last.astype(np.float64)
    told = ~days.undated & (last - first <= _LONGEST_DAYS)
    return np.where(told, (first + last - 1) / 2, np.nan)


def _told(generation: Generation, texts: Ordinals, days: NDArray[np.float64]) -> Told:
    """What is known of some articles; they must be in the order of time."""
    columns = [generation.columns[facet] for facet in _NAMES]
    rows = [column.rows(texts) for column in columns]
    bases = np.cumsum([0, *(len(column.values) for column in columns)])
    owners = np.concatenate([np.repeat(np.arange(len(texts)), lengths) for lengths, _ in rows])
    codes = np.concatenate([found + base for (_, found), base in zip(rows, bases, strict=False)])
    order = np.argsort(owners, kind="stable")
    counts = np.concatenate([column.counts(generation.live) for column in columns])
    # By their names: codes depend on how the archive came to be.
    names = (
        f"{facet}:{name}"
        for facet, column in zip(_NAMES, columns, strict=True)
        for name in column.values
    )
    return Told(
        meaning=generation.means(texts),
        days=days[texts],
        offsets=np.searchsorted(owners[order], np.arange(len(texts) + 1)),
        codes=codes[order],
        hashes=np.array([zlib.crc32(name.encode()) for name in names], np.int64),
        weights=weights_of(counts, int(generation.live.sum())),
    )


def _known(numbers: Ordinals, base: Generation, changed: Collection[int]) -> Ordinals:
    """The stories that articles had in the base, -1 for one that is new or changed."""
    before = base.ordinals(numbers)
    before[np.isin(numbers, np.array(list(changed), np.int64))] = -1
    return np.where(before >= 0, base.groups[STORIES].first[before], -1)


def _continued(
    generation: Generation, texts: Ordinals, days: NDArray[np.float64], known: Ordinals
) -> Ordinals:
    """Stories gone on with: new texts beside those of about their time; others stay as known."""
    new = known < 0
    own = days[texts]
    dates = np.sort(own[new & ~np.isnan(own)])
    after = np.searchsorted(dates, own - WINDOW_DAYS)
    near = np.append(dates, np.inf)[after] <= own + WINDOW_DAYS
    rows = np.flatnonzero(new | near)
    told = stories(_told(generation, texts[rows], days), known[rows])
    # Names beyond those of the stories known, whose articles at other times go with them.
    beyond = int(known.max(initial=-1)) + 1
    renamed = np.arange(beyond + 1)
    here = known[rows]
    renamed[here[here >= 0]] = told[here >= 0] + beyond
    found = renamed[known]
    found[rows] = told + beyond
    return found


def _firsts(generation: Generation, texts: Ordinals, told: Ordinals) -> Ordinals:
    """The first article of each text's story: that which was out first for certain."""
    moments = generation.moments[texts]
    unknown = moments == NO_MOMENT
    ends = np.where(unknown, np.iinfo(np.int64).max, generation.days.last[texts])
    order = np.lexsort((generation.numbers[texts], moments, ends))
    _, place, story = np.unique(told[order], return_index=True, return_inverse=True)
    first = np.empty(len(texts), np.int64)
    first[order] = texts[order[place]][story]
    return first
