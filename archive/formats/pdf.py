"""PDF files with a text layer."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from archive.errors import DocumentError
from archive.formats.draft import Draft
from archive.formats.input import Format
from archive.formats.plain import paragraphs
from archive.text import normalise
from archive.types import RawDocument

_MOST_PAGES = 400
_MOST_CHARACTERS = 2_000_000
_SHORTEST_TITLE = 8
_LONGEST_TITLE = 250
# Hyphens that a typesetter put at the end of a line.
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad]\n(?=[^\W\d_A-Z])")
_PAGE_NUMBER = re.compile(r"\W*(?:page |p\. ?|seite )?\d{1,4}(?: ?(?:of|/|von) ?\d{1,4})?\W*", re.I)
_NAME_OF_FILE = re.compile(r"\.(?:docx?|odt|indd|qxd|pdf|txt)$|^(?:untitled|microsoft word)", re.I)


def parse_pdf(raw: RawDocument) -> Draft | DocumentError:
    """The text of a file's pages, without what stands above and below each of them."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    try:
        reader = PdfReader(io.BytesIO(raw.content))
        pages = list(_pages(reader.pages))
        title = str((reader.metadata and reader.metadata.title) or "").strip()
    except FileNotDecryptedError:
        return DocumentError(raw.origin, "the PDF file is encrypted", "save it without a password")
    except Exception as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        return DocumentError(raw.origin, f"the PDF file is damaged: {said}", "save it anew")
    text = normalise(_HYPHENATED.sub("", "\n\n".join(_without_margins(pages))))
    if not text:
        return DocumentError(
            raw.origin,
            "the PDF file has no text layer: its pages are images",
            "run it through text recognition (OCR) first",
        )
    blocks = paragraphs(text)
    if _SHORTEST_TITLE <= len(title) <= _LONGEST_TITLE and not _NAME_OF_FILE.search(title):
        return Draft(blocks=tuple(blocks), title=title)
    if len(blocks) > 1 and len(blocks[0]) <= _LONGEST_TITLE:
        return Draft(blocks=tuple(blocks[1:]), title=blocks[0])
    return Draft(blocks=tuple(blocks))


def _pages(pages: Sequence[object]) -> Iterator[str]:
    length = 0
    for number, page in enumerate(pages):
        if number >= _MOST_PAGES or length > _MOST_CHARACTERS:
            return
        text = page.extract_text()  # type: ignore[attr-defined]
        length += len(text)
        yield text


def _without_margins(pages: Sequence[str]) -> Iterator[str]:
    """Pages without numbers, and without first and last lines that several of them share."""
    lined = [[line for line in page.split("\n") if line.strip()] for page in pages]
    edges = Counter(line.strip() for lines in lined for line in {*lines[:1], *lines[-1:]})
    for lines in lined:
        while lines and _is_margin(lines[0], edges):
            lines.pop(0)
        while lines and _is_margin(lines[-1], edges):
            lines.pop()
        yield "\n".join(lines)


def _is_margin(line: str, edges: Counter[str]) -> bool:
    return _PAGE_NUMBER.fullmatch(line) is not None or edges[line.strip()] > 2


PDF = Format("pdf", lambda head: head.raw.startswith(b"%PDF-"), parse=parse_pdf)
