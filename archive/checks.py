"""An open generation in; where it answers otherwise than the record and plain arithmetic do out."""

from collections.abc import Iterator

import numpy as np

from archive.store import Store
from indexes.dense import spaced
from indexes.generation import Generation
from indexes.terms import terms

# Passages whose neighbours are looked for, and articles whose headlines are.
_QUERIES, _HEADLINES = 32, 50
# Codes may hide a near passage now and then (docs/design.md); an index that is wrong hides many.
_LEAST_RECALL = 0.98
# Half floats decide what is near; sums that differ by less are the same.
_ROUNDING = 1e-3
_TOGETHER = 16_384


def disagreements(generation: Generation, store: Store, *, cutoff: float) -> Iterator[str]:
    """What is wrong with the answers of a generation, in words; nothing if all is well."""
    yield from _counts(generation, store)
    yield from _recall(generation, cutoff)
    yield from _headlines(generation, store)


def _counts(generation: Generation, store: Store) -> Iterator[str]:
    """Unless the record has moved on, both have as many articles."""
    changes = store.changes(int(generation.manifest.facts["change"]))
    stored, indexed = store.counts().articles, generation.manifest.articles
    if not (changes.changed or changes.deleted) and stored != indexed:
        yield f"it has {indexed:,} articles, the record {stored:,}"


def _recall(generation: Generation, cutoff: float) -> Iterator[str]:
    """Passages near to some are those that brute force over all vectors finds."""
    dense, count = generation.dense, generation.dense.passages
    queries = dense.vectors(spaced(count, _QUERIES))
    near = [np.zeros(0, np.int64) for _ in queries]
    for at in range(0, count, _TOGETHER):
        block = np.arange(at, min(at + _TOGETHER, count))
        cosines = queries @ dense.vectors(block).T
        near = [
            np.concatenate([found, block[row >= cutoff + _ROUNDING]])
            for found, row in zip(near, cosines, strict=True)
        ]
    wanted = sum(map(len, near))
    found = sum(
        int(np.isin(expected, dense.similar(query, cutoff)[0]).sum())
        for query, expected in zip(queries, near, strict=True)
    )
    if found < _LEAST_RECALL * wanted:
        yield f"of {wanted:,} passages that are near to others, searches find {found:,}"


def _headlines(generation: Generation, store: Store) -> Iterator[str]:
    """Articles are found by all words of their own headlines."""
    live = np.flatnonzero(generation.live)
    chosen = live[spaced(len(live), _HEADLINES)]
    records = store.records(generation.numbers[chosen].tolist())
    for ordinal, number in zip(chosen, generation.numbers[chosen].tolist(), strict=True):
        record = records.get(number)
        words = terms(record.article.title) if record else []
        if record and not all(ordinal in generation.words.scored(word)[0] for word in words):
            yield f"article {record.id} is not found by the words of its headline"
