"""The page of the places of a result set, level by level: continents, countries, towns."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import Facet, FacetValue
from archive.types import Place
from web.params import first_page, link, with_filter
from web.views.parts import HEADINGS, Box, Choice, Link, box, choices, fields

# Few places are shown all at once; of more only a level, so that the page stays light.
ALL_OPEN = 100
# Of a continent, what most articles name.
PREVIEWED = 12
_CONTINENT = "continent"


@dataclass(frozen=True, slots=True)
class Branch:
    """A place with some of what lies in it, and where all of that is."""

    choice: Choice
    branches: tuple["Branch", ...]
    more: Link | None


@dataclass(frozen=True, slots=True)
class TreePage:
    """tree.html"""

    box: Box
    heading: str
    name: str
    path: tuple[Link, ...]
    here: Link | None
    chosen: tuple[Choice, ...]
    branches: tuple[Branch, ...]
    total: int
    first: int
    last: int
    next: str
    previous: str
    kept: tuple[tuple[str, str], ...]
    back: str
    map: str
    alphabet: str


def tree_page(
    request: SearchRequest,
    level: Facet,
    path: Sequence[Place],
    chosen: Iterable[FacetValue],
    inside: Callable[[FacetValue], Facet | None],
) -> TreePage:
    """The page of a level of places. `path` leads to the place that it lies in, the largest first;
    `inside` gives what is shown of those that lie in one.
    """
    name, first = level.name, first_page(request)
    under = path[-1].value if path else ""

    def address(value: str, cursor: str | None = None) -> str:
        more = {"under": value} if value else {}
        return _facet_link(replace(first, cursor=cursor), name, **more)

    def branch(value: FacetValue) -> Branch:
        found = inside(value) if value.inside else None
        shown = tuple(map(branch, found.values)) if found else ()
        more = None
        if value.inside and len(shown) < value.inside:
            label = f"{'all ' if shown else ''}{value.inside:,} in {value.label}"
            more = Link(label, address(value.value))
        return Branch(_choice(first, name, value), shown, more)

    return TreePage(
        box=box(first),
        heading=HEADINGS[name],
        name=name,
        path=tuple(
            Link(label, address(value), current=value == under)
            for label, value in (("All places", ""), *((p.label, p.value) for p in path))
        )
        if path
        else (),
        here=Link(path[-1].label, link(with_filter(first, FacetFilter(name, under))))
        if path
        else None,
        chosen=tuple(_choice(first, name, value) for value in chosen),
        branches=tuple(map(branch, level.values)),
        total=level.total,
        first=level.position + 1,
        last=level.position + len(level.values),
        next=address(under, level.next) if level.next else "",
        previous=address(under, level.previous) if level.previous else "",
        kept=tuple(fields(first)),
        back=link(first),
        map=link(first, "/map"),
        alphabet=_facet_link(first, name, initial="a"),
    )


def is_opened(value: FacetValue) -> bool:
    """Whether what lies in a place is shown with it, also where there are many."""
    return value.kind == _CONTINENT


def _facet_link(request: SearchRequest, name: str, **more: str) -> str:
    query = link(request, f"/facets/{name}")
    if not more:
        return query
    return f"{query}{'&' if '?' in query else '?'}{urlencode(more)}"


def _choice(request: SearchRequest, name: str, value: FacetValue) -> Choice:
    [made] = choices(request, name, (replace(value, main=None),))
    return made
