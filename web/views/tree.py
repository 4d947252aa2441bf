"""The page of all places of a result set, as a tree: continents, countries, divisions, towns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import PlaceCount
from web.params import link, with_filter, without_filter
from web.views.parts import HEADINGS, Box, Choice, box, fields

# Few places are shown all at once; of more only what is opened, so that the page stays light.
_ALL_OPEN = 100
_MOST_OF_ONE = 200


@dataclass(frozen=True, slots=True)
class Branch:
    """A place with what lies in it: all of it is there if `open`, else `opener` leads there."""

    label: str
    choice: Choice
    branches: tuple["Branch", ...]
    open: bool
    opener: str


@dataclass(frozen=True, slots=True)
class TreePage:
    """tree.html"""

    box: Box
    heading: str
    name: str
    branches: tuple[Branch, ...]
    total: int
    left_out: int
    kept: tuple[tuple[str, str], ...]
    back: str
    map: str
    alphabet: str


def tree_page(
    request: SearchRequest, name: str, places: Sequence[PlaceCount], under: str = ""
) -> TreePage:
    """The page of a facet's places (`places` with most articles first), opened down to one."""
    known = {p.place.value: p for p in places}
    below: dict[str, list[PlaceCount]] = defaultdict(list)
    for counted in places:
        parent = next((v for v in counted.place.parents if v in known), "")
        below[parent].append(counted)
    inner = [known[under]] if under in known else []
    inner += [p for p in places if p.chosen]
    opened = {v for p in inner for v in (p.place.value, *p.place.parents)}
    left_out = 0

    def branch(counted: PlaceCount) -> Branch:
        nonlocal left_out
        value, children = counted.place.value, below[counted.place.value]
        choice = _choice(request, name, counted)
        is_open = bool(children) and (
            len(places) <= _ALL_OPEN or value in opened or counted.place.kind == "continent"
        )
        if is_open:
            left_out += len(children[_MOST_OF_ONE:])
        return Branch(
            label=counted.place.label,
            choice=choice,
            branches=tuple(map(branch, children[:_MOST_OF_ONE])) if is_open else (),
            open=is_open and (value in opened or counted.place.kind == "continent"),
            opener=_facet_link(request, name, under=value) if children and not is_open else "",
        )

    branches = tuple(map(branch, below[""]))
    return TreePage(
        box=box(request),
        heading=HEADINGS[name],
        name=name,
        branches=branches,
        total=len(places),
        left_out=left_out,
        kept=tuple(fields(request)),
        back=link(request),
        map=link(replace(request, cursor=None), "/map"),
        alphabet=_facet_link(request, name, initial="a"),
    )


def _facet_link(request: SearchRequest, name: str, **more: str) -> str:
    query = link(request, f"/facets/{name}")
    return f"{query}{'&' if '?' in query else '?'}{urlencode(more)}"


def _choice(request: SearchRequest, name: str, counted: PlaceCount) -> Choice:
    value = counted.place.value
    chosen = FacetFilter(name, value)
    leads = without_filter(request, name, value) if counted.chosen else with_filter(request, chosen)
    return Choice(
        label=counted.place.label,
        count=counted.count,
        chosen=counted.chosen,
        href=link(leads),
        exclude_href=link(with_filter(request, replace(chosen, exclude=True))),
        kind=counted.place.kind,
    )
