"""The page of a facet's whole list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from archive.query.request import CALENDARS, SearchRequest
from archive.search.answer import Facet
from web.params import link
from web.views.parts import HEADINGS, Box, Choice, Link, box, choices, fields


@dataclass(frozen=True, slots=True)
class FacetPage:
    """facet.html"""

    box: Box
    heading: str
    name: str
    choices: tuple[Choice, ...]
    total: int
    first: int
    last: int
    find: str
    letters: tuple[Link, ...]
    kept: tuple[tuple[str, str], ...]
    back: str
    next: str
    previous: str


def facet_page(
    request: SearchRequest, facet: Facet, *, find: str, initial: str, offset: int, size: int
) -> FacetPage:
    """The page of a facet's values."""

    def at(position: int, initial: str = initial) -> str:
        query = link(request, f"/facets/{facet.name}")
        extra = {"find": find, "initial": initial, "offset": str(position) if position else ""}
        more = urlencode({name: value for name, value in extra.items() if value})
        return f"{query}{'&' if '?' in query else '?'}{more}" if more else query

    last = offset + len(facet.values)
    return FacetPage(
        box=box(request),
        heading=HEADINGS[facet.name],
        name=facet.name,
        choices=tuple(choices(request, facet.name, facet.values)),
        total=facet.total,
        first=offset + 1 if facet.values else 0,
        last=last,
        find=find,
        letters=tuple(_letters(facet, initial, partial(at, 0))),
        kept=tuple(fields(request)),
        back=link(request),
        next=at(last) if last < facet.total else "",
        previous=at(max(0, offset - size)) if offset else "",
    )


def _letters(facet: Facet, initial: str, at: Callable[[str], str]) -> Iterable[Link]:
    """A to Z, where there is more than one letter."""
    if facet.name in CALENDARS or len(facet.initials) < 2:
        return
    yield Link("Most first", at(""), current=not initial)
    for letter in facet.initials:
        yield Link(letter.upper(), at(letter), current=letter == initial.casefold())
