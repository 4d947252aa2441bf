"""Saved searches over the API, for keys with the scope that they take."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.saved import Fresh
from archive.search.wire import plain
from archive.types import Account, Scope
from web.asked import SavedAsked, posted_request
from web.deps import archive_of, permitted
from web.schemas import PROBLEM, SavedBody, SavedSearchesBody

router = APIRouter()
_Archive = Annotated[Archive, Depends(archive_of)]
_Owner = Annotated[Account, Depends(permitted(Scope.SAVE))]
_Id = Annotated[int, Path(alias="id", description="As the list names it.", ge=1, le=2**31 - 1)]
_SAVES = {"security": [{"key": [Scope.SAVE.value]}]}
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {**PROBLEM, "description": "This cannot be saved; the detail says why."},
    404: {**PROBLEM, "description": "You have no such saved search."},
    503: {**PROBLEM, "description": "The index or the database cannot be used."},
}


@router.get(
    "/api/v1/saved",
    tags=["saved"],
    summary="Saved searches with what is new to each",
    response_model=SavedSearchesBody,
    responses={503: _REFUSED[503]},
    openapi_extra=_SAVES,
)
def saved(request: Request, archive: _Archive, who: _Owner) -> JSONResponse:
    """Takes the scope `save`."""
    found = [archive.saved.fresh(one) for one in archive.saved.all(who)]
    return JSONResponse({"saved": [_told(request, archive, fresh) for fresh in found]})


@router.post(
    "/api/v1/saved",
    tags=["saved"],
    summary="Save a search",
    status_code=201,
    response_model=SavedBody,
    responses={400: _REFUSED[400], 503: _REFUSED[503]},
    openapi_extra=_SAVES,
)
def save(request: Request, archive: _Archive, who: _Owner, asked: SavedAsked) -> JSONResponse:
    """Takes the scope `save`. What the search finds now is not new to it."""
    made = archive.saved.save(who, asked.label, posted_request(asked.search))
    return JSONResponse(_told(request, archive, archive.saved.fresh(made)), 201)


@router.post(
    "/api/v1/saved/{id}/seen",
    tags=["saved"],
    summary="Nothing that a saved search finds now is new to it any more",
    status_code=204,
    response_class=Response,
    responses={404: _REFUSED[404], 503: _REFUSED[503]},
    openapi_extra=_SAVES,
)
def seen(archive: _Archive, who: _Owner, id_: _Id) -> Response:
    """Takes the scope `save`."""
    archive.saved.see(who, id_)
    return Response(status_code=204)


@router.delete(
    "/api/v1/saved/{id}",
    tags=["saved"],
    summary="Keep a search no longer; its feed ends",
    status_code=204,
    response_class=Response,
    responses={404: _REFUSED[404]},
    openapi_extra=_SAVES,
)
def remove(archive: _Archive, who: _Owner, id_: _Id) -> Response:
    """Takes the scope `save`."""
    archive.saved.remove(who, id_)
    return Response(status_code=204)


def _told(request: Request, archive: Archive, fresh: Fresh) -> dict[str, Any]:
    kept, ids = fresh.saved, archive.store.ids(fresh.new)
    return {
        "id": kept.id,
        "label": kept.label,
        "search": plain(kept.request),
        "created": kept.created.isoformat(),
        "total": len(fresh.numbers),
        "new": [ids[number] for number in fresh.new if number in ids],
        "feed": f"{str(request.base_url).rstrip('/')}/feeds/saved/{kept.token}",
    }
