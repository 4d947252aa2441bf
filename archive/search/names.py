"""From what people type to the facet values that an archive knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.search.answer import Suggestion
from indexes.columns import Column
from indexes.names import Codes, called, fold

# A name that stands for more values than this is too vague to be a filter.
_MOST_VALUES = 50
# A recognised name is at least so long, in characters, and at most so long, in words.
_SHORTEST_NAME, _LONGEST_NAME = 2, 6
_WORD = re.compile(r"[\w'’-]+")
RECOGNISED = ("place", "actor", "source")
SUGGESTED = ("actor", "place", "source", "author", "section")


@dataclass(frozen=True)
class Names:
    """The names of all facet values of one generation, ready to be looked up."""

    columns: Mapping[str, Column]
    totals: Mapping[str, NDArray[np.int64]]  # articles per value, by code

    def total(self, facet: str, value: str) -> int:
        """How many articles have a value."""
        code = self.columns[facet].values.code(value)
        return int(self.totals[facet][code]) if code is not None else 0

    def resolve(self, facet: str, name: str) -> tuple[str, ...]:
        """The values that a name stands for: the value itself, else every value so called,
        else every value whose name has all the words; () if there is none.
        """
        values = self.columns[facet].values
        code = values.code(name)
        if code is not None and self.totals[facet][code]:
            return (name,)
        wanted = fold(name)
        # A value that an actor had before it was found to be another's is a name of that one.
        for called_so in (wanted, wanted.replace("-", " ")):
            if codes := self._called(facet, called_so):
                return tuple(values[code] for code in codes)
        codes = list(self._with_words(facet, wanted.split()))
        return tuple(values[code] for code in codes) if len(codes) <= _MOST_VALUES else ()

    def _called(self, facet: str, name: str) -> list[int]:
        """The codes of the values in use that go by a folded name."""
        totals = self.totals[facet]
        return [code for code in self.columns[facet].values.called(name) if totals[code]]

    def _with_words(self, facet: str, words: Sequence[str]) -> Iterator[int]:
        """The codes of the values in use with a name that has all the words; more than are
        wanted are not looked for.
        """
        values, totals, wanted = self.columns[facet].values, self.totals[facet], set(words)
        if not wanted:
            return
        fewest = min((values.beginning(word) for word in wanted), key=len)
        found = 0
        for code in fewest.tolist():
            if totals[code] and any(wanted <= set(n.split()) for n in called(values.label(code))):
                yield code
                found += 1
                if found > _MOST_VALUES:
                    return

    def recognised(self, text: str, most: int) -> tuple[Suggestion, ...]:
        """Names of actors, places and sources that stand in a text, the longest from each word
        on, in their order; at most so many.
        """
        words = _WORD.findall(fold(text))
        found: dict[tuple[str, int], None] = {}
        at = 0
        while at < len(words) and len(found) < most:
            step = 1
            for size in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                name = " ".join(words[at : at + size])
                if len(name) < _SHORTEST_NAME:
                    continue
                known = [(f, c) for f in RECOGNISED for c in self._called(f, name)]
                if known:
                    found.update(dict.fromkeys(known))
                    step = size
                    break
            at += step
        return tuple(self._suggestion(facet, code) for facet, code in list(found)[:most])

    def suggest(self, prefix: str, size: int) -> tuple[Suggestion, ...]:
        """Values with a word that begins like this, those with most articles first."""
        wanted = fold(prefix)
        if not wanted:
            return ()
        found = [
            (-int(self.totals[facet][code]), facet, int(code))
            for facet in SUGGESTED
            if facet in self.columns
            for code in self._largest(facet, self.columns[facet].values.beginning(wanted), size)
        ]
        return tuple(self._suggestion(facet, code) for _, facet, code in sorted(found)[:size])

    def _largest(self, facet: str, codes: Codes, size: int) -> Codes:
        """Of some values in use those with most articles; the first of equals."""
        totals = self.totals[facet][codes]
        order = np.argsort(-totals, kind="stable")[:size]
        return codes[order[totals[order] > 0]]

    def _suggestion(self, facet: str, code: int) -> Suggestion:
        values = self.columns[facet].values
        return Suggestion(
            facet=facet,
            value=values[code],
            label=values.label(code).name,
            count=int(self.totals[facet][code]),
        )
