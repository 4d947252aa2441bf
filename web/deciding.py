"""What editors decide about actors and places, on pages. They need no JavaScript."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from archive.errors import InputError, NotFound
from archive.types import Account, Decided, Decision, Role
from web.deps import archive_of, require
from web.render import render
from web.security import form_of
from web.views.deciding import (
    LOG_PAGE,
    decide_page,
    decisions_page,
    preview_page,
    said_in,
)
from web.views.namesakes import namesakes_page

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Who = Annotated[Account, Depends(require(Role.EDITOR))]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_CARRY_OUT = "carry out"


@router.get("/decisions")
def decisions(
    request: Request,
    archive: _Archive,
    who: _Who,
    offset: Annotated[int, Query(ge=0)] = 0,
    waits: bool = False,
) -> Response:
    """All decisions, the last first."""
    page = decisions_page(archive.decisions(), offset, LOG_PAGE, waits=waits)
    return render(request, "decisions.html", page)


@router.post("/decisions/{number}/undo")
def undo(request: Request, archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """What undoing a decision would change; then undoes it."""
    decision = archive.undoing(number, by=str(who.name))
    return _shown_or_done(request, archive, form, decision, back="/decisions")


@router.get("/{facet}s/{value}/decide")
def decide(
    request: Request, archive: _Archive, who: _Who, facet: Literal["actor", "place"], value: str
) -> Response:
    """All that can be decided about an actor or a place."""
    page = decide_page(facet, archive.named(facet, value), archive.place_of(facet, value))
    return render(request, "decide.html", page)


@router.get("/actors/{value}/namesakes")
def namesakes(
    request: Request,
    archive: _Archive,
    who: _Who,
    value: str,
    tick: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The articles of a name, to say which of them mean another."""
    page = namesakes_page(archive.named("actor", value), archive.namesakes(value), tick)
    return render(request, "namesakes.html", page)


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
    try:
        kind = cast(Decided, form.get("kind", ""))  # what is none is refused like any other
        decision = archive.proposed(facet, value, kind, said_in(form), by=str(who.name))
        back = f"{request.url.path}#{kind}"
        return _shown_or_done(request, archive, form, decision, back=back)
    except (InputError, NotFound) as error:
        named, place = archive.named(facet, value), archive.place_of(facet, value)
        page = decide_page(facet, named, place, form=form, fault=error)
        return render(request, "decide.html", page, status=HTTPStatus.BAD_REQUEST)


def _shown_or_done(
    request: Request,
    archive: Archive,
    form: Mapping[str, str],
    decision: Decision,
    *,
    back: str,
) -> Response:
    """The page that says what a decision would change; once that was seen, the log with it."""
    if form.get("step") != _CARRY_OUT:
        effect = archive.preview([decision])
        page = preview_page(decision, effect, form, request.url.path, back)
        return render(request, "preview.html", page)
    effect = archive.decide([decision])
    address = "/decisions" if effect.is_indexed else "/decisions?waits=true"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
