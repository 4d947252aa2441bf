"""One archive, as programs ask it."""

from collections.abc import Iterator
from types import TracebackType
from typing import Literal, Self, Unpack

from archive.client.asked import Asked, Form, Listed, Query, body, pairs
from archive.client.asking import Asking, part
from archive.client.found import FacetValue, Hit, Looser, Search, StoryCount, Suggestion, Timeline
from archive.client.keeping import Collections, SavedSearches
from archive.client.kept import Difference, Manifest
from archive.client.record import (
    Article,
    Change,
    EvidenceItem,
    Mentions,
    Profile,
    Related,
    Source,
    Status,
    Story,
    Version,
    VersionBrief,
    Why,
)

_PAGE = 100
_Facet = Literal["actor", "place", ""]


class Client:
    """Speaks with one archive. `key` is one that `archive keys` gave; `saved` and `collections`
    are what its account keeps.
    """

    def __init__(self, address: str, *, key: str | None = None, timeout: float = 30.0) -> None:
        self._asking = Asking(address, key, timeout)
        self.saved = SavedSearches(self._asking)
        self.collections = Collections(self._asking)

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
        self._asking.close()

    # Searching.

    def search(self, q: Query = "", **search: Unpack[Asked]) -> Search:
        """One page, with all counts. ClientError names the parameter that is wrong."""
        if isinstance(q, str):
            return Search.of(self._asking.get("/search", pairs(q, search)))
        return Search.of(self._asking.send("POST", "/search", body(q, search)))

    def hits(self, q: Query = "", **search: Unpack[Asked]) -> Iterator[Hit]:
        """All articles of a result set in its order, page after page of one generation."""
        asked: Asked = {"size": _PAGE, **search}
        while True:
            page = self.search(q, **asked)
            yield from page.hits
            if page.next is None:
                return
            asked["cursor"] = page.next

    def facet(self, name: str, q: str = "", **search: Unpack[Listed]) -> Iterator[FacetValue]:
        """All values of one facet of a result set, most articles first (`order="name"`: by name);
        `find`, `initial` and `under` narrow the list.
        """
        asked: Listed = {"size": _PAGE, **search}
        while True:
            told = self._asking.get("/facets", pairs(q, asked, name=name))
            yield from map(FacetValue.of, told["values"])
            if told["next"] is None:
                return
            asked["cursor"] = told["next"]

    def timeline(self, q: str = "", **search: Unpack[Asked]) -> Timeline:
        """The articles found over time, beside all that the archive holds."""
        return Timeline.of(self._asking.get("/timeline", pairs(q, search)))

    def stories(
        self, q: str = "", *, most: int = 5, **search: Unpack[Asked]
    ) -> tuple[StoryCount, ...]:
        """The stories that most of the articles found belong to."""
        told = self._asking.get("/stories", pairs(q, search, most=str(most)))
        return tuple(map(StoryCount.of, told["stories"]))

    def looser(self, q: str = "", **search: Unpack[Asked]) -> tuple[Looser, ...]:
        """What a search that finds too little could give up, most articles first."""
        return tuple(map(Looser.of, self._asking.get("/looser", pairs(q, search))["looser"]))

    def suggest(self, beginning: str, *, size: int = 8) -> tuple[Suggestion, ...]:
        """Actors, places, sources, authors and sections with a word that begins so."""
        told = self._asking.get("/suggest", pairs(beginning, {"size": size}))
        return tuple(map(Suggestion.of, told["suggestions"]))

    # The record.

    def article(self, id_: str) -> Article:
        """An article. ClientError with status 404 or 410 if there is none of that id."""
        return Article.of(self._asking.get(f"/articles/{part(id_)}"))

    def citation(
        self, id_: str, style: Literal["plain", "bibtex", "ris", "csl-json"] = "plain"
    ) -> str:
        """How to cite an article as of today."""
        asked = [("format", style)]
        return b"".join(self._asking.pieces(f"/articles/{part(id_)}/citation", asked)).decode()

    def versions(self, id_: str) -> tuple[VersionBrief, ...]:
        """All versions of an article, oldest first."""
        told = self._asking.get(f"/articles/{part(id_)}/versions")
        return tuple(map(VersionBrief.of, told["versions"]))

    def version(self, id_: str, number: int) -> Version:
        """An article as it was."""
        return Version.of(self._asking.get(f"/articles/{part(id_)}/versions/{number}"))

    def mentions(self, id_: str, *, facet: _Facet = "", value: str = "") -> Mentions:
        """The names and times in an article with their sentences: all, or those of a facet or
        value.
        """
        asked = [("facet", facet), ("value", value)]
        return Mentions.of(self._asking.get(f"/articles/{part(id_)}/mentions", asked))

    def evidence(
        self, id_: str, *, facet: _Facet = "", value: str = ""
    ) -> tuple[EvidenceItem, ...]:
        """Why an article has its actors and places."""
        asked = [("facet", facet), ("value", value)]
        told = self._asking.get(f"/articles/{part(id_)}/evidence", asked)
        return tuple(map(EvidenceItem.of, told["evidence"]))

    def related(self, id_: str, *, size: int = 10) -> tuple[Related, ...]:
        """Articles that go together with an article, and why."""
        told = self._asking.get(f"/articles/{part(id_)}/related", [("size", str(size))])
        return tuple(map(Related.of, told["related"]))

    def why(self, id_: str, q: str = "", **search: Unpack[Asked]) -> Why:
        """Why an article is in the result set of a search, or why not."""
        return Why.of(self._asking.get(f"/articles/{part(id_)}/why", pairs(q, search)))

    def story(self, id_: str) -> Story:
        """How the event was told that an article is on."""
        return Story.of(self._asking.get(f"/stories/{part(id_)}"))

    def actor(self, value: str) -> Profile:
        """What the archive knows of an actor, by its value or a name of it."""
        return Profile.of(self._asking.get(f"/actors/{part(value)}"))

    def place(self, value: str) -> Profile:
        """What the archive knows of a place, by its value or a name of it."""
        return Profile.of(self._asking.get(f"/places/{part(value)}"))

    def source(self, name: str) -> Source:
        """What the archive has of a source."""
        return Source.of(self._asking.get(f"/sources/{part(name)}"))

    def changes(self, since: int = 0) -> Iterator[Change]:
        """What happened to articles after a change of that number, the oldest first."""
        while True:
            told = self._asking.get("/changes", [("since", str(since)), ("size", str(_PAGE))])
            yield from map(Change.of, told["changes"])
            if not told["more"]:
                return
            since = told["latest"]

    def status(self) -> Status:
        """What the archive holds, and what of it can be searched."""
        return Status.of(self._asking.get("/status"))

    # Whole result sets, for a key with the scope `export` or where reading is open.

    def export(
        self, q: str = "", *, form: Form = "jsonl", packed: bool = False, **search: Unpack[Asked]
    ) -> Iterator[bytes]:
        """All articles found as a file, piece by piece as it comes; `packed` in a zip together
        with the manifest.
        """
        asked = pairs(q, search, format=form, zip=str(packed).lower())
        return self._asking.pieces("/export", asked)

    def manifest(self, q: str = "", **search: Unpack[Asked]) -> Manifest:
        """By what a search can be cited and asked again."""
        return Manifest.of(self._asking.get("/export/manifest", pairs(q, search)))

    def compare(self, manifest: Manifest) -> Difference:
        """What its search finds now and did not, and what it found and does no more."""
        return Difference.of(self._asking.send("POST", "/export/compare", manifest.told))
