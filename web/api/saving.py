"""Saved searches over the API, for keys with the scope that they take."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.saved import LISTED, Fresh
from archive.search.wire import plain
from web.api.problems import SEARCHING, UNREADABLE, refusal
from web.api.scopes import MOST, SAVES, Id, Owner
from web.asked import SavedAsked, posted_request
from web.deps import archive_of, site_of
from web.schemas import SavedBody, SavedSearchesBody

router = APIRouter(tags=["saved"])
_Archive = Annotated[Archive, Depends(archive_of)]
_Before = Annotated[
    int | None,
    Query(
        description="Those saved before this one: `older` of an answer.",
        ge=1,
        le=MOST,
        examples=[21],
    ),
]
_MISSING = {**SEARCHING, **refusal(404, "You have no such saved search.")}


@router.get(
    "/api/v1/saved",
    summary="Saved searches with what is new to each",
    response_model=SavedSearchesBody,
    responses=SEARCHING,
    openapi_extra=SAVES,
)
def saved_searches(
    request: Request, archive: _Archive, who: Owner, before: _Before = None
) -> JSONResponse:
    """Takes the scope `save`. The newest come first, 20 at a time: each is asked."""
    kept = archive.saved.all(who, before=before, most=LISTED + 1)
    listed = [_told(request, archive, archive.saved.fresh(one)) for one in kept[:LISTED]]
    older = kept[LISTED - 1].id if len(kept) > LISTED else None
    return JSONResponse({"saved": listed, "older": older})


@router.post(
    "/api/v1/saved",
    summary="Save a search",
    status_code=201,
    response_model=SavedBody,
    responses=UNREADABLE,
    openapi_extra=SAVES,
)
def save_search(request: Request, archive: _Archive, who: Owner, asked: SavedAsked) -> JSONResponse:
    """Takes the scope `save`. What the search finds now is not new to it."""
    made = archive.saved.save(who, asked.label, posted_request(asked.search))
    return JSONResponse(_told(request, archive, archive.saved.fresh(made)), 201)


@router.post(
    "/api/v1/saved/{id}/seen",
    summary="Nothing that a saved search finds now is new to it any more",
    status_code=204,
    response_class=Response,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def see_saved_search(archive: _Archive, who: Owner, id_: Id) -> Response:
    """Takes the scope `save`."""
    archive.saved.see(archive.saved.get(who, id_))
    return Response(status_code=204)


@router.delete(
    "/api/v1/saved/{id}",
    summary="Keep a search no longer; its feed ends",
    status_code=204,
    response_class=Response,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def remove_saved_search(archive: _Archive, who: Owner, id_: Id) -> Response:
    """Takes the scope `save`."""
    archive.saved.remove(archive.saved.get(who, id_))
    return Response(status_code=204)


def _told(request: Request, archive: Archive, fresh: Fresh) -> dict[str, Any]:
    kept, ids = fresh.saved, archive.store.ids(fresh.new)
    return {
        "id": kept.id,
        "label": kept.label,
        "search": plain(kept.request),
        "created": kept.created.isoformat(),
        "total": fresh.total,
        "new": [ids[number] for number in fresh.new if number in ids],
        "feed": f"{site_of(request)}/feeds/saved/{kept.token}",
    }
