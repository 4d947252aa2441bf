"""Files that hold several articles: lines of JSON, and lists in one JSON text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.errors import DocumentError, InputError
from archive.formats.decode import decode
from archive.formats.record import loads
from archive.types import RawDocument

# Names under which exports keep their list of articles.
_LISTS = ("articles", "items", "results", "docs", "documents", "data", "entries", "hits")
_LONGEST_LINE = 20_000_000


def json_lines(path: Path) -> Iterator[RawDocument | DocumentError]:
    """One article a line; a file of any size, a line at a time."""
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                origin = f"{path}#{number}"
                if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                    yield DocumentError(
                        origin, f"the line is longer than {_LONGEST_LINE / 1e6:.0f} MB"
                    )
                    while line and not line.endswith(b"\n"):
                        line = file.readline(_LONGEST_LINE)
                elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield RawDocument(line.strip(), "json", origin)
    except OSError as error:
        yield DocumentError(str(path), f"it cannot be read to its end: {error.strerror}")


def json_items(content: bytes, origin: str) -> Iterator[RawDocument | DocumentError]:
    """The articles of one JSON text: itself, or those of the list that it is or holds."""
    try:
        whole = loads(decode(content))
    except InputError as error:
        yield DocumentError(origin, error.message, error.hint)
        return
    items = _list_in(whole)
    if items is None:
        yield RawDocument(content, "json", origin)
        return
    for number, item in enumerate(items, 1):
        plain = json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")
        yield RawDocument(plain, "json", f"{origin}#{number}")


def _list_in(whole: Any) -> list[Any] | None:
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict):
        for name in _LISTS:
            value = whole.get(name)
            if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
                return value
    return None
