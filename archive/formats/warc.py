"""Web archives (WARC, and ARC of old): the pages that a crawl fetched."""

from collections.abc import Iterator
from typing import Any

from archive.errors import DocumentError, InputError
from archive.formats.input import MOST_PAGE, Format, Found, Input
from archive.types import RawDocument

_PAGES = ("text/html", "application/xhtml+xml")
_OTHERS = (*_PAGES, "application/pdf", "text/plain")
_CODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}
_PIECE = 65_536
_FETCHED = {"response", "resource", "revisit", "conversion"}


def read_warc(source: Input) -> Iterator[Found]:
    """The pages among the records; a record that repeats one is read as that page. Pictures,
    scripts, errors of servers and what a crawler notes are passed over.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    records = ArchiveIterator(source.file, arc2warc=True)
    number, found = 0, False
    try:
        for record in records:
            number += 1
            if record.rec_type in _FETCHED:
                for page in _page(record, f"{source.origin}#{number}", source):
                    found = True
                    yield page
    except (
        ArchiveLoadFailed,
        ValueError,
        EOFError,
        AttributeError,
        LookupError,
        OverflowError,
    ) as error:
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"the web archive is damaged after record {number}: {said}",
            hint="what came before was taken in; fetch the file again",
        ) from error
    if not found:
        yield DocumentError(source.origin, "the web archive has no page in it", "leave it out")


def _page(record: Any, origin: str, source: Input) -> Iterator[Found]:
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if not url.startswith(("http://", "https://")):
        return
    answer = record.http_headers
    kind, _, parameters = _media_type(record).partition(";")
    kind = kind.strip().lower()
    status = answer.get_statuscode() if answer else "200"
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    charset = parameters.partition("charset=")[2].strip("\"' ;") or None
    if record.rec_type == "revisit":
        content = source.run.payloads.get(digest) if digest else None
        if content is None:
            yield DocumentError(
                origin,
                f"the record repeats a page ({url}) that is not in what was read so far",
                "take in the file that holds the page before this one, in one run",
            )
            return
    elif status != "200" or kind not in (_OTHERS if record.rec_type != "response" else _PAGES):
        return
    else:
        try:
            content = _payload(record)
        except InputError as error:
            yield DocumentError(origin, error.message, error.hint)
            return
        if digest and kind in _PAGES:
            source.run.payloads.keep(digest, content)
    format_ = {"application/pdf": "pdf", "text/plain": "plain"}.get(kind, "html")
    if content.strip():
        yield RawDocument(content, format_, origin, charset, url)


def _media_type(record: Any) -> str:
    if record.http_headers is not None:
        return record.http_headers.get_header("Content-Type") or "text/html"
    return record.rec_headers.get_header("Content-Type") or ""


def _payload(record: Any) -> bytes:
    """The body of a record without the codings of its transfer. InputError if it is in an unknown
    one, or larger than a page can be: no more of it is unpacked than that.
    """
    headers = record.http_headers
    coding = (headers.get_header("Content-Encoding") or "").strip().lower() if headers else ""
    if coding not in _CODINGS:
        raise InputError(f"the page is packed in an unknown way ({coding[:20]})")
    stream = record.content_stream()
    content = bytearray()
    while part := stream.read(min(_PIECE, MOST_PAGE + 1 - len(content))):
        content += part
    if len(content) > MOST_PAGE:
        raise InputError(f"the page has more than {MOST_PAGE / 1e6:,.0f} MB", hint="leave it out")
    return bytes(content)


WARC = Format("warc", lambda head: head.raw.startswith((b"WARC/", b"filedesc://")), read_warc)
