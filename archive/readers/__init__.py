"""Files and folders in, raw documents out: the format is told from content, not from names."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from archive.errors import DocumentError
from archive.readers.items import json_items, json_lines
from archive.readers.sniff import MOST_BYTES, sniff
from archive.types import RawDocument


def read(paths: Sequence[Path]) -> Iterator[RawDocument | DocumentError]:
    """Every article in files and folders, in the order of their names. What cannot be read is
    a DocumentError in its place; the rest goes on.
    """
    for path in paths:
        for item in _files(path):
            if isinstance(item, DocumentError):
                yield item
            else:
                yield from _articles(item)


def _files(path: Path) -> Iterator[Path | DocumentError]:
    if not path.exists():
        yield DocumentError(str(path), "there is no such file or folder", "check the path")
    elif path.is_dir():
        faults: list[OSError] = []
        for folder, inner, names in os.walk(path, onerror=faults.append):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            while faults:
                yield _denied(faults.pop())
            yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))
        while faults:
            yield _denied(faults.pop())
    else:
        yield path


def _articles(path: Path) -> Iterable[RawDocument | DocumentError]:
    origin = str(path)
    try:
        if not path.is_file():
            return [DocumentError(origin, "this is not a regular file", "leave it out")]
        with path.open("rb") as file:
            kind = sniff(file)
        if isinstance(kind, DocumentError):
            return [kind]
        if kind == "json-lines":
            return json_lines(path)
        if (size := path.stat().st_size) > MOST_BYTES:
            return [
                DocumentError(
                    origin,
                    f"the file has {size / 1e6:,.0f} MB, and one that is read as a whole "
                    f"may have {MOST_BYTES / 1e6:,.0f} MB",
                    "split it, or write one article a line (JSON Lines), which has no limit",
                )
            ]
        content = path.read_bytes()
    except OSError as error:
        return [_denied(error)]
    return json_items(content, origin) if kind == "json" else [RawDocument(content, kind, origin)]


def _denied(error: OSError) -> DocumentError:
    return DocumentError(
        str(error.filename),
        f"it cannot be read: {error.strerror}",
        "give this user the right to read it" if isinstance(error, PermissionError) else "",
    )
