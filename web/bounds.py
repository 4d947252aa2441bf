"""Requests: how large and how slow their bodies may be, and how many are answered at once for one
client; others are answered meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.limits import network_of

_MOST_BYTES = 1_000_000
_SECONDS = 30.0
_AT_ONCE = 16  # well below the threads that answer (40)


class Bounds:
    """The application within bounds. Requests of one network address wait for each other."""

    def __init__(self, app: ASGIApp, *, seconds: float = _SECONDS, at_once: int = _AT_ONCE) -> None:
        self._app, self._seconds, self._at_once = app, seconds, at_once
        self._turns: dict[str, tuple[asyncio.Semaphore, int]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (or the life of the server)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        async with self._turn(network_of(scope["client"][0] if scope.get("client") else "")):
            await self._app(scope, self._bounded(receive), send)

    def _bounded(self, receive: Receive) -> Receive:
        """HTTPException for a body that is too large or takes too long."""
        until = asyncio.get_running_loop().time() + self._seconds
        size, is_whole = 0, False

        async def bounded() -> Message:
            nonlocal size, is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(
                    HTTPStatus.REQUEST_TIMEOUT, "this took too long to arrive"
                ) from error
            size += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if size > _MOST_BYTES:
                raise HTTPException(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"this is too large: {_MOST_BYTES:,} bytes are the limit",
                )
            return message

        return bounded

    @asynccontextmanager
    async def _turn(self, client: str) -> AsyncIterator[None]:
        """Not more of one client's at once; this machine's own are not counted."""
        if not client:
            yield
            return
        turns, waiting = self._turns.get(client, (asyncio.Semaphore(self._at_once), 0))
        self._turns[client] = turns, waiting + 1
        try:
            async with turns:
                yield
        finally:
            turns, waiting = self._turns.pop(client)
            if waiting > 1:
                self._turns[client] = turns, waiting - 1
