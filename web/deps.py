"""What requests are given: the archive, and who asks."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from archive.core import Archive
from archive.types import Account, Role
from web.security import session_of, signed_in

# What is answered to everybody, also where reading needs an account.
_OPEN = frozenset(("/sign-in", "/healthz", "/readyz", "/favicon.ico"))


def archive_of(request: Request) -> Archive:
    """The archive that the application serves."""
    archive: Archive = request.app.state.archive
    return archive


def account(request: Request) -> Account | None:
    """The account that asks, also a visitor's; None for who never signed in or saved anything."""
    session = session_of(request)
    return session.account if session else None


def require(role: Role) -> Callable[[Request], Account]:
    """A dependency: the account that asks, if it may do what a role may. Who is not signed in is
    sent to do so.
    """

    def required(request: Request) -> Account:
        found = signed_in(request)
        if found is None:
            raise _not_signed_in(request)
        if not found.role.covers(role):
            raise HTTPException(HTTPStatus.FORBIDDEN, f"this needs the role of {role.value}")
        return found

    return required


async def may_read(request: Request) -> None:
    """HTTPException for who is not signed in, where reading needs that."""
    is_open = archive_of(request).settings.reading == "open"
    if not is_open and request.scope["route"].path not in _OPEN:
        await run_in_threadpool(require(Role.READER), request)


def _not_signed_in(request: Request) -> HTTPException:
    if request.url.path.startswith("/api/"):
        return HTTPException(HTTPStatus.UNAUTHORIZED, "this needs an account")
    if request.method not in {"GET", "HEAD"}:
        return HTTPException(HTTPStatus.FORBIDDEN, "you are not signed in any more")
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = f"/sign-in?then={quote(asked[:_LONGEST_WAY_BACK], safe='/')}"
    return HTTPException(HTTPStatus.SEE_OTHER, headers={"Location": address})


_LONGEST_WAY_BACK = 2_000
