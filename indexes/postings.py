"""Where words stand, remembered: which articles have a word, and what it is worth there."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.types import Scores

# Postings kept, eight bytes each. Few words make up most of what is asked for (Zipf's law).
_MOST_KEPT = 6_000_000


@dataclass(frozen=True, slots=True)
class Postings:
    """The articles (ordinals) that have a word, and BM25 of that word in each; (n,) both."""

    articles: NDArray[np.int32]
    scores: Scores


class Remembered:
    """Postings by word; those that were not asked for longest go first. Safe for threads."""

    def __init__(self, find: Callable[[str], Postings], most: int = _MOST_KEPT) -> None:
        self._find, self._most = find, most
        self._kept: OrderedDict[str, Postings] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __call__(self, text: str) -> Postings:
        """The postings of a text."""
        with self._lock:
            known = self._kept.get(text)
            if known is not None:
                self._kept.move_to_end(text)
                return known
        found = self._find(text)
        with self._lock:
            if text not in self._kept:
                self._kept[text] = found
                self._size += len(found.articles)
                while self._size > self._most and len(self._kept) > 1:
                    _, gone = self._kept.popitem(last=False)
                    self._size -= len(gone.articles)
        return found
