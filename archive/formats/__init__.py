"""Formats that articles come in: one module each, one entry here, told by content alone.

docs/formats.md shows how to add one.
"""

from archive.errors import DocumentError
from archive.formats.draft import Draft
from archive.formats.feed import FEED
from archive.formats.html import HTML
from archive.formats.input import Format, Head
from archive.formats.jsons import JSON
from archive.formats.mail import MAIL, MAILBOX
from archive.formats.markdown import MARKDOWN
from archive.formats.newsml import NEWSML
from archive.formats.nitf import NITF
from archive.formats.packed import PACKED
from archive.formats.pdf import PDF
from archive.formats.plain import PLAIN
from archive.formats.sitemap import SITEMAP
from archive.formats.table import CSV, PARQUET
from archive.formats.warc import WARC
from archive.types import RawDocument

# In the order in which they are asked: what is told by a mark before what is told by its look.
FORMATS = (
    *PACKED,
    PARQUET,
    PDF,
    WARC,
    NITF,
    NEWSML,
    SITEMAP,
    FEED,
    HTML,
    JSON,
    MAILBOX,
    MAIL,
    CSV,
    MARKDOWN,
    PLAIN,
)
_NAMED = {known.name: known for known in FORMATS}
_REFUSED = {
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"GIF8": "an image (GIF)",
    b"RIFF": "a picture, a sound or a film",
    b"SQLite format 3": "a SQLite database",
    b"\x7fELF": "a program",
    b"\x04\x22\x4d\x18": "packed with lz4",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an office document of old",
    b"{\\rtf": "a text in Rich Text Format",
}


def told(head: Head) -> Format | tuple[str, str]:
    """The format of an input by how it begins; else why it has none, and what to do."""
    if not head.raw.strip():
        return "the file is empty", "leave it out"
    for signature, kind in _REFUSED.items():
        if head.raw.startswith(signature):
            return f"this is {kind}, not a text", "leave it out or convert it"
    for known in FORMATS:
        if known.begins(head):
            return known
    if not head.text:
        return "this is binary data, not a text", "leave it out or convert it to text"
    kind = f"<{head.root}>" if head.root else "no known kind"
    return f"this is XML of a kind that cannot be read ({kind})", "convert it to HTML or JSON"


def parse(raw: RawDocument) -> Draft | DocumentError:
    """What a raw document states of itself, by the parser of its format."""
    parser = _NAMED[raw.format].parse if raw.format in _NAMED else None
    if parser is None:
        return DocumentError(raw.origin, f"no parser knows the format “{raw.format}”")
    return parser(raw)
