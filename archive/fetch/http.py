"""One request over HTTP: to a checked address, within limits of size and time."""

import http.client
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from archive.errors import FetchError
from archive.fetch.guard import Target, checked

_MOST_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_MOVED_FOR_GOOD = {301, 308}
# What was sent is sent again there; the others ask to look there with GET (RFC 9110, 15.4).
_SENT_ON = {307, 308}
_PIECE = 65_536
_CONNECT_SECONDS = 10.0
_AGENT = "news-archive/0.1"


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered. `url` is where the answer came from after redirects; `moved` the
    address that is to be asked from now on, if the server said so.
    """

    url: str
    status: int
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    moved: str | None = None

    @property
    def charset(self) -> str | None:
        """What the server says of the encoding."""
        stated = self.headers.get("content-type", "").lower().partition("charset=")[2]
        return stated.partition(";")[0].strip(" \"'") or None


def get(
    url: str,
    *,
    private: bool,
    most_bytes: int,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    allowed: Callable[[str], None] | None = None,
) -> Response:
    """Ask for an address, following redirects. `allowed` is asked before each request and may
    raise; FetchError says what went wrong. Proxies of the environment are not used: they would
    look names up themselves.
    """
    moved, is_for_good = None, True
    for _ in range(_MOST_REDIRECTS + 1):
        if allowed:
            allowed(url)
        target = checked(url, private=private)
        answer = _ask(target, url, headers or {}, most_bytes, seconds, called=url[:200])
        location = answer.headers.get("location")
        if answer.status not in _MOVED or not location:
            return Response(url, answer.status, answer.content, answer.headers, moved)
        is_for_good = is_for_good and answer.status in _MOVED_FOR_GOOD
        url = urljoin(url, location)
        moved = url if is_for_good else moved
    raise FetchError(f"{url[:200]} redirects more than {_MOST_REDIRECTS} times")


def post(
    url: str, body: bytes, *, private: bool, seconds: float, headers: Mapping[str, str]
) -> Response:
    """Send something to an address, and on to where that redirects what is sent; every address is
    checked. What the answer says beside its status is not read. FetchError names the host alone:
    of such addresses parts are often secret.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        target = checked(url, private=private)
        answer = _ask(target, url, headers, 0, seconds, called=target.host, sent=body)
        location = answer.headers.get("location")
        if answer.status not in _SENT_ON or not location:
            return answer
        url = urljoin(url, location)
    raise FetchError(f"{target.host} redirects more than {_MOST_REDIRECTS} times")


def _ask(
    target: Target,
    url: str,
    headers: Mapping[str, str],
    most_bytes: int,
    seconds: float,
    *,
    called: str,
    sent: bytes | None = None,
) -> Response:
    connection = _connection(target, seconds)
    is_late = threading.Event()
    # One clock for the whole exchange: a server that sends a byte now and then holds up nobody.
    clock = threading.Timer(seconds, _hang_up, (connection, is_late))
    clock.daemon = True
    clock.start()
    try:
        connection.request(
            "GET" if sent is None else "POST",
            target.path,
            sent,
            headers={"User-Agent": _AGENT, "Accept-Encoding": "gzip", "Accept": "*/*", **headers},
        )
        answer = connection.getresponse()
        stated = {name.lower(): value for name, value in answer.getheaders()}
        if sent is not None:
            return Response(url, answer.status, b"", stated)
        content = _body(answer, stated.get("content-encoding", ""), most_bytes, called)
    except ssl.SSLError as error:
        raise FetchError(f"{called}: no secure connection ({error.reason})") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if is_late.is_set():
            raise FetchError(f"{called}: no whole answer within {seconds:.0f} s") from error
        said = " ".join(str(error).split()) or type(error).__name__
        raise FetchError(f"{called} cannot be reached: {said}") from error
    finally:
        clock.cancel()
        connection.close()
    # A connection that is closed ends an answer without an error.
    if is_late.is_set():
        raise FetchError(f"{called}: no whole answer within {seconds:.0f} s")
    if answer.length:
        raise FetchError(f"{called}: the answer broke off")
    return Response(url, answer.status, content, stated)


def _connection(target: Target, seconds: float) -> http.client.HTTPConnection:
    """A connection to the checked address that asks for the host by its name."""

    def connect(
        _: tuple[str, int], timeout: float | None = None, source: object = None
    ) -> socket.socket:
        made = socket.create_connection((target.address, target.port), _CONNECT_SECONDS)
        made.settimeout(seconds)
        return made

    connection = (
        http.client.HTTPSConnection(target.host, target.port, context=ssl.create_default_context())
        if target.scheme == "https"
        else http.client.HTTPConnection(target.host, target.port)
    )
    connection._create_connection = connect  # type: ignore[attr-defined]
    return connection


def _hang_up(connection: http.client.HTTPConnection, is_late: threading.Event) -> None:
    is_late.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:  # it was closed meanwhile
            return


def _body(answer: http.client.HTTPResponse, coding: str, most_bytes: int, called: str) -> bytes:
    coding = coding.strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip"}:
        raise FetchError(f"{called} is packed in a way that was not asked for ({coding[:20]})")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in coding else None
    content = bytearray()
    while part := answer.read(_PIECE):
        if unpacker:
            try:
                part = unpacker.decompress(part, most_bytes + 1 - len(content))
            except zlib.error as error:
                raise FetchError(f"{called} is packed in a damaged way: {error}") from error
        content += part
        if len(content) > most_bytes:
            raise FetchError(f"{called} has more than {most_bytes / 1e6:,.0f} MB")
    return bytes(content)
