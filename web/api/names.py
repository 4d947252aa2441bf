"""Actors, places and sources over the API."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.search.wire import profile_json, source_json
from web.api.problems import NAMELESS
from web.deps import archive_of
from web.schemas import ProfileBody, SourceBody

router = APIRouter(tags=["names"])
_Archive = Annotated[Archive, Depends(archive_of)]
_Value = Annotated[str, Path(description="Its value, or a name of it.", examples=["sudan"])]


@router.get(
    "/api/v1/actors/{value}",
    summary="What the archive knows of an actor",
    response_model=ProfileBody,
    responses=NAMELESS,
)
def actor(archive: _Archive, value: _Value) -> JSONResponse:
    """Names, articles over time, and who and what it is named beside."""
    return JSONResponse(profile_json(archive.profile("actor", value)))


@router.get(
    "/api/v1/places/{value}",
    summary="What the archive knows of a place",
    response_model=ProfileBody,
    responses=NAMELESS,
)
def place(archive: _Archive, value: _Value) -> JSONResponse:
    """Where it lies, articles over time, and who and what it is named beside."""
    return JSONResponse(profile_json(archive.profile("place", value)))


@router.get(
    "/api/v1/sources/{value:path}",
    summary="What the archive has of a source",
    response_model=SourceBody,
    responses=NAMELESS,
)
def source(
    archive: _Archive,
    value: Annotated[str, Path(description="Its name.", examples=["Meridian Wire"])],
) -> JSONResponse:
    """Its articles over time, whom and what they name, and the latest of them."""
    return JSONResponse(source_json(archive.source(value)))
