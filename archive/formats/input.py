"""What readers read: bytes with where they came from, of which the beginning is known."""

import codecs
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO

from archive.errors import DocumentError, InputError
from archive.formats.draft import Draft
from archive.formats.payloads import Payloads
from archive.types import RawDocument

# An input that has to be read as a whole: some hundred times the longest article there is.
MOST_BYTES = 50_000_000
# A page of the web, unpacked.
MOST_PAGE = 20_000_000
# An input that is read from several places at once, and so is copied to disk if it is a stream.
_MOST_COPIED = 4_000_000_000
_BEGINNING = 8_192
# Characters that no text has, beside those that end lines and pages.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# What may stand before the first element: declarations, comments. Possessive, so that a file
# of many comments is given up at once.
_PROLOGUE = rb"\s*+(?:<\?[^>]*+>\s*+|<!--(?:(?!-->).)*+-->\s*+)*+"
_ROOT = re.compile(
    _PROLOGUE + rb"(?:<!doctype[^>\[]*+(?:\[[^\]]*+\]\s*+)?>\s*+)?+" + _PROLOGUE + rb"<([\w.:-]+)",
    re.IGNORECASE | re.DOTALL,
)
# "<Reuters> The council …" is no markup: an element is closed, or names its namespace.
_MARKUP = re.compile(
    rb"\s*<\?xml|"
    + _PROLOGUE
    + rb"<(?:!doctype\s|[a-z][\w.:-]*(?:\s[^<>]*xmlns|[^<>]*>.*</|[^<>]*>\s*<[a-z]))",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Head:
    """How an input begins: `raw` as it stands, `text` in UTF-8 without mark and leading space
    ("" for binary data), `root` the local name of the first element in lower case, or "".
    """

    raw: bytes
    text: bytes
    root: str

    @classmethod
    def of(cls, raw: bytes) -> "Head":
        """What can be told from the first bytes."""
        text = _text(raw).lstrip()
        root = _ROOT.match(text)
        name = root[1].rpartition(b":")[2].lower().decode("ascii", "replace") if root else ""
        return cls(raw, text, name)

    @property
    def is_markup(self) -> bool:
        """Whether it begins as XML or HTML of some kind."""
        return _MARKUP.match(self.text) is not None


def _text(raw: bytes) -> bytes:
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return raw.decode("utf-32", "ignore").encode()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "ignore").encode()
    raw = raw.removeprefix(codecs.BOM_UTF8)
    # XML without a mark tells its encoding by how its first characters lie.
    for encoding in ("utf-32-be", "utf-32-le", "utf-16-be", "utf-16-le"):
        if raw.startswith("<?".encode(encoding)):
            return raw.decode(encoding, "ignore").encode()
    return b"" if _CONTROL.search(raw) else raw


@dataclass(frozen=True, slots=True)
class Link:
    """An article, or a list of them, that lies elsewhere; `document` is what is known without
    going there, if that is an article by itself.
    """

    url: str
    origin: str
    document: RawDocument | None = None
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What the inputs of one run share: the name of the column that stands for a field ("title":
    "Headline"), and the pages that later records of web archives may repeat.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    payloads: Payloads = field(default_factory=Payloads)


class Input:
    """A stream of bytes that may hold articles: a file, a member of an archive, a response.

    `origin` names it for people; `charset` and `url` are what came with it, or None; `depth` is
    in how many others it lies. It can be read once.
    """

    def __init__(
        self,
        file: IO[bytes],
        origin: str,
        *,
        run: Run,
        size: int | None = None,
        charset: str | None = None,
        url: str | None = None,
        depth: int = 0,
    ) -> None:
        self.origin, self.charset, self.url = origin, charset, url
        self.run, self.depth, self.size = run, depth, size
        self._unread = file

    def inside(
        self,
        file: IO[bytes],
        origin: str,
        *,
        size: int | None = None,
        charset: str | None = None,
        url: str | None = None,
    ) -> "Input":
        """An input that lies in this one."""
        return Input(
            file,
            origin,
            run=self.run,
            size=size,
            charset=charset,
            url=url or self.url,
            depth=self.depth + 1,
        )

    @cached_property
    def head(self) -> Head:
        """How it begins."""
        raw = self._unread.read(_BEGINNING)
        while len(raw) < _BEGINNING and (more := self._unread.read(_BEGINNING - len(raw))):
            raw += more
        return Head.of(raw)

    @cached_property
    def file(self) -> IO[bytes]:
        """The stream from its beginning."""
        head = self.head.raw
        if self._unread.seekable():
            self._unread.seek(0)
            return self._unread
        return io.BufferedReader(_Rejoined(head, self._unread), _BEGINNING)

    def whole(self, most: int = MOST_BYTES) -> bytes:
        """All its bytes. InputError if they are too many to be read at once."""
        if self.size is None or self.size <= most:
            content = self.file.read(most + 1)
            if len(content) <= most:
                return content
        raise self.too_large(most)

    def too_large(self, most: int) -> InputError:
        """What to say of an input that cannot be read as a whole."""
        size = f"{self.size / 1e6:,.0f} MB" if self.size else f"more than {most / 1e6:,.0f} MB"
        return InputError(
            f"it has {size}, and what is read as a whole may have {most / 1e6:,.0f} MB",
            hint="split it, or write one article a line (JSON Lines), which has no limit",
        )

    def document(self, format_: str) -> RawDocument:
        """The input as one article."""
        return RawDocument(self.whole(), format_, self.origin, self.charset, self.url)

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The stream, to be read from any place in it; copied to disk if it must be."""
        if self.file.seekable():
            yield self.file
            return
        with tempfile.TemporaryFile() as copy:
            left = _MOST_COPIED
            while left > 0 and (part := self.file.read(min(left, 1 << 20))):
                copy.write(part)
                left -= len(part)
            if left <= 0:
                raise InputError(
                    f"it has more than {_MOST_COPIED / 1e9:.0f} GB and lies in another archive",
                    hint="unpack the outer archive first",
                )
            copy.seek(0)
            yield copy


class _Rejoined(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        part = self._head[: len(buffer)] or self._rest.read(len(buffer)) or b""
        self._head = self._head[len(part) :]
        buffer[: len(part)] = part
        return len(part)


Found = RawDocument | DocumentError | Input | Link


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of input.

    `begins` tells it by how an input begins. `read` gives what lies in it: articles, others that
    are told anew, what is refused; without one, the input is one article. `parse` understands an
    article that was read so; without one, the format only holds others.
    """

    name: str
    begins: Callable[[Head], bool]
    read: Callable[[Input], Iterable[Found]] | None = None
    parse: Callable[[RawDocument], Draft | DocumentError] | None = None

    @property
    def holds_others(self) -> bool:
        """Whether one input of it may hold several articles."""
        return self.read is not None
