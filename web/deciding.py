"""What administrators decide about actors and places, on pages. They need no JavaScript."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from archive.errors import InputError, NotFound
from archive.types import Decided, Decision
from web.deps import archive_of
from web.render import render
from web.security import (
    Administrator,
    administrator,
    check_form,
    forget,
    form_of,
    remember,
    sign_in_of,
    signed_in,
)
from web.views.deciding import (
    LOG_PAGE,
    SignInPage,
    decide_page,
    decisions_page,
    preview_page,
    said_in,
)

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Who = Annotated[Administrator, Depends(administrator)]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_CARRY_OUT = "carry out"


@router.get("/sign-in")
def sign_in(
    request: Request, then: Annotated[str, Query(max_length=500)] = "/decisions"
) -> Response:
    """The form to sign in with."""
    if not sign_in_of(request).possible:
        page = SignInPage(possible=False, then="", fault="")
        return render(request, "sign_in.html", page, status=HTTPStatus.NOT_FOUND)
    if signed_in(request):
        return RedirectResponse(_own(then), HTTPStatus.SEE_OTHER)
    return render(request, "sign_in.html", SignInPage(possible=True, then=_own(then), fault=""))


@router.post("/sign-in")
def signing_in(request: Request, form: _Form) -> Response:
    """Signs in who knows the token."""
    keys, then = sign_in_of(request), _own(form.get("then", ""))
    if not keys.accepts(form.get("token", "")):
        page = SignInPage(possible=keys.possible, then=then, fault="This is not the token")
        return render(request, "sign_in.html", page, status=HTTPStatus.FORBIDDEN)
    response = RedirectResponse(then, HTTPStatus.SEE_OTHER)
    cookie = keys.cookie(form.get("name", ""), now=time.time())
    remember(response, cookie, secure=request.url.scheme == "https")
    return response


@router.post("/sign-out")
def sign_out(form: _Form, who: _Who) -> Response:
    """Signs out."""
    check_form(form, who)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    forget(response)
    return response


@router.get("/decisions")
def decisions(
    request: Request, archive: _Archive, who: _Who, offset: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """All decisions, the last first."""
    log = archive.authority().decisions
    return render(request, "decisions.html", decisions_page(log, who.csrf, offset, LOG_PAGE))


@router.post("/decisions/{number}/undo")
def undo(request: Request, archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """What undoing a decision would change; then undoes it."""
    check_form(form, who)
    decision = archive.undoing(number, by=who.name)
    return _shown_or_done(request, archive, who, form, decision, back="/decisions")


@router.get("/{facet}s/{value}/decide")
def decide(
    request: Request, archive: _Archive, who: _Who, facet: Literal["actor", "place"], value: str
) -> Response:
    """All that can be decided about an actor or a place."""
    page = decide_page(facet, archive.named(facet, value), archive.place_of(facet, value), who.csrf)
    return render(request, "decide.html", page)


@router.post("/{facet}s/{value}/decide")
def deciding(
    request: Request,
    archive: _Archive,
    who: _Who,
    form: _Form,
    facet: Literal["actor", "place"],
    value: str,
) -> Response:
    """What a decision would change; then carries it out."""
    check_form(form, who)
    try:
        kind = cast(Decided, form.get("kind", ""))  # what is none is refused like any other
        decision = archive.proposed(facet, value, kind, said_in(form), by=who.name)
        back = f"{request.url.path}#{kind}"
        return _shown_or_done(request, archive, who, form, decision, back=back)
    except (InputError, NotFound) as error:
        named, place = archive.named(facet, value), archive.place_of(facet, value)
        page = decide_page(facet, named, place, who.csrf, form=form, fault=error)
        return render(request, "decide.html", page, status=HTTPStatus.BAD_REQUEST)


def _shown_or_done(
    request: Request,
    archive: Archive,
    who: Administrator,
    form: Mapping[str, str],
    decision: Decision,
    *,
    back: str,
) -> Response:
    """The page that says what a decision would change; once that was seen, the log with it."""
    if form.get("step") != _CARRY_OUT:
        effect = archive.preview([decision])
        page = preview_page(decision, effect, form, who.csrf, request.url.path, back)
        return render(request, "preview.html", page)
    archive.decide([decision])
    return RedirectResponse("/decisions", HTTPStatus.SEE_OTHER)


def _own(address: str) -> str:
    """An address of this site; the log of decisions in place of any other."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else "/decisions"
