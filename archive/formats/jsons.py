"""JSON: one article, a list of them, or one a line."""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from archive.errors import DocumentError, InputError
from archive.formats.decode import decode
from archive.formats.input import MOST_BYTES, Format, Found, Input, Link
from archive.formats.record import holds_body, loads, parse_json, renamed
from archive.types import RawDocument

# Names under which exports keep their list of articles.
_LISTS = ("articles", "items", "results", "docs", "documents", "data", "entries", "hits")
_LONGEST_LINE = 20_000_000


def read_json(source: Input) -> Iterator[Found]:
    """A file whose first line is an object by itself and is followed by another one holds one
    article a line and may be of any size; any other is read as a whole.
    """
    first = source.file.readline(_LONGEST_LINE)
    number = 1
    while first and not first.strip(b"\xef\xbb\xbf \t\r\n"):
        first = source.file.readline(_LONGEST_LINE)
        number += 1
    second = source.file.readline(_LONGEST_LINE)
    if second.lstrip().startswith(b"{") and _is_object(first):
        yield from _lines(source, number, (first, second))
        return
    content = b"\n" * (number - 1) + first + second
    if (source.size or 0) <= MOST_BYTES:
        content += source.file.read(max(0, MOST_BYTES + 1 - len(content)))
    if len(content) > MOST_BYTES or (source.size or 0) > MOST_BYTES:
        raise source.too_large(MOST_BYTES)
    yield from _items(content, source)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.decode("utf-8-sig")), dict)
    except (ValueError, RecursionError):
        # Lines of a broken file are still lines if each looks like an object.
        line = line.strip(b"\xef\xbb\xbf \t\r\n")
        return line.startswith(b"{") and line.endswith(b"}")


def _lines(source: Input, number: int, begun: tuple[bytes, ...]) -> Iterator[Found]:
    rest = iter(lambda: source.file.readline(_LONGEST_LINE), b"")
    is_begun = True  # the line before ended
    for line in chain(begun, rest):
        origin = f"{source.origin}#{number}"
        ends = line.endswith(b"\n")
        if not is_begun:
            pass
        elif len(line) >= _LONGEST_LINE and not ends:
            yield DocumentError(
                origin,
                f"the line is longer than {_LONGEST_LINE / 1e6:.0f} MB",
                "leave it out, or split it into its articles",
            )
        elif bare := line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield _mapped(bare, origin, source)
        number += ends
        is_begun = ends


def _mapped(line: bytes, origin: str, source: Input) -> RawDocument:
    """A line with its fields under known names; one that is broken is refused when parsed."""
    if columns := source.run.columns:
        with suppress(ValueError, RecursionError):
            if isinstance(item := json.loads(line), dict):
                line = _dumped(renamed(item, columns))
    return RawDocument(line, "json", origin)


def _items(content: bytes, source: Input) -> Iterator[Found]:
    """The articles of one JSON text: itself, or those of the list that it is or holds."""
    try:
        whole = loads(decode(content, source.charset))
    except InputError as error:
        yield DocumentError(source.origin, error.message, error.hint)
        return
    items = _list_in(whole)
    if items is None:
        if source.run.columns and isinstance(whole, dict):
            content = _dumped(renamed(whole, source.run.columns))
        yield RawDocument(content, "json", source.origin, source.charset, source.url)
        return
    if not items:
        yield DocumentError(source.origin, "the list has no articles in it", "leave it out")
    for number, item in enumerate(items, 1):
        mapped = renamed(item, source.run.columns) if isinstance(item, dict) else item
        origin = f"{source.origin}#{number}"
        if _is_feed(whole) and isinstance(item, dict):
            # By its own name, not by its place: a feed is another one tomorrow.
            url = str(item.get("url") or "")
            origin = f"{source.origin}#{str(item.get('id') or url or number)[:200]}"
            if url.startswith(("http://", "https://")):
                document = RawDocument(_dumped(mapped), "json", origin)
                yield Link(url, origin, document if holds_body(item) else None)
                continue
        yield RawDocument(_dumped(mapped), "json", origin)


def _dumped(item: Any) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _list_in(whole: Any) -> list[Any] | None:
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        return None
    if _is_feed(whole) and isinstance(whole.get("items"), list):
        known = {"source": whole.get("title"), "language": whole.get("language")}
        known["authors"] = whole.get("authors") or whole.get("author")
        shared = {name: value for name, value in known.items() if value}
        return [shared | item if isinstance(item, dict) else item for item in whole["items"]]
    for name in _LISTS:
        value = whole.get(name)
        if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            return value
    return None


def _is_feed(whole: Any) -> bool:
    """Whether it says that it is a JSON Feed (jsonfeed.org)."""
    return isinstance(whole, dict) and "jsonfeed.org/version/" in str(whole.get("version"))


JSON = Format("json", lambda head: head.text[:1] in {b"{", b"["}, read_json, parse_json)
