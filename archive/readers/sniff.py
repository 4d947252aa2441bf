"""What a file is, told from how it begins."""

import codecs
import json
import re
from typing import BinaryIO

from archive.errors import DocumentError

# A file that has to be read as a whole: some hundred times the longest article there is.
MOST_BYTES = 50_000_000
_BEGINNING = 8_192
# The longest line that is looked at to tell JSON Lines from one JSON text.
_LONGEST_LINE = 20_000_000
_SIGNATURES = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\x1f\x8b": "a gzip file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"GIF8": "an image (GIF)",
    b"SQLite format 3": "a SQLite database",
    b"\x7fELF": "a program",
    b"WARC/": "a web archive (WARC)",
    b"filedesc://": "a web archive (ARC)",
}
# What may stand before the first element: declarations, comments. Possessive, so that a file
# of many comments is given up at once.
_PROLOGUE = rb"\s*+(?:<\?[^>]*+>\s*+|<!--(?:(?!-->).)*+-->\s*+)*+"
_PAGE = re.compile(
    _PROLOGUE + rb"<(?:!doctype\s+html|html|head|body|main|article|section|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
# "<Reuters> The council …" is no markup: an element is closed, or names its namespace.
_XML = re.compile(
    rb"\s*<\?xml|"
    + _PROLOGUE
    + rb"<(?:!doctype\s|[a-z][\w.:-]*(?:\s[^<>]*xmlns|[^<>]*>.*</|[^<>]*>\s*<[a-z]))",
    re.IGNORECASE | re.DOTALL,
)
# Characters that no text has, beside those that end lines and pages.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(file: BinaryIO) -> str | DocumentError:
    """ "plain", "html", "json" or "json-lines", or why it is none of them."""
    name = file.name
    head = file.read(_BEGINNING)
    if not head.strip():
        return DocumentError(name, "the file is empty", "leave it out")
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return DocumentError(name, f"this is {kind}, not a text", "leave it out or convert it")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        head = head.decode("utf-32", "ignore").encode()
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()
    elif head.startswith(codecs.BOM_UTF8):
        head = head.removeprefix(codecs.BOM_UTF8)
    elif _CONTROL.search(head):
        return DocumentError(
            name, "this is binary data, not a text", "leave it out or convert it to text"
        )
    if _PAGE.match(head):
        return "html"
    if _XML.match(head):
        return DocumentError(
            name, "this is XML of a kind that cannot be read yet", "convert it to HTML or JSON"
        )
    if head.lstrip()[:1] in {b"{", b"["}:
        return "json-lines" if _first_line_is_whole(file, head) else "json"
    return "plain"


def _first_line_is_whole(file: BinaryIO, head: bytes) -> bool:
    """Whether the first line is a JSON object by itself and another line follows it."""
    if head.lstrip()[:1] == b"[":
        return False
    file.seek(0)
    line = file.readline(_LONGEST_LINE)
    while line and not line.strip():
        line = file.readline(_LONGEST_LINE)
    try:
        whole = isinstance(json.loads(line.decode("utf-8-sig")), dict)
    except (ValueError, RecursionError):
        # Lines of a broken file are still lines if each looks like an object.
        whole = line.strip().startswith(b"{") and line.strip().endswith(b"}")
    return whole and bool(file.readline(_BEGINNING).strip().startswith(b"{"))
