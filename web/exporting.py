"""A whole result set to take away, on a page and over the API."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from archive.core import Archive
from archive.export import FORMATS, Form
from archive.query.request import SearchRequest
from archive.types import Scope
from archive.zipped import MANIFEST, zipped
from web.api.problems import SEARCHING, Refusals
from web.deps import archive_of, permitted, site_of
from web.params import FILTERS_DESCRIBED, search_request
from web.render import render
from web.schemas import ManifestBody
from web.views.exporting import export_page

router = APIRouter()
_Archive = Annotated[Archive, Depends(archive_of)]
_Search = Annotated[SearchRequest, Depends(search_request)]
_Form = Annotated[
    Form,
    Query(alias="format", description="What to write; excel is CSV with a byte order mark."),
]
_Zip = Annotated[
    bool, Query(alias="zip", description="One zip with the file and its manifest in it.")
]
_ALLOWED = [Depends(permitted(Scope.EXPORT))]
FILES: Refusals = {
    200: {
        "description": "All articles, the first first. Headers name the index and the set.",
        "content": {
            **{form.media.partition(";")[0]: {} for form in FORMATS.values()},
            "application/zip": {},
        },
    }
}


@router.get("/export", include_in_schema=False)
def export_forms(request: Request, archive: _Archive, asked: _Search) -> Response:
    """The forms in which a result set can be taken away."""
    page = export_page(asked, len(archive.export(asked).ids))
    return render(request, "export.html", page)


@router.get(
    "/api/v1/export",
    tags=["search"],
    summary="The whole result set of a search, streamed",
    response_class=StreamingResponse,
    openapi_extra=FILTERS_DESCRIBED,
    responses={**SEARCHING, **FILES},
    dependencies=_ALLOWED,
)
def export(
    request: Request,
    archive: _Archive,
    asked: _Search,
    form: _Form = "jsonl",
    packed: _Zip = False,
) -> Response:
    """The parameters are those of a search. A key needs the scope `export`."""
    found = archive.export(asked)
    return file_of(
        archive.exported(found, form, site=site_of(request)),
        form,
        name=f"news-archive-{_today()}",
        digest=found.digest,
        manifest=archive.manifest(found) if packed else None,
    )


@router.get(
    "/api/v1/export/manifest",
    tags=["search"],
    summary="By what a search can be cited and asked again",
    response_model=ManifestBody,
    openapi_extra=FILTERS_DESCRIBED,
    responses=SEARCHING,
    dependencies=_ALLOWED,
)
def export_manifest(archive: _Archive, asked: _Search) -> JSONResponse:
    """What was asked and how it was understood, of which index and model, when, how many articles
    were found, and which. `sha256` is that of the ids, sorted, each on a line.
    """
    told = archive.manifest(archive.export(asked))
    name = f"news-archive-{_today()}.manifest.json"
    return JSONResponse(told, HTTPStatus.OK, headers=_as_file(name, str(told["sha256"])))


def file_of(
    pieces: Iterator[str], form: Form, *, name: str, digest: str, manifest: Any = None
) -> Response:
    """An export as a file that is streamed; with a manifest, both as one zip."""
    known = FORMATS[form]
    if manifest is None:
        headers = _as_file(f"{name}.{known.ending}", digest)
        return StreamingResponse(pieces, media_type=known.media, headers=headers)
    told = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    files = ((f"{name}.{known.ending}", pieces), (MANIFEST, (told,)))
    return StreamingResponse(
        zipped(files, now=datetime.now(UTC)),
        media_type="application/zip",
        headers=_as_file(f"{name}.zip", digest),
    )


def _as_file(name: str, digest: str) -> dict[str, str]:
    """Nothing that was asked is part of the name: it cannot lead anywhere."""
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Archive-Ids-SHA256": digest,
    }


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
