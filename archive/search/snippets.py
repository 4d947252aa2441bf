"""What of an article is shown: its best passage, the query's words in it, the nearest sentence."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from archive.chunk import sentences
from archive.search.answer import Snippet, Span, WordMatch
from indexes.terms import WORD, terms
from indexes.types import Vectors

# A passage of one or two sentences needs no sentence singled out.
_SENTENCES_TO_CHOOSE_FROM = 2


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    found = terms(word)
    return found[0] if found else ""


@lru_cache(maxsize=4_096)
def _terms(text: str) -> tuple[str, ...]:
    return tuple(terms(text))


def marks(text: str, wanted: frozenset[str], prefixes: tuple[str, ...] = ()) -> tuple[Span, ...]:
    """Where words of the text share a term with the query, or begin with one of its prefixes."""
    if not wanted and not prefixes:
        return ()
    return tuple(
        match.span()
        for match in WORD.finditer(text)
        if _stem(match[0]) in wanted or (prefixes and match[0].lower().startswith(prefixes))
    )


def word_matches(
    words: Sequence[str], in_title: Mapping[str, int], in_text: Mapping[str, int]
) -> tuple[WordMatch, ...]:
    """How often each word (or each phrase's rarest word) stands in a headline and in a text, given
    how often each term does.
    """
    return tuple(
        WordMatch(
            word,
            title=min((in_title.get(term, 0) for term in _terms(word)), default=0),
            text=min((in_text.get(term, 0) for term in _terms(word)), default=0),
        )
        for word in words
    )


def counted(text: str, wanted: frozenset[str]) -> Counter[str]:
    """How often wanted terms stand in a text."""
    counts: Counter[str] = Counter()
    if wanted:
        for word, times in Counter(WORD.findall(text)).items():
            if (stem := _stem(word)) in wanted:
                counts[stem] += times
    return counts


def best_by_words(texts: Sequence[str], wanted: frozenset[str], prefixes: tuple[str, ...]) -> int:
    """Which text has most distinct words of the query, then most of them, then comes first."""

    def worth(at: int) -> tuple[int, int, int]:
        found = [
            stem
            for word in WORD.findall(texts[at])
            if (stem := _stem(word)) in wanted or (prefixes and word.lower().startswith(prefixes))
        ]
        return len(set(found)), len(found), -at

    return max(range(len(texts)), key=worth)


def closest_sentences(
    snippets: Sequence[Snippet],
    languages: Iterable[str | None],
    query: str,
    gists: Callable[[Sequence[str]], Vectors],
) -> list[Span | None]:
    """For each snippet the sentence most similar to the query by their rough vectors, None
    where there is no choice.
    """
    spans = [sentences(s.text, language) for s, language in zip(snippets, languages, strict=True)]
    spans = [found if len(found) > _SENTENCES_TO_CHOOSE_FROM else [] for found in spans]
    texts = [s.text[a:b] for s, found in zip(snippets, spans, strict=True) for a, b in found]
    if not texts:
        return [None] * len(snippets)
    vectors = gists([query, *texts])
    nearness = vectors[1:] @ vectors[0]
    closest: list[Span | None] = []
    at = 0
    for found in spans:
        closest.append(found[int(np.argmax(nearness[at : at + len(found)]))] if found else None)
        at += len(found)
    return closest
