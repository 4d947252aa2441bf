"""Connections: how long a client may take, and how many one may have, so that one that is slow or
means ill keeps no other waiting. `archive serve` starts the server with it.
"""

import asyncio
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from web.limits import network_of


class Connection(H11Protocol):
    """HTTP/1.1 with an end to patience: with the lines of a request, and with reading an answer.
    (How long its body may take is said in web/bounds.py.)
    """

    head_seconds: ClassVar[float] = 20.0
    read_seconds: ClassVar[float] = 30.0  # in which so many bytes have to be taken:
    read_least: ClassVar[int] = 16_384
    most: ClassVar[int] = 128  # connections of one network address

    _open: ClassVar[Counter[str]] = Counter()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._network = ""
        self._waiting: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuses a client that has too many; any other has its time to ask something."""
        super().connection_made(transport)
        self._network = self._counted_as()
        self._open[self._network] += 1
        if self._network and self._open[self._network] > self.most:
            transport.abort()
            return
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._open[self._network] -= 1
        if not self._open[self._network]:
            del self._open[self._network]
        for timer in (self._waiting, self._reading):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Once the lines of a request are all there, the client has done its part."""
        asked = self.cycle
        super().data_received(data)
        if self.cycle is not asked:
            if self._waiting:
                self._waiting.cancel()
                self._waiting = None
        elif self._waiting is None and (asked is None or asked.response_complete):
            self._wait()  # the first byte of one more request

    def pause_writing(self) -> None:
        """The client does not take what it asked for as quickly as it is made."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """It does again."""
        if self._reading:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _watch(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self.read_seconds, self._look)

    def _look(self) -> None:
        if self._unread - self.transport.get_write_buffer_size() < self.read_least:
            self.transport.abort()  # closing would wait until all is read
        else:
            self._watch()

    def _counted_as(self) -> str:
        """The network of the client; "" for this machine, and for proxies that are believed."""
        host = self.client[0] if self.client else ""
        believed = self.config.forwarded_allow_ips or ""
        names = believed.split(",") if isinstance(believed, str) else believed
        return "" if {host, "*"} & {name.strip() for name in names} else network_of(host)
