"""Plain text: a headline, perhaps a byline, a date and a source, and paragraphs."""

import re
from statistics import median

from archive.errors import DocumentError, InputError
from archive.formats.decode import decode
from archive.formats.draft import Draft, StatedDate
from archive.formats.input import Format
from archive.text import normalise
from archive.types import RawDocument

_LONGEST_HEADLINE = 250
# Lines of a text that was wrapped by an editor are nearly all about this long, or shorter at
# the end of a paragraph.
_WRAPPED_AT = range(50, 101)
_BYLINE = re.compile(r"(?:by|par|von|por|di|da|door|av|yazan)[:\s]\s*(?P<names>[^.!?]{3,80})", re.I)
_DATE_LABEL = re.compile(
    r"(?:published|posted|updated|date|publié le|veröffentlicht|publicado)\b[:\s]*", re.I
)
_SOURCE = re.compile(r"(?:source|quelle|fuente|fonte|kaynak)\s*:\s*(?P<name>[^.!?]{2,80})", re.I)
_LONGEST_DATE = 50
_YEAR = re.compile(r"\d{4,}")
_HEADER_BLOCKS = 4


def parse_plain(raw: RawDocument) -> Draft | DocumentError:
    """The first line is the headline unless it is a paragraph itself."""
    try:
        text = normalise(decode(raw.content, raw.charset))
    except InputError as error:
        return DocumentError(raw.origin, error.message, error.hint)
    return draft_of(paragraphs(text))


def draft_of(blocks: list[str]) -> Draft:
    """What paragraphs state that begin with a headline, a byline, a date and a source."""
    title = ""
    if len(blocks) > 1 and len(blocks[0]) <= _LONGEST_HEADLINE:
        title, *blocks = blocks
    title = title.lstrip("# ") if title.startswith("#") else title
    authors: tuple[str, ...] = ()
    dates: list[StatedDate] = []
    source = None
    body: list[str] = []
    for at, block in enumerate(blocks):
        if at < _HEADER_BLOCKS and (byline := _BYLINE.fullmatch(block)) and not authors:
            authors = (byline["names"],)
        elif at < _HEADER_BLOCKS and (stated := _SOURCE.fullmatch(block)) and source is None:
            source = stated["name"]
        elif at < _HEADER_BLOCKS and _is_date(block) and not dates:
            dates.append(StatedDate(_DATE_LABEL.sub("", block), "text"))
        else:
            body.append(block)
    return Draft(
        blocks=tuple(body), title=title, authors=authors, dates=tuple(dates), source=source
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: lines, or groups of lines where an editor wrapped them."""
    groups = [group.split("\n") for group in text.split("\n\n")]
    full = [len(line) for group in groups for line in group[:-1]]
    wrapped = len(full) > 1 and int(median(full)) in _WRAPPED_AT and max(full) in _WRAPPED_AT
    if wrapped:
        return [" ".join(line.strip() for line in group) for group in groups]
    return [line.strip() for group in groups for line in group if line.strip()]


def _is_date(block: str) -> bool:
    """Whether a block holds a date and nothing else."""
    from archive.published import interpret

    stated = _DATE_LABEL.sub("", block)
    return (
        len(block) <= _LONGEST_DATE
        and _YEAR.search(stated) is not None
        and interpret(stated, "text") is not None
    )


PLAIN = Format("plain", lambda head: bool(head.text) and not head.is_markup, parse=parse_plain)
