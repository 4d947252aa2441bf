"""Files and folders in, raw documents out."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from archive.errors import DocumentError, InputError
from archive.formats import told
from archive.formats.input import Input, Link, Run
from archive.types import RawDocument

# A page in a web archive in a zip archive in a tar archive that is compressed, and one more.
_DEEPEST = 6


def read(
    paths: Sequence[Path], *, columns: Mapping[str, str] | None = None
) -> Iterator[RawDocument | DocumentError]:
    """Every article in files and folders, in the order of their names. What cannot be read is
    a DocumentError in its place; the rest goes on. `columns` names the columns of tables (and
    the fields of JSON) that stand for fields known here: {"title": "Headline"}.
    """
    run = Run(columns or {})
    with closing(run.payloads):
        for path in paths:
            for item in _files(path):
                if isinstance(item, DocumentError):
                    yield item
                else:
                    yield from _file(item, run)


def _files(path: Path) -> Iterator[Path | DocumentError]:
    if not path.exists():
        yield DocumentError(str(path), "there is no such file or folder", "check the path")
    elif path.is_dir():
        faults: list[OSError] = []
        for folder, inner, names in os.walk(path, onerror=faults.append):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            while faults:
                yield _denied(faults.pop(), path)
            yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))
        while faults:
            yield _denied(faults.pop(), path)
    else:
        yield path


def _file(path: Path, run: Run) -> Iterator[RawDocument | DocumentError]:
    origin = str(path)
    try:
        if not path.is_file():
            yield DocumentError(origin, "this is not a regular file", "leave it out")
            return
        with path.open("rb") as file:
            yield from inside(Input(file, origin, run=run, size=path.stat().st_size))
    except OSError as error:
        yield _denied(error, path)


def inside(source: Input) -> Iterator[RawDocument | DocumentError]:
    """The articles in an input, also in archives within archives, as they come."""
    if source.depth > _DEEPEST:
        yield DocumentError(
            source.origin,
            f"it lies in more than {_DEEPEST} archives within each other",
            "unpack some of them first",
        )
        return
    try:
        kind = told(source.head)
        if isinstance(kind, tuple):
            yield DocumentError(source.origin, *kind)
        elif kind.read is None:
            yield source.document(kind.name)
        else:
            for found in kind.read(source):
                match found:
                    case Input():
                        yield from inside(found)
                    case Link():
                        yield found.document or _elsewhere(found)
                    case _:
                        yield found
    except InputError as error:
        yield DocumentError(source.origin, error.message, error.hint)


def _elsewhere(link: Link) -> DocumentError:
    return DocumentError(
        link.origin,
        f"the article is not in the file, only its address: {link.url}",
        "give `archive ingest` the address of the list, or use `archive feeds add`",
    )


def _denied(error: OSError, path: Path) -> DocumentError:
    return DocumentError(
        str(error.filename or path),
        f"it cannot be read: {error.strerror or error}",
        "give this user the right to read it" if isinstance(error, PermissionError) else "",
    )
