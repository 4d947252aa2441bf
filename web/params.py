"""URLs to search requests and back: every link of every page is made here."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request

from archive.errors import QueryError
from archive.query.request import FACETS, MAX_PAGE, Count, FacetFilter, Mode, SearchRequest, Sort

# Parameters that are fields of a request, by their names in addresses.
_NARROWING = {
    name: name.replace("-", "_")
    for name in ("after", "before", "bbox", "near", "story", "copies-of")
}
_PLAIN = ("q", "mode", *_NARROWING, "together", "count", "sort", "size", "cursor")
KNOWN = frozenset((*_PLAIN, *FACETS, *(f"-{facet}" for facet in FACETS)))
# What newsletters and social networks add to addresses.
_IGNORED = ("utm_", "fbclid", "gclid", "mc_")
_EXAMPLES = {
    "date": "2024-06",
    "mentions": "2023..2024-03",
    "actor": "ada-marsh",
    "place": "sudan",
    "about": "sudan",
    "reported": "sudan",
    "source": "Harbour Wire",
    "language": "en",
    "section": "World",
    "author": "Ada Marsh",
    "changed": "headline",
}
# Facet filters are parameters that repeat, and each has an opposite: listed here once for the
# API's description.
FILTERS_DESCRIBED = {
    "parameters": [
        {
            "name": sign + facet,
            "in": "query",
            "description": f"{what}; repeatable.",
            "schema": {"type": "array", "items": {"type": "string"}, "examples": [[example]]},
        }
        for sign, what in (("", "Only with any of these values"), ("-", "Without these values"))
        for facet, example in _EXAMPLES.items()
    ]
}


def search_request(
    request: Request,
    q: Annotated[
        str,
        Query(
            description="Words, “phrases”, AND OR NOT, parentheses, -exclusion, prefix*, and "
            "fields such as title: actor: place: source: date:2024-06",
            examples=["ceasefire negotiations"],
        ),
    ] = "",
    mode: Annotated[Mode, Query(description="What makes an article match.")] = Mode.BOTH,
    after: Annotated[
        str | None,
        Query(
            description="Published on or after: 2024-06-01, 2024-06 or 2024.", examples=["2024-06"]
        ),
    ] = None,
    before: Annotated[
        str | None,
        Query(
            description="Published on or before: 2024-06-01, 2024-06 or 2024.", examples=["2024"]
        ),
    ] = None,
    bbox: Annotated[
        str | None,
        Query(
            description="Names a town in this box: west,south,east,north, in degrees.",
            examples=["5.9,45.8,10.5,47.8"],
        ),
    ] = None,
    near: Annotated[
        str | None,
        Query(
            description="Names a town so near: latitude,longitude,kilometres.",
            examples=["52.52,13.4,50"],
        ),
    ] = None,
    story: Annotated[
        str | None,
        Query(
            description="Only articles of the same story as this one (an id).",
            examples=["5zq3mx7tk2ah"],
        ),
    ] = None,
    copies_of: Annotated[
        str | None,
        Query(
            alias="copies-of",
            description="Only this article (an id) and copies of its text.",
            examples=["5zq3mx7tk2ah"],
        ),
    ] = None,
    together: Annotated[
        bool,
        Query(description="One passage is near in meaning and names the actors and places chosen."),
    ] = False,
    count: Annotated[
        Count,
        Query(
            description="What counts as one in totals, facets and hits; it never changes which "
            "articles are found."
        ),
    ] = Count.ARTICLES,
    sort: Annotated[Sort, Query(description="Order of the hits.")] = Sort.RELEVANCE,
    size: Annotated[int, Query(description="Hits a page.", ge=1, le=MAX_PAGE)] = 10,
    cursor: Annotated[
        str | None, Query(description="`next` or `previous` of an earlier answer.")
    ] = None,
) -> SearchRequest:
    """The search that an address asks for. QueryError names a parameter that does not exist."""
    _check_names(request, KNOWN)
    return SearchRequest(
        q=q.strip(),
        mode=mode,
        filters=tuple(dict.fromkeys(_filters(request))),
        after=after or None,
        before=before or None,
        bbox=bbox or None,
        near=near or None,
        story=story or None,
        copies_of=copies_of or None,
        together=together,
        count=count,
        sort=sort,
        size=size,
        cursor=cursor or None,
    )


def _filters(request: Request) -> Iterator[FacetFilter]:
    for name, value in request.query_params.multi_items():
        facet = name.removeprefix("-")
        if facet in FACETS and value.strip():
            yield FacetFilter(facet, value.strip(), exclude=name != facet)


def _check_names(request: Request, known: frozenset[str]) -> None:
    of_route = {param.alias for param in request.scope["route"].dependant.query_params}
    for name in request.query_params:
        if name in known or name in of_route or name.startswith(_IGNORED):
            continue
        near = get_close_matches(name, sorted(known), n=2, cutoff=0.6)
        raise QueryError(
            f"there is no filter “{name[:40]}”",
            hint=f"did you mean {' or '.join(f'“{n}”' for n in near)}?"
            if near
            else "filters are: " + ", ".join((*FACETS, *_NARROWING)),
            field=name[:40],
        )


def query_string(request: SearchRequest) -> str:
    """The request as the part of an address after “?”; defaults are left out."""
    default = SearchRequest()
    pairs: list[tuple[str, str]] = []
    if request.q:
        pairs.append(("q", request.q))
    if request.mode is not default.mode:
        pairs.append(("mode", request.mode.value))
    pairs += [(("-" if f.exclude else "") + f.facet, f.value) for f in request.filters]
    pairs += [(n, v) for n, field in _NARROWING.items() if (v := getattr(request, field))]
    if request.together:
        pairs.append(("together", "1"))
    if request.count is not default.count:
        pairs.append(("count", request.count.value))
    if request.sort is not default.sort:
        pairs.append(("sort", request.sort.value))
    if request.size != default.size:
        pairs.append(("size", str(request.size)))
    if request.cursor:
        pairs.append(("cursor", request.cursor))
    return urlencode(pairs)


def link(request: SearchRequest, path: str = "/") -> str:
    """The address of a search."""
    query = query_string(request)
    return f"{path}?{query}" if query else path


def article_link(id_: str, request: SearchRequest, position: int | None = None) -> str:
    """The address of an article; with its rank (from 0) in a search it leads on to the others."""
    path = f"/articles/{id_}"
    if position is None:
        return path
    query = query_string(first_page(request))
    return f"{path}?{query}{'&' if query else ''}at={position + 1}"


def first_page(request: SearchRequest) -> SearchRequest:
    """The request without a position: what is to be asked after anything else changed."""
    return replace(request, cursor=None)


def with_filter(request: SearchRequest, chosen: FacetFilter) -> SearchRequest:
    """The request with one filter more; its opposite goes."""
    others = without_filter(request, chosen.facet, chosen.value)
    return replace(others, filters=(*others.filters, chosen))


def without_filter(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """The request with neither inclusion nor exclusion of one value."""
    kept = tuple(f for f in request.filters if (f.facet, f.value) != (facet, value))
    return replace(first_page(request), filters=kept)
