"""From a query's syntax tree to the articles that match it.

Words are looked up in postings, phrases and beginnings of words in tantivy, fields and dates in
columns; AND, OR and NOT over them are set operations. Membership depends on the archive and the
tree alone.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

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
from indexes.terms import content_words, terms
from indexes.types import Mask, Ordinals, Scores

FIELD_FACETS = {
    "actor": "actor",
    "place": "place",
    "about": "about",
    "reported": "reported",
    "source": "source",
    "lang": "language",
    "author": "author",
    "section": "section",
    "changed": "changed",
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

    def mask(self, node: Node, *, title_only: bool = False) -> Mask:
        """The live articles that match a tree; (articles,)."""
        match node:
            case All():
                return self.generation.live.copy()
            case Word() | Phrase() | Prefix():
                mask = np.zeros_like(self.generation.live)
                mask[scored(self.generation, node, title_only=title_only)[0]] = True
                return mask
            case Title(part=part):
                return self.mask(part, title_only=True)
            case And(parts=parts):
                return reduce(np.logical_and, (self.mask(p, title_only=title_only) for p in parts))
            case Or(parts=parts):
                return reduce(np.logical_or, (self.mask(p, title_only=title_only) for p in parts))
            case Not(part=part):
                return self.generation.live & ~self.mask(part, title_only=title_only)
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


def scored(
    generation: Generation, leaf: Word | Phrase | Prefix, *, title_only: bool = False
) -> tuple[Ordinals, Scores]:
    """The live articles that have a word, a phrase or a word beginning so, each once, and how well
    they match it (BM25).
    """
    lexical = generation.lexical
    match leaf:
        case Prefix(text=text):
            query = lexical.prefix(text, title_only=title_only)
        case Word(text=text) | Phrase(text=text):
            found = terms(text)
            if len(found) == 1 and not title_only:
                return generation.words.scored(found[0])
            slop = leaf.slop if isinstance(leaf, Phrase) else 0
            query = lexical.phrase(text, slop=slop, title_only=title_only)
    matched = lexical.scored(query)
    ordinals = generation.ordinals(matched.numbers)
    return ordinals[ordinals >= 0], matched.scores[ordinals >= 0]


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


def quorum(having: NDArray[np.int64], words: int) -> int:
    """How many of so many plain words are demanded, given how many each article has of them.

    Of a few words all, if any article has them all; else as many as the best article has, down
    to half. Of a sentence (a question, a headline) a share: nobody writes one to be matched
    word by word. The number depends on the words and the archive alone, never on filters.
    """
    if words > LONGEST_CONJUNCTION:
        return max(_FEWEST_WORDS, math.ceil(words * SENTENCE_SHARE))
    return max(-(-words // 2), min(words, int(having.max(initial=0))))
