"""Stories: different articles on one event, by what they say, whom and where they name, and when.

Articles are joined by average linkage: two groups are as alike as their articles are on average,
so a chain of half-related articles joins nothing, which single linkage would. Groups that are
each other's most alike are merged together, round by round; for average linkage that gives the
tree of one merge at a time (Murtagh 1983, "A survey of recent advances in hierarchical clustering
algorithms"), and a merged group is nowhere more alike than its parts were, so that only pairs of
articles which are alike enough themselves have to be looked at.

What counts is how much more two articles are alike than each is with any other: in an archive of
one matter all are alike, and only what tells its events apart makes a story.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Share of names (actors, places) in the likeness of two articles; the rest is meaning.
NAMES_SHARE = 0.3
# By how much the articles of two groups are on average more alike than usual to be one story
# (docs/identity.md).
ENOUGH = 0.32
# How alike two articles of any news are, and how many articles that counts for beside those of the
# archive: what is usual in a small one is not told by its own.
_USUAL, _USUAL_ARTICLES = 0.1, 100
# Days between two groups, middle to middle, beyond which they are not one event.
WINDOW_DAYS = 90.0
# Articles that one is compared with on each side of it in time, the nearest: in an archive that
# has more of them within the window, an event has its articles within fewer days.
MOST_COMPARED = 5_000
# Names are hashed into so many numbers (Weinberger et al. 2009, "Feature Hashing").
_NAME_NUMBERS = 256
# Pairs kept of one article, the most alike: enough to hold a story of thousands together.
_MOST_PAIRS = 64
_BLOCK, _OTHERS = 1_024, 16_384
_EDGES_TOGETHER = 65_536

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of n articles, in the order of time (undated ones anywhere).

    `meaning` (n, dimension) is the mean vector of each one's passages; `days` when it was
    published (NaN: unknown); `codes[offsets[i]:offsets[i + 1]]` are its actors and places, each
    with a hash and a weight, by code.
    """

    meaning: NDArray[np.floating]
    days: NDArray[np.float64]
    offsets: Ints
    codes: NDArray[np.integer]
    hashes: Ints
    weights: Floats

    def features(self) -> Halves:
        """Rows whose products are likenesses: meaning beside names, each weighted by its share."""
        count, dimension = self.meaning.shape
        rows = np.zeros((count, dimension + _NAME_NUMBERS), np.float16)
        number, sign = (self.hashes >> 1) % _NAME_NUMBERS, np.where(self.hashes & 1, 1, -1)
        for start in range(0, count, _BLOCK):
            end = min(start + _BLOCK, count)
            lengths = np.diff(self.offsets[start : end + 1])
            codes = self.codes[self.offsets[start] : self.offsets[end]]
            names = np.zeros((end - start, _NAME_NUMBERS), np.float32)
            owners = np.repeat(np.arange(end - start), lengths)
            np.add.at(names, (owners, number[codes]), sign[codes] * self.weights[codes])
            rows[start:end, :dimension] = _unit(self.meaning[start:end]) * (1 - NAMES_SHARE) ** 0.5
            rows[start:end, dimension:] = _unit(names) * NAMES_SHARE**0.5
        return rows


def weights_of(articles: Ints, total: int) -> Floats:
    """How much names tell of an event, by the number of articles that have each: what half of
    all have tells little.
    """
    return np.log1p(total / np.maximum(articles, 1)).astype(np.float32)


def stories(told: Told, known: Ints | None = None) -> Ints:
    """A story for each article, equal for articles on one event: the position of its first.

    `known` are the stories (any numbers) that articles are in already, -1 for a new one: what
    is known stays together, and only what is new is compared. An undated article is a story of
    its own: nothing tells one flood from the next but its time.
    """
    group = np.arange(len(told.days))
    new = np.ones(len(group), np.bool_)
    if known is not None:
        new = known < 0
        old = np.flatnonzero(~new)
        _, first, inverse = np.unique(known[old], return_index=True, return_inverse=True)
        group[old] = old[first][inverse]
    likeness = _beyond_usual(told)
    return _joined(likeness, told.days, group, _pairs(likeness, told.days, new))


@dataclass(frozen=True, slots=True)
class _Likeness:
    """Rows whose products are likenesses, and the product that is enough for a story."""

    rows: Halves
    enough: float


def _beyond_usual(told: Told) -> _Likeness:
    """How much more alike articles are than usual: their likeness less the mean of what each has
    with all. The product of rows without half of their mean is that, but for a constant.
    """
    rows = told.features()
    total = len(rows) + _USUAL_ARTICLES
    half = rows.sum(axis=0, dtype=np.float32) / (2 * total)
    for start in range(0, len(rows), _BLOCK):
        rows[start : start + _BLOCK] -= half.astype(np.float16)
    return _Likeness(rows, ENOUGH + float(half @ half) + _USUAL * _USUAL_ARTICLES / total)


def _pairs(likeness: _Likeness, days: NDArray[np.float64], new: NDArray[np.bool_]) -> Ints:
    """Articles within the window that are alike enough, one of each two new; (n, 2)."""
    dated = np.flatnonzero(~np.isnan(days))
    asked = np.flatnonzero(new[dated])
    clock = days[dated]
    found: list[Ints] = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(asked), _BLOCK):
        places = asked[start : start + _BLOCK]
        first, last = int(places[0]), int(places[-1])
        until = int(np.searchsorted(clock, clock[last] + WINDOW_DAYS, "right"))
        since = int(np.searchsorted(clock, clock[first] - WINDOW_DAYS))
        # Where all are new, what came before has asked already.
        low = first if len(asked) == len(dated) else max(since, first - MOST_COMPARED)
        high = min(until, last + MOST_COMPARED)
        for some in range(low, high, _OTHERS):
            others = dated[some : min(some + _OTHERS, high)]
            found.append(_near(likeness, days, new, dated[places], others))
    return np.concatenate(found)


def _near(
    likeness: _Likeness,
    days: NDArray[np.float64],
    new: NDArray[np.bool_],
    block: Ints,
    others: Ints,
) -> Ints:
    """Each new article of a block with those of the others that are alike enough."""
    rows = likeness.rows
    products = rows[block].astype(np.float32) @ rows[others].astype(np.float32).T
    row, column = np.nonzero(products >= likeness.enough)
    one, other, alike = block[row], others[column], products[row, column]
    # Of two new ones the earlier asks.
    keep = (other > one) | (~new[other] & (other != one))
    keep &= np.abs(days[other] - days[one]) <= WINDOW_DAYS
    one, other, alike = one[keep], other[keep], alike[keep]
    order = np.lexsort((-alike, one))
    rank = np.arange(len(order)) - np.searchsorted(one[order], one[order])
    chosen = order[rank < _MOST_PAIRS]
    return np.stack([one[chosen], other[chosen]], axis=1)


def _joined(likeness: _Likeness, days: NDArray[np.float64], group: Ints, pairs: Ints) -> Ints:
    """Each article's group after all were merged that are alike enough on average; a group is
    named by its first article.
    """
    rows = likeness.rows
    reached = np.unique(group[pairs])  # no other group has a partner
    members = np.flatnonzero(np.isin(group, reached))
    own = np.searchsorted(reached, group[members])
    size = np.bincount(own, minlength=len(reached)).astype(np.float32)
    middle = np.zeros((len(reached), rows.shape[1]), np.float32)
    for start in range(0, len(members), _BLOCK):
        part = slice(start, start + _BLOCK)
        np.add.at(middle, own[part], rows[members[part]].astype(np.float32))
    middle /= size[:, None]
    time = np.bincount(own, days[members], len(reached)) / size
    edges = _distinct(np.searchsorted(reached, group[pairs]))
    alike = _alike(middle, time, edges)
    while len(edges):
        near = alike >= likeness.enough
        edges, alike = edges[near], alike[near]
        kept, gone = _mutual(edges, alike, len(reached))
        share = size[kept] / (size[kept] + size[gone])
        middle[kept] = share[:, None] * middle[kept] + (1 - share)[:, None] * middle[gone]
        time[kept] = share * time[kept] + (1 - share) * time[gone]
        size[kept] += size[gone]
        renamed = np.arange(len(reached))
        renamed[gone] = kept
        own = renamed[own]
        changed = np.isin(edges, np.concatenate([kept, gone])).any(axis=1)
        again = _distinct(renamed[edges[changed]])
        edges = np.concatenate([edges[~changed], again])
        alike = np.concatenate([alike[~changed], _alike(middle, time, again)])
    joined = group.copy()
    joined[members] = reached[own]
    return joined


def _alike(middle: Floats, time: NDArray[np.float64], edges: Ints) -> Floats:
    """How alike each two groups are; not at all beyond the window. Rounded, so that equals are
    equal wherever they stand.
    """
    alike = np.empty(len(edges), np.float32)
    for start in range(0, len(edges), _EDGES_TOGETHER):
        one, other = edges[start : start + _EDGES_TOGETHER].T
        alike[start : start + len(one)] = np.einsum("ij,ij->i", middle[one], middle[other])
    apart = np.abs(time[edges[:, 0]] - time[edges[:, 1]]) > WINDOW_DAYS
    return np.where(apart, np.float32(0), np.round(alike, 5))


def _mutual(edges: Ints, alike: Floats, count: int) -> tuple[Ints, Ints]:
    """Groups that are each other's most alike: those that stay, and those that go into them.
    Of equals the earlier is the more alike.
    """
    one, other = np.concatenate([edges, edges[:, ::-1]]).T
    alike = np.concatenate([alike, alike])
    most = np.zeros(count, np.float32)
    np.maximum.at(most, one, alike)
    equal = alike == most[one]
    nearest = np.full(count, count)
    np.minimum.at(nearest, one[equal], other[equal])
    asked = np.flatnonzero(nearest < count)
    kept = asked[(asked < nearest[asked]) & (nearest[nearest[asked]] == asked)]
    return kept, nearest[kept]


def _distinct(edges: Ints) -> Ints:
    """Without loops and doubles; the lesser first."""
    edges = np.sort(edges[edges[:, 0] != edges[:, 1]], axis=1)
    return np.unique(edges, axis=0)


def _unit(rows: NDArray[np.floating]) -> Floats:
    rows = np.asarray(rows, np.float32)  # in half floats the least length would be zero
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))
