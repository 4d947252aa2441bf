"""Errors to answers: RFC 9457 problem details for programs, a page for people."""

import logging
from http import HTTPStatus
from itertools import pairwise
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from archive.errors import ArchiveError, Busy, Gone, InputError, NotFound, RebuildNeeded, StoreError
from web.render import render
from web.views.plain import ErrorPage

log = logging.getLogger("archive.web")
_STATUS: tuple[tuple[type[ArchiveError], HTTPStatus], ...] = (
    (InputError, HTTPStatus.BAD_REQUEST),
    (Gone, HTTPStatus.GONE),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Busy, HTTPStatus.CONFLICT),
    (RebuildNeeded, HTTPStatus.SERVICE_UNAVAILABLE),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
)
_HEADINGS = {
    HTTPStatus.BAD_REQUEST: "This search cannot be made",
    HTTPStatus.FORBIDDEN: "This was not done",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.CONFLICT: "This cannot be done now",
    HTTPStatus.GONE: "This article was taken down",
    HTTPStatus.TOO_MANY_REQUESTS: "Not so fast",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot be searched now",
}


def install(app: FastAPI) -> None:
    """Give every error an answer that people and programs can read."""
    app.add_exception_handler(ArchiveError, _archive_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, bug)


def _archive_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ArchiveError):
        raise error
    status = next((s for kind, s in _STATUS if isinstance(error, kind)), None)
    if status is None:
        log.error("%s", error)
    field = getattr(error, "field", None)
    return answer(
        request,
        status or HTTPStatus.INTERNAL_SERVER_ERROR,
        error.message,
        hint=error.hint,
        field=field,
    )


def _validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    field = _field(first["loc"])
    given = first.get("input")
    shown = f" (it is “{str(given)[:40]}”)" if given is not None else ""
    detail = f"{field}: {first['msg'][:1].lower()}{first['msg'][1:]}{shown}"
    return answer(request, HTTPStatus.BAD_REQUEST, detail, field=field)


def _field(loc: tuple[int | str, ...]) -> str:
    """A parameter, or a path into a body; what pydantic adds to it for a node's type goes."""
    if loc[0] != "body":
        return str(loc[-1])
    path = [str(part) for part in loc[1:]]
    kept = path[:1]
    for before, part in pairwise(path):
        if kept[0] != "tree" or (before not in {"tree", "part"} and not before.isdigit()):
            kept.append(part)
    return ".".join(kept) or "body"


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
        error = _too_many(request) or error
    status = HTTPStatus(error.status_code)
    detail = "there is no such page" if status == HTTPStatus.NOT_FOUND else str(error.detail)
    response = answer(request, status, detail)
    response.headers.update(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods(request)):
        response.headers["Allow"] = ", ".join(methods)
    return response


def _too_many(request: Request) -> HTTPException | None:
    """What no route was found for counts, too: addresses are not tried without end."""
    try:
        request.app.state.rates.count(request, None)
    except HTTPException as refused:
        return refused
    return None


def _methods(request: Request) -> list[str]:
    """Those of all routes of the address; a route that refuses one knows its own alone."""

    def has(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)

    found = [method for method in ("GET", "POST", "PUT", "DELETE") if has(method)]
    return ["GET", "HEAD", *found[1:]] if found[:1] == ["GET"] else found


def bug(request: Request, error: Exception) -> Response:
    """The answer to what should not happen; the log has the whole of it."""
    name = getattr(request.state, "id", "without a name")
    log.exception("request %s: %s %s", name, request.method, request.url.path, exc_info=error)
    return answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "something went wrong that is not your fault",
        hint="the server's log says what; please report it",
    )


def answer(
    request: Request,
    status: HTTPStatus,
    detail: str,
    *,
    hint: str = "",
    field: str | None = None,
) -> Response:
    """A problem as JSON below /api and for probes, as a page elsewhere."""
    if request.url.path.startswith(("/api/", "/healthz", "/readyz")):
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
            "instance": request.url.path,
        }
        problem |= {"hint": hint} if hint else {}
        problem |= {"field": field} if field else {}
        return JSONResponse(problem, status, media_type="application/problem+json")
    page = ErrorPage(
        heading=_HEADINGS.get(status, status.phrase),
        detail=detail[:1].upper() + detail[1:],
        hint=hint,
        q=request.query_params.get("q", "")[:200],
    )
    return render(request, "error.html", page, status=status)
