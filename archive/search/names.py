"""From what people type to the facet values that an archive knows."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from archive.search.answer import Suggestion
from archive.text import fold
from indexes.columns import Column

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
    totals: Mapping[str, list[int]]  # articles per value, by code

    @cached_property
    def _folded(self) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
        """facet → folded name or alias → codes."""
        tables: dict[str, dict[str, tuple[int, ...]]] = {}
        for facet, column in self.columns.items():
            table: dict[str, tuple[int, ...]] = {}
            for code, label in enumerate(column.labels):
                if self.totals[facet][code]:
                    for key in {fold(name) for name in (label.name, *label.aliases)}:
                        table[key] = (*table.get(key, ()), code)
            tables[facet] = table
        return tables

    @cached_property
    def _beginnings(self) -> list[tuple[str, str, int]]:
        """Every label from each of its words on, sorted: a prefix is one run of this list."""
        return sorted(
            (" ".join(words[i:]), facet, code)
            for facet in SUGGESTED
            for label, codes in self._folded.get(facet, {}).items()
            for words in [label.split()]
            for i in range(len(words))
            for code in codes
        )

    def resolve(self, facet: str, name: str) -> tuple[str, ...]:
        """The values that a name stands for: the value itself, else every value so called,
        else every value whose name has all the words; () if there is none.
        """
        column = self.columns[facet]
        code = column.position.get(name)
        if code is not None and self.totals[facet][code]:
            return (name,)
        table = self._folded[facet]
        wanted = fold(name)
        # A value that an actor had before it was found to be another's is a name of that one.
        for called in (wanted, wanted.replace("-", " ")):
            if called in table:
                return tuple(column.names[code] for code in table[called])
        words = set(wanted.split())
        if not words:
            return ()
        codes = {c for label, cs in table.items() if words <= set(label.split()) for c in cs}
        return tuple(column.names[c] for c in sorted(codes)) if len(codes) <= _MOST_VALUES else ()

    def recognised(self, text: str, most: int) -> tuple[Suggestion, ...]:
        """Names of actors, places and sources that stand in a text, the longest from each word
        on, in their order; at most so many.
        """
        words = _WORD.findall(fold(text))
        found: dict[tuple[str, int], None] = {}
        at = 0
        while at < len(words):
            step = 1
            for size in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                name = " ".join(words[at : at + size])
                known = [(f, c) for f in RECOGNISED for c in self._folded[f].get(name, ())]
                if known and len(name) >= _SHORTEST_NAME:
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
        found = {(facet, code) for facet, code in self._run(wanted)}
        ranked = sorted(found, key=lambda f: (-self.totals[f[0]][f[1]], f))
        return tuple(self._suggestion(facet, code) for facet, code in ranked[:size])

    def _suggestion(self, facet: str, code: int) -> Suggestion:
        column = self.columns[facet]
        return Suggestion(
            facet=facet,
            value=column.names[code],
            label=column.labels[code].name,
            count=self.totals[facet][code],
        )

    def _run(self, wanted: str) -> Iterator[tuple[str, int]]:
        for at in range(bisect_left(self._beginnings, (wanted,)), len(self._beginnings)):
            label, facet, code = self._beginnings[at]
            if not label.startswith(wanted):
                return
            yield facet, code
