"""Files, folders and addresses in, raw documents out."""

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

from archive.errors import DocumentError, InputError
from archive.fetch.fetcher import Fetcher
from archive.fetch.http import Response
from archive.formats import told
from archive.formats.input import Format, Input, Link, Run
from archive.types import RawDocument

# A page in a web archive in a zip archive in a tar archive that is compressed, and one more.
_DEEPEST = 6


_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Web:
    """How links are followed: by whom, and which are known already and need not be."""

    fetcher: Fetcher
    known: Callable[[str], bool] = lambda _: False


def read(
    paths: Sequence[Path | str],
    *,
    columns: Mapping[str, str] | None = None,
    web: Web | None = None,
) -> Iterator[RawDocument | DocumentError]:
    """Every article in files and folders, in the order of their names, and at addresses. What
    cannot be read is a DocumentError in its place; the rest goes on.

    `columns` names the columns of tables (and the fields of JSON) that stand for fields known
    here: {"title": "Headline"}. Without `web`, addresses are refused.
    """
    run = Run(columns or {})
    with closing(run.payloads):
        for path in paths:
            if str(path).startswith(_WEB):
                yield from _address(str(path), run, web)
                continue
            for item in _files(Path(path)):
                if isinstance(item, DocumentError):
                    yield item
                else:
                    yield from _file(item, run)


def answered(response: Response, origin: str, web: Web) -> Iterator[RawDocument | DocumentError]:
    """The articles in an answer, and those that it names."""
    run = Run()
    with closing(run.payloads):
        yield from inside(_input(response, origin, run), web)


def _address(url: str, run: Run, web: Web | None) -> Iterator[RawDocument | DocumentError]:
    origin = urldefrag(url).url
    if web is None:
        yield DocumentError(origin, "addresses are not fetched here", "save the page first")
        return
    try:
        response = web.fetcher.page(origin)
    except InputError as error:
        yield DocumentError(origin, error.message, error.hint)
    else:
        yield from inside(_input(response, origin, run), web)


def _input(response: Response, origin: str, run: Run, depth: int = 0) -> Input:
    return Input(
        io.BytesIO(response.content),
        origin,
        run=run,
        size=len(response.content),
        charset=response.charset,
        url=response.url,
        depth=depth,
    )


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


def inside(source: Input, web: Web | None = None) -> Iterator[RawDocument | DocumentError]:
    """The articles in an input, also in archives within archives, as they come; with `web` also
    those that it only names.
    """
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
                        yield from inside(found, web)
                    case Link():
                        yield from _followed(found, source, web)
                    case _:
                        yield found
    except InputError as error:
        yield DocumentError(source.origin, error.message, error.hint)


def _followed(link: Link, source: Input, web: Web | None) -> Iterator[RawDocument | DocumentError]:
    """What a link leads to; where that cannot be had, what is known of it without."""
    url = urldefrag(link.url).url
    if web is None:
        yield link.document or _elsewhere(link)
        return
    if not link.is_list and web.known(url):
        return
    try:
        found = _input(web.fetcher.page(url), url, source.run, source.depth + 1)
        kind = told(found.head)
        if link.is_list:
            yield from inside(found, web)
        elif isinstance(kind, Format) and kind.parse is not None and not kind.holds_others:
            yield found.document(kind.name)
        else:
            yield link.document or DocumentError(
                url, f"it is no article, but was named as one by {source.origin}", "leave it out"
            )
    except InputError as error:
        yield link.document or DocumentError(url, error.message, error.hint)


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
