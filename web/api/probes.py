"""Whether the server runs, whether the archive can be searched, and what it holds."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.search.wire import plain
from web.api.problems import UNREACHABLE
from web.deps import archive_of
from web.schemas import HealthBody, StatusBody

router = APIRouter(tags=["probes"])
_Archive = Annotated[Archive, Depends(archive_of)]


@router.get(
    "/api/v1/status",
    summary="What the archive holds, and what of it can be searched",
    response_model=StatusBody,
    responses=UNREACHABLE,
)
def status(archive: _Archive) -> JSONResponse:
    """Also answers while there is no index; `fault` says so."""
    return JSONResponse(plain(archive.status()))


@router.get("/healthz", summary="The server runs", response_model=HealthBody)
def healthz() -> JSONResponse:
    """Nothing of the archive is touched."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz",
    summary="A search can be answered",
    response_model=HealthBody,
    responses=UNREACHABLE,
)
def readyz(archive: _Archive) -> JSONResponse:
    """Makes a search; the problem says what is wrong if it cannot."""
    archive.ready()
    return JSONResponse({"status": "ready"})
