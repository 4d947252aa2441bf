"""Collections over the API, for keys with the scope that they take."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from archive.collections import Contents
from archive.core import Archive
from archive.export import Form
from archive.store.collections import Collection
from web.api.problems import SEARCHING, UNREADABLE, refusal
from web.api.scopes import SAVES, Id, Owner
from web.asked import CollectionAsked, NoteAsked
from web.collecting import exported
from web.deps import archive_of, site_of
from web.exporting import FILES
from web.schemas import CollectionBody, CollectionsBody, ContentsBody, LinkBody

router = APIRouter(tags=["collections"])
_Archive = Annotated[Archive, Depends(archive_of)]
_Article = Annotated[str, Path(description="As hits name it.", examples=["5zq3mx7tk2ah"])]
_MISSING = {**SEARCHING, **refusal(404, "You have no such collection.")}
_UNREADABLE = {**UNREADABLE, **refusal(404, "You have no such collection, or no such article.")}
_AT = "/api/v1/collections/{id}"


@router.get(
    "/api/v1/collections",
    summary="Collections of the account, by name",
    response_model=CollectionsBody,
    responses=SEARCHING,
    openapi_extra=SAVES,
)
def collections(request: Request, archive: _Archive, who: Owner) -> JSONResponse:
    """Takes the scope `save`."""
    found = archive.collections.all(who)
    return JSONResponse({"collections": [_told(request, kept) for kept in found]})


@router.post(
    "/api/v1/collections",
    summary="Make a collection",
    status_code=201,
    response_model=CollectionBody,
    responses=UNREADABLE,
    openapi_extra=SAVES,
)
def add_collection(
    request: Request, archive: _Archive, who: Owner, asked: CollectionAsked
) -> JSONResponse:
    """Takes the scope `save`."""
    made = archive.collections.add(who, asked.name, asked.note)
    return JSONResponse(_told(request, made), 201)


@router.get(
    _AT,
    summary="A collection with its articles, in the order they were put there",
    response_model=ContentsBody,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def collection(request: Request, archive: _Archive, who: Owner, id_: Id) -> JSONResponse:
    """Takes the scope `save`."""
    return JSONResponse(_contents(request, archive, archive.collections.contents(who, id_)))


@router.put(
    _AT,
    summary="Give a collection another name and note",
    response_model=CollectionBody,
    responses=_UNREADABLE,
    openapi_extra=SAVES,
)
def change_collection(
    request: Request, archive: _Archive, who: Owner, id_: Id, asked: CollectionAsked
) -> JSONResponse:
    """Takes the scope `save`."""
    archive.collections.change(who, id_, asked.name, asked.note)
    return JSONResponse(_told(request, archive.collections.contents(who, id_).collection))


@router.delete(
    _AT,
    summary="Remove a collection; its articles stay in the archive",
    status_code=204,
    response_class=Response,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def remove_collection(archive: _Archive, who: Owner, id_: Id) -> Response:
    """Takes the scope `save`."""
    archive.collections.remove(who, id_)
    return Response(status_code=204)


@router.put(
    f"{_AT}/articles/{{article}}",
    summary="Put an article into a collection, with a note",
    status_code=204,
    response_class=Response,
    responses=_UNREADABLE,
    openapi_extra=SAVES,
)
def put_into_collection(
    archive: _Archive, who: Owner, id_: Id, article: _Article, asked: NoteAsked
) -> Response:
    """Takes the scope `save`. One that is there gets the note."""
    archive.collections.put(who, id_, article, asked.note)
    return Response(status_code=204)


@router.delete(
    f"{_AT}/articles/{{article}}",
    summary="Take an article out of a collection",
    status_code=204,
    response_class=Response,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def take_out_of_collection(archive: _Archive, who: Owner, id_: Id, article: _Article) -> Response:
    """Takes the scope `save`."""
    archive.collections.take_out(who, id_, article)
    return Response(status_code=204)


@router.put(
    f"{_AT}/link",
    summary="Let whoever has a link read a collection; an earlier link ends",
    response_model=LinkBody,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def share_collection(request: Request, archive: _Archive, who: Owner, id_: Id) -> JSONResponse:
    """Takes the scope `save`."""
    return JSONResponse({"link": _link(request, archive.collections.share(who, id_))})


@router.delete(
    f"{_AT}/link",
    summary="End the link of a collection",
    status_code=204,
    response_class=Response,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def hide_collection(archive: _Archive, who: Owner, id_: Id) -> Response:
    """Takes the scope `save`."""
    archive.collections.hide(who, id_)
    return Response(status_code=204)


@router.get(
    f"{_AT}/export",
    summary="The articles of a collection as a file",
    response_class=StreamingResponse,
    responses={**_MISSING, **FILES},
    openapi_extra=SAVES,
)
def export_collection(
    request: Request,
    archive: _Archive,
    who: Owner,
    id_: Id,
    form: Annotated[Form, Query(alias="format", description="What to write.")] = "jsonl",
    packed: Annotated[
        bool, Query(alias="zip", description="One zip with the file and a manifest with the notes.")
    ] = False,
) -> Response:
    """Takes the scope `save`."""
    contents = archive.collections.contents(who, id_)
    return exported(request, archive, contents, form, packed=packed)


def _told(request: Request, kept: Collection) -> dict[str, Any]:
    return {
        "id": kept.id,
        "name": kept.name,
        "note": kept.note,
        "created": kept.created.isoformat(),
        "total": kept.articles,
        "link": _link(request, kept.token) if kept.token else None,
    }


def _contents(request: Request, archive: Archive, contents: Contents) -> dict[str, Any]:
    ids = archive.store.ids([c.number for c in contents.articles])
    titles = archive.store.titles(ids.values())
    return _told(request, contents.collection) | {
        "articles": [
            {
                "id": ids[c.number],
                "title": titles.get(ids[c.number], ""),
                "note": c.note,
                "at": c.at.isoformat(),
            }
            for c in contents.articles
            if c.number in ids
        ]
    }


def _link(request: Request, token: str) -> str:
    return f"{site_of(request)}/shared/{token}"
