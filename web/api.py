"""The JSON API, version 1."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.errors import NotFound
from archive.query.request import MAX_PAGE, SearchRequest
from archive.search.wire import (
    answer_json,
    article_json,
    facet_json,
    plain,
    profile_json,
    story_json,
    suggestions_json,
    version_json,
    versions_json,
)
from web.asked import SearchAsked, posted_request
from web.deps import archive_of
from web.params import FILTERS_DESCRIBED, link, search_request
from web.schemas import (
    PROBLEM,
    ArticleBody,
    ChangesBody,
    EvidenceBody,
    FacetBody,
    HealthBody,
    ProfileBody,
    SearchBody,
    StatusBody,
    StoryBody,
    SuggestionsBody,
    VersionBody,
    VersionsBody,
    WhyBody,
)
from web.watching import keep_stages

router = APIRouter()
_Archive = Annotated[Archive, Depends(archive_of)]
_Search = Annotated[SearchRequest, Depends(search_request)]
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {**PROBLEM, "description": "A parameter cannot be used; `field` names it."},
    503: {**PROBLEM, "description": "The index or the database cannot be used."},
}
_MISSING: dict[int | str, dict[str, Any]] = {
    404: {**PROBLEM, "description": "There is no such article."}
}
_NAMELESS: dict[int | str, dict[str, Any]] = {
    404: {**PROBLEM, "description": "The archive knows none of that name."}
}
_LONGEST_PREFIX = 100
_MOST_CHANGES = 1_000
_LAST = 2**63 - 1


@router.get(
    "/api/v1/search",
    tags=["search"],
    summary="One page of a result set, with all its counts",
    response_model=SearchBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=_REFUSED,
)
def search(http: Request, archive: _Archive, request: _Search) -> JSONResponse:
    """Total, facets and pages all read the same set of articles. Filters of one facet widen
    each other, facets narrow each other, and `-facet` excludes. The header `Link` leads to the
    pages beside this one, `Server-Timing` says how long each stage took.
    """
    answer = archive.search(request)
    keep_stages(http, answer.milliseconds)
    ways = {"next": answer.next, "prev": answer.previous}
    links = [
        f'<{link(replace(request, cursor=cursor), http.url.path)}>; rel="{way}"'
        for way, cursor in ways.items()
        if cursor
    ]
    return JSONResponse(answer_json(answer), headers={"Link": ", ".join(links)} if links else None)


@router.post(
    "/api/v1/search",
    tags=["search"],
    summary="The same for a search that is posted as JSON, its query as text or as a syntax tree",
    response_model=SearchBody,
    responses=_REFUSED,
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
    tags=["search"],
    summary="The whole list of a facet's values for a search",
    response_model=FacetBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=_REFUSED,
)
def facets(
    archive: _Archive,
    request: _Search,
    name: Annotated[str, Query(description="Which facet.", examples=["place"])],
    find: Annotated[str, Query(description="Only values whose name has this in it.")] = "",
    offset: Annotated[int, Query(description="Values to skip.", ge=0)] = 0,
) -> JSONResponse:
    """`size` says how many values are wanted. A value's count is the total that choosing it
    gives.
    """
    facet = archive.facet(request, name, find=find, offset=offset, size=request.size)
    return JSONResponse(facet_json(facet))


@router.get(
    "/api/v1/suggest",
    tags=["search"],
    summary="Actors, places, sources, authors and sections whose name begins like this",
    response_model=SuggestionsBody,
    responses=_REFUSED,
)
def suggest(
    archive: _Archive,
    q: Annotated[str, Query(max_length=_LONGEST_PREFIX, examples=["sud"])] = "",
    size: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 8,
) -> JSONResponse:
    """Any word of a name may be the one that begins so; those with most articles come first."""
    return JSONResponse(suggestions_json(archive.suggest(q, size=size)))


@router.get(
    "/api/v1/articles/{id}",
    tags=["articles"],
    summary="An article with its names, copies and related articles",
    response_model=ArticleBody,
    responses=_MISSING,
)
def article(
    archive: _Archive, id_: Annotated[str, Path(alias="id", description="As hits name it.")]
) -> JSONResponse:
    """Offsets count code points of `text`, or of `title` where a mention's field says so."""
    return JSONResponse(article_json(archive.article(id_)))


@router.get(
    "/api/v1/articles/{id}/versions",
    tags=["articles"],
    summary="All versions of an article, oldest first",
    response_model=VersionsBody,
    responses=_MISSING,
)
def versions(
    archive: _Archive, id_: Annotated[str, Path(alias="id", description="As hits name it.")]
) -> JSONResponse:
    """An article that changed after it was taken in keeps what it said before."""
    return JSONResponse(versions_json(archive.versions(id_)))


@router.get(
    "/api/v1/articles/{id}/versions/{version}",
    tags=["articles"],
    summary="An article as it was in one version",
    response_model=VersionBody,
    responses=_MISSING,
)
def version(
    archive: _Archive,
    id_: Annotated[str, Path(alias="id", description="As hits name it.")],
    number: Annotated[int, Path(alias="version", ge=1, le=10**9)],
) -> JSONResponse:
    """Its headline and text of then."""
    found = next((r for r in archive.versions(id_) if r.version == number), None)
    if found is None:
        raise NotFound(f"the article has no version {number}", hint="ask for …/versions")
    return JSONResponse(version_json(found))


@router.get(
    "/api/v1/articles/{id}/why",
    tags=["articles"],
    summary="Why an article is in the result set of a search, or why not",
    response_model=WhyBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses={**_REFUSED, **_MISSING},
)
def why(
    archive: _Archive,
    request: _Search,
    id_: Annotated[str, Path(alias="id", description="As hits name it.")],
) -> JSONResponse:
    """The parameters are those of a search. Also answers for an article that is not found by it:
    which filter it fails, which words it lacks, how far below the cut-off it lies.
    """
    return JSONResponse(plain(archive.why(request, id_)))


@router.get(
    "/api/v1/articles/{id}/evidence",
    tags=["articles"],
    summary="Why an article has its actors and places",
    response_model=EvidenceBody,
    responses=_MISSING,
)
def evidence(
    archive: _Archive,
    id_: Annotated[str, Path(alias="id", description="As hits name it.")],
    facet: Annotated[str, Query(description="Only this facet: actor or place.")] = "",
    value: Annotated[str, Query(description="Only this value.")] = "",
) -> JSONResponse:
    """The spans of the text, the rule or model that made each, how much it is to be trusted,
    and the decisions of people that changed it.
    """
    found = archive.evidence(id_)
    chosen = [e for e in found if facet in ("", e.facet) and value in ("", e.value)]
    return JSONResponse({"id": id_, "evidence": plain(chosen)})


@router.get(
    "/api/v1/actors/{value}",
    tags=["names"],
    summary="What the archive knows of an actor",
    response_model=ProfileBody,
    responses={**_REFUSED, **_NAMELESS},
)
def actor(
    archive: _Archive, value: Annotated[str, Path(description="Its value, or a name of it.")]
) -> JSONResponse:
    """Names, articles over time, and who and what it is named beside."""
    return JSONResponse(profile_json(archive.profile("actor", value)))


@router.get(
    "/api/v1/places/{value}",
    tags=["names"],
    summary="What the archive knows of a place",
    response_model=ProfileBody,
    responses={**_REFUSED, **_NAMELESS},
)
def place(
    archive: _Archive, value: Annotated[str, Path(description="Its value, or a name of it.")]
) -> JSONResponse:
    """Where it lies, articles over time, and who and what it is named beside."""
    return JSONResponse(profile_json(archive.profile("place", value)))


@router.get(
    "/api/v1/stories/{id}",
    tags=["articles"],
    summary="How an event was told: the articles on it, in the order of time",
    response_model=StoryBody,
    responses={**_REFUSED, **_MISSING},
)
def story(
    archive: _Archive,
    id_: Annotated[str, Path(alias="id", description="Of any article of the story.")],
) -> JSONResponse:
    """Copies of a text are folded into the one that was out first."""
    return JSONResponse(story_json(archive.story(id_)))


@router.get(
    "/api/v1/changes",
    tags=["articles"],
    summary="What changed in the record, for those who follow it",
    response_model=ChangesBody,
    responses={400: _REFUSED[400]},
)
def changes(
    http: Request,
    archive: _Archive,
    since: Annotated[int, Query(description="`latest` of before.", ge=0, le=_LAST)] = 0,
    size: Annotated[int, Query(description="Changes at once.", ge=1, le=_MOST_CHANGES)] = 100,
) -> JSONResponse:
    """Each article stands once for each of its changes; its present text is at its own address.
    `Link` leads to what came after.
    """
    found = archive.changes(since, most=size)
    latest, more = (found[-1].number if found else since), len(found) == size
    body = {"changes": plain(found), "latest": latest, "more": more}
    following = f'<{http.url.path}?since={latest}&size={size}>; rel="next"'
    return JSONResponse(body, headers={"Link": following} if more else None)


@router.get(
    "/api/v1/status",
    tags=["search"],
    summary="What the archive holds, and what of it can be searched",
    response_model=StatusBody,
    responses={503: _REFUSED[503]},
)
def status(archive: _Archive) -> JSONResponse:
    """Also answers while there is no index; `fault` says so."""
    return JSONResponse(plain(archive.status()))


@router.get("/healthz", tags=["probes"], summary="The server runs", response_model=HealthBody)
def healthz() -> JSONResponse:
    """Nothing of the archive is touched."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz",
    tags=["probes"],
    summary="A search can be answered",
    response_model=HealthBody,
    responses={503: _REFUSED[503]},
)
def readyz(archive: _Archive) -> JSONResponse:
    """Makes a search; the problem says what is wrong if it cannot."""
    archive.ready()
    return JSONResponse({"status": "ready"})
