"""The result set R: what matches a query in the whole archive, narrowed by filters.

`Matches` depend on the generation, the text and the mode alone. Filters are masks laid over
them, so choosing one never changes what else is in, and a count beside a facet value is the
total that choosing it gives.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from archive.calibration import Calibration
from archive.query.dates import day_of
from archive.query.request import Mode
from archive.query.syntax import And, Phrase, Prefix, Query, Word
from archive.search.answer import Notice
from archive.search.expression import (
    LONGEST_CONJUNCTION,
    Evaluator,
    Wanted,
    is_words,
    quorum,
    scored,
    wanted,
)
from archive.search.ranking import fuse
from archive.search.together import Together
from indexes.columns import Unit, Window
from indexes.generation import Generation
from indexes.groups import Groups
from indexes.terms import content_words
from indexes.types import Mask, Ordinals, Scores, Vectors

_UNITS: tuple[Unit, ...] = ("Y", "M")


@dataclass(frozen=True, slots=True)
class Matches:
    """All articles that match, in ascending order, with one row each.

    `lexical` is BM25 (0: no word), `similarity` the best passage's cosine (NaN: below the
    cut-off), `passage` that passage's ordinal (-1: none); `from_words`, `from_meaning` and the like
    are what each adds to the score.
    """

    articles: Ordinals
    lexical: Scores
    similarity: Scores
    passage: Ordinals
    from_words: Scores
    from_meaning: Scores
    wanted: Wanted
    notices: tuple[Notice, ...] = ()
    from_names: Scores | None = None
    from_recency: Scores | None = None
    from_reranking: Scores | None = None

    @property
    def scores(self) -> Scores:
        """What articles are ordered by; higher is better."""
        scores = self.from_words + self.from_meaning
        for raised in (self.from_names, self.from_recency, self.from_reranking):
            if raised is not None:
                scores = scores + raised
        return scores


@dataclass(frozen=True)
class Matcher:
    """Finds matches in one generation; `calibration` says what similarity counts."""

    generation: Generation
    calibration: Calibration

    def everything(self) -> Matches:
        """Every article, none better than another: a query without words."""
        return self.these(np.flatnonzero(self.generation.live))

    def these(self, articles: Ordinals) -> Matches:
        """Given articles, none better than another."""
        zeros = np.zeros(len(articles), np.float32)
        return Matches(
            articles=articles,
            lexical=zeros,
            similarity=np.full(len(articles), np.nan, np.float32),
            passage=np.full(len(articles), -1, np.int64),
            from_words=zeros,
            from_meaning=zeros,
            wanted=wanted(None),
        )

    def near(self, vector: Vectors, *, leaving_out: int) -> Matches:
        """Articles with a passage near a vector, but for one article."""
        count = len(self.generation.numbers)
        similarity = np.full(count, np.nan, np.float32)
        passage = np.full(count, -1, np.int64)
        self._by_meaning(vector, similarity, passage)
        members = self.generation.live & ~np.isnan(similarity)
        members[leaving_out] = False
        articles = np.flatnonzero(members)
        zeros = np.zeros(len(articles), np.float32)
        return Matches(
            articles=articles,
            lexical=zeros,
            similarity=similarity[articles],
            passage=passage[articles],
            from_words=zeros,
            from_meaning=similarity[articles],
            wanted=wanted(None),
        )

    def matches(
        self, query: Query, mode: Mode, vector: Vectors | None, evaluator: Evaluator
    ) -> Matches:
        """What matches the words of a query, its meaning (`vector`, if the mode asks), or
        either.
        """
        if query.words is None:
            return self.everything()
        generation, asked = self.generation, wanted(query.words)
        count = len(generation.numbers)
        members = np.zeros(count, np.bool_)
        lexical = np.zeros(count, np.float32)
        similarity = np.full(count, np.nan, np.float32)
        passage = np.full(count, -1, np.int64)
        lead = np.full(count, np.nan, np.float32)
        if mode is not Mode.MEANING:
            members |= self._by_words(query, asked, evaluator, lexical)
        if mode is not Mode.WORDS and vector is not None:
            near = self._by_meaning(vector, similarity, passage)
            members |= ~np.isnan(similarity)
            if mode is Mode.BOTH:  # by meaning alone, the order is that of the similarity shown
                self._first_passages(*near, lead)
        members &= generation.live
        articles = np.flatnonzero(members)
        lexical, similarity = lexical[articles], similarity[articles]
        from_words, from_meaning = fuse(
            lexical, similarity, lead[articles], floor=self.calibration.floor
        )
        return Matches(
            articles=articles,
            lexical=lexical,
            similarity=similarity,
            passage=passage[articles],
            from_words=from_words,
            from_meaning=from_meaning,
            wanted=asked,
            notices=tuple(evaluator.notices),
        )

    def _by_words(self, query: Query, asked: Wanted, evaluator: Evaluator, lexical: Scores) -> Mask:
        tree = query.words
        if tree is None:
            raise ValueError("a query without words has no word matches")
        parts = tree.parts if isinstance(tree, And) else (tree,)
        words = content_words(" ".join(part.text for part in parts if isinstance(part, Word)))
        by_text = {text: scored(self.generation, Phrase(text)) for text in asked.texts}
        beginning = [scored(self.generation, Prefix(prefix)) for prefix in asked.prefixes]
        for ordinals, scores in (*by_text.values(), *beginning):
            lexical[ordinals] += scores
        if not is_words(tree):
            return evaluator.mask(tree)
        if not by_text and not beginning:
            return np.zeros(len(lexical), np.bool_)
        required = [evaluator.mask(part) for part in parts if not isinstance(part, Word)]
        members = reduce(np.logical_and, required, self.generation.live)
        if not words:
            return members
        having = np.zeros(len(lexical), np.int64)
        for word in words:
            ordinals, _ = by_text.get(word) or scored(self.generation, Phrase(word))
            having[ordinals] += 1
        having[~members] = 0
        demanded = quorum(having, len(words))
        if demanded < len(words) and bool((having >= demanded).any()):
            evaluator.notices.append(Notice(_demand(demanded, len(words))))
        return having >= demanded

    def _by_meaning(
        self, vector: Vectors, similarity: Scores, passage: Ordinals
    ) -> tuple[Ordinals, Scores]:
        """The best passage of each article; returns all near passages with their cosines."""
        passages, scores = self.generation.dense.similar(vector, self.calibration.cutoff)
        # Ascending by score, then by descending passage: the last one written to an article is
        # its best passage, and the earlier of two equal ones.
        order = np.lexsort((-passages, scores))
        articles = self.generation.passage_articles[passages[order]]
        similarity[articles] = scores[order]
        passage[articles] = passages[order]
        return passages, scores

    def _first_passages(self, passages: Ordinals, scores: Scores, lead: Scores) -> None:
        """The cosines of those passages that open an article."""
        owners = self.generation.passage_articles
        opening = (passages == 0) | (owners[passages - 1] != owners[passages])
        lead[owners[passages[opening]]] = scores[opening]


def _demand(demanded: int, words: int) -> str:
    if words > LONGEST_CONJUNCTION:
        return f"articles with at least {demanded} of the {words} words match"
    if words == 2:
        return "no article has both words; those with one of them match"
    return f"no article has all {words} words; those with at least {demanded} match"


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters as masks. `always` holds for every count; `included` and `excluded` are those
    chosen in facets, which each facet's own counts look past.
    """

    always: Mask
    included: dict[str, Mask] = field(default_factory=dict)
    excluded: dict[tuple[str, str], Mask] = field(default_factory=dict)
    together: Together | None = None  # narrows to what one passage has; part of every count

    def mask(self, *, but_included: str = "", but_excluded: tuple[str, str] = ("", "")) -> Mask:
        """All filters together, but for the inclusions of one facet or one exclusion."""
        mask = self.always.copy()
        for facet, chosen in self.included.items():
            if facet != but_included:
                mask &= chosen
        for key, shunned in self.excluded.items():
            if key != but_excluded:
                mask &= ~shunned
        if self.together is not None:
            mask &= self.together.articles(but=but_included)
        return mask


@dataclass(frozen=True)
class ResultSet:
    """The articles that match and pass all filters, and every count that is read from them."""

    generation: Generation
    matches: Matches
    filters: Filters
    groups: Groups | None = None  # what counts as one; None: each article

    @cached_property
    def members(self) -> Ordinals:
        """Rows of `matches` that pass all filters."""
        return np.flatnonzero(self.filtered[self.matches.articles])

    @property
    def filtered(self) -> Mask:
        """The articles that match and pass all filters."""
        return self._passing("")

    def counts(self, facet: str) -> tuple[NDArray[np.int64], dict[str, int]]:
        """For each value of a facet, by code, the total that choosing it would give; and
        what each excluded value takes away.

        Values of a facet do not narrow each other: inclusions of this facet are left aside.
        """
        if facet not in self._counted:
            self._counted[facet] = self._count(facet)
        taken_away = {
            value: self.taken_away(of, value, shunned)
            for (of, value), shunned in self.filters.excluded.items()
            if of == facet
        }
        return self._counted[facet], taken_away

    def _count(self, facet: str) -> NDArray[np.int64]:
        mask, together = self._passing(facet), self.filters.together
        if together is not None and facet in self.generation.passage_columns:
            return together.counts(facet, mask, self.groups)
        if self.groups:
            return self.groups.counts(facet, mask)
        return self.generation.columns[facet].counts(mask)

    def published(self) -> tuple[date, date] | None:
        """The first and the last day of publication; date choices are left aside."""
        span = self.generation.days.span(self._passing("date"))
        return (day_of(span[0]), day_of(span[1])) if span else None

    def having(self, facet: str, mask: Mask) -> int:
        """The total that choosing a value would give, by the mask of the articles that have it."""
        return self.counted(self._passing(facet) & mask)

    def taken_away(self, facet: str, value: str, shunned: Mask) -> int:
        """What an exclusion takes away from the total."""
        before = self._matching(self.filters.mask(but_excluded=(facet, value)))
        return self.counted(before) - self.counted(before & ~shunned)

    def periods(self, facet: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]], int]:
        """Years, months, and articles without, with their counts: when they were published
        ("date") or what they speak of ("mentions"). Choices of the facet are left aside.
        """
        years, months = (self.counted_by(facet, unit) for unit in _UNITS)
        return years, months, self.without(facet)

    def counted_by(
        self, facet: str, unit: Unit, within: Window | None = None
    ) -> list[tuple[str, int]]:
        """Periods of one unit, all or those in a window, with their counts."""
        mask, generation = self._passing(facet), self.generation
        days = generation.days if facet == "date" else generation.spoken
        if self.groups:
            return self.groups.periods(days, mask, unit, within)
        return days.periods(mask, unit, within)

    def without(self, facet: str) -> int:
        """How many have no period."""
        generation = self.generation
        none = generation.days.undated if facet == "date" else generation.spoken.none
        return self.having(facet, none)

    def inexact(self) -> int:
        """How many were published on a day that is not known: in a month, or a year."""
        days = self.generation.days
        return self.having("date", days.last - days.first > 1)

    def counted(self, mask: Mask) -> int:
        """How many there are in a set of articles, of what counts as one."""
        return self.groups.count(mask) if self.groups else int(mask.sum())

    def _passing(self, facet: str) -> Mask:
        """The matches that pass all filters but the inclusions of a facet."""
        facet = facet if facet in self.filters.included else ""
        if facet not in self._passed:
            self._passed[facet] = self._matching(self.filters.mask(but_included=facet))
        return self._passed[facet]

    @cached_property
    def _passed(self) -> dict[str, Mask]:
        return {}

    @cached_property
    def _counted(self) -> dict[str, NDArray[np.int64]]:
        return {}

    def _matching(self, mask: Mask) -> Mask:
        members = np.zeros(len(mask), np.bool_)
        members[self.matches.articles] = True
        return members & mask
