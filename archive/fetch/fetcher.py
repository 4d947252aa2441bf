"""What asks the web on behalf of the archive: politely, and not where robots are not wanted."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from archive.errors import FetchError
from archive.fetch.http import Response, get

ROBOT = "news-archive"
_MOST_BYTES = 50_000_000
_MOST_RULES = 500_000  # RFC 9309: at least 500 KiB are read
_LONGEST_PAUSE = 30.0  # seconds between two requests, whatever a site asks for
_MISSING = range(400, 500)
_OK = 200


class Fetcher:
    """Fetches pages. One for a run: it remembers the rules of sites and when it last asked them."""

    def __init__(
        self,
        *,
        private: bool = False,
        pause: float = 1.0,
        seconds: float = 30.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._private, self._pause, self._seconds = private, pause, seconds
        self._now, self._sleep = now, sleep
        self._rules: dict[str, Any] = {}
        self._asked: dict[str, float] = {}

    def fetch(
        self, url: str, *, headers: Mapping[str, str] | None = None, most_bytes: int = _MOST_BYTES
    ) -> Response:
        """What lies at an address. FetchError if its site's robots.txt forbids asking, or it
        cannot be fetched; an answer such as 404 is returned.
        """
        return get(
            url,
            private=self._private,
            most_bytes=most_bytes,
            seconds=self._seconds,
            headers=headers,
            allowed=self._permitted,
        )

    def page(self, url: str) -> Response:
        """What lies at an address. FetchError also if the server says that nothing does."""
        response = self.fetch(url)
        if response.status != _OK:
            raise FetchError(
                f"{url[:200]}: the server answers {response.status}",
                hint="open it in a browser to see why",
            )
        return response

    def _permitted(self, url: str) -> None:
        """Wait for the site's turn. FetchError if its rules forbid the address."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._read_rules(site)
        rules = self._rules[site]
        if not rules.can_fetch(url, ROBOT):
            raise FetchError(
                f"{url[:200]}: the site does not want robots there (robots.txt)",
                hint="ask the publisher, or take in files that you may use",
            )
        pause = min(float(rules.crawl_delay(ROBOT) or self._pause), _LONGEST_PAUSE)
        if (last := self._asked.get(site)) is not None:
            self._sleep(max(0.0, last + max(pause, self._pause) - self._now()))
        self._asked[site] = self._now()

    def _read_rules(self, site: str) -> Any:
        """RFC 9309: no rules where there is no file; nothing is allowed while it cannot be read."""
        from protego import Protego

        try:
            answer = get(
                f"{site}/robots.txt",
                private=self._private,
                most_bytes=_MOST_RULES,
                seconds=self._seconds,
            )
        except FetchError as error:
            raise FetchError(
                f"the rules for robots of {site} cannot be read: {error.message}", hint=error.hint
            ) from error
        if answer.status == _OK:
            return Protego.parse(answer.content.decode("utf-8", "replace"))
        if answer.status in _MISSING:
            return Protego.parse("")
        return Protego.parse("User-agent: *\nDisallow: /")
