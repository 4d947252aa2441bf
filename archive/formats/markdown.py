"""Markdown and plain text with fields above the text ("front matter"), in YAML or TOML."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from archive.errors import DocumentError, InputError
from archive.formats.decode import decode
from archive.formats.draft import Draft
from archive.formats.input import Format, Head
from archive.formats.markup import blocks_of_markup
from archive.formats.plain import draft_of
from archive.formats.record import draft_of_fields
from archive.text import normalise
from archive.types import RawDocument

_FRONT = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*\n(?P<fields>.*?)\n(?P=fence)[ \t]*(?:\n|$)", re.DOTALL
)
_BLANK = rb"(?:#[^\n]*\n|[ \t]*\r?\n)*+"
_FRONT_BEGINS = re.compile(
    rb"---[ \t]*\r?\n" + _BLANK + rb"[\w-]+[ \t]*:|"
    rb"\+\+\+[ \t]*\r?\n" + _BLANK + rb"[\w-]+[ \t]*="
)
# A heading above a blank line, or a link: no other text has them so.
_MARKED = re.compile(
    rb"^#{1,6} \S.*\n\s*\n|\[[^\]\n]{1,200}\]\(https?://[^)\s]+\)|^={3,}\s*$", re.MULTILINE
)
_LONGEST_FIELDS = 100_000


def _is_markdown(head: Head) -> bool:
    return bool(_FRONT_BEGINS.match(head.text) or _MARKED.search(head.text))


def parse_markdown(raw: RawDocument) -> Draft | DocumentError:
    """A text whose fields are those above it, and whose body is Markdown."""
    try:
        text = decode(raw.content, raw.charset).replace("\r\n", "\n").lstrip("\ufeff\n ")
        front = _FRONT.match(text)
        fields = _fields(front["fields"], front["fence"]) if front else {}
    except InputError as error:
        return DocumentError(raw.origin, error.message, error.hint)
    body = text[front.end() :] if front else text
    blocks = _blocks(body)
    if not front:
        return draft_of(blocks)
    stated = draft_of_fields(fields, kind="front matter", binding=True)
    title = stated.title
    if not title and len(blocks) > 1:
        title, *blocks = blocks
    return replace(stated, blocks=tuple(blocks), title=title)


def _fields(text: str, fence: str) -> Mapping[str, Any]:
    import yaml

    if len(text) > _LONGEST_FIELDS:
        raise InputError("the fields above the text are too many", hint="shorten them")
    try:
        if fence == "+++":
            return {
                n: v if isinstance(v, str | list) else str(v)
                for n, v in tomllib.loads(text).items()
            }
        # Names that stand for other parts can grow beyond all measure.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise InputError("the fields above the text refer to each other", hint="write them out")
        found = yaml.load(text, Loader=yaml.BaseLoader)  # every value is a text
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"the fields above the text cannot be read: {said}",
            hint="correct them, or leave them out",
        ) from error
    return found if isinstance(found, dict) else {}


def _blocks(markdown: str) -> list[str]:
    """Its paragraphs as a reader sees them."""
    from markdown_it import MarkdownIt

    shown = MarkdownIt("commonmark", {"html": True}).render(normalise(markdown))
    return blocks_of_markup(shown)


MARKDOWN = Format("markdown", _is_markdown, parse=parse_markdown)
