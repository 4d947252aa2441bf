"""Searching over the API: result sets, what is counted of them, what may follow what was typed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.query.request import FACETS, MAX_PAGE, FacetList, ListOrder, SearchRequest
from archive.search.answer import Answer, Facet
from archive.search.wire import answer_json, facet_json, plain, suggestions_json
from web.api.problems import SEARCHING, UNREADABLE
from web.asked import SearchAsked, posted_request
from web.deps import archive_of
from web.params import FILTERS_DESCRIBED, link, search_request
from web.schemas import (
    FacetBody,
    LooserSearchesBody,
    SearchBody,
    StoriesBody,
    SuggestionsBody,
    TimelineBody,
)
from web.watching import keep_stages

router = APIRouter(tags=["search"])
_Archive = Annotated[Archive, Depends(archive_of)]
_Search = Annotated[SearchRequest, Depends(search_request)]
_LONGEST_PREFIX = 100
_MOST_STORIES = 50


@router.get(
    "/api/v1/search",
    summary="One page of a result set, with all its counts",
    response_model=SearchBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=SEARCHING,
)
def search(http: Request, archive: _Archive, request: _Search) -> JSONResponse:
    """Total, facets and pages all read the same set of articles. Filters of one facet widen
    each other, facets narrow each other, and `-facet` excludes. The header `Link` leads to the
    pages beside this one, `Server-Timing` says how long each stage took.
    """
    answer = archive.search(request)
    keep_stages(http, answer.milliseconds)
    return JSONResponse(answer_json(answer), headers=_beside(http, request, answer, {}))


@router.post(
    "/api/v1/search",
    summary="The same for a search that is posted as JSON, its query as text or as a syntax tree",
    response_model=SearchBody,
    responses=UNREADABLE,
)
def post_search(http: Request, archive: _Archive, asked: SearchAsked) -> JSONResponse:
    """A tree stands for the query that would be typed for it (`query.q` of the answer), so its
    cursors and links are those of that query. `query.tree` of any answer can be sent back.
    """
    answer = archive.search(posted_request(asked))
    keep_stages(http, answer.milliseconds)
    return JSONResponse(answer_json(answer))


@router.get(
    "/api/v1/facets",
    summary="The whole list of a facet's values for a search",
    response_model=FacetBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=SEARCHING,
)
def facets(
    http: Request,
    archive: _Archive,
    request: _Search,
    name: Annotated[
        str,
        Query(
            description="Which facet.", examples=["place"], json_schema_extra={"enum": [*FACETS]}
        ),
    ],
    find: Annotated[
        str,
        Query(description="Only values with this in a name.", max_length=100, examples=["land"]),
    ] = "",
    initial: Annotated[
        str,
        Query(description="Only values that begin with it.", max_length=4, examples=["s"]),
    ] = "",
    order: Annotated[
        ListOrder, Query(description="Most articles first, or by name.")
    ] = ListOrder.COUNT,
    under: Annotated[
        str,
        Query(
            description="Of `place` and `reported`: only what lies directly in this place; `world` "
            "for the largest. Each value then has `inside`.",
            max_length=_LONGEST_PREFIX,
            examples=["europe"],
        ),
    ] = "",
) -> JSONResponse:
    """`size` says how many values are wanted. A value's count is the total that choosing it
    gives. The header `Link` leads to those after and before these; their cursors are of this list
    alone.
    """
    listed = FacetList(name, find, initial, order, under)
    facet = archive.facet(request, listed, size=request.size)
    asked = {
        "name": name,
        "find": find,
        "initial": initial,
        "order": order.value,
        "under": under,
    }
    told = {name: said for name, said in asked.items() if said}
    return JSONResponse(facet_json(facet), headers=_beside(http, request, facet, told))


def _beside(
    http: Request, request: SearchRequest, answer: Answer | Facet, asked: Mapping[str, str]
) -> dict[str, str]:
    """The header that leads to the pages beside an answer (RFC 8288); `asked` stands in its
    address beside the search.
    """
    more = f"&{urlencode(asked)}" if asked else ""
    links = [
        f'<{link(replace(request, cursor=cursor), http.url.path)}{more}>; rel="{way}"'
        for way, cursor in (("next", answer.next), ("prev", answer.previous))
        if cursor
    ]
    return {"Link": ", ".join(links)} if links else {}


@router.get(
    "/api/v1/timeline",
    summary="The articles of a search over time, beside all that the archive holds",
    response_model=TimelineBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=SEARCHING,
)
def timeline(archive: _Archive, request: _Search) -> JSONResponse:
    """Days, months or years without a gap, so that little found where little is held is not read
    as silence. One year or month chosen by `date=` is looked into; choices of dates are left aside
    in every count, so that a count is the total that choosing its period gives.
    """
    return JSONResponse(plain(archive.timeline(request)))


@router.get(
    "/api/v1/stories",
    summary="The stories that most articles of a search belong to",
    response_model=StoriesBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=SEARCHING,
)
def stories(
    archive: _Archive,
    request: _Search,
    most: Annotated[
        int, Query(description="How many at most.", ge=1, le=_MOST_STORIES, examples=[5])
    ] = 5,
) -> JSONResponse:
    """A story's count is the total that choosing it by `story=` gives; stories with one article in
    the set are left out.
    """
    return JSONResponse({"stories": plain(archive.stories(request, most=most))})


@router.get(
    "/api/v1/looser",
    summary="What a search could give up to find more",
    response_model=LooserSearchesBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=SEARCHING,
)
def looser(archive: _Archive, request: _Search) -> JSONResponse:
    """For a search that finds too little, or nothing: each search that asks for one thing less and
    finds something, with how many, most first.
    """
    found = [
        plain(less) | {"href": link(less.request, "/api/v1/search")}
        for less in archive.looser(request)
    ]
    return JSONResponse({"looser": found})


@router.get(
    "/api/v1/suggest",
    summary="Actors, places, sources, authors and sections whose name begins like this",
    response_model=SuggestionsBody,
    responses=SEARCHING,
)
def suggest(
    archive: _Archive,
    q: Annotated[
        str,
        Query(
            description="The beginning of a word of the name.",
            max_length=_LONGEST_PREFIX,
            examples=["sud"],
        ),
    ] = "",
    size: Annotated[int, Query(description="How many at most.", ge=1, le=MAX_PAGE)] = 8,
) -> JSONResponse:
    """Any word of a name may be the one that begins so; those with most articles come first."""
    return JSONResponse(suggestions_json(archive.suggest(q, size=size)))
