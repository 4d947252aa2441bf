"""The page of all places of a result set, as a tree: continents, countries, divisions, towns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import PlaceCount
from web.params import link, with_filter, without_filter
from web.views.parts import HEADINGS, Box, Choice, box, fields

# What a browser shows without effort; the rest is found by name.
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Branch:
    """A place with what lies in it; `open` where something in it is chosen."""

    label: str
    choice: Choice
    branches: tuple["Branch", ...]
    open: bool


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


def tree_page(request: SearchRequest, name: str, places: Sequence[PlaceCount]) -> TreePage:
    """The page of a facet's places (`places` with most articles first)."""
    shown = places[:_MOST]
    known = {p.place.value for p in shown}
    below: dict[str, list[PlaceCount]] = defaultdict(list)
    for counted in shown:
        parent = next((v for v in counted.place.parents if v in known), "")
        below[parent].append(counted)

    def branch(counted: PlaceCount) -> Branch:
        inner = tuple(branch(child) for child in below[counted.place.value])
        choice = _choice(request, name, counted)
        if inner:
            choice = replace(choice, label=f"All of {choice.label}")
        return Branch(
            label=counted.place.label,
            choice=choice,
            branches=inner,
            open=bool(choice.chosen) or any(b.open or b.choice.chosen for b in inner),
        )

    return TreePage(
        box=box(request),
        heading=HEADINGS[name],
        name=name,
        branches=tuple(branch(counted) for counted in below[""]),
        total=len(places),
        left_out=len(places) - len(shown),
        kept=tuple(fields(request)),
        back=link(request),
        map=link(replace(request, cursor=None), "/map"),
    )


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
