"""What is new and what is gone since an earlier export, told by its manifest."""

import io
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.errors import InputError
from archive.export import difference, manifest_of, read_manifest
from archive.types import Scope
from archive.zipped import manifest_text
from web.api.problems import UNREADABLE
from web.asked import ManifestAsked
from web.deps import archive_of, permitted
from web.render import render
from web.schemas import DifferenceBody
from web.security import form_of
from web.views.comparing import SHOWN, ComparePage, compared_page

router = APIRouter()
_Archive = Annotated[Archive, Depends(archive_of)]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_ALLOWED = [Depends(permitted(Scope.EXPORT))]


@router.get("/compare", include_in_schema=False)
def compare_form(request: Request) -> Response:
    """The form that takes a manifest."""
    return render(request, "compare.html", ComparePage())


@router.post("/compare", include_in_schema=False)
def compare_page(request: Request, archive: _Archive, form: _Form) -> Response:
    """What is new and what is gone since."""
    try:
        sent = form.get("manifest", "").encode("utf-8", "surrogateescape")
        earlier = read_manifest(manifest_text(io.BytesIO(sent)))
    except InputError as error:
        fault = f"{error.message[:1].upper()}{error.message[1:]}"
        page = ComparePage(fault=fault, hint=error.hint)
        return render(request, "compare.html", page, status=HTTPStatus.BAD_REQUEST)
    found = archive.export(earlier.request, today=earlier.today)
    changed = difference(earlier.ids, found.ids)
    number_of = dict(zip(found.ids, found.numbers, strict=True))
    compared = compared_page(
        earlier,
        changed,
        total=len(found.ids),
        new=archive.hits([number_of[id_] for id_ in changed.new[:SHOWN]]),
        titles=archive.store.titles(changed.gone[:SHOWN]),
    )
    return render(request, "compared.html", compared)


@router.post(
    "/api/v1/export/compare",
    tags=["search"],
    summary="What is new and what is gone since an export, by its manifest",
    response_model=DifferenceBody,
    responses=UNREADABLE,
    dependencies=_ALLOWED,
)
def compare_export(archive: _Archive, asked: ManifestAsked) -> JSONResponse:
    """The search is asked again as it was, relative dates as they were understood then. A key needs
    the scope `export`.
    """
    earlier = manifest_of(asked.model_dump())
    found = archive.export(earlier.request, today=earlier.today)
    changed = difference(earlier.ids, found.ids)
    told = {"new": changed.new, "gone": changed.gone, "total": len(found.ids)}
    return JSONResponse(told | {"generation": found.generation})
