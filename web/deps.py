"""What requests are given: the archive, who asks, and whether they may."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from archive.core import Archive
from archive.types import Account, Role, Scope
from web.limits import Rates
from web.security import key_of, session_of, signed_in

_PROBES = frozenset(("/healthz", "/readyz", "/metrics"))
# What is answered to everybody, also where reading needs an account.
_OPEN = frozenset(
    (
        *("/sign-in", "/favicon.ico", "/feeds/saved/{token}"),
        # Who is told by mail need not have an account to say yes or no.
        *("/alerts/{token}", "/alerts/{token}/confirm", "/alerts/{token}/end"),
    )
)
_LONGEST_WAY_BACK = 2_000


def archive_of(request: Request) -> Archive:
    """The archive that the application serves."""
    archive: Archive = request.app.state.archive
    return archive


def site_of(request: Request) -> str:
    """Where the archive is served, as who asks sees it."""
    return str(request.base_url).rstrip("/")


def account(request: Request) -> Account | None:
    """The account that asks, by key or by session, also a visitor's; None for who never signed in
    or saved anything.
    """
    found = key_of(request) or session_of(request)
    return found.account if found else None


def somebody(request: Request) -> Account:
    """A dependency of pages: the account that asks, also a visitor's. Where there is none nothing
    of theirs can be here; who comes by a link in a mail may have to sign in first.
    """
    found = account(request)
    if found is None:
        raise _not_signed_in(request)
    return found


def require(role: Role) -> Callable[[Request], Account]:
    """A dependency of pages: the account that is signed in, if it may do what a role may. Who is
    not signed in is sent to do so.
    """

    def required(request: Request) -> Account:
        found = signed_in(request)
        if found is None:
            raise _not_signed_in(request)
        if not found.role.covers(role):
            raise HTTPException(HTTPStatus.FORBIDDEN, f"this needs the role of {role.value}")
        return found

    return required


def permitted(scope: Scope) -> Callable[[Request], Account | None]:
    """A dependency of the API: the account that asks, None for who asks without one and may.
    Reading and exporting are open to everybody where reading is; all else takes a key with the
    scope, or for looking at it a session.
    """

    def checked(request: Request) -> Account | None:
        key, found = key_of(request), account(request)
        if key is not None and not key.may(scope):
            raise HTTPException(
                HTTPStatus.FORBIDDEN,
                f"this needs a key with the scope “{scope.value}”",
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'
                },
            )
        if found is None and scope not in {Scope.READ, Scope.EXPORT}:
            raise _not_signed_in(request)
        if found is not None and not found.role.covers(scope.role):
            raise HTTPException(HTTPStatus.FORBIDDEN, f"this needs the role of {scope.role.value}")
        return found

    return checked


async def admitted(request: Request) -> None:
    """HTTPException for who asks too often, shows a key that does not hold, or may not read. Every
    route depends on it.
    """
    path = request.scope["route"].path
    if path in _PROBES:
        return
    rates: Rates = request.app.state.rates
    try:
        # What names nobody needs no thread to be looked up in.
        is_somebody = "authorization" in request.headers or "cookie" in request.headers
        found = await run_in_threadpool(account, request) if is_somebody else None
    except HTTPException:
        rates.count(request, None)
        raise
    who = found if found and found.name is not None else None
    rates.count(request, who)
    if who is None and path not in _OPEN and archive_of(request).settings.reading != "open":
        raise _not_signed_in(request)


def _not_signed_in(request: Request) -> HTTPException:
    if request.url.path.startswith("/api/"):
        return HTTPException(
            HTTPStatus.UNAUTHORIZED,
            "this needs a key: send it as “Authorization: Bearer …”",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if request.method not in {"GET", "HEAD"}:
        return HTTPException(HTTPStatus.FORBIDDEN, "you are not signed in any more")
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = f"/sign-in?then={quote(asked[:_LONGEST_WAY_BACK], safe='/')}"
    return HTTPException(HTTPStatus.SEE_OTHER, headers={"Location": address})
