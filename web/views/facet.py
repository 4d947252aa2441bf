"""The page of a facet's whole list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from archive.query.request import CALENDARS, FacetList, SearchRequest
from archive.search.answer import Facet
from web.params import first_page, link
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


def facet_page(request: SearchRequest, facet: Facet, listed: FacetList) -> FacetPage:
    """The page of a facet's values."""
    request = first_page(request)

    def at(cursor: str | None, initial: str = listed.initial) -> str:
        query = link(replace(request, cursor=cursor), f"/facets/{facet.name}")
        extra = {"find": listed.find, "initial": initial}
        more = urlencode({name: value for name, value in extra.items() if value})
        return f"{query}{'&' if '?' in query else '?'}{more}" if more else query

    return FacetPage(
        box=box(request),
        heading=HEADINGS[facet.name],
        name=facet.name,
        choices=tuple(choices(request, facet.name, facet.values)),
        total=facet.total,
        first=facet.position + 1 if facet.values else 0,
        last=facet.position + len(facet.values),
        find=listed.find,
        letters=tuple(_letters(facet, listed.initial, partial(at, None))),
        kept=tuple(fields(request)),
        back=link(request),
        next=at(facet.next) if facet.next else "",
        previous=at(facet.previous) if facet.previous else "",
    )


def _letters(facet: Facet, initial: str, at: Callable[[str], str]) -> Iterable[Link]:
    """A to Z, where there is more than one letter."""
    if facet.name in CALENDARS or len(facet.initials) < 2:
        return
    yield Link("Most first", at(""), current=not initial)
    for letter in facet.initials:
        yield Link(letter.upper(), at(letter), current=letter == initial.casefold())
