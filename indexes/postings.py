"""Words as arrays: which articles have a term and how often, and how well they match it (BM25).

A segment's postings lie in memory-mapped files and are read a term at a time. How common a term
is and how long articles are is counted over the live articles of all segments, so a score tells
nothing of how the articles came in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.texts import Texts
from indexes.types import Mask, Ordinals, Scores

# Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
_K1, _B = 1.2, 0.75
# One posting as a number that sorts by term, then by article: 26 bits, 27 and 11.
_ARTICLE_BITS, _COUNT_BITS = 27, 11
_TERM_SHIFT = _ARTICLE_BITS + _COUNT_BITS
_MOST_ARTICLES, _MOST_TIMES = 2**_ARTICLE_BITS - 1, 2**_COUNT_BITS - 1
_TOGETHER = 2**22  # postings cut into terms at a time
_ARRAYS = ("starts", "articles", "times", "lengths")

Keys = NDArray[np.uint64]


class PostingsWriter:
    """Collects the words of articles and turns them round: articles by term."""

    def __init__(self) -> None:
        self._keys: list[Keys] = []

    def add(self, pieces: Sequence[int]) -> None:
        """Add the next article, by the pieces of its texts (`indexes.terms.Pieces`)."""
        if len(self._keys) > _MOST_ARTICLES:
            raise ValueError(f"a segment holds at most {_MOST_ARTICLES:,} articles")
        codes, times = np.unique(np.array(pieces, np.uint64), return_counts=True)
        capped = np.minimum(times, _MOST_TIMES).astype(np.uint64)
        self._keys.append(codes << _TERM_SHIFT | len(self._keys) << _COUNT_BITS | capped)

    def build(self, stemmed: Sequence[str]) -> "Postings":
        """The postings of all articles added, of the terms that each piece stands for; the writer
        is empty then.
        """
        of_piece = list(map(str.split, stemmed))
        vocabulary = sorted({term for found in of_piece for term in found})
        code_of = {term: code for code, term in enumerate(vocabulary)}
        articles = len(self._keys)
        keys = np.concatenate(self._keys) if self._keys else np.zeros(0, np.uint64)
        self._keys.clear()
        keys = _by_term(keys, [[code_of[term] for term in found] for found in of_piece])
        return Postings.of_keys(keys, vocabulary, articles)


def _articles_of(keys: Keys) -> NDArray[np.int64]:
    return np.asarray(keys >> _COUNT_BITS & _MOST_ARTICLES, np.int64)


def _times_of(keys: Keys) -> NDArray[np.int64]:
    return np.asarray(keys & _MOST_TIMES, np.int64)


def _by_term(keys: Keys, codes_of: Sequence[Sequence[int]]) -> Keys:
    """Postings of pieces as sorted postings of the terms in them, one for each term and article."""
    lengths = np.array([len(codes) for codes in codes_of], np.int64)
    firsts = np.cumsum(lengths) - lengths
    codes = np.array([code for found in codes_of for code in found], np.uint64)

    def cut(some: Keys) -> Keys:
        pieces = (some >> _TERM_SHIFT).astype(np.int64)
        of_piece = lengths[pieces]
        nth = np.arange(of_piece.sum()) - np.repeat(np.cumsum(of_piece) - of_piece, of_piece)
        term = codes[np.repeat(firsts[pieces], of_piece) + nth]
        rest: Keys = np.repeat(some & ((1 << _TERM_SHIFT) - 1), of_piece)
        return np.asarray(term << _TERM_SHIFT | rest, np.uint64)

    parts = [cut(keys[at : at + _TOGETHER]) for at in range(0, len(keys), _TOGETHER)]
    found = np.concatenate([*parts, np.zeros(0, np.uint64)])
    found.sort()
    # Forms of one word ("strike", "Strikes") meet in one posting.
    pairs = found >> _COUNT_BITS
    first = np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]))
    times = np.add.reduceat(_times_of(found), first) if len(first) else _times_of(found)
    capped = np.minimum(times, _MOST_TIMES).astype(np.uint64)
    return np.asarray(pairs[first] << _COUNT_BITS | capped, np.uint64)


@dataclass(frozen=True)
class Postings:
    """The postings of one segment. Those of term i are rows `starts[i]` to `starts[i + 1]`, in the
    order of the articles; `lengths` are the words of each article.
    """

    terms: Texts
    starts: NDArray[np.int64]
    articles: NDArray[np.int32]
    times: NDArray[np.uint16]
    lengths: NDArray[np.int32]

    @classmethod
    def of_keys(cls, keys: Keys, vocabulary: Sequence[str], articles: int) -> "Postings":
        """Sorted postings taken apart; all terms of the sorted vocabulary have one at least."""
        codes, owners, times = keys >> _TERM_SHIFT, _articles_of(keys), _times_of(keys)
        return cls(
            terms=Texts.of(vocabulary),
            starts=np.searchsorted(codes, np.arange(len(vocabulary) + 1)),
            articles=owners.astype(np.int32),
            times=times.astype(np.uint16),
            lengths=np.bincount(owners, weights=times, minlength=articles).astype(np.int32),
        )

    @classmethod
    def joined(cls, parts: Sequence["Postings"], kept: Sequence[Mask]) -> "Postings":
        """What a PostingsWriter makes of the articles of all parts that are kept."""
        found: list[tuple[list[str], Ordinals, Keys]] = []
        base = 0
        for part, keep in zip(parts, kept, strict=True):
            rows = keep[part.articles]
            codes = np.repeat(np.arange(len(part.terms)), np.diff(part.starts))[rows]
            owners = (np.cumsum(keep) - 1 + base)[part.articles[rows]]
            used, place = np.unique(codes, return_inverse=True)
            rest = owners.astype(np.uint64) << _COUNT_BITS | part.times[rows]
            here = [part.terms[code] for code in used.tolist()]
            found.append((here, place, np.asarray(rest, np.uint64)))
            base += int(np.count_nonzero(keep))
        vocabulary = sorted({term for here, _, _ in found for term in here})
        code_of = {term: code for code, term in enumerate(vocabulary)}
        keys = [np.zeros(0, np.uint64)]
        for here, place, others in found:
            joint = np.array([code_of[term] for term in here], np.uint64)
            keys.append(np.asarray(joint[place] << _TERM_SHIFT | others, np.uint64))
        return cls.of_keys(np.sort(np.concatenate(keys)), vocabulary, base)

    def save(self, folder: Path) -> None:
        """Write the files of the postings into a new folder."""
        folder.mkdir()
        self.terms.save(folder / "terms")
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> "Postings":
        """What `save` wrote, memory-mapped. OSError or ValueError if it is not whole."""

        def array(name: str) -> NDArray[Any]:
            # A plain view: slices of a `memmap` take several times as long.
            mapped: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)
            return mapped

        arrays = {name: array(name) for name in _ARRAYS}
        found = cls(terms=Texts.load(folder / "terms"), **arrays)
        if len(found.starts) != len(found.terms) + 1 or found.starts[-1] != len(found.articles):
            raise ValueError(f"{folder.name} is not whole")
        return found

    def of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """The articles that have a term, and how often."""
        at = self.terms.find(term)
        if at is None:
            return self.articles[:0], self.times[:0]
        rows = slice(int(self.starts[at]), int(self.starts[at + 1]))
        return self.articles[rows], self.times[rows]


class Words:
    """The postings of all segments, with the statistics of the live articles."""

    def __init__(self, parts: Sequence[Postings], live: Mask) -> None:
        self._parts, self._live = tuple(parts), live
        self._count = int(live.sum())

    def having(self, term: str) -> int:
        """How many live articles have a term."""
        return len(self._of(term)[0])

    def scored(self, term: str) -> tuple[Ordinals, Scores]:
        """The live articles that have a term, ascending, and their BM25 scores."""
        ordinals, times = self._of(term)
        having = len(ordinals)
        rarity = math.log1p((self._count - having + 0.5) / (having + 0.5))
        scores = rarity * (_K1 + 1) * times / (times + self._norms[ordinals])
        return ordinals, scores.astype(np.float32)

    def times(self, term: str, articles: Ordinals) -> NDArray[np.int64]:
        """How often a term stands in each of some live articles, as it is weighed; (n,)."""
        ordinals, times = self._of(term)
        at = np.searchsorted(ordinals, articles)
        found = at < len(ordinals)
        found[found] = ordinals[at[found]] == articles[found]
        counts = np.zeros(len(articles), np.int64)
        counts[found] = times[at[found]]
        return counts

    def _of(self, term: str) -> tuple[Ordinals, Scores]:
        base, articles, times = 0, [], []
        for part in self._parts:
            here, often = part.of(term)
            articles.append(here.astype(np.int64) + base)
            times.append(often.astype(np.float32))
            base += len(part.lengths)
        ordinals, counts = np.concatenate(articles), np.concatenate(times)
        if self._count < len(self._live):
            keep = self._live[ordinals]
            ordinals, counts = ordinals[keep], counts[keep]
        return ordinals, counts

    @cached_property
    def _norms(self) -> Scores:
        """What BM25 adds below the line for the length of each article."""
        lengths = np.concatenate([part.lengths for part in self._parts]).astype(np.float32)
        mean = max(float(lengths[self._live].sum(dtype=np.float64)) / max(self._count, 1), 1.0)
        return np.asarray(_K1 * (1 - _B + _B * lengths / mean), np.float32)
