"""A story of a generation in: how it was told, by whom and when, out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from archive.errors import NotFound
from archive.search.answer import FacetValue, Hit, Span
from archive.search.profile import dated
from indexes.columns import Column
from indexes.generation import Generation
from indexes.names import Codes
from indexes.terms import WORD, content_words, terms
from indexes.types import Mask

# Articles of a story that are shown, the earliest; the others are found by a search.
MOST_TOLD = 200
_VALUES = 12
_SHARED = 3
_LARGE = ("continent", "region")


@dataclass(frozen=True, slots=True)
class Telling:
    """One text of a story: the article that was out first, the other articles with that text,
    and the words of its headline that no earlier one has, as spans of it.
    """

    hit: Hit
    copies: tuple[Hit, ...]
    new: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event, in the order of time. `id` is that of the first; `omitted` of the
    `articles` are not among the tellings. Counts of `sources`, `actors` and `places` are of
    articles of the story.
    """

    id: str
    title: str
    articles: int
    texts: int
    first: date | None
    last: date | None
    tellings: tuple[Telling, ...]
    omitted: int
    sources: tuple[FacetValue, ...]
    actors: tuple[FacetValue, ...]
    places: tuple[FacetValue, ...]


def story_of(
    generation: Generation, article: int, hits: Callable[[Sequence[int]], Mapping[int, Hit]]
) -> Story:
    """The story of an article (an ordinal); `hits` shows articles, by number. NotFound if they
    were all taken down a moment ago.
    """
    stories, copies = generation.groups["stories"], generation.groups["copies"]
    members, mask = stories.members(article), stories.having(article)
    order = np.lexsort((generation.numbers[members], generation.moments[members]))
    lead = int(stories.first[article])
    # The first article stays first, also where others have no time of day, or no date.
    told = np.concatenate([[lead], members[order][members[order] != lead]])[:MOST_TOLD]
    numbers = generation.numbers[told].tolist()
    shown = hits(numbers)
    texts: dict[int, list[Hit]] = {}
    for number, first_of in zip(numbers, copies.first[told].tolist(), strict=True):
        if number in shown:
            texts.setdefault(first_of, []).append(shown[number])
    groups = list(texts.values())
    if not groups:
        raise NotFound("the articles of this story are not there any more")
    first, last = dated(generation, mask)
    return Story(
        id=groups[0][0].id,
        title=groups[0][0].title,
        articles=len(members),
        texts=len(np.unique(copies.first[members])),
        first=first,
        last=last,
        tellings=_tellings(groups),
        omitted=len(members) - len(told),
        sources=counted(generation, "source", mask),
        actors=counted(generation, "actor", mask),
        places=counted(generation, "place", mask),
    )


def _tellings(groups: Sequence[Sequence[Hit]]) -> tuple[Telling, ...]:
    seen: set[str] = set()
    tellings = []
    for lead, *others in groups:
        new = new_words(lead.title, seen) if seen else ()
        seen.update(*(terms(hit.title) for hit in (lead, *others)))
        tellings.append(Telling(lead, tuple(others), new))
    return tuple(tellings)


def new_words(title: str, seen: set[str]) -> tuple[Span, ...]:
    """Where words that carry meaning stand in a headline and are not among terms seen before."""
    telling = {term for word in content_words(title) for term in terms(word)} - seen
    return tuple(
        match.span() for match in WORD.finditer(title) if telling.intersection(terms(match[0]))
    )


def counted(generation: Generation, facet: str, mask: Mask) -> tuple[FacetValue, ...]:
    """The values that most of some articles have, with their counts; what is too large to tell
    much is left out.
    """
    column = generation.columns[facet]
    counts = column.counts(mask)
    told = np.setdiff1d(np.flatnonzero(counts), _large(column), assume_unique=True).tolist()
    found = [(-int(counts[c]), column.values.label(c).name, column.values[c]) for c in told]
    return tuple(
        FacetValue(value, label, -fewer) for fewer, label, value in sorted(found)[:_VALUES]
    )


def _large(column: Column) -> Codes:
    return np.concatenate([column.values.of_kind(kind) for kind in _LARGE])


def shared(
    generation: Generation, totals: Mapping[str, Codes], one: int, other: int
) -> tuple[str, ...]:
    """The labels of the actors, then places, that two articles (ordinals) both name, those first
    that fewest articles name: `totals` says how many, by facet and code.
    """
    found: list[str] = []
    for facet in ("actor", "place"):
        column = generation.columns[facet]
        common = np.intersect1d(column.row(one), column.row(other), assume_unique=True)
        told = np.setdiff1d(common, _large(column), assume_unique=True)
        told = told[np.lexsort((told, totals[facet][told]))][:_SHARED]
        found += [column.values.label(code).name for code in told.tolist()]
    return tuple(dict.fromkeys(found))[:_SHARED]
