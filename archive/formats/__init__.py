"""Formats that an article can come in: one module each, one function from bytes to a draft."""

from collections.abc import Callable, Mapping

from archive.errors import DocumentError
from archive.formats.draft import Draft
from archive.formats.html import parse_html
from archive.formats.plain import parse_plain
from archive.formats.record import parse_json
from archive.types import RawDocument

PARSERS: Mapping[str, Callable[[RawDocument], Draft | DocumentError]] = {
    "plain": parse_plain,
    "html": parse_html,
    "json": parse_json,
}


def parse(raw: RawDocument) -> Draft | DocumentError:
    """What a raw document states of itself, by the parser of its format."""
    return PARSERS[raw.format](raw)
