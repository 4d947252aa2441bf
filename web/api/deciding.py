"""Decisions and the audit log over the API, for keys with the scopes that they take."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.search.wire import plain
from archive.types import Account, Decision, Scope
from web.api.problems import SEARCHING, UNREADABLE, refusal
from web.api.scopes import MOST, taking
from web.asked import DecisionAsked, EffectAsked
from web.deps import archive_of, permitted
from web.schemas import (
    AuditBody,
    DecidedBody,
    DecisionsBody,
)

router = APIRouter(tags=["decisions"])
_Archive = Annotated[Archive, Depends(archive_of)]
_Editor = Annotated[Account, Depends(permitted(Scope.DECIDE))]
_Administrator = Annotated[Account, Depends(permitted(Scope.ADMINISTER))]
_Before = Annotated[
    int | None,
    Query(description="Only those before the one of this number.", ge=1, le=MOST, examples=[101]),
]
_Size = Annotated[int, Query(description="How many at most.", ge=1, le=500)]
_REFUSED = {
    **UNREADABLE,
    **refusal(400, "This cannot be decided; the detail says why."),
    **refusal(404, "There is no such name, or no such decision."),
}
_DECIDES = taking(Scope.DECIDE)
_ADMINISTERS = taking(Scope.ADMINISTER)


@router.get(
    "/api/v1/decisions",
    summary="What people decided about actors and places, the last first",
    response_model=DecisionsBody,
    responses=SEARCHING,
    openapi_extra=_DECIDES,
)
def decisions(
    archive: _Archive, who: _Editor, before: _Before = None, size: _Size = 100
) -> JSONResponse:
    """Takes the scope `decide`."""
    log = [d for d in reversed(archive.decisions()) if before is None or d.seq < before]
    return JSONResponse({"decisions": plain(log[:size]), "total": len(log)})


@router.post(
    "/api/v1/decisions",
    summary="Decide on an actor or a place",
    response_model=DecidedBody,
    responses=_REFUSED,
    openapi_extra=_DECIDES,
)
def decide(archive: _Archive, who: _Editor, asked: DecisionAsked) -> JSONResponse:
    """Takes the scope `decide`. The index has it with the answer, or `is_indexed` is false."""
    decision = archive.proposed(
        asked.facet, asked.name, asked.kind, asked.arguments, by=str(who.name)
    )
    return _answer(archive, decision, asked)


@router.post(
    "/api/v1/decisions/{number}/undo",
    summary="Undo a decision; undoing that redoes it",
    response_model=DecidedBody,
    responses=_REFUSED,
    openapi_extra=_DECIDES,
)
def undo_decision(
    archive: _Archive,
    who: _Editor,
    number: Annotated[int, Path(description="As the log numbers it.", ge=1, le=MOST, examples=[1])],
    asked: EffectAsked,
) -> JSONResponse:
    """Takes the scope `decide`."""
    return _answer(archive, archive.undoing(number, by=str(who.name)), asked)


@router.get(
    "/api/v1/audit",
    summary="Who did what when, the last first",
    response_model=AuditBody,
    responses=SEARCHING,
    openapi_extra=_ADMINISTERS,
)
def audit(
    archive: _Archive,
    who: _Administrator,
    by: Annotated[
        str,
        Query(description="Only what this account did.", max_length=100, examples=["librarian"]),
    ] = "",
    what: Annotated[
        str, Query(description="Only what is called this.", max_length=100, examples=["signed in"])
    ] = "",
    before: _Before = None,
    size: _Size = 100,
) -> JSONResponse:
    """Takes the scope `administer`."""
    return JSONResponse({"acts": plain(archive.audit(size=size, before=before, by=by, what=what))})


def _answer(archive: Archive, decision: Decision, asked: EffectAsked) -> JSONResponse:
    act = archive.preview if asked.dry_run else archive.decide
    effect = act([decision])
    return JSONResponse({"dry_run": asked.dry_run, **plain(effect)})
