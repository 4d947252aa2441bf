"""A client for the JSON API of an archive, for programs.

```python
from archive.client import Client

with Client("http://127.0.0.1:8000") as archive:
    for hit in archive.hits("ceasefire negotiations", place="sudan", after="2024-01"):
        print(hit.published, hit.title)
```
It waits and asks again where the archive says that it was asked too often.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import quote

import httpx

from archive.errors import ArchiveError

_ATTEMPTS = 4
_LONGEST_WAIT = 60.0  # seconds
_PAGE = 100
Value = str | int | bool | Sequence[str] | None
Told = TypeVar("Told", bound="_Told")


class ClientError(ArchiveError):
    """The archive refused; `status` is that of HTTP, `field` the parameter at fault, if one is."""

    def __init__(self, status: int, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.field = field


class Unreachable(ArchiveError):
    """Nobody answers at the address, or what answers is no archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the API tells; `told` has all of it, fields of later versions too."""

    told: Mapping[str, Any]
    _also: ClassVar[frozenset[str]] = frozenset({"told"})

    @classmethod
    def of(cls: type[Told], told: Mapping[str, Any]) -> Told:
        """From the JSON object of an answer."""
        names = {field.name for field in fields(cls)} - cls._also
        return cls(told=told, **{name: told.get(name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(_Told):
    """An article that was found. `published` has `value`, `precision`, `origin`, `zone`, or is
    None; `passage` has `text` and the spans to mark.
    """

    id: str
    title: str
    source: str | None
    published: Mapping[str, Any] | None
    url: str | None
    score: float
    passage: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(_Told):
    """A value of a facet, and how many articles choosing it gives."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(_Told):
    """An article as the archive holds it."""

    id: str
    version: int
    title: str
    text: str
    source: str | None
    url: str | None
    authors: Sequence[str]
    language: str | None
    published: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(_Told):
    """Something that happened to an article, the oldest first."""

    number: int
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of a result set; `next` is the cursor of the one that follows."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    next: str | None
    generation: str
    told: Mapping[str, Any]


class Client:
    """Speaks with one archive. `key` is one that `archive keys` gave."""

    def __init__(self, address: str, *, key: str | None = None, timeout: float = 30.0) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(
            base_url=address.rstrip("/") + "/api/v1", headers=headers, timeout=timeout
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def search(self, q: str = "", **parameters: Value) -> Answer:
        """One page. Parameters are those of `GET /api/v1/search`: facets (`place="sudan"`,
        `actor=["a", "b"]`), `mode`, `sort`, `size`, `after`, `before`, `cursor`; a facet with
        `not_` before its name leaves a value out. ClientError says which one is wrong.
        """
        told = self._get("/search", {"q": q, **parameters})
        facets = {
            name: tuple(map(FacetValue.of, values)) for name, values in told["facets"].items()
        }
        return Answer(
            told["total"],
            tuple(map(Hit.of, told["hits"])),
            facets,
            told["next"],
            told["generation"],
            told,
        )

    def hits(self, q: str = "", **parameters: Value) -> Iterator[Hit]:
        """All articles of a result set in its order, page after page of one generation."""
        cursor = parameters.pop("cursor", None)
        size = parameters.pop("size", _PAGE)
        while True:
            answer = self.search(q, **parameters, size=size, cursor=cursor)
            yield from answer.hits
            cursor = answer.next
            if cursor is None:
                return

    def facet(self, name: str, q: str = "", **parameters: Value) -> Iterator[FacetValue]:
        """All values of one facet of a result set, most articles first (`order="name"`: by name);
        `find` and `initial` narrow the list.
        """
        cursor = parameters.pop("cursor", None)
        size = parameters.pop("size", _PAGE)
        while True:
            asked = {"q": q, **parameters, "name": name, "size": size, "cursor": cursor}
            told = self._get("/facets", asked)
            yield from map(FacetValue.of, told["values"])
            cursor = told["next"]
            if cursor is None:
                return

    def article(self, id_: str) -> Article:
        """An article. ClientError with status 404 or 410 if there is none of that id."""
        return Article.of(self._get(f"/articles/{_quoted(id_)}", {}))

    def why(self, id_: str, q: str = "", **parameters: Value) -> Mapping[str, Any]:
        """Why an article is in the result set of a search, or why not."""
        return self._get(f"/articles/{_quoted(id_)}/why", {"q": q, **parameters})

    def changes(self, since: int = 0) -> Iterator[Change]:
        """What happened to articles after a change of that number, the oldest first."""
        while True:
            told = self._get("/changes", {"since": since, "size": _PAGE})
            yield from map(Change.of, told["changes"])
            if not told["more"]:
                return
            since = told["latest"]

    def status(self) -> Mapping[str, Any]:
        """What the archive holds, and what of it can be searched."""
        return self._get("/status", {})

    def _get(self, path: str, parameters: Mapping[str, Value]) -> Mapping[str, Any]:
        asked = {_named(name): value for name, value in parameters.items() if value is not None}
        for attempt in range(_ATTEMPTS):
            try:
                answer = self._http.get(path, params=asked)
            except httpx.HTTPError as error:
                raise Unreachable(
                    f"{self._http.base_url} cannot be asked: {error}",
                    hint="check the address, and that the archive is served there",
                ) from error
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or attempt == _ATTEMPTS - 1:
                break
            stated = answer.headers.get("Retry-After", "")
            time.sleep(min(float(stated) if stated.isdecimal() else 1.0, _LONGEST_WAIT))
        try:
            told = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise Unreachable(
                f"{answer.url} does not answer as an archive does ({answer.status_code})",
                hint="name the address where the search page is",
            )
        if answer.is_success:
            return told
        raise ClientError(
            answer.status_code,
            str(told.get("detail", answer.reason_phrase)),
            hint=str(told.get("hint", "")),
            field=str(told.get("field", "")),
        )


def _quoted(part: str) -> str:
    """A part of an address; dots alone would lead elsewhere."""
    return quote(part, safe="").replace(".", "%2E")


def _named(name: str) -> str:
    """A parameter as the API calls it: `not_place` is "-place", `copies_of` "copies-of"."""
    if name.startswith("not_"):
        return "-" + name.removeprefix("not_")
    return name.replace("_", "-")
