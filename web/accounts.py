"""Signing in and out, on pages."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from web.deps import archive_of
from web.limits import SignInLimit
from web.render import render
from web.security import form_of, sign_in, sign_out, signed_in
from web.views.accounts import SignInPage

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Form = Annotated[Mapping[str, str], Depends(form_of)]


@router.get("/sign-in")
def sign_in_page(
    request: Request, archive: _Archive, then: Annotated[str, Query(max_length=4000)] = "/"
) -> Response:
    """The form to sign in with."""
    if signed_in(request):
        return RedirectResponse(_own(then), HTTPStatus.SEE_OTHER)
    page = SignInPage(then=_own(then), possible=bool(archive.accounts.all()))
    return render(request, "sign_in.html", page)


@router.post("/sign-in")
def signing_in(request: Request, form: _Form) -> Response:
    """Signs in who knows the password; wrong ones are counted."""
    limit: SignInLimit = request.app.state.sign_ins
    name, then = form.get("name", ""), _own(form.get("then", ""))
    limit.check(request, name)
    if sign_in(request, name, form.get("password", "")):
        return RedirectResponse(then, HTTPStatus.SEE_OTHER)
    limit.count(request, name)
    page = SignInPage(then=then, name=name, fault="This is not the password of that name")
    return render(request, "sign_in.html", page, status=HTTPStatus.FORBIDDEN)


@router.post("/sign-out")
def signing_out(request: Request, form: _Form) -> Response:
    """Signs out."""
    sign_out(request)
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


def _own(address: str) -> str:
    """An address of this site; the first page in place of any other."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else "/"
