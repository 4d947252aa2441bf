"""How answers travel: known ones not again (ETag), their heads alone (HEAD), long ones packed
(gzip), and to pages of other sites where a setting lets them (CORS).
"""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MADE = ("text/html", "application/json", "application/atom+xml")
_NOT_OF_AN_UNCHANGED_ONE = ("content-length", "content-type")


class Validated:
    """The application, whose whole answers have a tag: who shows it again and would be told the
    same is told only that (RFC 9110, 304). Streams go by untouched.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (or the life of the server)."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_made(message):
                start = message  # held until its body is there
                return
            if start is None:
                await send(message)
                return
            begun, start = start, None
            if not message.get("more_body", False):
                begun, message = _with_tag(begun, message, known)
            await send(begun)
            await send(message)

        await self._app(scope, receive, tagged)


def _is_made(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    kind = headers.get("content-type", "")
    return start["status"] == 200 and "etag" not in headers and kind.startswith(_MADE)


def _with_tag(start: Message, body: Message, known: str) -> tuple[Message, Message]:
    """Weak, since the same answer may travel packed."""
    tag = f'W/"{hashlib.sha256(body.get("body", b"")).hexdigest()[:24]}"'
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["ETag"] = tag
    headers.setdefault("Cache-Control", "no-cache")
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    if "*" not in tags and tag.removeprefix("W/") not in tags:
        return {**start, "headers": headers.raw}, body
    for name in _NOT_OF_AN_UNCHANGED_ONE:
        del headers[name]
    return {**start, "status": 304, "headers": headers.raw}, {**body, "body": b""}


class Headed:
    """The application, which answers HEAD as GET, but for the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (or the life of the server)."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            is_body = message["type"] == "http.response.body"
            await send({**message, "body": b""} if is_body else message)

        await self._app({**scope, "method": "GET"}, receive, bodiless)


class Packed(GZipMiddleware):
    """Answers to whoever takes gzip. Pages for somebody stay as they are: they have what forms
    carry beside what was asked, and from the lengths of such pages it could be guessed (BREACH).
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (or the life of the server)."""
        if scope["type"] == "http" and "cookie" in Headers(scope=scope):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Shared(CORSMiddleware):
    """The API for pages of other sites, without cookies; all else stays with our own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (or the life of the server)."""
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
