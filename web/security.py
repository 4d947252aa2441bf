"""Who asks: sessions that a cookie of random characters names, and forms that only our own pages
can send.

Every form carries a value that stands nowhere but in pages made for the same session, or for the
same browser where there is no session yet. Forms are read by `form_of` alone, which checks it.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from archive.accounts import SIGNED_IN, VISITING
from archive.core import Archive
from archive.types import Account, Key, Session

CSRF = "csrf"
SESSION_COOKIE, _FORM_COOKIE = "archive-session", "archive-form"
_LARGEST_FORM = 64 * 1024  # bytes
_BOUNDARY = re.compile(r'multipart/form-data;.*boundary="?([^";]{1,70})')
_FIELD = re.compile(rb'content-disposition:[^\r\n]*[ ;]name="([^"\r\n]*)"', re.IGNORECASE)
_API = "/api/"
_READING = frozenset(("GET", "HEAD"))
_OWN_SITES = frozenset(("same-origin", "none"))


def key_of(request: Request) -> Key | None:
    """The key that a program shows. HTTPException for one that does not hold."""
    if not hasattr(request.state, "key"):
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        is_shown = scheme.lower() == "bearer" and request.url.path.startswith(_API)
        request.state.key = _archive(request).keys.of(secret.strip()) if is_shown else None
        if is_shown and request.state.key is None:
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "this key does not hold, or holds no more",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
    found: Key | None = request.state.key
    return found


def session_of(request: Request) -> Session | None:
    """The session that the request belongs to. With a cookie alone programs change nothing: what
    they send does not show where it comes from, as forms do.
    """
    if not hasattr(request.state, "session"):
        counts = request.method in _READING or not request.url.path.startswith(_API)
        token = request.cookies.get(_name(request, SESSION_COOKIE)) if counts else None
        request.state.session = _archive(request).accounts.session(token) if token else None
    found: Session | None = request.state.session
    return found


def signed_in(request: Request) -> Account | None:
    """Who signed in; None for visitors."""
    session = session_of(request)
    return session.account if session and session.account.name is not None else None


def csrf_of(request: Request) -> str:
    """What a form on the page that is asked for has to carry. A browser without a session is
    given a cookie for it.
    """
    if session := session_of(request):
        return session.csrf
    known = request.cookies.get(_name(request, _FORM_COOKIE))
    if not known and not hasattr(request.state, "form_cookie"):
        request.state.form_cookie = secrets.token_urlsafe(32)
    return _for_forms(known or request.state.form_cookie)


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form that was sent from a page of ours. HTTPException for any other."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.url.netloc:
        raise HTTPException(HTTPStatus.FORBIDDEN, "this form was sent from another site")
    if request.headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        raise HTTPException(HTTPStatus.FORBIDDEN, "this form was sent from another site")
    form = await fields_of(request)
    expected = await run_in_threadpool(_expected, request)
    if expected is None or not hmac.compare_digest(form.get(CSRF, "").encode(), expected.encode()):
        raise HTTPException(HTTPStatus.FORBIDDEN, "this form is too old; open its page again")
    return form


async def fields_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, whoever sent it: for what the address alone allows."""
    boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
    body = b""
    async for chunk in request.stream():
        body += chunk
        # A form with a file may be as large as any body (`Bounds`).
        if len(body) > _LARGEST_FORM and not boundary:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "this form is too large")
    if boundary:
        return dict(_parts(body, boundary[1].encode()))
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1].strip() for name, values in fields.items()}


def sign_in(request: Request, name: str, password: str) -> bool:
    """Begin a session, always a new one: what a visitor saved comes along. False if name and
    password do not belong together.
    """
    accounts, before = _archive(request).accounts, session_of(request)
    token = accounts.sign_in(name, password, visitor=before.account if before else None)
    if token is None:
        return False
    _end(request)
    request.state.session_cookie = token
    return True


def sign_out(request: Request) -> None:
    """End the session, here and in the archive."""
    _end(request)
    request.state.session_cookie = ""


def owner(request: Request) -> Account:
    """Whom something belongs to that is saved now: who asks, else a visitor from now on."""
    session = session_of(request)
    if session is None:
        token, session = _archive(request).accounts.visit()
        request.state.session, request.state.session_cookie = session, token
    return session.account


def keep_cookies(request: Request, response: Response) -> None:
    """Let the browser keep what answering the request began, and forget what it ended; no cache
    keeps a page that was made for somebody.
    """
    state = request.state
    session: str | None = getattr(state, "session_cookie", None)
    form: str | None = getattr(state, "form_cookie", None)
    names = (_name(request, SESSION_COOKIE), _name(request, _FORM_COOKIE))
    for name, value, seconds in (
        (names[0], session, int(max(SIGNED_IN, VISITING).total_seconds())),
        (names[1], form, None),
    ):
        if value:
            # Other sites' forms do not send it, their links do: whoever follows one is signed in.
            response.set_cookie(
                name,
                value,
                max_age=seconds,
                secure=_is_secure(request),
                httponly=True,
                samesite="lax",
            )
        elif value is not None:
            response.delete_cookie(name, secure=_is_secure(request), httponly=True, samesite="lax")
    if session is not None or form is not None or any(name in request.cookies for name in names):
        response.headers["Cache-Control"] = "private, no-store"


def _end(request: Request) -> None:
    token = request.cookies.get(_name(request, SESSION_COOKIE))
    if token:
        _archive(request).accounts.sign_out(token)


def _expected(request: Request) -> str | None:
    """What a form must carry; None if no page of ours can have been given it."""
    if session := session_of(request):
        return session.csrf
    known = request.cookies.get(_name(request, _FORM_COOKIE))
    return _for_forms(known) if known else None


def _for_forms(cookie: str) -> str:
    return hashlib.sha256(f"form:{cookie}".encode()).hexdigest()


def _name(request: Request, cookie: str) -> str:
    """Over HTTPS browsers take a cookie of this prefix from this very host only (RFC 6265bis):
    no neighbour under the same domain can put one of its own in its place.
    """
    return f"__Host-{cookie}" if _is_secure(request) else cookie


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    """The fields of a form with a file (RFC 7578); bytes of a file that are no text are escaped."""
    for part in body.split(b"--" + boundary)[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        if name := _FIELD.search(head):
            odd = "surrogateescape" if b"filename=" in head else "replace"
            yield name[1].decode("utf-8", "replace"), content.decode("utf-8", odd).strip()


def _archive(request: Request) -> Archive:
    archive: Archive = request.app.state.archive
    return archive
