"""A request that finds nothing in; what of it could be given up, out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from archive.query.parse import joined, parse
from archive.query.request import Mode, SearchRequest
from archive.query.syntax import And, Or, Word, render

# Each part of a query that is left out is another search.
_MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Looser:
    """A search that asks for less, and how many it finds. `without` says what was given up
    ("" for what is rather added: `said` then tells what).
    """

    request: SearchRequest
    without: str
    said: str = ""
    total: int = 0


def looser(request: SearchRequest, *, today: date) -> Iterator[Looser]:
    """Each search that asks for one thing less than a request, or for all of its filters less."""
    request = replace(request, cursor=None)
    for chosen in request.filters:
        others = tuple(f for f in request.filters if f != chosen)
        sign = "-" if chosen.exclude else ""
        yield Looser(replace(request, filters=others), f"{sign}{chosen.facet}:{chosen.value}")
    for name in ("after", "before", "bbox", "near", "story", "copies_of"):
        if value := getattr(request, name):
            without = f"{name.replace('_', '-')}:{value}"
            nothing: dict[str, Any] = {name: None}
            yield Looser(replace(request, **nothing), without)
    if request.together:
        yield Looser(replace(request, together=False), "all in one passage")
    if request.mode is not Mode.BOTH:
        said = "by words and by meaning"
        yield Looser(replace(request, mode=Mode.BOTH), "", said)
    root = parse(request.q, today=today).root
    if isinstance(root, And):
        for part in root.parts[:_MOST_PARTS]:
            kept = joined(And, [p for p in root.parts if p is not part])
            yield Looser(replace(request, q=render(kept)), render(part))
        if all(isinstance(part, Word) for part in root.parts):
            either = render(joined(Or, list(root.parts)))
            yield Looser(replace(request, q=either), "", "with any of the words")
    bare = SearchRequest(
        q=request.q, mode=request.mode, count=request.count, sort=request.sort, size=request.size
    )
    if bare != request:
        yield Looser(bare, "all filters")
