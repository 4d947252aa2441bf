"""A web server for tests, on a port of this machine: what it answers and what it was asked."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Website:
    """`pages` gives for a path the body, or the status with headers and body. `sent` is what was
    sent to it; `on_sent` is called before that is answered.
    """

    address: str = ""
    pages: dict[str, bytes | tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    sent: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    on_sent: Callable[[], None] = lambda: None

    def paths(self) -> list[str]:
        """What was asked, without the rules for robots."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def website() -> Iterator[Website]:
    """A website without pages."""
    site = Website()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            site.asked.append((self.path, dict(self.headers)))
            self.answer()

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            site.sent.append((self.path, dict(self.headers), body))
            site.on_sent()
            with suppress(OSError):  # who asked may be gone
                self.answer()

        def answer(self):
            page = site.pages.get(self.path, (404, {}, b"not here"))
            status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
            if (etag := headers.get("ETag")) and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
