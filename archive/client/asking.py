"""Asks an archive over HTTP, and again where it was asked too often; what it refuses is raised."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx

from archive.client.told import JSON
from archive.errors import ArchiveError

_ATTEMPTS = 4
_LONGEST_WAIT = 60.0  # seconds


class ClientError(ArchiveError):
    """The archive refused; `status` is that of HTTP, `field` the parameter at fault, if one is."""

    def __init__(self, status: int, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.field = field


class Unreachable(ArchiveError):
    """Nobody answers at the address, or what answers is no archive."""


class Asking:
    """The connection to one archive."""

    def __init__(self, address: str, key: str | None, timeout: float) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(
            base_url=address.rstrip("/") + "/api/v1", headers=headers, timeout=timeout
        )

    def close(self) -> None:
        """Let go of it."""
        self._http.close()

    def get(self, path: str, asked: Iterable[tuple[str, str]] = ()) -> JSON:
        """The object that is answered. ClientError or Unreachable, if none is."""
        with self._answered("GET", path, asked) as answer:
            return _object(answer)

    def send(self, method: str, path: str, body: JSON | None = None) -> JSON:
        """The same for a body; an answer without one is an empty object."""
        with self._answered(method, path, body=body) as answer:
            return {} if answer.status_code == httpx.codes.NO_CONTENT else _object(answer)

    def pieces(self, path: str, asked: Iterable[tuple[str, str]] = ()) -> Iterator[bytes]:
        """A file that is answered, as it comes. Unreachable if it ends too early."""
        with self._answered("GET", path, asked) as answer:
            yield from answer.iter_bytes()

    @contextmanager
    def _answered(
        self,
        method: str,
        path: str,
        asked: Iterable[tuple[str, str]] = (),
        body: JSON | None = None,
    ) -> Iterator[httpx.Response]:
        """An answer that is no refusal, to be read while it comes."""
        try:
            for attempt in range(1, _ATTEMPTS + 1):
                with self._http.stream(method, path, params=tuple(asked), json=body) as answer:
                    if answer.is_success:
                        yield answer
                        return
                    if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or attempt == _ATTEMPTS:
                        raise _refusal(answer)
                    time.sleep(_wait(answer))
        except httpx.HTTPError as error:
            raise Unreachable(
                f"{self._http.base_url} cannot be asked: {error}",
                hint="check the address, and that the archive is served there",
            ) from error


def part(value: object) -> str:
    """A part of an address; dots alone would lead elsewhere."""
    return quote(str(value), safe="").replace(".", "%2E")


def _wait(answer: httpx.Response) -> float:
    stated = answer.headers.get("Retry-After", "")
    return min(float(stated) if stated.isdecimal() else 1.0, _LONGEST_WAIT)


def _refusal(answer: httpx.Response) -> ClientError:
    told = _object(answer)
    return ClientError(
        answer.status_code,
        str(told.get("detail", answer.reason_phrase)),
        hint=str(told.get("hint", "")),
        field=str(told.get("field", "")),
    )


def _object(answer: httpx.Response) -> JSON:
    answer.read()
    try:
        told: Any = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Unreachable(
            f"{answer.url} does not answer as an archive does ({answer.status_code})",
            hint="name the address where the search page is",
        )
    return told
