"""From a query's syntax tree to the articles that match it.

Parts made only of words become one tantivy query; fields and dates are looked up in columns;
AND, OR and NOT over both are set operations. Membership depends on the archive and the tree
alone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from archive.query.dates import day_number
from archive.query.geo import Area
from archive.query.syntax import (
    All,
    And,
    FieldTerm,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    SpokenOf,
    Title,
    Within,
    Word,
)
from archive.search.answer import Notice
from archive.search.names import Names
from indexes.generation import Generation
from indexes.lexical import content_words, terms
from indexes.types import Mask

FIELD_FACETS = {
    "actor": "actor",
    "place": "place",
    "about": "about",
    "reported": "reported",
    "source": "source",
    "lang": "language",
    "author": "author",
    "section": "section",
}
_WORDS = (Word, Phrase, Prefix, Title)
# More plain words than this are a sentence, of which so large a share must be in an article,
# and no fewer than so many; chosen on judged collections (docs/quality.md).
LONGEST_CONJUNCTION = 3
SENTENCE_SHARE = 1 / 3
_FEWEST_WORDS = 2


@dataclass(frozen=True)
class Evaluator:
    """Evaluates syntax trees over one generation; `notices` collects what a person should
    know (a field value that nothing in the archive has).
    """

    generation: Generation
    names: Names
    notices: list[Notice]

    def mask(self, node: Node) -> Mask:
        """The live articles that match a tree; (articles,)."""
        match node:
            case All():
                return self.generation.live.copy()
            case _ if is_words(node):
                return self._with_words(lexical_query(node, self.generation.lexical))
            case And(parts=parts):
                return reduce(np.logical_and, map(self.mask, parts))
            case Or(parts=parts):
                return reduce(np.logical_or, map(self.mask, parts))
            case Not(part=part):
                return self.generation.live & ~self.mask(part)
            case FieldTerm(field=field, value=value):
                return self._having(FIELD_FACETS[field], value)
            case Published(interval=interval):
                days = self.generation.days.overlapping(
                    day_number(interval.start), day_number(interval.end)
                )
                return days & self.generation.live
            case SpokenOf(interval=interval):
                spoken = self.generation.spoken.overlapping(
                    day_number(interval.start), day_number(interval.end)
                )
                return spoken & self.generation.live
            case Within(area=area):
                return self.within(area)
        raise TypeError(f"no such node: {node!r}")

    def within(self, area: Area) -> Mask:
        """The live articles that name a town or county in an area."""
        column = self.generation.columns["place"]
        return (
            column.having_any(np.flatnonzero(area.holds(column.values.points)))
            & self.generation.live
        )

    def _with_words(self, query: Any) -> Mask:
        mask = np.zeros_like(self.generation.live)
        ordinals = self.generation.ordinals(self.generation.lexical.matching(query))
        mask[ordinals[ordinals >= 0]] = True
        return mask

    def _having(self, facet: str, name: str) -> Mask:
        values = self.names.resolve(facet, name)
        if not values:
            self.notices.append(Notice(f"the archive knows no {facet} “{name}”", field=facet))
        column = self.generation.columns[facet]
        having = reduce(
            np.logical_or, map(column.having, values), np.zeros_like(self.generation.live)
        )
        return having & self.generation.live


def is_words(node: Node) -> bool:
    """Whether a tree is made of words alone."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return all(is_words(part) for part in parts)
        case Not(part=part):
            return is_words(part)
    return isinstance(node, _WORDS)


def lexical_query(node: Node, lexical: Any, *, title_only: bool = False) -> Any:
    """A tree of words as a tantivy query."""
    match node:
        case Word(text=text):
            return lexical.phrase(text, title_only=title_only)
        case Phrase(text=text, slop=slop):
            return lexical.phrase(text, slop=slop, title_only=title_only)
        case Prefix(text=text):
            return lexical.prefix(text, title_only=title_only)
        case Title(part=part):
            return lexical_query(part, lexical, title_only=True)
        case And(parts=parts):
            return lexical.all([lexical_query(p, lexical, title_only=title_only) for p in parts])
        case Or(parts=parts):
            return lexical.any([lexical_query(p, lexical, title_only=title_only) for p in parts])
        case Not(part=part):
            return lexical.but_not(lexical_query(part, lexical, title_only=title_only))
    raise TypeError(f"not a word: {node!r}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words that a tree asks for, to be scored and marked: indexed terms, and prefixes."""

    texts: tuple[str, ...]
    terms: frozenset[str]
    prefixes: tuple[str, ...]


def wanted(node: Node | None) -> Wanted:
    """The positive words of a tree; function words are left out when there are others."""
    leaves = list(_positive(node)) if node is not None else []
    prefixes = tuple(leaf.text.lower() for leaf in leaves if isinstance(leaf, Prefix))
    plain = " ".join(leaf.text for leaf in leaves if isinstance(leaf, Word))
    phrases = [leaf.text for leaf in leaves if isinstance(leaf, Phrase)]
    texts = (*content_words(plain), *phrases)
    return Wanted(
        texts=tuple(dict.fromkeys(texts)),
        terms=frozenset(term for text in texts for term in terms(text)),
        prefixes=prefixes,
    )


def _positive(node: Node) -> Iterator[Word | Phrase | Prefix]:
    match node:
        case Word() | Phrase() | Prefix():
            yield node
        case Title(part=part):
            yield from _positive(part)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _positive(part)


def quorum(words: Sequence[str], required: Sequence[Any], lexical: Any) -> tuple[Any, int]:
    """The query that plain words beside required parts stand for, and how many it demands.

    Of a few words all, if any article has them all; else as many as the best article has, down
    to half. Of a sentence (a question, a headline) a share: nobody writes one to be matched
    word by word. The number depends on the words and the archive alone, never on filters.
    """
    parts = [lexical.phrase(word) for word in words]

    def demanding(count: int) -> Any:
        return lexical.all([*required, lexical.any(parts, at_least=count)])

    if len(parts) > LONGEST_CONJUNCTION:
        fewest = max(_FEWEST_WORDS, math.ceil(len(parts) * SENTENCE_SHARE))
        return demanding(fewest), fewest
    fewest = -(-len(parts) // 2)
    for count in range(len(parts), fewest, -1):
        if len(lexical.scored(demanding(count), limit=1).numbers):
            return demanding(count), count
    return demanding(fewest), fewest
