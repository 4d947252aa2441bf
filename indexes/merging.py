"""A generation of many segments in; one of fewer, larger ones out, which answers the same."""

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from indexes.generation import Generation, GenerationWriter

# Segments of one size that are made one: with eight, an article is copied once each time the
# archive has grown eightfold, and at most seven segments of each size are searched.
TOGETHER = 8
# Articles below which all segments count as of one size: joining such costs little.
SMALL = 512


def due(sizes: Sequence[int], *, together: int = TOGETHER, small: int = SMALL) -> range | None:
    """Which segments, by their numbers of articles, are to be made one; None if none are.

    Only neighbours are joined, so articles keep their order. Segments behind the last one of the
    largest size wait until there are enough of them; those before it wait for that size
    (logarithmic merging: Büttcher, Clarke & Cormack 2010, "Information Retrieval", ch. 7).
    """
    tiers = [int(math.log(max(size, small) / small, together)) for size in sizes]
    start = 0
    while start < len(tiers):
        largest = max(tiers[start:])
        end = len(tiers) - tiers[::-1].index(largest)
        if end - start >= together:
            return range(start, end)
        start = end
    return None


def merge(
    root: Path, base: Generation, *, now: datetime, together: int = TOGETHER, small: int = SMALL
) -> str | None:
    """Publish a generation like `base` whose segments due are one; its name, None if none are."""
    run = due(base.articles_by_segment, together=together, small=small)
    if run is None:
        return None
    writer = GenerationWriter(
        root,
        facets=base.manifest.facets,
        passage_facets=base.manifest.passage_facets,
        dimension=base.manifest.dimension,
        now=now,
        base=base,
    )
    try:
        writer.join(run)
        writer.write(base.manifest.facts)
        # Articles keep their order, so those that are left move up.
        kept = base.live | ~base.within(run)
        place = np.cumsum(kept) - 1
        groups = {name: place[groups.first[kept]] for name, groups in base.groups.items()}
        return writer.publish(groups=groups)
    except BaseException:
        writer.abandon()
        raise
