"""Articles over the API: what they say and said, who and what they name and by what evidence, what
they go together with, and what changed.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from archive.citation import STYLES, Style
from archive.core import Archive
from archive.errors import NotFound
from archive.query.request import SearchRequest
from archive.search.wire import (
    article_json,
    mentions_json,
    plain,
    related_json,
    story_json,
    version_json,
    versions_json,
)
from web.api.problems import NO_ARTICLE, SEARCHING
from web.deps import archive_of, site_of
from web.params import FILTERS_DESCRIBED, search_request
from web.schemas import (
    ArticleBody,
    ChangesBody,
    EvidenceBody,
    MentionsBody,
    RelatedArticlesBody,
    StoryBody,
    VersionBody,
    VersionsBody,
    WhyBody,
)

router = APIRouter(tags=["articles"])
_Archive = Annotated[Archive, Depends(archive_of)]
_Search = Annotated[SearchRequest, Depends(search_request)]
_Id = Annotated[str, Path(alias="id", description="As hits name it.", examples=["5zq3mx7tk2ah"])]
_Facet = Annotated[
    Literal["actor", "place", ""], Query(description="Only this facet.", examples=["place"])
]
_Value = Annotated[
    str, Query(description="Only this value of it.", examples=["sudan"], max_length=200)
]
_LIST = {"type": "array", "items": {"type": "object"}}
_MOST_CHANGES = 1_000
_MOST_RELATED = 50
_LAST = 2**63 - 1


@router.get(
    "/api/v1/articles/{id}",
    summary="An article with its names, copies and related articles",
    response_model=ArticleBody,
    responses=NO_ARTICLE,
)
def article(archive: _Archive, id_: _Id) -> JSONResponse:
    """Offsets count code points of `text`, or of `title` where a mention's field says so."""
    return JSONResponse(article_json(archive.article(id_)))


@router.get(
    "/api/v1/articles/{id}/citation",
    summary="How to cite an article",
    response_class=Response,
    responses={
        **NO_ARTICLE,
        200: {
            "description": "The citation, as of today.",
            "content": {
                style.media: {"schema": _LIST if "json" in style.media else {"type": "string"}}
                for style in STYLES.values()
            },
        },
    },
)
def citation(
    request: Request,
    archive: _Archive,
    id_: _Id,
    style: Annotated[Style, Query(alias="format", description="How it is written.")] = "plain",
) -> Response:
    """For people as plain text, for their programs as BibTeX, RIS or CSL-JSON."""
    cited = archive.cited(id_, site=site_of(request))
    return Response(STYLES[style].write(cited), media_type=STYLES[style].media)


@router.get(
    "/api/v1/articles/{id}/versions",
    summary="All versions of an article, oldest first",
    response_model=VersionsBody,
    responses=NO_ARTICLE,
)
def versions(archive: _Archive, id_: _Id) -> JSONResponse:
    """An article that changed after it was taken in keeps what it said before."""
    return JSONResponse(versions_json(archive.versions(id_)))


@router.get(
    "/api/v1/articles/{id}/versions/{version}",
    summary="An article as it was in one version",
    response_model=VersionBody,
    responses=NO_ARTICLE,
)
def version(
    archive: _Archive,
    id_: _Id,
    number: Annotated[
        int,
        Path(alias="version", description="As the list numbers it.", ge=1, le=10**9, examples=[1]),
    ],
) -> JSONResponse:
    """Its headline and text of then."""
    found = next((r for r in archive.versions(id_) if r.version == number), None)
    if found is None:
        raise NotFound(f"the article has no version {number}", hint="ask for …/versions")
    return JSONResponse(version_json(found))


@router.get(
    "/api/v1/articles/{id}/mentions",
    summary="The names and times in an article, each with the sentence that it stands in",
    response_model=MentionsBody,
    responses=NO_ARTICLE,
)
def mentions(archive: _Archive, id_: _Id, facet: _Facet = "", value: _Value = "") -> JSONResponse:
    """In the order of the text, as people decided on them. `rule` says what found each, and
    `confidence` how much that is to be trusted; `…/evidence` has the same by actor and place.
    """
    return JSONResponse(mentions_json(archive.record(id_), facet=facet, value=value))


@router.get(
    "/api/v1/articles/{id}/evidence",
    summary="Why an article has its actors and places",
    response_model=EvidenceBody,
    responses=NO_ARTICLE,
)
def evidence(archive: _Archive, id_: _Id, facet: _Facet = "", value: _Value = "") -> JSONResponse:
    """The spans of the text, the rule or model that made each, how much it is to be trusted,
    and the decisions of people that changed it.
    """
    found = archive.evidence(id_)
    chosen = [e for e in found if facet in ("", e.facet) and value in ("", e.value)]
    return JSONResponse({"id": id_, "evidence": plain(chosen)})


@router.get(
    "/api/v1/articles/{id}/related",
    summary="Articles that go together with an article, and why",
    response_model=RelatedArticlesBody,
    responses=NO_ARTICLE,
)
def related(
    archive: _Archive,
    id_: _Id,
    size: Annotated[int, Query(description="How many at most.", ge=1, le=_MOST_RELATED)] = 10,
) -> JSONResponse:
    """Those of its story first, then those nearest in meaning; copies of its text are left out."""
    return JSONResponse({"id": id_, "related": related_json(archive.related(id_, size=size))})


@router.get(
    "/api/v1/articles/{id}/why",
    summary="Why an article is in the result set of a search, or why not",
    response_model=WhyBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=NO_ARTICLE,
)
def why(archive: _Archive, request: _Search, id_: _Id) -> JSONResponse:
    """The parameters are those of a search. Also answers for an article that is not found by it:
    which filter it fails, which words it lacks, how far below the cut-off it lies.
    """
    return JSONResponse(plain(archive.why(request, id_)))


@router.get(
    "/api/v1/stories/{id}",
    summary="How an event was told: the articles on it, in the order of time",
    response_model=StoryBody,
    responses=NO_ARTICLE,
)
def story(
    archive: _Archive,
    id_: Annotated[
        str,
        Path(alias="id", description="Of any article of the story.", examples=["5zq3mx7tk2ah"]),
    ],
) -> JSONResponse:
    """Copies of a text are folded into the one that was out first."""
    return JSONResponse(story_json(archive.story(id_)))


@router.get(
    "/api/v1/changes",
    summary="What changed in the record, for those who follow it",
    response_model=ChangesBody,
    responses=SEARCHING,
)
def changes(
    http: Request,
    archive: _Archive,
    since: Annotated[
        int, Query(description="`latest` of before.", ge=0, le=_LAST, examples=[0])
    ] = 0,
    size: Annotated[int, Query(description="Changes at once.", ge=1, le=_MOST_CHANGES)] = 100,
) -> JSONResponse:
    """Each article stands once for each of its changes, one that was taken down for that alone;
    its present text is at its own address. `Link` leads to what came after.
    """
    found = archive.changes(since, most=size)
    latest, more = (found[-1].number if found else since), len(found) == size
    body = {"changes": plain(found), "latest": latest, "more": more}
    following = f'<{http.url.path}?since={latest}&size={size}>; rel="next"'
    return JSONResponse(body, headers={"Link": following} if more else None)
