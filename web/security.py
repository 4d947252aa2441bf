"""Who may decide: administrators sign in with the token that ARCHIVE_ADMIN_TOKEN holds.

A signed cookie says who signed in and until when. The server keeps nothing: another token signs
everybody out. Every form of theirs carries a value that only pages made for the same sign-in have,
so that no other site can send one in their name.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import Request, Response
from starlette.exceptions import HTTPException

COOKIE = "archive-administrator"
CSRF = "csrf"
SESSION_SECONDS = 12 * 3600
_LONGEST_NAME = 60
_LARGEST_FORM = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who is signed in: `name` goes into the log of decisions, `csrf` into every form."""

    name: str
    csrf: str


class SignIn:
    """Signs administrators in by one token they share; nobody, where there is none."""

    def __init__(self, token: str | None) -> None:
        self._token = (token or "").encode()
        self._key = hashlib.sha256(b"archive sign-in\0" + self._token).digest()

    @property
    def possible(self) -> bool:
        """Whether there is a token to sign in with."""
        return bool(self._token)

    def accepts(self, token: str) -> bool:
        """Whether this is the token; it takes as long to say no as to say yes."""
        return self.possible and hmac.compare_digest(token.strip().encode(), self._token)

    def cookie(self, name: str, *, now: float) -> str:
        """The value of the cookie of somebody who signed in."""
        said = {
            "name": " ".join(name.split())[:_LONGEST_NAME] or "administrator",
            "until": int(now) + SESSION_SECONDS,
            "nonce": secrets.token_hex(8),
        }
        payload = base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
        return f"{payload}.{self._signed('cookie', payload)}"

    def read(self, cookie: str | None, *, now: float) -> Administrator | None:
        """Who a cookie says is signed in; None if it was not made here or is too old."""
        payload, _, signature = (cookie or "").partition(".")
        if not self.possible or not hmac.compare_digest(
            signature.encode(), self._signed("cookie", payload).encode()
        ):
            return None
        said = json.loads(base64.urlsafe_b64decode(payload))
        if said["until"] < now:
            return None
        return Administrator(said["name"], self._signed("form", payload))

    def _signed(self, use: str, payload: str) -> str:
        return hmac.new(self._key, f"{use}:{payload}".encode(), hashlib.sha256).hexdigest()


def sign_in_of(request: Request) -> SignIn:
    """How people sign in to the application."""
    found: SignIn = request.app.state.sign_in
    return found


def signed_in(request: Request) -> Administrator | None:
    """The administrator who asks, None for everybody else."""
    return sign_in_of(request).read(request.cookies.get(COOKIE), now=time.time())


def administrator(request: Request) -> Administrator:
    """The administrator who asks; everybody else is sent to sign in first."""
    found = signed_in(request)
    if found is not None:
        return found
    if not sign_in_of(request).possible:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if request.method != "GET":
        raise HTTPException(HTTPStatus.FORBIDDEN, "you are not signed in any more")
    address = f"/sign-in?then={quote(request.url.path, safe='/')}"
    raise HTTPException(HTTPStatus.SEE_OTHER, headers={"Location": address})


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form that was sent from a page of ours. HTTPException for any other."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.url.netloc:
        raise HTTPException(HTTPStatus.FORBIDDEN, "this form was sent from another site")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "this form is too large")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1].strip() for name, values in fields.items()}


def check_form(form: Mapping[str, str], who: Administrator) -> None:
    """HTTPException for a form that no page made for this sign-in has."""
    if not hmac.compare_digest(form.get(CSRF, "").encode(), who.csrf.encode()):
        raise HTTPException(HTTPStatus.FORBIDDEN, "this form is too old; open its page again")


def remember(response: Response, cookie: str, *, secure: bool) -> None:
    """Let the browser keep a sign-in; scripts do not see it, other sites do not send it."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=SESSION_SECONDS,
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def forget(response: Response) -> None:
    """Sign out."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
